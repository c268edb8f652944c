import CatalinkCore
import Testing

struct CircuitBreakerTests {
    private static let start = Timestamp(seconds: 1000)

    private func tripped() -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<breaker.threshold { breaker.failed(.server, at: Self.start) }
        return breaker
    }

    @Test func itClosesAfterSomeFailuresInARow() {
        var breaker = CircuitBreaker()
        for _ in 0..<4 { breaker.failed(.server, at: Self.start) }
        #expect(breaker.admission(at: Self.start) == .open)
        breaker.succeeded()
        for _ in 0..<4 { breaker.failed(.server, at: Self.start) }
        #expect(!breaker.isTripped)
        breaker.failed(.server, at: Self.start)
        #expect(breaker.isTripped)
        #expect(breaker.admission(at: Self.start) == .closed(until: Self.start + .seconds(1)))
        #expect(breaker.admission(at: Self.start + .seconds(1)) == .probe)
    }

    @Test func causesAreCountedApart() {
        var breaker = CircuitBreaker()
        for cause in [CircuitBreaker.Cause.server, .network, .server, .network, .firewall, .server, .network]
        {
            breaker.failed(cause, at: Self.start)
        }
        #expect(!breaker.isTripped)
        #expect(breaker.failuresInARow(.server) == 3)
        #expect(breaker.failuresInARow(.firewall) == 1)
    }

    @Test func eachFailedProbeDoublesThePauseUpToAMinute() {
        var breaker = tripped()
        var now = Self.start
        var pauses: [Duration] = []
        for _ in 0..<8 {
            guard case .closed(let until) = breaker.admission(at: now) else { break }
            pauses.append(until.since(now))
            now = until
            breaker.failed(.server, at: now)
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
        #expect(breaker.outage(at: now)?.lasted == now.since(Self.start))
    }

    /// Those that were on their way when it closed say nothing new.
    @Test func lateFailuresDoNotLengthenThePause() {
        var breaker = tripped()
        for _ in 0..<20 { breaker.failed(.server, at: Self.start + .milliseconds(500)) }
        #expect(breaker.admission(at: Self.start + .seconds(1)) == .probe)
    }

    @Test func oneSuccessEndsIt() {
        var breaker = tripped()
        breaker.succeeded()
        #expect(breaker.admission(at: Self.start) == .open)
        #expect(breaker.outage(at: Self.start) == nil)
    }
}

struct RetryBudgetTests {
    @Test func aTargetThatAlwaysFailsIsNotHammered() {
        var budget = RetryBudget(initial: 10)
        var taken = 0
        while budget.take() { taken += 1 }
        #expect(taken == 10)
    }

    @Test func everyFiveSuccessesEarnARetry() {
        var budget = RetryBudget(initial: 0)
        var taken: [Bool] = []
        for _ in 0..<4 { budget.succeeded() }
        taken.append(budget.take())
        budget.succeeded()
        taken.append(budget.take())
        taken.append(budget.take())
        #expect(taken == [false, true, false])
    }
}
