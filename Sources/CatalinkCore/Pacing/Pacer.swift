/// Spends the server's windows without ever overdrawing one.
///
/// A value: it takes the time and what has come back, and says what may go. A request may be counted in any window from
/// the earliest that the server's clock may have shown at its grant to the latest it may show now, so it counts in all of
/// them, until its answer tells in which. After a start, a pause and a 429 one request goes alone, because others may
/// have spent the window.
package struct Pacer: Sendable, Equatable {
    /// What the jobs want.
    package struct Settings: Sendable, Equatable {
        /// Each is kept; no two of one length.
        package var limits: [RateLimit]
        /// Whether the server may allow more than the limits say.
        package var raises: Bool
        /// So long a 429 may follow another before the run gives up.
        package var maxWait: Duration
        /// How far the wall's clock may be from the server's before the first answer.
        package var skew: Duration
        /// After so long a request that was not settled has no process any more.
        package var lifetime: Duration

        package init(
            _ limits: [RateLimit], raises: Bool = false, maxWait: Duration = .seconds(900),
            skew: Duration = .seconds(2), lifetime: Duration = .seconds(31)
        ) {
            precondition(!limits.isEmpty, "a pacer has a limit")
            self.limits = limits
            self.raises = raises
            self.maxWait = maxWait
            self.skew = skew
            self.lifetime = lifetime
        }
    }

    /// One granted request; handed back with its answer.
    package struct Token: Sendable, Hashable, Codable {
        package var id: Int64
        /// The steady time of its grant.
        package var grantedAt: Timestamp

        package init(id: Int64, grantedAt: Timestamp) {
            self.id = id
            self.grantedAt = grantedAt
        }
    }

    /// What has become of a token's request.
    package struct Settlement: Sendable, Equatable {
        package var token: Token
        package var headers: RateHeaders?
        /// The answer's `Date`.
        package var serverDate: Timestamp?
        package var isThrottled: Bool
        package var retryAfter: Duration?
        package var receivedAt: Moment
        /// Whether an answer came at all.
        package var isAnswered: Bool

        package init(
            _ token: Token, headers: RateHeaders? = nil, serverDate: Timestamp? = nil,
            isThrottled: Bool = false,
            retryAfter: Duration? = nil, receivedAt: Moment, isAnswered: Bool = true
        ) {
            self.token = token
            self.headers = headers
            self.serverDate = serverDate
            self.isThrottled = isThrottled
            self.retryAfter = retryAfter
            self.receivedAt = receivedAt
            self.isAnswered = isAnswered
        }
    }

    /// What may go now, and what then.
    package struct Turn: Sendable, Equatable {
        package var tokens: [Token]
        package var next: Next
        /// The first limit's window that the tokens are spent from.
        package var window: WindowUse

        package init(tokens: [Token], next: Next, window: WindowUse) {
            self.tokens = tokens
            self.next = next
            self.window = window
        }
    }

    package enum Next: Sendable, Equatable {
        /// All that was wanted is granted; there may be more.
        case room
        /// Until this steady time, unless an answer comes earlier.
        case wait(until: Timestamp)
        /// Nothing may go before an answer to what is on its way.
        case waitForAnswer
        /// There is no quota to wait for within this run.
        case exhausted(String)
    }

    /// A request on its way.
    struct Flight: Sendable, Equatable {
        var id: Int64
        var grantedAt: Timestamp
        /// The earliest that the server's clock may have shown then.
        var earliest: Timestamp
        var deadline: Timestamp
    }

    enum Mode: Sendable, Equatable {
        case open
        /// The next request goes alone.
        case nextAlone
        /// A request is on its way alone.
        case alone(Int64)
    }

    /// One job's limits, which hold for all that share the key while that job is at work.
    struct Claim: Sendable, Equatable {
        var limits: [RateLimit]
        var raises: Bool
        var seenAt: Timestamp
    }

    var settings: Settings
    var claims: [Claim] = []
    var mayRaise: Bool
    /// Shortest first.
    var books: [WindowBook] = []
    /// `nil` before the first turn.
    var clock: ServerClock?
    var flights: [Flight] = []
    var lastID: Int64 = 0
    var mode = Mode.nextAlone
    /// The last grant or answer.
    var lastUse: Timestamp?
    var blockedUntil: Timestamp?
    /// Since when 429s have followed each other.
    var throttledSince: Timestamp?

    package init(_ settings: Settings) {
        self.settings = settings
        mayRaise = settings.raises
        hold(settings.limits)
    }

    package init(_ limits: [RateLimit], skew: Duration = .seconds(2)) {
        self.init(Settings(limits, skew: skew))
    }

    /// Takes what has come back, then grants up to `wanted` requests.
    package mutating func turn(_ answered: [Settlement], wanted: Int, at now: Moment) -> Turn {
        var clock = clock ?? ServerClock(now, skew: settings.skew)
        for settlement in answered.sorted(by: { $0.receivedAt.steady < $1.receivedAt.steady }) {
            settle(settlement, &clock)
        }
        expire(clock, at: now.steady)
        noticePause(&clock, at: now)
        self.clock = clock
        for index in books.indices { books[index].prune(books[index].present(clock, at: now.steady)) }
        return grant(wanted, clock, at: now.steady)
    }

    /// Drops what was never settled; it stays counted wherever it may have been.
    private mutating func expire(_ clock: ServerClock, at now: Timestamp) {
        guard flights.contains(where: { $0.deadline <= now }) else { return }
        for flight in flights where flight.deadline <= now {
            for index in books.indices {
                books[index].count(
                    books[index].range(
                        from: flight.earliest, to: clock.latest(at: flight.deadline), clock, at: now))
            }
            if mode == .alone(flight.id) { mode = .nextAlone }
        }
        flights.removeAll { $0.deadline <= now }
    }

    /// When a whole window may have gone by, others may have spent the present one.
    private mutating func noticePause(_ clock: inout ServerClock, at now: Moment) {
        guard flights.isEmpty, let lastUse, let shortest = books.first else { return }
        let last = shortest.index(at: clock.latest(at: lastUse))
        guard shortest.index(at: clock.earliest(at: now.steady)) > last + 1 else { return }
        mode = .nextAlone
        if blockedUntil.map({ $0 <= now.steady }) ?? true { throttledSince = nil }
        // Where no answer has ever told the time, the wall is the better guide.
        if clock.isGuess { clock = ServerClock(now, skew: settings.skew) }
    }
}
