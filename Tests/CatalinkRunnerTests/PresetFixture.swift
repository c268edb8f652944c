import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

/// A made-up export in a preset's own style, and what a run makes of it.
struct PresetFixture: Sendable, CustomTestStringConvertible {
    var preset: String
    var file = "export.csv"
    var text: String
    /// The job's own lines; `nil` for those that the preset proposes.
    var job: String?
    /// Slug, title and amount of each link, by slug.
    var links: [String]
    /// How many rows are left out, by reason.
    var filtered: [String: Int]
    var invalid = 0

    var testDescription: String { preset }

    struct Outcome {
        /// What a job file that is begun for the export says of its preset.
        var finding: String
        var links: [String]
        var filtered: [String: Int]
        var books: Books
        var problems: [String]
    }

    /// Runs a job of the preset on the export against a sandbox of its own.
    func outcome() async throws -> Outcome {
        try await withTemporaryDirectory { directory in
            try write(text, to: directory + "/" + file)
            let draft = try await JobBeginning(catalog: directory + "/" + file, output: nil).draft()
            let job = try job ?? proposedLines()
            try write(
                """
                job: shop
                source: {path: \(file), preset: \(preset)}
                target: {sandbox: {limit: 100, window: 1s}}
                policy: {maxErrors: 100%, brakes: {invalid: off}}
                state: state
                \(job)
                """, to: directory + "/job.yaml")
            let environment = RunEnvironment(
                variables: [:], clock: SystemClock(), random: { 0.5 }, stop: StopSwitch())
            let summary = try await Pipeline(JobFile.load(directory + "/job.yaml"), environment).run()
            let bodies = try await SandboxBodies.read(
                directory + "/state/sandbox/default/shop/sandbox.sqlite")
            return Outcome(
                finding: draft.findings[1], links: try bodies.map(line), filtered: summary.plan.filtered,
                books: summary.books,
                problems: summary.plan.problems.groups.flatMap(\.examples).map { "\($0)" })
        }
    }

    private func proposedLines() throws -> String {
        guard let preset = Preset.named(preset) else { throw UnknownPreset(name: preset) }
        return preset.job
    }

    private func line(_ body: String) throws -> String {
        guard let link = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any] else {
            return body
        }
        let amount = (link["amount"] as? NSNumber).map { "\($0)" } ?? "free"
        return "\(link["url"] ?? "") | \(link["title"] ?? "") | \(amount)"
    }

    struct UnknownPreset: Error {
        let name: String
    }
}
