import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

private let realCatalogs =
    #filePath.components(separatedBy: "/Tests/").dropLast().joined(separator: "/Tests/")
    + "/../shared/catalogs"

/// Feeds of real shops, begun by `catalink init` and planned; only where the folder with them lies beside the project.
@Suite(.timeLimit(.minutes(10)), .enabled(if: FileManager.default.fileExists(atPath: realCatalogs)))
struct FeedPresetRealTests {
    @Test(
        arguments: [
            ("yandex-yml-zverushko.xml", "yandex-yml", 3, [:], 3),
            // Its only price is the customer's own, and the job that was begun says the list's.
            (
                "bmecat12-olivere-new-catalog.xml", "bmecat", 1,
                ["no price, or one that is not above zero (`zero: skip`)": 1], 0
            ),
        ] as [(String, String, Int, [String: Int], Int)])
    func aFeedIsToldAndPlanned(
        _ file: String, _ preset: String, _ rows: Int, _ filtered: [String: Int], _ creations: Int
    ) async throws {
        try await withTemporaryDirectory { directory in
            let beginning = JobBeginning(
                catalog: "\(realCatalogs)/\(file)", output: directory + "/job.yaml")
            let draft = try await beginning.draft()
            #expect(draft.text.contains("\n  preset: \(preset)\n"))
            // A rate is for a person to say.
            try write(draft.text.replacing("rate: FILL IN", with: "rate: \"0.012\""), to: beginning.output)
            let environment = RunEnvironment(
                variables: [:], clock: SystemClock(), random: { 0.5 }, stop: StopSwitch())
            let report = try await Pipeline(JobFile.load(beginning.output), environment).check()
            #expect(report.books.rows == rows)
            #expect(report.filtered == filtered)
            #expect(!report.hasProblems, "\(report.problems.groups.flatMap(\.examples))")
            #expect(report.totals.creations == creations)
        }
    }
}
