import CatalinkCore
import CatalinkTestSupport
import Foundation
import Testing

@testable import CatalinkRunner

/// The page that a run writes beside its results.
@Suite(.timeLimit(.minutes(1)))
struct RunReportTests {
    /// A run that sends nothing, at a moment and with an id that are known before.
    private static func run(
        in directory: String, more: String = "", prepare: (_ runDirectory: String) throws -> Void = { _ in }
    ) async throws -> RunSummary {
        try write("sku,title,price\nA,x,\nB,Mug,none\n", to: directory + "/c.csv")
        try write(
            """
            job: shop
            source: {path: c.csv}
            key: "{{sku}}"
            link: {title: "{{title}}", url: "{{sku}}"}
            pricing: {price: "{{price}}"}
            target: {sandbox: {}}
            state: state
            \(more)
            """, to: directory + "/job.yaml")
        try prepare("\(directory)/state/sandbox/default/shop/runs/20270115T080000Z-8000")
        let environment = RunEnvironment(
            variables: [:], clock: JumpingClock(), random: { 0.5 }, stop: StopSwitch())
        return try await Pipeline(JobFile.load(directory + "/job.yaml"), environment).run()
    }

    @Test func aPageThatCannotBeWrittenIsToldAndFailsNothing() async throws {
        try await withTemporaryDirectory { directory in
            let summary = try await Self.run(in: directory) { run in
                try FileManager.default.createDirectory(
                    atPath: run + "/report.html", withIntermediateDirectories: true)
            }
            #expect(summary.status == .rowsNeedWork)
            #expect(summary.page == nil)
            let note = try #require(summary.notes.first)
            #expect(note.hasPrefix("report.html is not written: "))
            let job = try JobFile.load(directory + "/job.yaml")
            #expect(ReportText.run(summary, job).contains("  note       \(note)"))
            let run = try #require(summary.directory)
            let names = try FileManager.default.contentsOfDirectory(atPath: run).sorted()
            #expect(names == ["fix.csv", "report.html", "results.csv", "run.log.jsonl", "summary.json"])
            let told = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: run + "/summary.json"))))
            #expect(told["notes"]?.elements?.first?.string == note)
        }
    }

    @Test func olderRunsGoAndThatIsTold() async throws {
        try await withTemporaryDirectory { directory in
            let summary = try await Self.run(in: directory, more: "keep: 1 run") { run in
                try FileManager.default.createDirectory(
                    atPath: run.replacing("20270115", with: "20270114"), withIntermediateDirectories: true)
            }
            #expect(summary.notes == ["keep: 1 older run is removed: 20270114T080000Z-8000"])
            let run = try #require(summary.directory)
            let runs = (run as NSString).deletingLastPathComponent
            #expect(try FileManager.default.contentsOfDirectory(atPath: runs) == ["20270115T080000Z-8000"])
        }
    }

    private static let kept: [(text: String, keep: Int?)] = [
        ("30", 30), ("30 runs", 30), ("1 run", 1), ("100000", 100_000), ("0", nil), ("30 days", nil),
        ("-1", nil),
        ("30  runs", nil), ("100001", nil), ("all", nil),
    ]

    @Test(arguments: kept.indices)
    func howManyRunsAreKept(_ index: Int) async throws {
        let (text, keep) = Self.kept[index]
        try await withTemporaryDirectory { directory in
            try write(
                """
                job: shop
                source: {path: c.csv}
                key: "{{sku}}"
                link: {title: "{{title}}", url: "{{sku}}"}
                target: {sandbox: {}}
                keep: \(text)
                """, to: directory + "/job.yaml")
            do {
                #expect(try JobFile.load(directory + "/job.yaml").keep == keep)
            } catch let error as JobFileError {
                #expect(keep == nil)
                #expect(
                    error.messages == [
                        "\(directory)/job.yaml:6:7: keep: expected a number of runs from 1 to 100000, such as 30, got: "
                            + "\"\(text)\""
                    ])
            }
        }
    }
}
