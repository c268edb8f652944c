import CatalinkCore
import Testing

/// What the pacer learns from answers.
struct PacerHeaderTests {
    @Test func foreignUseIsLearnedFromHeaders() throws {
        var bench = PacerBench(10)
        bench.settle(try bench.granted(at: 0), limit: 10, remaining: 4, reset: 60, at: 0.1)
        let (tokens, then) = bench.grants(at: 1)
        #expect(tokens.count == 4)
        #expect(then == .wait(60))
        for token in tokens { bench.settle(token, at: 2) }
        let next = bench.grants(at: 60.1).tokens
        #expect(next.count == 10)
    }

    /// What the server says its limit is, and what is granted of ten beside the first.
    @Test(arguments: [(4, 3), (10, 9), (1000, 9)])
    func aHeaderLowersTheLimitAndNeverRaisesIt(_ told: Int, _ granted: Int) throws {
        var bench = PacerBench(10)
        bench.settle(try bench.granted(at: 0.5), limit: told, remaining: told - 1, reset: 60, at: 0.6)
        let others = bench.grants(at: 1).tokens
        #expect(others.count == granted)
    }

    @Test(arguments: [(4, 3), (10, 9), (50, 49)])
    func underServerAHeaderRaisesTheLimitToo(_ told: Int, _ granted: Int) throws {
        var bench = PacerBench(
            Pacer.Settings(
                [RateLimit(requests: 10, window: .seconds(60), reserve: 0)], raises: true, skew: .zero))
        bench.settle(try bench.granted(at: 0.5), limit: told, remaining: told - 1, reset: 60, at: 0.6)
        #expect(bench.grants(at: 1).tokens.count == granted)
    }

    @Test func aWindowThatOnlyTheServerNamesHoldsToo() throws {
        var bench = PacerBench(100)
        let daily = RateHeaders.Window(
            limit: 8, remaining: 5, reset: .after(.seconds(3500)), length: .seconds(3600))
        let date = PacerBench.server(0.5)
        bench.settle(
            Pacer.Settlement(
                try bench.granted(at: 0.5), headers: RateHeaders([daily]),
                serverDate: Timestamp(seconds: date.seconds), receivedAt: PacerBench.moment(0.6)))
        // 1,800,000,000 is a whole hour; a reset 3500 s away is none of its ends, so it is not believed.
        #expect(bench.grants(5, at: 1).tokens.count == 5)
        var other = PacerBench(100)
        let hourly = RateHeaders.Window(
            limit: 8, remaining: 5, reset: .after(.seconds(3600)), length: .seconds(3600))
        other.settle(
            Pacer.Settlement(
                try other.granted(at: 0.5), headers: RateHeaders([hourly]),
                serverDate: Timestamp(seconds: date.seconds), receivedAt: PacerBench.moment(0.6)))
        #expect(other.grants(at: 1).tokens.count == 5)
    }

    /// Replayed and overtaking answers speak of another window, or of more than is left by now.
    @Test func onlyHeadersOfThePresentWindowCount() throws {
        var bench = PacerBench(10)
        bench.settle(try bench.granted(at: 61), limit: 10, remaining: 9, reset: 120, at: 61)
        let tokens = bench.grants(3, at: 70).tokens
        bench.settle(tokens[0], limit: 10, remaining: 0, reset: 60, at: 72)
        bench.settle(tokens[1], limit: 10, remaining: 9, reset: 120, at: 72)
        bench.settle(tokens[2], limit: 10, remaining: 0, reset: 240, at: 72)
        let others = bench.grants(at: 72).tokens
        #expect(others.count == 6)
    }

    @Test func withinAWindowRemainingOnlyFalls() throws {
        var bench = PacerBench(10)
        bench.settle(try bench.granted(at: 0.5), limit: 10, remaining: 3, reset: 60, at: 0.6)
        bench.settle(try bench.granted(at: 1), limit: 10, remaining: 9, reset: 60, at: 1.1)
        #expect(bench.grants(at: 2).tokens.count == 2)
    }

