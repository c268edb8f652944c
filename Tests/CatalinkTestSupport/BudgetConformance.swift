package import CatalinkCore
import Testing

/// What every rate budget promises, whatever its limit.
package struct BudgetConformance {
    private let budget: any RateBudget
    private let start = Moment(steady: Timestamp(seconds: 1000), wall: Timestamp(seconds: 1_800_000_000))

    package init(_ budget: any RateBudget) {
        self.budget = budget
    }

    /// A grant is given sooner or later, settled once, and never a promise about the past.
    package func check() async throws {
        var now = start
        var answered: [Pacer.Settlement] = []
        var granted = 0
        for _ in 0..<200 {
            let turn = try await budget.turn(answered, wanted: 3, at: now)
            #expect(turn.tokens.count <= 3)
            #expect(turn.tokens.allSatisfy { $0.grantedAt == now.steady })
            granted += turn.tokens.count
            answered = turn.tokens.map { Pacer.Settlement($0, receivedAt: now) }
            switch turn.next {
            case .room: #expect(turn.tokens.count == 3, "room means that all that was wanted is granted")
            case .wait(let until):
                #expect(until > now.steady, "waiting leads on")
                now = now.later(by: until.since(now.steady))
            case .waitForAnswer: #expect(!answered.isEmpty, "something is on its way")
            case .exhausted(let reason): Issue.record("nothing is exhausted: \(reason)")
            }
        }
        #expect(granted > 60)
        let turn = try await budget.turn(answered, wanted: 0, at: now)
        #expect(turn.tokens.isEmpty, "who wants nothing gets nothing")
    }
}

/// What budgets promise that share one key, each as another process would hold it.
package struct SharedBudgetConformance {
    private let first: any RateBudget
    private let second: any RateBudget
    private let limit: Int
    private let start = Moment(steady: Timestamp(seconds: 1000), wall: Timestamp(seconds: 1_800_000_000))

    /// - Parameter limit: requests a minute, of each of both, nothing reserved; above ten.
    package init(_ first: any RateBudget, _ second: any RateBudget, limit: Int) {
        self.first = first
        self.second = second
        self.limit = limit
    }

    /// Together they spend a window, and never more than it.
    package func theyNeverOverdrawTogether() async throws {
        var now = start
        var counts: [Int64: Int] = [:]
        var answers: [[Pacer.Settlement]] = [[], []]
        while now.steady < start.steady + .seconds(600) {
            for (index, budget) in [first, second].enumerated() {
                let turn = try await budget.turn(answers[index], wanted: 4, at: now)
                answers[index] = turn.tokens.map { token in
                    let window = now.wall.seconds / 60
                    counts[window, default: 0] += 1
                    let headers = RateHeaders(
                        limit: limit, remaining: limit - (counts[window] ?? 0),
                        reset: Timestamp(seconds: (window + 1) * 60))
                    return Pacer.Settlement(token, headers: headers, receivedAt: now)
                }
            }
            now = now.later(by: .milliseconds(250))
        }
        #expect(counts.values.allSatisfy { $0 <= limit }, "\(counts)")
        #expect(counts.values.reduce(0, +) >= limit * 9, "\(counts)")
    }

    /// What one holds and never gives back stays counted until its window has ended.
    package func aTokenWhoseHolderIsGoneIsNotReclaimedEarly() async throws {
        let alone = try await first.turn([], wanted: 1, at: start)
        var now = start.later(by: .seconds(1))
        let held = try await first.turn(
            alone.tokens.map { Pacer.Settlement($0, receivedAt: now) }, wanted: 10, at: now)
        #expect(held.tokens.count == 10)
        // Its deadline has passed by then, its window has not.
        now = start.later(by: .seconds(50))
        let rest = try await second.turn([], wanted: limit, at: now)
        #expect(rest.tokens.count == limit - 11)
        guard case .wait(let until) = rest.next else {
            Issue.record("expected to wait for the next window, got: \(rest.next)")
            return
        }
        #expect(until.since(start.steady) >= .seconds(60))
    }
}

extension Moment {
    package func later(by duration: Duration) -> Moment {
        Moment(steady: steady + duration, wall: wall + duration)
    }
}
