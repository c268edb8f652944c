import CatalinkCore
import CatalinkTestSupport
import Foundation
import Testing

@testable import CatalinkRunner

/// Nights that are unlike those before: told, held, or let through by a person.
@Suite(.timeLimit(.minutes(10)))
struct ExpectRunTests {
    /// A job whose rows all have mistakes, so that nothing is sent, night after night.
    private struct Shop {
        let directory: String
        let clock = JumpingClock()

        func write(rows: Int, modified: Duration? = nil) throws {
            let lines = (0..<rows).map { "\($0),x,\n" }
            try CatalinkTestSupport.write("sku,title,price\n" + lines.joined(), to: directory + "/c.csv")
            guard let modified else { return }
            let moment = Date(
                timeIntervalSince1970: (clock.now() + modified).since(Timestamp(seconds: 0)).inSeconds)
            try FileManager.default.setAttributes(
                [.modificationDate: moment], ofItemAtPath: directory + "/c.csv")
        }

        func expect(_ more: String) throws {
            try CatalinkTestSupport.write(
                """
                job: shop
                source: {path: c.csv}
                key: "{{sku}}"
                link: {title: "{{title}}", url: "{{sku}}"}
                pricing: {price: "{{price}}"}
                target: {sandbox: {}}
                policy: {brakes: off}
                state: state
                \(more)
                """, to: directory + "/job.yaml")
        }

        /// Runs are named by the second that they begin in.
        private func environment(approving digest: String?) -> RunEnvironment {
            clock.advance(by: .seconds(1))
            var environment = RunEnvironment(
                variables: [:], clock: clock, random: { 0.5 }, stop: StopSwitch())
            environment.approval = digest
            return environment
        }

        func run(approving digest: String? = nil) async throws -> RunSummary {
            try await Pipeline(JobFile.load(directory + "/job.yaml"), environment(approving: digest)).run()
        }

        func plan() async throws -> PlanReport {
            try await Pipeline(JobFile.load(directory + "/job.yaml"), environment(approving: nil)).plan()
        }

        func nextDay() { clock.advance(by: .seconds(86_400)) }
    }

    private static func with(_ body: (Shop) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let shop = Shop(directory: directory)
            try shop.expect("")
            try await body(shop)
        }
    }

    @Test func anUnusualNightIsTold() async throws {
        try await Self.with { shop in
            try shop.write(rows: 10, modified: .seconds(-100))
            #expect(try await shop.run().notes.isEmpty)
            #expect(try await shop.run().notes.isEmpty)
            shop.nextDay()
            let same = try await shop.run()
            #expect(same.notes.count == 1 && same.notes[0].contains("(expect.same)"), "\(same.notes)")
            try shop.write(rows: 4, modified: .seconds(-86_400 * 3))
            let plan = try await shop.plan()
            #expect(plan.remarks.count == 2)
            let job = try JobFile.load(shop.directory + "/job.yaml")
            #expect(ReportText.plan(plan, job).contains("  unusual    " + plan.remarks[0]))
            let fewer = try await shop.run()
            #expect(fewer.status == .rowsNeedWork)
            #expect(fewer.notes == plan.remarks)
            let file = try #require(fewer.directory) + "/summary.json"
            let told = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: file))))
            #expect(told["notes"]?.elements?.compactMap(\.string) == plan.remarks)
        }
    }

    @Test func aRefusedNightSendsNothingAndSaysNothingOfWhatIsUsual() async throws {
        try await Self.with { shop in
            try shop.expect("expect: {rows: 80%, fewer: refuse, empty: refuse}")
            try shop.write(rows: 10)
            #expect(try await shop.run().status == .rowsNeedWork)
            for rows in [7, 0, 7] {
                shop.nextDay()
                try shop.write(rows: rows)
                let held = try await shop.run()
                #expect(held.status == .stopped)
                #expect(held.failure?.contains(rows == 0 ? "(expect.empty; 10" : "of the 10 rows") == true)
                #expect(held.failure?.contains("--approve") == true)
            }
        }
    }

    /// What is approved holds for this night alone, though nothing is another the next.
    @Test func aPersonLetsARefusedNightThroughOnce() async throws {
        try await Self.with { shop in
            try shop.expect("expect: {same: refuse}")
            try shop.write(rows: 3, modified: .seconds(-100))
            _ = try await shop.run()
            for _ in 0..<2 {
                shop.nextDay()
                let job = try JobFile.load(shop.directory + "/job.yaml")
                let digest = try #require(try await shop.plan().json(job)["digest"]?.string)
                #expect(try await shop.run().status == .stopped)
                #expect(try await shop.run(approving: String(digest.prefix(16))).status == .rowsNeedWork)
                #expect(try await shop.run(approving: String(digest.prefix(16))).status == .stopped)
            }
        }
    }

    @Test func eachSettingThatIsNoneIsTold() async throws {
        try await Self.with { shop in
            try shop.expect("expect: {rows: some, same: never, fewr: warn}")
            let error = try #require(throws: JobFileError.self) {
                try JobFile.load(shop.directory + "/job.yaml")
            }
            let messages = error.messages.map { $0.components(separatedBy: "job.yaml:9:").last ?? "" }
            #expect(
                messages == [
                    "16: expect.rows: expected a share such as 80% or a number of rows, got: \"some\"",
                    "28: expect.same: expected warn, refuse, ignore, got: \"never\"",
                    "35: expect: expected a known name, got: \"fewr\" (did you mean \"fewer\"?)",
                ])
        }
    }
}
