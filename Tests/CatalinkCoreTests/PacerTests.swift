import CatalinkCore
import Testing

struct PacerTests {
    @Test(arguments: [(100, 1, 99), (100, 0, 100), (5, 4, 1), (1, 0, 1), (1, 5, 1)])
    func aWindowGrantsWhatIsUsable(_ requests: Int, _ reserve: Int, _ usable: Int) throws {
        var bench = try PacerBench.warm(requests, reserve: reserve)
        let (tokens, then) = bench.grants(at: 1)
        #expect(tokens.count == usable - 1)
        #expect(then == PacerBench.wait(until: 60))
        for token in tokens { bench.settle(token, at: 2) }
        let late = bench.grants(at: 59.9).tokens
        #expect(late.isEmpty)
        let next = bench.grants(at: 60)
        #expect(next.tokens.count == usable)
        #expect(next.then == PacerBench.wait(until: 120))
    }

    @Test func theFirstRequestGoesAlone() throws {
        var bench = PacerBench(10)
        let (tokens, then) = bench.grants(at: 0)
        #expect(tokens.count == 1)
        #expect(then == Pacer.Grant.waitForAnswer)
        let token = try #require(tokens.first)
        bench.settle(token, at: 1)
        let others = bench.grants(at: 1).tokens
        #expect(others.count == 9)
    }

    @Test func whatIsInFlightOverAnEdgeCountsInBothWindows() throws {
        var bench = try PacerBench.warm(5)
        let before = bench.grants(at: 59).tokens
        let (after, then) = bench.grants(at: 60)
        #expect(before.count == 4)
        #expect(after.count == 1)
        #expect(then == PacerBench.wait(until: 120))
    }

    @Test func aRequestCountedInTheOldWindowIsGivenBack() throws {
        var bench = try PacerBench.warm(5)
        let before = bench.grants(at: 59).tokens
        _ = bench.grants(at: 60)
        for token in before.prefix(2) { bench.settle(token, limit: 5, remaining: 0, reset: 60, at: 61) }
        let givenBack = bench.grants(at: 61).tokens
        #expect(givenBack.count == 2)
    }

    @Test func aRequestCountedInTheNewWindowIsNotGivenBack() throws {
        var bench = try PacerBench.warm(5)
        let before = bench.grants(at: 59).tokens
        _ = bench.grants(at: 60)
        for token in before { bench.settle(token, limit: 5, remaining: 1, reset: 120, at: 61) }
        let givenBack = bench.grants(at: 61).tokens
        #expect(givenBack.isEmpty)
    }

    /// The first thing to happen after an edge may be an answer; what it answers was counted in the new window.
    @Test func anAnswerBeforeTheFirstGrantOfAWindowCountsInIt() throws {
        var bench = try PacerBench.warm(5)
        let before = bench.grants(at: 59.9).tokens
        for (index, token) in before.enumerated() {
            bench.settle(token, limit: 5, remaining: 4 - index, reset: 120, at: 60.5)
        }
        let left = bench.grants(at: 61).tokens
        #expect(left.count == 1)
    }

    @Test func foreignUseIsLearnedFromHeaders() throws {
        var bench = PacerBench(10)
        let token = try bench.granted(at: 0)
        bench.settle(token, limit: 10, remaining: 4, reset: 60, at: 0.1)
        let (tokens, then) = bench.grants(at: 1)
        #expect(tokens.count == 4)
        #expect(then == PacerBench.wait(until: 60))
        for token in tokens { bench.settle(token, at: 2) }
        let next = bench.grants(at: 60).tokens
        #expect(next.count == 10)
    }

    /// What the server says its limit is, and what is granted of ten beside the first.
    @Test(arguments: [(4, 3), (10, 9), (1000, 9)])
    func aHeaderLowersTheLimitAndNeverRaisesIt(_ told: Int, _ granted: Int) throws {
        var bench = PacerBench(10)
        let token = try bench.granted(at: 0)
        bench.settle(token, limit: told, remaining: told - 1, reset: 60, at: 0.1)
        let others = bench.grants(at: 1).tokens
        #expect(others.count == granted)
    }

    /// Replayed and overtaking answers speak of another window, or of more than is left by now.
    @Test func onlyHeadersOfThePresentWindowCount() throws {
        var bench = try PacerBench.warm(10, at: 60)
        let tokens = try [bench.granted(at: 61), bench.granted(at: 61), bench.granted(at: 61)]
        bench.settle(tokens[0], limit: 10, remaining: 0, reset: 60, at: 62)
        bench.settle(tokens[1], limit: 10, remaining: 0, reset: 180, at: 62)
        bench.settle(tokens[2], limit: 10, remaining: 9, reset: 120, at: 62)
        let others = bench.grants(at: 62).tokens
        #expect(others.count == 6)
    }

