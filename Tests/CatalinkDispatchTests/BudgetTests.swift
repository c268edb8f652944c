import CatalinkCore
import CatalinkDispatch
import CatalinkTestSupport
import Testing

struct BudgetTests {
    @Test func twinKeepsThePromise() async throws {
        try await BudgetConformance(OpenBudget()).check()
    }

    @Test(arguments: [1, 3, 100])
    func processBudgetKeepsThePromise(_ limit: Int) async throws {
        let rate = RateLimit(requests: limit, window: .seconds(60), reserve: 0)
        try await BudgetConformance(ProcessRateBudget(rate)).check()
    }

    @Test func whatWasUsedIsTold() async throws {
        let budget = ProcessRateBudget(RateLimit(requests: 3, window: .seconds(60), reserve: 1))
        let start = Timestamp(seconds: 1_800_000_000)
        for moment in [start, start + .seconds(1), start + .seconds(60)] {
            guard case .granted(let token) = await budget.grant(at: moment) else { continue }
            await budget.settle(token, headers: nil, at: moment)
        }
        #expect(await budget.grant(at: start + .seconds(2)) != .waitForAnswer)
        #expect(await budget.windowUses().map(\.used).first == 2)
    }
}
