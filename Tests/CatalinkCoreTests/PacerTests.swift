import CatalinkCore
import Testing

struct PacerTests {
    @Test(arguments: [(100, 1, 99), (100, 0, 100), (5, 4, 1), (5, 1, 4), (2, 5, 1)])
    func aWindowGrantsWhatIsUsable(_ requests: Int, _ reserve: Int, _ usable: Int) throws {
        var bench = try PacerBench.warm(requests, reserve: reserve)
        let (tokens, then) = bench.grants(at: 1)
        #expect(tokens.count == usable - 1)
        #expect(then == .wait(60))
        for token in tokens { bench.settle(token, at: 2) }
        let late = bench.grants(at: 59.9).tokens
        #expect(late.isEmpty)
        let next = bench.grants(at: 60.1)
        #expect(next.tokens.count == usable)
        #expect(next.then == .wait(120))
    }

    @Test func whatIsWantedIsGrantedAndNoMore() throws {
        var bench = try PacerBench.warm(100)
        let (tokens, then) = bench.grants(7, at: 1)
        #expect(tokens.count == 7)
        #expect(then == .room)
        #expect(Set(tokens.map(\.id)).count == 7)
        #expect(tokens.allSatisfy { $0.grantedAt == PacerBench.moment(1).steady })
        let none = bench.grants(0, at: 1)
        #expect(none.tokens.isEmpty)
        #expect(none.then == .room)
    }

    // MARK: Alone

