import CatalinkCore
import CatalinkDispatch
import CatalinkTestSupport
import Testing

struct BudgetTests {
    private static let start = Moment(
        steady: Timestamp(seconds: 1000), wall: Timestamp(seconds: 1_800_000_000))

    @Test func twinKeepsThePromise() async throws {
        try await BudgetConformance(OpenBudget()).check()
    }

    @Test(arguments: [1, 3, 100])
    func processBudgetKeepsThePromise(_ limit: Int) async throws {
        let rate = RateLimit(requests: limit, window: .seconds(60), reserve: 0)
        try await BudgetConformance(ProcessRateBudget(rate)).check()
    }

    @Test func twoHoldersOfOneBudgetKeepTheirsToo() async throws {
        let rate = RateLimit(requests: 30, window: .seconds(60), reserve: 0)
        let budget = ProcessRateBudget(rate)
        try await SharedBudgetConformance(budget, budget, limit: 30).theyNeverOverdrawTogether()
        let other = ProcessRateBudget(rate)
        try await SharedBudgetConformance(other, other, limit: 30)
            .aTokenWhoseHolderIsGoneIsNotReclaimedEarly()
    }

    @Test func whatWasUsedIsTold() async throws {
        let budget = ProcessRateBudget(
            Pacer.Settings([RateLimit(requests: 3, window: .seconds(60), reserve: 1)], skew: .zero))
        var answered: [Pacer.Settlement] = []
        for seconds in [0, 1, 2, 61] {
            let now = Self.start.later(by: .seconds(seconds))
            let turn = await budget.turn(answered, wanted: 1, at: now)
            answered = turn.tokens.map { Pacer.Settlement($0, receivedAt: now) }
        }
        let uses = await budget.windowUses()
        #expect(uses.map(\.used) == [2, 1])
        #expect(uses.map(\.limit) == [3, 3])
        #expect(uses.map(\.start) == [Self.start.wall, Self.start.wall + .seconds(60)])
    }
}
