import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation

/// A job as `catalink init` begins it on a small catalog, and what `catalink check` says of it.
struct BegunJob {
    /// The draft's lines.
    var lines: [Substring]
    var warnings: [String]
    /// Why the job file is refused; empty when it is not.
    var refusals: [String] = []
    /// What is wrong with rows, without their places.
    var problems: [String] = []
    var filtered: [String: Int] = [:]
    var totals = PlanTotals()

    /// - Parameter changes: what a person writes in place of what the draft says.
    init(_ file: String, _ catalog: String, changes: [String: String] = [:]) async throws {
        self = try await withTemporaryDirectory { directory in
            try write(catalog, to: "\(directory)/\(file)")
            return try await BegunJob(
                catalog: "\(directory)/\(file)", output: directory + "/job.yaml", changes: changes)
        }
    }

    init(catalog: String, output: String, changes: [String: String] = [:]) async throws {
        let beginning = JobBeginning(catalog: catalog, output: output)
        let draft = try await beginning.draft()
        try beginning.write(draft)
        lines = draft.text.split(separator: "\n")
        warnings = draft.warnings
        if !changes.isEmpty {
            let text = changes.reduce(draft.text) { $0.replacing($1.key, with: $1.value) }
            try write(text, to: output)
        }
        let environment = RunEnvironment(
            variables: [:], clock: SystemClock(), random: { 0.5 }, stop: StopSwitch())
        do {
            let report = try await Pipeline(JobFile.load(output), environment).check()
            problems = report.problems.groups.flatMap(\.examples).map { "\($0.subject): \($0.explanation)" }
            filtered = report.filtered
            totals = report.totals
        } catch let error as JobFileError {
            refusals = error.messages.map { String($0.drop { $0 != " " }.dropFirst()) }
        }
    }

    /// The line that begins with a name, without its comment.
    func line(_ name: String) -> String? {
        lines.first { $0.hasPrefix(name) }.map { line in
            let end = line.firstRange(of: "     #")?.lowerBound ?? line.endIndex
            return String(line[..<end])
        }
    }
}
