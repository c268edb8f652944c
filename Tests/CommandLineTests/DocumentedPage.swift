import Foundation
import Testing

/// A page of the documentation, with what it lets people type and what they see then.
struct DocumentedPage {
    /// A block of shell commands, and the block that says what they print.
    struct Example {
        var section: String
        var line: Int
        var commands: String
        var shown: [String]?
    }

    let sections: [String]
    let examples: [Example]

    /// - Parameter name: of a page of the documentation.
    init(_ name: String) throws {
        try self.init(file: "Sources/CatalinkRunner/Documentation.docc/\(name).md")
    }

    /// - Parameter file: from the top of the project.
    init(file: String) throws {
        self.init(text: try String(contentsOfFile: "\(CommandLine.root)/\(file)", encoding: .utf8))
    }

    init(text: String) {
        var reader = Reader()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            reader.add(String(line), index + 1)
        }
        (sections, examples) = (reader.sections, reader.examples)
    }

    private struct Reader {
        var sections: [String] = []
        var examples: [Example] = []
        private var block: (kind: Substring, line: Int, lines: [String])?
        /// Whether nothing has come since the last commands.
        private var isFresh = false

        mutating func add(_ line: String, _ number: Int) {
            if line.hasPrefix("```") {
                if let block { end(block) }
                block = block == nil ? (line.dropFirst(3), number, []) : nil
            } else if block != nil {
                block?.lines.append(line)
            } else if !line.isEmpty {
                isFresh = false
                if line.hasPrefix("## ") { sections.append(String(line.dropFirst(3))) }
            }
        }

        private mutating func end(_ block: (kind: Substring, line: Int, lines: [String])) {
            if block.kind == "sh" {
                let commands = block.lines.joined(separator: "\n")
                examples.append(
                    Example(section: sections.last ?? "", line: block.line, commands: commands))
            } else if block.kind.isEmpty, isFresh {
                examples[examples.count - 1].shown = block.lines
            } else if block.kind == "console" {
                transcribe(block.lines, block.line)
            }
            isFresh = block.kind == "sh"
        }

        /// Commands behind a prompt, each with what it prints.
        private mutating func transcribe(_ lines: [String], _ first: Int) {
            for (index, line) in lines.enumerated() {
                if line.hasPrefix("$ ") {
                    let (section, number) = (sections.last ?? "", first + index + 1)
                    examples.append(
                        Example(
                            section: section, line: number, commands: String(line.dropFirst(2)), shown: []))
                } else if !examples.isEmpty {
                    examples[examples.count - 1].shown?.append(line)
                }
            }
        }
    }
}

extension DocumentedPage.Example {
    /// Types the commands as the page has them.
    ///
    /// - Parameters:
    ///   - setUp: typed before.
    ///   - change: what is another here than on the page, such as a port.
    ///   - tidy: takes away what differs from run to run, from both.
    /// - Returns: what is seen, standard output and standard error together.
    func run(
        _ command: CommandLine, after setUp: String = "", change: (String) -> String = { $0 },
        tidy: (String) -> String = { $0 }
    ) async throws -> [String] {
        let script = "exec 2>&1\n\(setUp)\n\(commands)"
        let shell = try StartedCommand(
            ["-c", change(script)], directory: command.directory, variables: command.variables,
            executable: URL(filePath: "/bin/sh"))
        _ = await shell.ended()
        let seen = tidy(try shell.output())
        let isAsShown = shown.map { Self.fits(seen, $0.map { tidy(change($0)) }) } ?? true
        #expect(isAsShown, "line \(line): \(commands)\n\(seen)")
        return seen.split(separator: "\n").map(String.init)
    }

    /// `…` stands for anything within a line; alone on one, for any lines.
    static func fits(_ seen: String, _ shown: [String]) -> Bool {
        var rest = seen.split(separator: "\n", omittingEmptySubsequences: false)[...]
        if rest.last == "" { rest.removeLast() }
        var mayPass = false
        for line in shown {
            if line == "…" {
                mayPass = true
                continue
            }
            guard let place = rest.firstIndex(where: { fits($0, line) }), mayPass || place == rest.startIndex
            else { return false }
            rest = rest[(place + 1)...]
            mayPass = false
        }
        return mayPass || rest.isEmpty
    }

    private static func fits(_ line: Substring, _ pattern: String) -> Bool {
        let parts = pattern.components(separatedBy: "…")
        guard parts.count > 1 else { return line == pattern }
        guard line.hasPrefix(parts[0]) else { return false }
        var rest = line.dropFirst(parts[0].count)
        for part in parts.dropFirst().dropLast() {
            guard let place = rest.firstRange(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return rest.hasSuffix(parts[parts.count - 1])
    }
}

extension CommandLine {
    /// A fresh copy of the project in which `catalink` is on the `PATH`, a home is empty, and no credentials are.
    static func withShell(_ body: (CommandLine) async throws -> Void) async throws {
        try await withProject { command in
            var command = command
            let home = command.directory + "/home"
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            command.variables = [
                "PATH": Bundle.main.bundleURL.path + ":/usr/bin:/bin", "HOME": home,
                "XDG_STATE_HOME": command.directory + "/state",
            ]
            try await body(command)
        }
    }
}