    /// Answers overtake each other; the server's own order is in what they leave.
    @Test func whatOthersSpentIsKnownOnceAllAreAnswered() throws {
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            var bench = try PacerBench.warm(20, at: 0.5)
            let tokens = bench.grants(3, at: 1).tokens
            // Others spend five before the second of these.
            let remaining = [18, 12, 11]
            for index in order {
                bench.settle(tokens[index], limit: 20, remaining: remaining[index], reset: 60, at: 2)
            }
            #expect(bench.grants(at: 3).tokens.count == 11, "\(order)")
        }
    }

    @Test func whatIsStillOnItsWayHidesNothingOnceItIsKnownToBeLater() throws {
        var bench = try PacerBench.warm(20, at: 0.5)
        let first = bench.grants(2, at: 1).tokens
        bench.settle(first[0], limit: 20, remaining: 12, reset: 60, at: 2)
        // Two are ours and one is on its way: five others at least.
        #expect(bench.grants(3, at: 2).tokens.count == 3)
        bench.settle(first[1], limit: 20, remaining: 11, reset: 60, at: 3)
        // It left less than the first, so the first's six are certain: 20 - 6 others - 6 ours.
        #expect(bench.grants(at: 3).tokens.count == 8)
    }

    // MARK: 429

    @Test func aThrottledClientWaitsAsToldThenOneGoesAlone() throws {
        var bench = try PacerBench.warm(10)
        bench.throttle(try bench.granted(at: 4), retryAfter: 90, at: 5)
        let (tokens, then) = bench.grants(at: 60.1)
        #expect(tokens.isEmpty)
        #expect(then == .wait(95))
        let alone = bench.grants(at: 95).tokens
        #expect(alone.count == 1)
        bench.settle(try #require(alone.first), at: 95.5)
        #expect(bench.grants(at: 95.6).tokens.count == 9)
    }

    @Test func aThrottledClientThatIsToldNothingWaitsForTheWindowsEnd() throws {
        var bench = try PacerBench.warm(10)
        bench.throttle(try bench.granted(at: 4), retryAfter: nil, at: 5)
        let (tokens, then) = bench.grants(at: 59)
        #expect(tokens.isEmpty)
        #expect(then == .wait(60))
        #expect(bench.grants(at: 60.1).tokens.count == 1)
    }

    @Test func aShorterWaitDoesNotLiftALongerOne() throws {
        var bench = try PacerBench.warm(10)
        let tokens = bench.grants(2, at: 4).tokens
        bench.throttle(tokens[0], retryAfter: 90, at: 5)
        bench.throttle(tokens[1], retryAfter: 1, at: 6)
        #expect(bench.grants(at: 10).then == .wait(95))
    }

    @Test func throttlingThatGoesOnEndsTheRun() throws {
        var bench = try PacerBench.warm(10)
        var seconds = 10.0
        while bench.grants(0, at: seconds).then != .exhausted, seconds < 2000 {
            bench.throttle(try bench.granted(at: seconds), retryAfter: 60, at: seconds)
            seconds += 60
        }
        // The sixteenth would have to wait for more than a quarter of an hour after the first.
        #expect(seconds == 10 + 16 * 60)
    }

    @Test func anAnswerBetweenBeginsTheWaitAnew() throws {
        var bench = try PacerBench.warm(10)
        for round in 0..<20 {
            let seconds = 10 + Double(round) * 120
            bench.throttle(try bench.granted(at: seconds), retryAfter: 60, at: seconds)
            bench.settle(try bench.granted(at: seconds + 60), at: seconds + 61)
        }
        #expect(bench.grants(at: 2411).then != .exhausted)
    }

    @Test func aWaitOfADayEndsTheRunAtOnceAndTheNextRunsToo() throws {
        var bench = try PacerBench.warm(10)
        bench.throttle(try bench.granted(at: 4), retryAfter: 80_000, at: 5)
        #expect(bench.grants(at: 6).then == .exhausted)
        #expect(bench.grants(at: 20_000).then == .exhausted)
        let alone = bench.grants(at: 80_006)
        #expect(alone.tokens.count == 1)
        #expect(alone.then == .answer)
    }

    // MARK: Jobs that share a key

    @Test func ofTwoJobsTheLowerLimitHoldsWhileBothAreAtWork() throws {
        func settings(_ requests: Int) -> Pacer.Settings {
            Pacer.Settings([RateLimit(requests: requests, window: .seconds(60), reserve: 0)], skew: .zero)
        }
        var bench = PacerBench(settings(50))
        bench.pacer.claim(settings(50), at: PacerBench.moment(0))
        bench.settle(try bench.granted(at: 0), at: 0.1)
        bench.pacer.claim(settings(10), at: PacerBench.moment(1))
        bench.pacer.claim(settings(50), at: PacerBench.moment(1))
        let (tokens, _) = bench.grants(at: 1)
        #expect(tokens.count == 9)
        for token in tokens { bench.settle(token, at: 2) }
        bench.pacer.claim(settings(50), at: PacerBench.moment(310))
        bench.settle(try bench.granted(at: 310), at: 310.1)
        #expect(bench.grants(at: 311).tokens.count == 49)
    }
}
