import CatalinkCore
import Testing

/// A pacer of windows of a minute, at moments in seconds from the begin of one.
///
/// The wall shows the server's time exactly unless a test says otherwise, and the machine has been up for 1000 s.
struct PacerBench {
    var pacer: Pacer
    static let base = Timestamp(seconds: 1_800_000_000)

    init(_ requests: Int, reserve: Int = 0, skew: Duration = .zero) {
        self.init(
            Pacer.Settings(
                [RateLimit(requests: requests, window: .seconds(60), reserve: reserve)], skew: skew))
    }

    init(_ settings: Pacer.Settings) {
        pacer = Pacer(settings)
    }

    /// One whose first request has been answered.
    static func warm(_ requests: Int, reserve: Int = 0, at seconds: Double = 0) throws -> PacerBench {
        var bench = PacerBench(requests, reserve: reserve)
        let token = try bench.granted(at: seconds)
        bench.settle(token, at: seconds + 0.1)
        return bench
    }

    static func moment(_ seconds: Double, wallAhead: Double = 0) -> Moment {
        Moment(
            steady: Timestamp(microseconds: 1_000_000_000 + Int64(seconds * 1_000_000)),
            wall: server(seconds + wallAhead))
    }

    /// What the server's clock shows.
    static func server(_ seconds: Double) -> Timestamp {
        base + .microseconds(Int64(seconds * 1_000_000))
    }

    /// Takes what is there, up to a thousand; and when more may go.
    mutating func grants(_ wanted: Int = 1000, at seconds: Double, wallAhead: Double = 0) -> (
        tokens: [Pacer.Token], then: Then
    ) {
        let turn = pacer.turn([], wanted: wanted, at: Self.moment(seconds, wallAhead: wallAhead))
        return (turn.tokens, Then(turn.next))
    }

    mutating func granted(at seconds: Double) throws -> Pacer.Token {
        try #require(grants(1, at: seconds).tokens.first)
    }

    mutating func settle(_ token: Pacer.Token, at seconds: Double, isAnswered: Bool = true) {
        settle(Pacer.Settlement(token, receivedAt: Self.moment(seconds), isAnswered: isAnswered))
    }

    /// - Parameter reset: the end of the window, in seconds.
    mutating func settle(
        _ token: Pacer.Token, limit: Int, remaining: Int, reset: Double, at seconds: Double
    ) {
        settle(
            Pacer.Settlement(
                token, headers: RateHeaders(limit: limit, remaining: remaining, reset: Self.server(reset)),
                receivedAt: Self.moment(seconds)))
    }

    mutating func settle(_ settlement: Pacer.Settlement) {
        _ = pacer.turn([settlement], wanted: 0, at: settlement.receivedAt)
    }

    mutating func throttle(_ token: Pacer.Token, retryAfter: Int?, at seconds: Double) {
        settle(
            Pacer.Settlement(
                token, isThrottled: true, retryAfter: retryAfter.map { .seconds($0) },
                receivedAt: Self.moment(seconds)))
    }
}

/// What follows a turn, with moments in seconds and rounded to a tenth: clocks may drift by 50 ppm.
enum Then: Equatable {
    case room
    case wait(Double)
    case answer
    case exhausted

    init(_ next: Pacer.Next) {
        switch next {
        case .room: self = .room
        case .wait(let until):
            self = .wait((until.since(PacerBench.moment(0).steady).inSeconds * 10).rounded() / 10)
        case .waitForAnswer: self = .answer
        case .exhausted: self = .exhausted
        }
    }
}
