import CatalinkCore
import Foundation
import Testing

/// A run without a terminal, a home or a working directory of its own, as cron starts it.
@Suite(.timeLimit(.minutes(2)))
struct CronTests {
    private static let settings = ["PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LOGNAME": "nobody"]

    /// A job of 300 rows by its whole path, and the command in another working directory, without any state directory.
    private static func withJob(
        state: String = "", _ body: (_ command: CommandLine, _ job: String) async throws -> Void
    ) async throws {
        try await CommandLine.withProject { project in
            let rows = (1...300).map { "S\($0),Mug number \($0),12.50\n" }
            try project.write("sku,title,price\n" + rows.joined(), to: "c.csv")
            try project.writeJob(
                "cron", source: "{path: c.csv}", target: "{sandbox: {limit: 1000, window: 1s}}",
                more: state)
            let elsewhere = project.directory + "/elsewhere"
            try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
            var command = CommandLine(directory: elsewhere)
            command.variables = settings
            try await body(command, project.directory + "/cron.yaml")
        }
    }

    @Test func anEmptyHomeIsWhereStateLies() async throws {
        try await Self.withJob { command, job in
            var command = command
            command.variables["HOME"] = command.directory + "/home"
            let first = try await command.run("run", job)
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.errors.isEmpty)
            #expect(first.output.contains("  created    300\n"))
            #expect(!first.output.contains("\u{1B}"))
            let state = "\(command.directory)/home/.local/state/catalink/sandbox/default/cron"
            #expect(first.output.contains("  results    \(state)/runs/"))
            #expect(FileManager.default.fileExists(atPath: state + "/ledger.sqlite"))
            let again = try await command.run("run", "-q", job)
            #expect((again.status, again.output, again.errors) == (0, "", ""))
        }
    }

    @Test func theJobsOwnStateNeedsNoHome() async throws {
        try await Self.withJob(state: "state: kept") { command, job in
            let outcome = try await command.run("run", job)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let ledger = "\(command.directory)/../kept/sandbox/default/cron/ledger.sqlite"
            #expect(FileManager.default.fileExists(atPath: ledger))
        }
    }

    private static let homes: [[String: String]] = [
        [:], ["HOME": ""], ["HOME": "home"], ["HOME": "", "XDG_STATE_HOME": "state", "STATE_DIRECTORY": ""],
    ]

    @Test(arguments: homes)
    func withoutAPlaceForTheLedgerARunSaysWhatToSet(_ home: [String: String]) async throws {
        try await Self.withJob { command, job in
            var command = command
            command.variables.merge(home) { $1 }
            let outcome = try await command.run("run", job)
            #expect(outcome.status == 78)
            #expect(
                outcome.errors
                    == "state: expected a directory for the ledger, got: neither STATE_DIRECTORY nor an absolute XDG_STATE_HOME "
                    + "or HOME (set STATE_DIRECTORY, or say `state:` in the job)\n")
            #expect(outcome.output.isEmpty)
            let left = try FileManager.default.contentsOfDirectory(atPath: command.directory)
            #expect(left.allSatisfy { $0.hasSuffix(".out") || $0.hasSuffix(".err") }, "\(left)")
        }
    }

    /// Nobody, not even root, makes a directory below a file.
    @Test func aPlaceThatCannotBeMadeIsNamedWithWhatToSet() async throws {
        try await Self.withJob { command, job in
            var command = command
            command.variables["HOME"] = "/dev/null"
            let outcome = try await command.run("run", job)
            #expect(outcome.status == 78)
            #expect(
                outcome.errors
                    == "/dev/null/.local/state/catalink/sandbox/default/cron: expected a directory to write to, got: Not a "
                    + "directory (set STATE_DIRECTORY, or say `state:` in the job)\n")
        }
    }

    /// A full disk behind the log of cron, or a reader that has left, ends no run before its books are closed.
    @Test(arguments: ["> /dev/full", "> /dev/full 2> /dev/full", "2> /dev/full | true"])
    func outputThatIsLostEndsNoRun(_ redirection: String) async throws {
        try await Self.withJob { command, job in
            var command = command
            command.variables["HOME"] = command.directory + "/home"
            command.variables["CATALINK"] = Bundle.main.bundleURL.appending(path: "catalink").path
            let shell = try StartedCommand(
                ["-c", "{ \"$CATALINK\" run \(job); echo \"$?\" > status; } \(redirection)"],
                directory: command.directory, variables: command.variables,
                executable: URL(filePath: "/bin/sh"))
            _ = await shell.ended()
            for _ in 0..<1000 where !FileManager.default.fileExists(atPath: command.directory + "/status") {
                try await Task.sleep(for: .milliseconds(20))
            }
            let status = try command.read("status").trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(status == "1")
            let state = "home/.local/state/catalink/sandbox/default/cron"
            let summary = try JSONValue(parsing: Array(command.read("\(state)/latest/summary.json").utf8))
            #expect(summary["exit"]?.integer == 0)
            #expect(summary.count("created") == 300)
        }
    }
}
