import CatalinkCore
import CatalinkTestSupport

/// Runners that share one pacer, against a server that counts requests in fixed windows as they arrive, by a clock of
/// its own.
struct PacerSimulation {
    enum Headers: CaseIterable {
        case unix, draft, date, none
    }

    struct Setting {
        var limit = RateLimit(requests: 100, window: .seconds(60), reserve: 1)
        var concurrency = 16
        /// From runner to server and back, in milliseconds.
        var latency = 5...80
        /// How far the server's clock is ahead of the wall.
        var skew: Duration = .zero
        var headers = Headers.unix
        var runners = 1
        /// Spent by others as each window begins.
        var foreign = 0
        /// Spent by others before the start.
        var spentAtStart = 0
        /// The moment and the size of a step of the wall's clock.
        var step: (at: Duration, by: Duration)?
        /// One answer in so many is lost, and one request in so many never arrives.
        var lossOneIn: Int?
    }

    private enum Event {
        case wake
        case arrival(Pacer.Token, runner: Int)
        case answer(Pacer.Settlement, runner: Int)
        case foreign
        case step
    }

    private let setting: Setting
    private var random: SplitMix
    private var pacer: Pacer
    /// Sorted by steady time, latest first.
    private var events: [(at: Timestamp, event: Event)] = []
    private var inFlight: [Int]
    private var nextWake: Timestamp?
    private var wallOffset: Duration
    private let serverOffset: Duration
    private var counts: [Int64: Int] = [:]
    private(set) var refused = 0

    init(_ setting: Setting, seed: UInt64) {
        self.setting = setting
        random = SplitMix(seed: seed)
        pacer = Pacer(Pacer.Settings([setting.limit], lifetime: .seconds(10)))
        inFlight = Array(repeating: 0, count: setting.runners)
        wallOffset = .seconds(1_800_000_000)
        serverOffset = wallOffset + setting.skew
    }

    /// What the server counted in each window, the first and the last not full.
    mutating func run(from start: Duration, windows: Int) -> [Int] {
        let first = server(at: Timestamp(seconds: 600)).microseconds / length
        let begin = Timestamp(microseconds: first * length) - serverOffset
        counts[first] = setting.spentAtStart
        schedule(.wake, at: begin + start)
        if let step = setting.step { schedule(.step, at: begin + step.at) }
        for window in 1...windows where setting.foreign > 0 {
            schedule(.foreign, at: begin + setting.limit.window * window)
        }
        let end = begin + setting.limit.window * (windows + 1)
        while let next = events.popLast(), next.at < end {
            happen(next.event, at: next.at)
        }
        return (first...(first + Int64(windows))).map { counts[$0] ?? 0 }
    }

    private var length: Int64 { setting.limit.window.inMicroseconds }

    private func server(at steady: Timestamp) -> Timestamp { steady + serverOffset }

    private func moment(_ steady: Timestamp) -> Moment {
        Moment(steady: steady, wall: steady + wallOffset)
    }

    private mutating func happen(_ event: Event, at now: Timestamp) {
        switch event {
        case .wake:
            nextWake = nil
            for runner in inFlight.indices { turn([], runner, at: now) }
        case .arrival(let token, let runner): arrive(token, runner, at: now)
        case .answer(let settlement, let runner):
            inFlight[runner] -= 1
            turn([settlement], runner, at: now)
        case .foreign: counts[server(at: now).microseconds / length, default: 0] += setting.foreign
        case .step: wallOffset += setting.step?.by ?? .zero
        }
    }

    private mutating func turn(_ settlements: [Pacer.Settlement], _ runner: Int, at now: Timestamp) {
        let turn = pacer.turn(settlements, wanted: setting.concurrency - inFlight[runner], at: moment(now))
        for token in turn.tokens {
            inFlight[runner] += 1
            schedule(.arrival(token, runner: runner), at: now + halfTrip())
        }
        switch turn.next {
        case .wait(let until): wake(at: until)
        case .waitForAnswer where inFlight[runner] == 0: wake(at: now + .milliseconds(50))
        case .room, .waitForAnswer, .exhausted: break
        }
    }

    private mutating func wake(at moment: Timestamp) {
        guard nextWake.map({ moment < $0 }) ?? true else { return }
        nextWake = moment
        schedule(.wake, at: moment)
    }

    private mutating func arrive(_ token: Pacer.Token, _ runner: Int, at now: Timestamp) {
        let received = now + halfTrip()
        guard !isLost() else {
            lose(token, runner, at: now)
            return
        }
        let time = server(at: now)
        let window = time.microseconds / length
        let isOver = counts[window, default: 0] >= setting.limit.requests
        if isOver { refused += 1 } else { counts[window, default: 0] += 1 }
        guard !isLost() else {
            lose(token, runner, at: now)
            return
        }
        let end = Timestamp(microseconds: (window + 1) * length)
        let left = end.since(time).inMicroseconds
        var settlement = Pacer.Settlement(token, isThrottled: isOver, receivedAt: moment(received))
        settlement.headers = headers(remaining: setting.limit.requests - (counts[window] ?? 0), end, left)
        settlement.serverDate = setting.headers == .none ? nil : Timestamp(seconds: time.seconds)
        if isOver { settlement.retryAfter = .seconds((left + 999_999) / 1_000_000) }
        schedule(.answer(settlement, runner: runner), at: received)
    }

    private func headers(remaining: Int, _ end: Timestamp, _ left: Int64) -> RateHeaders? {
        let reset: RateHeaders.Reset
        switch setting.headers {
        case .unix: reset = .at(Timestamp(seconds: (end.microseconds + 999_999) / 1_000_000))
        case .draft: reset = .after(.seconds((left + 999_999) / 1_000_000))
        case .date, .none: return nil
        }
        return RateHeaders([.init(limit: setting.limit.requests, remaining: remaining, reset: reset)])
    }

    private mutating func isLost() -> Bool {
        guard let share = setting.lossOneIn else { return false }
        return Int.random(in: 0..<share, using: &random) == 0
    }

    /// The runner's timeout ends it.
    private mutating func lose(_ token: Pacer.Token, _ runner: Int, at now: Timestamp) {
        let end = now + .seconds(9)
        let settlement = Pacer.Settlement(token, receivedAt: moment(end), isAnswered: false)
        schedule(.answer(settlement, runner: runner), at: end)
    }

    private mutating func halfTrip() -> Duration {
        let microseconds = (setting.latency.lowerBound * 1000)...(setting.latency.upperBound * 1000)
        return .microseconds(Int.random(in: microseconds, using: &random) / 2)
    }

    private mutating func schedule(_ event: Event, at moment: Timestamp) {
        var (low, high) = (0, events.count)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].at > moment { low = middle + 1 } else { high = middle }
        }
        events.insert((moment, event), at: low)
    }
}
