import CatalinkCore
import Testing

/// How the pacer finds the server's time.
struct PacerClockTests {
    /// How far the wall is ahead of the server, in seconds.
    @Test(arguments: [-3.0, -1.5, 0, 1.5, 3, -3600, 3600])
    func aDateTellsTheServersTimeWhateverTheWallShows(_ ahead: Double) throws {
        var bench = PacerBench(5, skew: .seconds(2))
        let alone = try #require(bench.grants(1, at: 10.5, wallAhead: ahead).tokens.first)
        bench.settle(
            Pacer.Settlement(
                alone, serverDate: PacerBench.server(10),
                receivedAt: PacerBench.moment(10.6, wallAhead: ahead)))
        let (tokens, then) = bench.grants(at: 11, wallAhead: ahead)
        #expect(tokens.count == 4)
        // Between 60 and 61.2, as a date is cut to whole seconds.
        guard case .wait(let until) = then else {
            Issue.record("\(then)")
            return
        }
        #expect((59.9...61.3).contains(until), "\(until)")
    }

    @Test func answersOnBothSidesOfAnEdgeNarrowItDown() throws {
        var bench = PacerBench(100, skew: .seconds(2))
        for (seconds, end) in [(59.5, 60.0), (59.9, 60), (60.1, 120), (60.5, 120)] {
            bench.settle(
                try bench.granted(at: seconds), limit: 100, remaining: 90, reset: end, at: seconds + 0.05)
        }
        let spent = bench.grants(at: 62)
        guard case .wait(let until) = spent.then else {
            Issue.record("\(spent.then)")
            return
        }
        #expect((120.0...120.3).contains(until), "\(until)")
    }

    @Test(arguments: [-3600.0, 3600])
    func aStepOfTheWallChangesNothing(_ step: Double) throws {
        var bench = try PacerBench.warm(5)
        let spent = bench.grants(at: 1)
        for token in spent.tokens { bench.settle(token, at: 2) }
        let stepped = bench.grants(at: 30, wallAhead: step)
        #expect(stepped.tokens.isEmpty)
        #expect(stepped.then == spent.then)
        #expect(bench.grants(at: 60.1, wallAhead: step).tokens.count == 5)
    }

    @Test func theServersClockMayStepAndTwoAnswersTellIt() throws {
        var bench = PacerBench(50, skew: .seconds(2))
        bench.settle(date: 5, at: 5.5)
        // Ten minutes and a half ahead.
        bench.settle(date: 636, at: 6.5)
        bench.settle(date: 637, at: 7.5)
        let (tokens, then) = bench.grants(at: 8)
        #expect(tokens.count == 47)
        guard case .wait(let until) = then else {
            Issue.record("\(then)")
            return
        }
        // The present window ends at 660 by the server's clock.
        #expect((29.0...31.5).contains(until), "\(until)")
    }

    @Test func oneAnswerThatLiesIsNotBelieved() throws {
        var bench = PacerBench(50, skew: .seconds(2))
        bench.settle(date: 5, at: 5.5)
        bench.settle(date: 636, at: 6.5)
        bench.settle(date: 7, at: 7.5)
        bench.settle(date: 940, at: 8.5)
        let then = bench.grants(at: 9).then
        guard case .wait(let until) = then else {
            Issue.record("\(then)")
            return
        }
        #expect((59.9...61.2).contains(until), "\(until)")
    }

    /// Machines behind one name may differ by some tenths of a second.
    @Test func serversThatDifferALittleAreAllAllowedFor() throws {
        var bench = PacerBench(100, skew: .seconds(2))
        for second in 0..<20 {
            let ahead = second % 2 == 0 ? 0 : 0.4
            for part in [0.01, 0.61, 0.99] {
                let moment = Double(second) + part
                bench.settle(date: (moment + ahead).rounded(.down), at: moment)
            }
        }
        let then = bench.grants(at: 21).then
        guard case .wait(let until) = then else {
            Issue.record("\(then)")
            return
        }
        // By none of them the window is that of before then.
        #expect((59.9...62).contains(until), "\(until)")
    }

    @Test func whereNothingTellsTheTimeTheWallIsAskedAgainAfterAPause() throws {
        var bench = PacerBench(5, skew: .seconds(2))
        bench.settle(try bench.granted(at: 0), at: 0.1)
        // A week at 50 ppm would be half a minute.
        let alone = try bench.granted(at: 7 * 86_400)
        bench.settle(alone, at: 7 * 86_400 + 0.1)
        let then = bench.grants(at: 7 * 86_400 + 1).then
        #expect(then == .wait(7 * 86_400 + 62))
    }
}

extension PacerBench {
    /// A request that goes and is answered at once with a date.
    mutating func settle(date: Double, at seconds: Double) {
        guard let token = grants(1, at: seconds).tokens.first else {
            Issue.record("expected room at \(seconds)")
            return
        }
        settle(
            Pacer.Settlement(token, serverDate: Self.server(date), receivedAt: Self.moment(seconds)))
    }
}
