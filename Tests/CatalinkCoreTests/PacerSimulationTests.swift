import CatalinkCore
import Testing

/// The pacer against a server that counts requests in fixed windows as they arrive.
struct PacerSimulationTests {
    /// Concurrency, and the shortest and longest time from client to server and back, in milliseconds.
    @Test(arguments: [(1, 1, 5), (16, 5, 80), (16, 50, 2000), (100, 50, 3000)], [1, 2, 3])
    func everyFullWindowIsUsedAndNoneOverdrawn(_ network: (Int, Int, Int), _ seed: Int) {
        var simulation = Simulation(
            limit: RateLimit(requests: 100, window: .seconds(60), reserve: 1), concurrency: network.0,
            latency: (network.1 * 1000)...(network.2 * 1000), seed: UInt64(seed))
        let counts = simulation.run(from: Timestamp(seconds: 30), windows: 10)
        #expect(counts.count == 11)
        #expect(counts.allSatisfy { $0 <= 99 })
        // The first and the last are not full.
        #expect(counts.dropFirst().dropLast().allSatisfy { $0 * 100 >= 99 * 99 }, "\(counts)")
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func shortWindowsAreNotOverdrawnEither(_ seed: Int) {
        var simulation = Simulation(
            limit: RateLimit(requests: 10, window: .seconds(1), reserve: 0), concurrency: 32,
            latency: 20_000...900_000, seed: UInt64(seed))
        let counts = simulation.run(from: Timestamp(seconds: 0), windows: 50)
        #expect(counts.allSatisfy { $0 <= 10 }, "\(counts)")
    }
}

private struct Simulation {
    private enum Event {
        case wake
        case arrival(Pacer.Token)
        case answer(Pacer.Token, RateHeaders)
    }

    private let limit: RateLimit
    private let concurrency: Int
    private let latency: ClosedRange<Int>
    private var random: SplitMix
    private var pacer: Pacer
    /// Sorted by time, latest first.
    private var events: [(at: Timestamp, event: Event)] = []
    private var inFlight = 0
    private var nextWake: Timestamp?
    private var counts: [Timestamp: Int] = [:]

    init(limit: RateLimit, concurrency: Int, latency: ClosedRange<Int>, seed: UInt64) {
        self.limit = limit
        self.concurrency = concurrency
        self.latency = latency
        random = SplitMix(state: seed)
        pacer = Pacer(limit)
    }

    /// What the server counted in each window.
    mutating func run(from start: Timestamp, windows: Int) -> [Int] {
        let first = limit.windowStart(at: start)
        let end = first + limit.window * (windows + 1)
        schedule(.wake, at: start)
        while let next = events.popLast(), next.at < end {
            happen(next.event, at: next.at)
            send(at: next.at)
        }
        return (0...windows).map { counts[first + limit.window * $0] ?? 0 }
    }

    private mutating func happen(_ event: Event, at now: Timestamp) {
        switch event {
        case .wake: nextWake = nil
        case .arrival(let token):
            let window = limit.windowStart(at: now)
            counts[window, default: 0] += 1
            let remaining = max(0, limit.requests - (counts[window] ?? 0))
            let headers = RateHeaders(
                limit: limit.requests, remaining: remaining, reset: window + limit.window)
            schedule(.answer(token, headers), at: now + halfTrip())
        case .answer(let token, let headers):
            inFlight -= 1
            pacer.settle(token, headers: headers, at: now)
        }
    }

    private mutating func send(at now: Timestamp) {
        while inFlight < concurrency {
            switch pacer.grant(at: now) {
            case .granted(let token):
                inFlight += 1
                schedule(.arrival(token), at: now + halfTrip())
            case .wait(let until):
                if nextWake == nil { schedule(.wake, at: until) }
                nextWake = until
                return
            case .waitForAnswer: return
            }
        }
    }

    private mutating func halfTrip() -> Duration {
        .microseconds(Int.random(in: latency, using: &random) / 2)
    }

    private mutating func schedule(_ event: Event, at moment: Timestamp) {
        events.insert((moment, event), at: events.firstIndex { $0.at <= moment } ?? events.endIndex)
    }
}

/// SplitMix64, so that a simulation that fails can be run again.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
