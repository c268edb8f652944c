import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

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

enum Terminal {
    static func say(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    }

    static func print(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
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
    if status != .settled { throw ExitCode(status.rawValue) }
}
