/// Spends a fixed window of requests without ever overdrawing it.
///
/// A request that was granted before an edge and is unanswered after it may be counted in either window, so it
/// counts in both until its answer tells. After a start one request goes alone, because the window may be half
/// spent by others already.
package struct Pacer: Sendable {
    package enum Grant: Sendable, Equatable {
        case granted(Token)
        case wait(until: Timestamp)
        /// Nothing may go before an answer to what is on its way.
        case waitForAnswer
    }

    /// One granted request; handed back with its answer.
    package struct Token: Sendable, Equatable {
        package var window: Timestamp

        package init(window: Timestamp) {
            self.window = window
        }
    }

    /// The use of one window, for the summary.
    package struct WindowUse: Sendable, Equatable {
        package var start: Timestamp
        package var limit: Int
        package var used: Int
    }

    private let limit: RateLimit
    private var start: Timestamp
    private var granted = 0
    private var carried = 0
    private var foreign = 0
    private var serverLimit: Int?
    private var inFlight = 0
    private var hasAnswer = false
    private var blockedUntil: Timestamp?
    /// The last windows that were used, oldest first.
    package private(set) var uses: [WindowUse] = []
    private static let mostUses = 2000

    package init(_ limit: RateLimit) {
        self.limit = limit
        start = Timestamp(microseconds: .min)
    }

    package mutating func grant(at now: Timestamp) -> Grant {
        if let blockedUntil, now < blockedUntil { return .wait(until: blockedUntil) }
        roll(to: limit.windowStart(at: now))
        if !hasAnswer, inFlight > 0 { return .waitForAnswer }
        guard granted + carried + foreign < usable else { return .wait(until: start + limit.window) }
        granted += 1
        inFlight += 1
        countUse()
        return .granted(Token(window: start))
    }

    /// - Parameter headers: of the answer; `nil` when there was none or it had none.
    package mutating func settle(_ token: Token, headers: RateHeaders?, at now: Timestamp) {
        roll(to: limit.windowStart(at: now))
        inFlight -= 1
        hasAnswer = true
        guard let headers else { return }
        if token.window < start, carried > 0, headers.reset == wholeSecond(token.window + limit.window) {
            carried -= 1
        }
        // Only what the server says of the present window counts; replayed and overtaken answers do not.
        guard headers.reset == wholeSecond(start + limit.window) else { return }
        serverLimit = headers.limit
        foreign = max(foreign, headers.limit - headers.remaining - granted - carried)
    }

    /// A 429: nothing goes before the server's own time, or the window's end.
    package mutating func throttled(retryAfter: Duration?, at now: Timestamp) {
        let end = limit.windowStart(at: now) + limit.window
        let told = retryAfter.map { now + $0 } ?? end
        blockedUntil = max(blockedUntil ?? told, told)
    }

    private var usable: Int {
        max(1, min(limit.requests, serverLimit ?? limit.requests) - limit.reserve)
    }

    private mutating func roll(to window: Timestamp) {
        // A clock that stepped back must not open a window a second time.
        guard window > start else { return }
        // After a pause others may have spent the window, as at a start.
        let isPause = start.microseconds > .min && window.since(start) > limit.window * 2
        if isPause, inFlight == 0 { hasAnswer = false }
        start = window
        granted = 0
        foreign = 0
        carried = inFlight
    }

    private mutating func countUse() {
        if uses.last?.start == start {
            uses[uses.count - 1].used += 1
        } else {
            if uses.count == Self.mostUses { uses.removeFirst() }
            uses.append(WindowUse(start: start, limit: limit.requests, used: 1))
        }
    }

    private func wholeSecond(_ moment: Timestamp) -> Timestamp {
        Timestamp(seconds: (moment.microseconds + 999_999) / 1_000_000)
    }
}
