/// What is known of the server's clock: how far it is ahead of the steady one, as an interval that answers narrow.
///
/// Clocks drift apart by at most 50 ppm, so the interval widens by that much. Answers that contradict it a little show
/// that the server's clocks differ among themselves: their difference is allowed for from then on. Two that contradict
/// it widely and agree with each other show that a clock has stepped: knowledge begins again with them.
struct ServerClock: Sendable, Equatable {
    /// Where the offset lies by one answer, in microseconds, both ends included.
    struct Evidence: Sendable, Equatable {
        var low: Int64
        var high: Int64
        /// The steady time of the answer.
        var at: Int64
    }

    enum Trust {
        case agrees
        /// The interval is a new one; what was reckoned by the old one is void.
        case startedAgain
        case doubted
    }

    struct Bound: Sendable, Equatable {
        var offset: Int64
        var at: Int64
    }

    var low: Bound
    var high: Bound
    /// Whether no answer has told anything yet.
    var isGuess = true
    /// How far the server's clocks differ among themselves.
    var slack: Int64 = 0
    var doubt: Evidence?
    private static let mostSlack: Int64 = 1_000_000
    private static let driftDivisor: Int64 = 20_000

    /// A guess: the server's clock shows what the wall does.
    init(_ now: Moment, skew: Duration) {
        let (offset, skew) = (now.wall.microseconds - now.steady.microseconds, skew.inMicroseconds)
        low = Bound(offset: offset - skew, at: now.steady.microseconds)
        high = Bound(offset: offset + skew, at: now.steady.microseconds)
    }

    init(low: Bound, high: Bound) {
        self.low = low
        self.high = high
    }

    // MARK: Reading

    /// The earliest that the server's clock may show.
    func earliest(at steady: Timestamp) -> Timestamp {
        Timestamp(microseconds: steady.microseconds + lowOffset(at: steady.microseconds))
    }

    /// The latest that the server's clock may show.
    func latest(at steady: Timestamp) -> Timestamp {
        Timestamp(microseconds: steady.microseconds + highOffset(at: steady.microseconds))
    }

    /// The steady time at which the server's clock surely shows `moment` or later.
    func steady(at moment: Timestamp) -> Timestamp {
        let undrifted = moment.microseconds - low.offset
        let drift = max(0, undrifted - low.at) / (Self.driftDivisor - 10) + 2
        return Timestamp(microseconds: undrifted + drift)
    }

    private func lowOffset(at steady: Int64) -> Int64 {
        low.offset - max(0, steady - low.at) / Self.driftDivisor
    }

    private func highOffset(at steady: Int64) -> Int64 {
        high.offset + max(0, steady - high.at) / Self.driftDivisor
    }

    // MARK: Learning

    /// - Parameter mayStartAgain: whether evidence that contradicts all that is known may be right.
    mutating func take(_ evidence: Evidence, mayStartAgain: Bool) -> Trust {
        var told = evidence
        told.low -= slack
        told.high += slack
        let gap = gap(to: told)
        if gap <= 0 {
            narrow(to: told)
            return .agrees
        }
        guard mayStartAgain else { return .doubted }
        if isGuess {
            startAgain(from: told)
            return .startedAgain
        }
        if 2 * slack + gap <= Self.mostSlack {
            widen(by: gap, to: told)
            return .agrees
        }
        if let doubt, doubt.low <= evidence.high, evidence.low <= doubt.high {
            slack = 0
            startAgain(from: evidence)
            return .startedAgain
        }
        doubt = evidence
        return .doubted
    }

    /// How far an answer's interval lies beside the known one; not above zero when they meet.
    private func gap(to told: Evidence) -> Int64 {
        max(told.low - highOffset(at: told.at), lowOffset(at: told.at) - told.high)
    }

    private mutating func narrow(to told: Evidence) {
        if told.low > lowOffset(at: told.at) { low = Bound(offset: told.low, at: told.at) }
        if told.high < highOffset(at: told.at) { high = Bound(offset: told.high, at: told.at) }
        isGuess = false
        doubt = nil
    }

    private mutating func widen(by gap: Int64, to told: Evidence) {
        // Both sides are wider than told by the slack already, so that the clocks differ by twice that and the gap.
        let added = slack + gap
        slack += added
        let (lowest, highest) = (lowOffset(at: told.at), highOffset(at: told.at))
        low = Bound(offset: min(lowest, told.low) - added, at: told.at)
        high = Bound(offset: max(highest, told.high) + added, at: told.at)
        doubt = nil
    }

    private mutating func startAgain(from told: Evidence) {
        // A little wider than told, as one answer alone may come by way of a clock of its own.
        low = Bound(offset: told.low - 10_000, at: told.at)
        high = Bound(offset: told.high + 10_000, at: told.at)
        isGuess = false
        doubt = nil
    }
}