    @Test func theFirstRequestGoesAlone() throws {
        var bench = PacerBench(10)
        let (tokens, then) = bench.grants(at: 0)
        #expect(tokens.count == 1)
        #expect(then == .answer)
        #expect(bench.grants(at: 0.5).then == .answer)
        bench.settle(try #require(tokens.first), at: 1)
        let others = bench.grants(at: 1).tokens
        #expect(others.count == 9)
    }

    @Test func afterALostFirstAnswerTheNextGoesAloneToo() throws {
        var bench = PacerBench(10)
        bench.settle(try bench.granted(at: 0), at: 1, isAnswered: false)
        let (tokens, then) = bench.grants(at: 1)
        #expect(tokens.count == 1)
        #expect(then == .answer)
    }

    /// When the next grant is asked for, and how many go.
    @Test(arguments: [(60.1, 10), (119.9, 10), (120.1, 1), (500, 1)])
    func afterAWholeWindowWithoutUsOneGoesAlone(_ seconds: Double, _ count: Int) throws {
        var bench = try PacerBench.warm(10)
        #expect(bench.grants(at: seconds).tokens.count == count)
    }

    // MARK: Edges

    @Test func whatIsInFlightOverAnEdgeCountsInBothWindows() throws {
        var bench = try PacerBench.warm(5)
        let before = bench.grants(at: 59).tokens
        let (after, then) = bench.grants(at: 60.1)
        #expect(before.count == 4)
        #expect(after.count == 1)
        #expect(then == .wait(120))
    }

    @Test func aRequestCountedInTheOldWindowIsGivenBack() throws {
        var bench = try PacerBench.warm(5)
        let before = bench.grants(at: 59).tokens
        _ = bench.grants(at: 60.1)
        for token in before.prefix(2) { bench.settle(token, limit: 5, remaining: 0, reset: 60, at: 61) }
        let givenBack = bench.grants(at: 61).tokens
        #expect(givenBack.count == 2)
    }

    @Test func aRequestCountedInTheNewWindowIsNotGivenBack() throws {
        var bench = try PacerBench.warm(5)
        let before = bench.grants(at: 59).tokens
        _ = bench.grants(at: 60.1)
        for (index, token) in before.enumerated() {
            bench.settle(token, limit: 5, remaining: 4 - index, reset: 120, at: 61)
        }
        let givenBack = bench.grants(at: 61).tokens
        #expect(givenBack.isEmpty)
    }

    @Test func anAnswerWithoutHeadersLeavesARequestCountedInBothWindows() throws {
        var bench = try PacerBench.warm(5)
        for token in bench.grants(at: 59).tokens { bench.settle(token, at: 61) }
        #expect(bench.grants(at: 61).tokens.count == 1)
        #expect(bench.grants(at: 120.1).tokens.count == 5)
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

    /// Near an edge the present may be in either window, so both must have room.
    @Test func nothingGoesNearAnEdgeUnlessBothWindowsHaveRoom() throws {
        var bench = PacerBench(5, skew: .seconds(2))
        bench.settle(try bench.granted(at: 10), at: 10)
        let spent = bench.grants(at: 11)
        #expect(spent.tokens.count == 4)
        #expect(spent.then == .wait(62))
        for token in spent.tokens { bench.settle(token, at: 12) }
        #expect(bench.grants(at: 61.9).tokens.isEmpty)
        #expect(bench.grants(at: 62.1).tokens.count == 5)
    }

    // MARK: Those that never come back

    @Test func whatWasNeverSettledStaysCountedInItsWindow() throws {
        var bench = try PacerBench.warm(5)
        #expect(bench.grants(at: 1).tokens.count == 4)
        let (tokens, then) = bench.grants(at: 50)
        #expect(tokens.isEmpty)
        #expect(then == .wait(60))
        #expect(bench.grants(at: 60.1).tokens.count == 5)
    }

    @Test func whatWasNeverSettledCountsInEveryWindowOfItsLifetime() throws {
        var bench = try PacerBench.warm(5)
        #expect(bench.grants(3, at: 50).tokens.count == 3)
        #expect(bench.grants(at: 82).tokens.count == 2)
        // Their deadline is long over, and so is the last window that they may have been in.
        #expect(bench.grants(at: 120.1).tokens.count == 5)
    }

    @Test func aHolderThatDiedAloneIsFollowedByAnotherAlone() throws {
        var bench = PacerBench(5)
        _ = try bench.granted(at: 0)
        #expect(bench.grants(at: 30).then == .answer)
        let (tokens, then) = bench.grants(at: 31.1)
        #expect(tokens.count == 1)
        #expect(then == .answer)
    }

    @Test func aTokenSettledTwiceOrAfterItsDeadlineHarmsNothing() throws {
        var bench = try PacerBench.warm(5)
        let token = try bench.granted(at: 1)
        bench.settle(token, at: 40)
        bench.settle(token, at: 41)
        bench.settle(token, limit: 5, remaining: 3, reset: 60, at: 42)
        #expect(bench.grants(at: 43).tokens.count == 3)
    }

    // MARK: Several windows

    @Test func everyWindowMustHaveRoom() throws {
        var bench = PacerBench(
            Pacer.Settings(
                [
                    RateLimit(requests: 10, window: .seconds(60), reserve: 0),
                    RateLimit(requests: 25, window: .seconds(600), reserve: 0),
                ], skew: .zero))
        bench.settle(try bench.granted(at: 0), at: 0.1)
        var counts: [Int] = []
        for minute in 0..<5 {
            let (tokens, _) = bench.grants(at: Double(minute) * 60 + 1)
            counts.append(tokens.count)
            for token in tokens { bench.settle(token, at: Double(minute) * 60 + 2) }
        }
        #expect(counts == [9, 10, 5, 0, 0])
        #expect(bench.grants(at: 200).then == .wait(600))
    }

    @Test func aSpentWindowOfADayEndsTheRun() throws {
        var bench = PacerBench(
            Pacer.Settings(
                [
                    RateLimit(requests: 100, window: .seconds(60), reserve: 0),
                    RateLimit(requests: 5, window: .seconds(86_400), reserve: 0),
                ], skew: .zero))
        bench.settle(try bench.granted(at: 0), at: 0.1)
        let (tokens, then) = bench.grants(at: 1)
        #expect(tokens.count == 4)
        #expect(then == .exhausted)
    }

    // MARK: As a value

    @Test func bytesGiveTheSamePacer() throws {
        var bench = try PacerBench.warm(10)
        let tokens = bench.grants(5, at: 1).tokens
        bench.settle(tokens[0], limit: 10, remaining: 2, reset: 60, at: 2)
        bench.throttle(tokens[1], retryAfter: 9, at: 3)
        bench.settle(
            Pacer.Settlement(tokens[2], serverDate: PacerBench.server(5000), receivedAt: PacerBench.moment(4))
        )
        #expect(Pacer(bytes: bench.pacer.bytes) == bench.pacer)
        #expect(bench.pacer.bytes.count < 300)
    }

    @Test func otherBytesAreNoPacer() throws {
        let bytes = try PacerBench.warm(10).pacer.bytes
        #expect(Pacer(bytes: []) == nil)
        #expect(Pacer(bytes: bytes + [0]) == nil)
        for count in bytes.indices { #expect(Pacer(bytes: Array(bytes[..<count])) == nil) }
        #expect(Pacer(bytes: [9] + bytes.dropFirst()) == nil)
    }
}
