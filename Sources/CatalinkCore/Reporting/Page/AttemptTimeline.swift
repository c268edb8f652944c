/// Attempts of a run over its time: outcomes, and how long answers took, in memory that does not grow with them.
package struct AttemptTimeline: Sendable {
    /// Attempts whose intent falls into one span of time.
    package struct Slot: Sendable {
        package internal(set) var counts: [AttemptOutcome: Int] = [:]
        package internal(set) var latencies = Latencies()

        package var total: Int { counts.values.reduce(0, +) }
    }

    package let start: Timestamp
    /// Of each slot.
    package let span: Duration
    package private(set) var slots: [Slot]
    /// All attempts together.
    package private(set) var whole = Slot()

    private static let mostSlots = 60
    private static let spans: [Int64] =
        [10, 20, 50, 100, 200, 500].map { $0 * 1000 }
        + [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400].map {
            $0 * 1_000_000
        }

    /// - Parameters:
    ///   - start: of the first attempt.
    ///   - end: of the last one.
    package init(from start: Timestamp, to end: Timestamp) {
        let whole = max(0, end.since(start).inMicroseconds)
        let day: Int64 = 86_400_000_000
        let span =
            Self.spans.first { whole / $0 < Self.mostSlots }
            ?? (whole / Int64(Self.mostSlots) / day + 1) * day
        self.start = start
        self.span = .microseconds(span)
        slots = Array(repeating: Slot(), count: Int(whole / span) + 1)
    }

    /// - Parameter latency: from intent to outcome; `nil` where no answer came.
    package mutating func add(_ outcome: AttemptOutcome, at sent: Timestamp, latency: Duration?) {
        let place = Int(max(0, sent.since(start).inMicroseconds) / span.inMicroseconds)
        let index = min(place, slots.count - 1)
        slots[index].counts[outcome, default: 0] += 1
        whole.counts[outcome, default: 0] += 1
        guard let latency else { return }
        slots[index].latencies.add(latency)
        whole.latencies.add(latency)
    }

    package func start(of slot: Int) -> Timestamp {
        start + .microseconds(span.inMicroseconds * Int64(slot))
    }
}

/// How often each latency came, in milliseconds of two significant digits.
package struct Latencies: Sendable {
    private var counts: [Int: Int] = [:]
    package private(set) var count = 0

    mutating func add(_ latency: Duration) {
        var milliseconds = Int(max(0, latency.inMicroseconds) / 1000)
        var unit = 1
        while milliseconds >= 100 {
            milliseconds = (milliseconds + 9) / 10
            unit *= 10
        }
        counts[milliseconds * unit, default: 0] += 1
        count += 1
    }

    /// So many percent took no longer, in milliseconds; `nil` where there are none.
    package func quantile(percent: Int) -> Int? {
        let wanted = (count * percent + 99) / 100
        var seen = 0
        for (milliseconds, times) in counts.sorted(by: { $0.key < $1.key }) {
            seen += times
            if seen >= wanted { return milliseconds }
        }
        return nil
    }
}