    @Test func aThrottledClientWaitsAsTold() throws {
        var bench = try PacerBench.warm(10)
        bench.throttled(retryAfter: 90, at: 5)
        let (tokens, then) = bench.grants(at: 60)
        #expect(tokens.isEmpty)
        #expect(then == PacerBench.wait(until: 95))
        let later = bench.grants(at: 95).tokens
        #expect(later.count == 10)
    }

    @Test func aThrottledClientThatIsToldNothingWaitsForTheWindowsEnd() throws {
        var bench = try PacerBench.warm(10)
        bench.throttled(retryAfter: nil, at: 5)
        let (tokens, then) = bench.grants(at: 59)
        #expect(tokens.isEmpty)
        #expect(then == PacerBench.wait(until: 60))
        let later = bench.grants(at: 60).tokens
        #expect(later.count == 10)
    }

    @Test func aShorterWaitDoesNotLiftALongerOne() throws {
        var bench = try PacerBench.warm(10)
        bench.throttled(retryAfter: 90, at: 5)
        bench.throttled(retryAfter: 1, at: 6)
        let then = bench.grants(at: 10).then
        #expect(then == PacerBench.wait(until: 95))
    }

    @Test func aClockThatStepsBackOpensNoWindowTwice() throws {
        var bench = try PacerBench.warm(5, at: 60)
        let all = bench.grants(at: 61).tokens
        #expect(all.count == 4)
        for seconds in [59.0, 1.0, 60.0, 119.9] {
            let (tokens, then) = bench.grants(at: seconds)
            #expect(tokens.isEmpty)
            #expect(then == PacerBench.wait(until: 120))
        }
    }

    @Test func theUseOfEachWindowIsKept() throws {
        var bench = try PacerBench.warm(5, reserve: 1)
        for token in bench.grants(at: 1).tokens { bench.settle(token, at: 2) }
        _ = try bench.granted(at: 180)
        let uses = bench.pacer.uses
        #expect(uses.map(\.start) == [Timestamp(seconds: 0), Timestamp(seconds: 180)])
        #expect(uses.map(\.used) == [4, 1])
        #expect(uses.map(\.limit) == [5, 5])
    }
}

/// A pacer of windows of a minute, at moments in seconds.
private struct PacerBench {
    private(set) var pacer: Pacer

    init(_ requests: Int, reserve: Int = 0) {
        pacer = Pacer(RateLimit(requests: requests, window: .seconds(60), reserve: reserve))
    }

    /// One whose first request has been answered.
    static func warm(_ requests: Int, reserve: Int = 0, at seconds: Double = 0) throws -> PacerBench {
        var bench = PacerBench(requests, reserve: reserve)
        let token = try bench.granted(at: seconds)
        bench.settle(token, at: seconds + 0.1)
        return bench
    }

    static func wait(until seconds: Double) -> Pacer.Grant {
        .wait(until: moment(seconds))
    }

    private static func moment(_ seconds: Double) -> Timestamp {
        Timestamp(microseconds: Int64(seconds * 1_000_000))
    }

    /// Grants until something else comes.
    mutating func grants(at seconds: Double) -> (tokens: [Pacer.Token], then: Pacer.Grant) {
        var tokens: [Pacer.Token] = []
        while true {
            let grant = pacer.grant(at: Self.moment(seconds))
            guard case .granted(let token) = grant else { return (tokens, grant) }
            tokens.append(token)
        }
    }

    mutating func granted(at seconds: Double) throws -> Pacer.Token {
        var token: Pacer.Token?
        if case .granted(let granted) = pacer.grant(at: Self.moment(seconds)) { token = granted }
        return try #require(token)
    }

    mutating func settle(_ token: Pacer.Token, at seconds: Double) {
        pacer.settle(token, headers: nil, at: Self.moment(seconds))
    }

    mutating func settle(_ token: Pacer.Token, limit: Int, remaining: Int, reset: Double, at seconds: Double)
    {
        let headers = RateHeaders(limit: limit, remaining: remaining, reset: Self.moment(reset))
        pacer.settle(token, headers: headers, at: Self.moment(seconds))
    }

    mutating func throttled(retryAfter: Int?, at seconds: Double) {
        pacer.throttled(retryAfter: retryAfter.map { Duration.seconds($0) }, at: Self.moment(seconds))
    }
}
