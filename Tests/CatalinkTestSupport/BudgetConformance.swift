package import CatalinkCore
import Testing

/// What every rate budget promises, whatever its limit.
package struct BudgetConformance {
    private let budget: any RateBudget
    private let start = Timestamp(seconds: 1_800_000_000)

    package init(_ budget: any RateBudget) {
        self.budget = budget
    }

    /// A grant is given sooner or later, settled once, and never a promise about the past.
    package func check() async throws {
        var now = start
        for _ in 0..<200 {
            switch try await budget.grant(at: now) {
            case .granted(let token):
                #expect(token.window <= now)
                try await budget.settle(token, headers: nil, at: now)
            case .wait(let until):
                #expect(until > now, "waiting leads on")
                now = until
            case .waitForAnswer: Issue.record("nothing is on its way")
            }
        }
    }
}
