import CatalinkCore
import Foundation
import Testing

/// What the package makes of the command's own help: completions and the manual.
@Suite(.timeLimit(.minutes(5)))
struct ManualTests {
    /// A command as its help is dumped.
    private struct Verb {
        let path: [String]
        let help: JSONValue

        var name: String { path.joined(separator: "-") }
        /// Those that `--help` shows.
        var verbs: [Verb] {
            (help["subcommands"]?.elements ?? []).compactMap { sub in
                guard let name = sub["commandName"]?.string, name != "help",
                    sub["shouldDisplay"] != .bool(false)
                else { return nil }
                return Verb(path: path + [name], help: sub)
            }
        }
        var all: [Verb] { [self] + verbs.flatMap(\.all) }
        var arguments: [JSONValue] { help["arguments"]?.elements ?? [] }
        /// Such as `new-ledger` and `q`.
        var options: [String] {
            arguments.flatMap { $0["names"]?.elements ?? [] }.compactMap { $0["name"]?.string }
        }

        var operands: [String] {
            arguments.filter { $0["names"] == nil }.compactMap { $0["valueName"]?.string }
        }

        static func root(_ command: CommandLine) async throws -> Verb {
            let help = try await command.run("--experimental-dump-help").json()["command"]
            return Verb(path: ["catalink"], help: try #require(help))
        }
    }

    @Test func everyCommandAndArgumentIsExplained() async throws {
        try await CommandLine.withProject { command in
            let all = try await Verb.root(command).all
            #expect(all.count >= 27)
            for verb in all {
                #expect(verb.help["abstract"]?.string?.hasSuffix(".") == true, "\(verb.name)")
                for argument in verb.arguments {
                    #expect(argument["abstract"]?.string?.isEmpty == false, "\(verb.name): \(argument)")
                }
            }
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsKnowEveryCommandAndOption(_ shell: String) async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run("--generate-completion-script", shell)
            #expect(outcome.status == 0)
            let words = Set(
                outcome.output.split { !$0.isLetter && !$0.isNumber && $0 != "-" }
                    .map { String($0.drop { $0 == "-" }) })
            for verb in try await Verb.root(command).all {
                let missing = (verb.path + verb.options).filter { !words.contains($0) }
                #expect(missing.isEmpty, "\(verb.name)")
            }
        }
    }

    /// Without Debian's Python, which `.ci/setup` installs, only CI takes that for a failure.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["CI"] == "true"
                || FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
    func manualHasAPageForEveryCommandWithEveryOption() async throws {
        try await CommandLine.withProject { command in
            let root = try await Verb.root(command)
            try command.write(try await command.run("--experimental-dump-help").output, to: "help.json")
            let pages = try await Self.writePages(command)
            #expect(pages.sorted() == root.all.map { "\($0.name).1" }.sorted())
            for verb in root.all {
                let page = try command.read("man/\(verb.name).1")
                for operand in verb.operands { #expect(page.contains("\n.It Ar \(operand)"), "\(verb.name)") }
                let words = Set(page.split(whereSeparator: \.isWhitespace).map(String.init))
                let missing = verb.options.filter { !words.contains(($0.count == 1 ? "" : "-") + $0) }
                #expect(missing.isEmpty, "\(verb.name)")
                for sub in verb.verbs { #expect(page.contains("\n.It Xr \(sub.name) 1\n"), "\(verb.name)") }
                let strange = page.split(separator: "\n").filter { line in
                    line.hasPrefix("'") || line.hasPrefix(".") && !Self.macros.contains(line.prefix(3))
                }
                #expect(strange.isEmpty, "\(verb.name)")
            }
        }
    }

    private static let macros: Set<Substring> = [
        ".Dd", ".Dt", ".Os", ".Sh", ".Nm", ".Nd", ".Ar", ".Op", ".Fl", ".Pp", ".Bd", ".Ed", ".Bl", ".It",
        ".El", ".Xr",
    ]

    /// - Returns: the names of the pages.
    private static func writePages(_ command: CommandLine) async throws -> [String] {
        let root = #filePath.components(separatedBy: "/Tests/").dropLast().joined(separator: "/Tests/")
        let script = try StartedCommand(
            ["-c", "/usr/bin/python3 \"$0\" man 0.1.0 2026-11-30 <help.json", "\(root)/.ci/manual"],
            directory: command.directory, variables: command.variables, executable: URL(filePath: "/bin/sh"))
        return try await script.expectEnd(0).split(separator: "\n").map(String.init)
    }
}
