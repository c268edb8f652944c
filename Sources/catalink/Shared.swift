import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation
import Synchronization

enum DocumentFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

struct JobArgument: ParsableArguments {
    @Argument(help: "The job file.", completion: .file(extensions: ["yaml", "yml"]))
    var job: String
}

struct FixArgument: ParsableArguments {
    @Option(
        help: "Read this fix file, corrected, in place of the catalog; other rows are left alone.",
        completion: .file())
    var fix: String?
}

/// Data on standard output, talk on standard error; a full disk behind them ends no run.
enum Terminal {
    /// Why something is missing on standard output; the first reason.
    private static let loss = Mutex<RunFailure?>(nil)

    static func say(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        draw(lines.joined(separator: "\n") + "\n")
    }

    static func draw(_ text: String) {
        do {
            try FileHandle.standardError.write(contentsOf: Data(text.utf8))
        } catch {
            // There is nowhere left to say it.
        }
    }

    static func print(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        do {
            try write(Data((lines.joined(separator: "\n") + "\n").utf8))
        } catch {
            loss.withLock { $0 = $0 ?? RunFailure(error) }
        }
    }

    /// - Throws: `RunFailure` where the output takes no more.
    static func write(_ data: Data) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: data)
        } catch {
            throw RunFailure(
                .unexpected, "standard output: expected to write to it, got: \(error.reason)")
        }
    }

    /// The exit status of a command whose output may have been lost: then it has not done all that it was asked for.
    static func end(_ status: ExitStatus) throws {
        let loss = loss.withLock { $0 }
        if let loss { say(loss.messages) }
        let end = status == .settled ? loss?.status ?? status : status
        if end != .settled { throw ExitCode(end.rawValue) }
    }

    static var variables: [String: String] { ProcessInfo.processInfo.environment }
}

/// Runs a verb's body; an error becomes its message and its exit status.
///
/// - Parameter format: with `json`, a document with the error is printed too.
func reporting(
    _ jobFile: String, _ format: DocumentFormat = .text, _ body: () async throws -> ExitStatus
) async throws {
    let status: ExitStatus
    do {
        status = try await body()
    } catch {
        let failure = RunFailure(error)
        Terminal.say(failure.messages)
        if format == .json {
            Terminal.print([failure.json(jobFile).indented()])
        }
        throw ExitCode(failure.status.rawValue)
    }
    try Terminal.end(status)
}
