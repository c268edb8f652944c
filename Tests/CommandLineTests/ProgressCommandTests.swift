import CatalinkCore
import Foundation
import Testing

/// What a run shows while it goes, and the log that it leaves.
@Suite(.timeLimit(.minutes(10)))
struct ProgressCommandTests {
    private static let rows = 60

    private static func write(_ command: CommandLine) throws {
        let rows = (0..<Self.rows).map { "A-\($0),Mug \($0),4.50\n" }.joined()
        try command.write("sku,title,price\n" + rows, to: "c.csv")
        try command.writeJob("spring", source: "{path: c.csv}", target: "{sandbox: {limit: 20, window: 1s}}")
    }

    // MARK: Terminal

    /// `script` gives the process a terminal.
    private static func onTerminal(_ command: CommandLine, columns: Int, _ arguments: String) async throws
        -> String
    {
        var variables = command.variables
        variables.merge(["TERM": "xterm", "LANG": "C.UTF-8"]) { own, _ in own }
        let binary = Bundle.main.bundleURL.appending(path: "catalink").path
        let started = try StartedCommand(
            ["-qec", "stty cols \(columns) rows 20; exec '\(binary)' \(arguments)", "/dev/null"],
            directory: command.directory, variables: variables,
            executable: URL(filePath: "/usr/bin/script"))
        #expect(await started.ended() == 0)
        return try started.output()
    }

    @Test(arguments: [40, 80])
    func aBarIsWrittenOverOnATerminal(_ columns: Int) async throws {
        try await CommandLine.withProject { command in
            try Self.write(command)
            let text = try await Self.onTerminal(command, columns: columns, "run spring.yaml")
            #expect(text.contains("\u{1B}[32m█"))
            #expect(text.contains("on their way"))
            let drawn = text.components(separatedBy: "\u{1B}[K").dropLast().map { line in
                line.replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "").trimmingCharacters(
                    in: .whitespacesAndNewlines)
            }
            #expect(drawn.count > 2)
            for line in drawn { #expect(line.count < columns, "\(line)") }
            // What is left in the end is the summary alone.
            let end = try #require(text.components(separatedBy: "\u{1B}[J").last)
            #expect(end.hasPrefix("spring: 60 rows of c.csv"))
        }
    }

    @Test func colorsAreLeftOutWhereNobodyWantsThem() async throws {
        try await CommandLine.withProject { command in
            try Self.write(command)
            var command = command
            command.variables["NO_COLOR"] = "1"
            let text = try await Self.onTerminal(command, columns: 80, "run spring.yaml")
            #expect(text.contains("[█"))
            #expect(text.firstMatch(of: /\u{1B}\[[0-9;]*m/) == nil)
        }
    }

    @Test(arguments: [("TERM", "dumb"), ("CI", "true")])
    func nothingIsDrawnWhereNobodyWatches(_ name: String, _ value: String) async throws {
        try await CommandLine.withProject { command in
            try Self.write(command)
            var command = command
            command.variables[name] = value
            #expect(!(try await Self.onTerminal(command, columns: 80, "run spring.yaml")).contains("\u{1B}"))
        }
    }

    // MARK: Elsewhere

    @Test func nothingIsDrawnWhereThereIsNoTerminal() async throws {
        try await CommandLine.withProject { command in
            try Self.write(command)
            let outcome = try await command.run("run", "spring.yaml")
            #expect(outcome.status == 0)
            #expect(!outcome.errors.contains("\u{1B}"))
            let quiet = try await command.run("run", "spring.yaml", "-q")
            #expect(quiet.output + quiet.errors == "")
        }
    }

    @Test func aBarThatIsAskedForIsDrawnAnywhere() async throws {
        try await CommandLine.withProject { command in
            try Self.write(command)
            let outcome = try await command.run(
                "run", "spring.yaml", "--progress", "bar", "--color", "always")
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("\u{1B}[32m#"))
        }
    }

    // MARK: Log

    @Test func theLogSaysWhatBecameOfEachRequest() async throws {
        try await CommandLine.withProject { command in
            try Self.write(command)
            let outcome = try await command.run(
                "run", "spring.yaml", "--log", "text", "--log-level", "debug", "--format", "json")
            let run = try #require(try outcome.json()["run"]?.string)
            let text = try command.read("state/sandbox/default/spring/runs/\(run)/run.log.jsonl")
            let lines = try text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
            #expect(lines.first?["message"]?.string == "run begins")
            #expect(lines.last?["message"]?.string == "run ends")
            #expect(lines.last?["exit"]?.integer == 0)
            for line in lines {
                #expect(line["run"]?.string == run && line["job"]?.string == "spring")
                let time = try #require(line["time"]?.string)
                #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil, "\(time)")
            }
            let attempts = lines.filter { $0["message"]?.string == "created" }
            #expect(attempts.count == Self.rows)
            let first = try #require(attempts.first { $0["item"]?.string == "A-0" })
            #expect(first["place"]?.string == "c.csv:2")
            #expect(first["attempt"]?.integer == 1 && first["status"]?.integer == 201)
            #expect(first["duration"]?.integer != nil && first["level"]?.string == "debug")
            #expect(
                outcome.errors.contains(
                    " debug spring: created (item A-0, place c.csv:2, attempt 1, status 201"))
        }
    }

    @Test func aLevelLeavesOutWhatIsBelow() async throws {
        try await CommandLine.withProject { command in
            try Self.write(command)
            let outcome = try await command.run("run", "spring.yaml", "--log-level", "warning")
            #expect(outcome.status == 0)
            #expect(try command.read("state/sandbox/default/spring/latest/run.log.jsonl") == "")
        }
    }
}
