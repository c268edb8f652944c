import CatalinkCore
import CatalinkHash
import CatalinkLedger
import CatalinkTestSupport
import Foundation
import GRDB
import Testing

@Suite(.timeLimit(.minutes(10)))
struct SharedRateBudgetTests {
    private static let key = SHA256.digest(of: Array("key".utf8))
    private static let start = Moment(
        steady: Timestamp(seconds: 1000), wall: Timestamp(seconds: 1_800_000_000))

    private static func settings(_ requests: Int) -> Pacer.Settings {
        Pacer.Settings([RateLimit(requests: requests, window: .seconds(60), reserve: 0)])
    }

    private static func budget(
        _ directory: String, _ requests: Int = 30, key: Digest = key, boot: String = "boot"
    ) throws -> SharedRateBudget {
        try SharedRateBudget(
            SharedRateBudget.Store(path: directory + "/budget.sqlite", boot: boot), origin: "api.example",
            key: key,
            settings(requests))
    }

    @Test(arguments: [1, 3, 100])
    func sharedBudgetKeepsThePromise(_ limit: Int) async throws {
        try await withTemporaryDirectory { directory in
            try await BudgetConformance(try Self.budget(directory, limit)).check()
        }
    }

    @Test func twoOnOneFileNeverOverdrawTogether() async throws {
        try await withTemporaryDirectory { directory in
            let (first, second) = (try Self.budget(directory), try Self.budget(directory))
            try await SharedBudgetConformance(first, second, limit: 30).theyNeverOverdrawTogether()
        }
    }

    @Test func aTokenWhoseHolderIsGoneIsNotReclaimedEarly() async throws {
        try await withTemporaryDirectory { directory in
            let (first, second) = (try Self.budget(directory), try Self.budget(directory))
            try await SharedBudgetConformance(first, second, limit: 30)
                .aTokenWhoseHolderIsGoneIsNotReclaimedEarly()
        }
    }

    @Test func ofTwoJobsTheLowerLimitHoldsForBoth() async throws {
        try await withTemporaryDirectory { directory in
            let (first, second) = (try Self.budget(directory, 50), try Self.budget(directory, 10))
            let alone = try await first.turn([], wanted: 1, at: Self.start)
            _ = try await second.turn([], wanted: 0, at: Self.start)
            let later = Self.start.later(by: .seconds(1))
            let rest = try await first.turn(
                alone.tokens.map { Pacer.Settlement($0, receivedAt: later) }, wanted: 50, at: later)
            #expect(rest.tokens.count == 9)
        }
    }

    @Test func whoWaitsForAnothersAnswerLooksAgainSoon() async throws {
        try await withTemporaryDirectory { directory in
            let (first, second) = (try Self.budget(directory), try Self.budget(directory))
            #expect(try await first.turn([], wanted: 5, at: Self.start).next == .waitForAnswer)
            let turn = try await second.turn([], wanted: 5, at: Self.start)
            #expect(turn.tokens.isEmpty)
            #expect(turn.next == .wait(until: Self.start.steady + .milliseconds(50)))
        }
    }

    @Test func keysAreApart() async throws {
        try await withTemporaryDirectory { directory in
            let store = try SharedRateBudget.Store(path: directory + "/budget.sqlite", boot: "boot")
            for name in ["a", "b", "c"] {
                let budget = SharedRateBudget(
                    store, origin: "api.example", key: SHA256.digest(of: Array(name.utf8)), Self.settings(5))
                #expect(try await budget.turn([], wanted: 1, at: Self.start).tokens.count == 1)
            }
        }
    }

    @Test func anotherBootBeginsAnewAndAlone() async throws {
        try await withTemporaryDirectory { directory in
            let before = try Self.budget(directory)
            let alone = try await before.turn([], wanted: 1, at: Self.start)
            _ = try await before.turn(
                alone.tokens.map { Pacer.Settlement($0, receivedAt: Self.start) }, wanted: 29, at: Self.start)
            let after = try Self.budget(directory, boot: "next")
            let now = Moment(steady: Timestamp(seconds: 5), wall: Self.start.wall)
            let turn = try await after.turn([], wanted: 5, at: now)
            #expect(turn.tokens.count == 1)
            #expect(turn.next == .waitForAnswer)
        }
    }

    @Test func aTurnThatChangesNothingWritesNothing() async throws {
        try await withTemporaryDirectory { directory in
            let store = try SharedRateBudget.Store(path: directory + "/budget.sqlite", boot: "boot")
            let budget = SharedRateBudget(store, origin: "o", key: Self.key, Self.settings(1))
            _ = try await budget.turn([], wanted: 1, at: Self.start)
            let before = try await store.database.read { $0.totalChangesCount }
            for _ in 0..<10 { _ = try await budget.turn([], wanted: 1, at: Self.start) }
            #expect(try await store.database.read { $0.totalChangesCount } == before)
        }
    }

    @Test func aFileThatIsNoBudgetIsToldWithWhatToDo() async throws {
        try await withTemporaryDirectory { directory in
            try write(String(repeating: "not a database, ", count: 100), to: directory + "/budget.sqlite")
            let error = #expect(throws: LedgerError.self) { try Self.budget(directory) }
            #expect(
                error?.message.hasPrefix("\(directory)/budget.sqlite: expected the shared rate budget")
                    == true)
            #expect(error?.message.contains("remove this file") == true)
        }
    }

    @Test func aBudgetThatCannotBeReadIsToldToo() async throws {
        try await withTemporaryDirectory { directory in
            let store = try SharedRateBudget.Store(path: directory + "/budget.sqlite", boot: "boot")
            let budget = SharedRateBudget(store, origin: "o", key: Self.key, Self.settings(1))
            _ = try await budget.turn([], wanted: 1, at: Self.start)
            try await store.database.write { try $0.execute(sql: "UPDATE budget SET pacer = x'77'") }
            await #expect(throws: LedgerError.self) { try await budget.turn([], wanted: 1, at: Self.start) }
        }
    }

    @Test func theKernelNamesTheBoot() async throws {
        try await withTemporaryDirectory { directory in
            _ = try SharedRateBudget.Store(path: directory + "/budget.sqlite")
        }
    }
}
