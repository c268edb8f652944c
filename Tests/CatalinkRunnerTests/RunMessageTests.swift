import CatalinkCore
import Foundation
import Testing

@testable import CatalinkRunner

struct RunMessageTests {
    private static let run = "20261130T074831Z-ab32"

    private static func job() async throws -> Job {
        var job = try await JobFileTests.load(JobFileTests.good)
        job.unsettledAfter = .seconds(21_600)
        return job
    }

    @Test func aMessageSaysWhatIsOverdue() async throws {
        let job = try await Self.job()
        var summary = RunSummary(job: "shop", jobFile: "job.yaml", run: Self.run)
        summary.status = .runAgain
        summary.books.rows = 1200
        summary.books[.created] = 1190
        summary.books[.unknown] = 10
        let message = RunMessage(endOf: Self.run, job, .success(summary), overdue: 3)
        #expect(message.occasion == .trouble)
        #expect(
            message.values["summary"]
                == "shop: not all is settled (exit 75): 1,200 rows, 1,190 created, 10 unknown, 0 requests in 0 s; "
                + "3 unknown or held items are older than 6h")
        #expect(message.values["unknown"] == "10")
        #expect(message.values["overdue"] == "3")
    }

    @Test func aFailureIsTroubleWithItsReason() async throws {
        let job = try await Self.job()
        let failure = RunFailure(.runAgain, "lock: expected no other run of this job, got: one")
        let message = RunMessage(endOf: Self.run, job, .failure(failure), overdue: 1)
        #expect(message.exit == .runAgain)
        #expect(
            message.values["message"]
                == "shop: not all is settled (exit 75): lock: expected no other run of this job, got: one; "
                + "1 unknown or held item is older than 6h")
        #expect(message.values["created"] == nil)
    }

    @Test func allMessagesOfARunHaveOneUUID() async throws {
        let job = try await Self.job()
        let begin = RunMessage(beginOf: Self.run, job)
        #expect(UUID(uuidString: begin.id) != nil)
        #expect(RunMessage(beginOf: Self.run, job).id == begin.id)
        #expect(RunMessage(beginOf: "20261130T074831Z-ab33", job).id != begin.id)
    }

    @Test func marksOfReceiversAreEscaped() {
        #expect(NotificationBody.plain("<!channel> & >")["text"]?.string == "&lt;!channel&gt; &amp; &gt;")
    }
}
