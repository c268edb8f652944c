/// How long answers took, counted in buckets.
package struct LatencyHistogram: Sendable, Equatable {
    /// Upper bounds, each inclusive.
    package static let bounds: [Duration] = [
        .milliseconds(10), .milliseconds(25), .milliseconds(50), .milliseconds(100), .milliseconds(250),
        .milliseconds(500), .seconds(1), .milliseconds(2500), .seconds(5), .seconds(10), .seconds(30),
    ]

    private var counts: [Int] = Array(repeating: 0, count: bounds.count + 1)
    package private(set) var sum = Duration.zero

    package init() {}

    package var count: Int { counts.reduce(0, +) }

    package mutating func add(_ latency: Duration) {
        counts[Self.bounds.firstIndex { latency <= $0 } ?? Self.bounds.count] += 1
        sum += latency
    }

    /// How many were at most as long as each bound; without a bound, all.
    package var cumulative: [(bound: Duration?, count: Int)] {
        var total = 0
        return counts.indices.map { index in
            total += counts[index]
            return (index < Self.bounds.count ? Self.bounds[index] : nil, total)
        }
    }
}
