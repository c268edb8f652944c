import CatalinkCore
import CatalinkLedger
import Testing

/// What the ledger tells of the runs before.
struct HistoryTests {
    private struct Night {
        var day: Int
        var rows = 100
        var bytes: Int64 = 5000
        var modified: Int? = 0
        var exit: Int? = 0
        var minutes = 10

        var start: Timestamp { Timestamp(seconds: 1_800_000_000 + Int64(day) * 86_400) }
        var stamp: CatalogStamp {
            CatalogStamp(
                rows: rows, files: 1, bytes: bytes,
                modified: modified.map { Timestamp(seconds: 1_799_000_000 + Int64($0) * 86_400) })
        }
    }

    private static func history(_ nights: [Night]) async throws -> RunHistory {
        let ledger = try SQLiteLedger(path: nil, identity: .test)
        for night in nights {
            let run = "r\(night.day)"
            _ = try await ledger.begin(run, at: night.start)
            _ = try ledger.stage(RowPlanner(now: night.start, onChange: .report)).finish()
            try await ledger.letThrough(PlanTotals.Accepted(), of: night.stamp, run: run)
            guard let exit = night.exit else { continue }
            try await ledger.finish(
                run, at: night.start + .seconds(night.minutes * 60), exit: exit, summary: "")
        }
        return try await ledger.history()
    }

    @Test func withoutRunsThereIsNoHistory() async throws {
        #expect(try await Self.history([]) == RunHistory())
    }

    @Test func theLastSevenRunsSayWhatIsUsual() async throws {
        let history = try await Self.history((1...9).map { Night(day: $0, rows: $0 * 10, minutes: $0) })
        #expect(history.rows == [90, 80, 70, 60, 50, 40, 30])
        #expect(history.times == (3...9).reversed().map { .seconds($0 * 60) })
        #expect(history.last == Night(day: 9, rows: 90).stamp)
    }

    /// A run that was killed has read its catalog; how long it would have taken, it does not tell.
    @Test func onlyRunsThatWentThroughTellTheirTime() async throws {
        let history = try await Self.history([
            Night(day: 1, exit: 0, minutes: 1), Night(day: 2, exit: 2, minutes: 2), Night(day: 3, exit: 75),
            Night(day: 4, exit: nil), Night(day: 5, exit: 4, minutes: 5),
        ])
        #expect(history.times == [5, 2, 1].map { .seconds($0 * 60) })
        #expect(history.rows.count == 5)
    }

    @Test func aFileIsTheSameSinceTheFirstRunInARowThatReadIt() async throws {
        let again = try await Self.history([
            Night(day: 1, modified: 1), Night(day: 2, modified: 2), Night(day: 3, modified: 1),
            Night(day: 4, modified: 1), Night(day: 5, modified: 1),
        ])
        #expect(again.sameSince == Night(day: 3).start)
        let always = try await Self.history([Night(day: 1), Night(day: 2)])
        #expect(always.sameSince == Night(day: 1).start)
        let grown = try await Self.history([Night(day: 1), Night(day: 2, bytes: 5001)])
        #expect(grown.sameSince == Night(day: 2).start)
        let unfinished = try await Self.history([Night(day: 1), Night(day: 2), Night(day: 3, exit: 75)])
        #expect(unfinished.sameSince == nil)
        let resumed = try await Self.history([Night(day: 1, exit: 75), Night(day: 2), Night(day: 3)])
        #expect(resumed.sameSince == Night(day: 2).start)
        let untimed = try await Self.history([Night(day: 1, modified: nil), Night(day: 2, modified: nil)])
        #expect(untimed.last?.modified == nil)
    }
}
