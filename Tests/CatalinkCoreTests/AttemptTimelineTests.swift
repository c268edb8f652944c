import CatalinkCore
import Testing

/// Attempts over the time of a run.
struct AttemptTimelineTests {
    private static let start = Timestamp(seconds: 1_800_000_000)

    @Test(arguments: [0, 1, 9_000, 600_000, 5_999_000, 86_400_000, 40 * 86_400_000] as [Int64])
    func anyRunFitsIntoSixtySlots(_ milliseconds: Int64) {
        let end = Self.start + .milliseconds(milliseconds)
        var timeline = AttemptTimeline(from: Self.start, to: end)
        #expect((1...60).contains(timeline.slots.count))
        timeline.add(.created, at: Self.start, latency: nil)
        timeline.add(.refused, at: end, latency: nil)
        #expect(timeline.slots.first?.counts[.created] == 1)
        #expect(timeline.slots.last?.counts[.refused] == 1)
        #expect(timeline.slots.map(\.total).reduce(0, +) == timeline.whole.total)
        #expect(timeline.start(of: timeline.slots.count - 1) <= end)
    }

    @Test func quantilesAreRightToTwoDigits() {
        var timeline = AttemptTimeline(from: Self.start, to: Self.start)
        for milliseconds in 1...1000 {
            timeline.add(.created, at: Self.start, latency: .milliseconds(milliseconds))
        }
        let latencies = timeline.whole.latencies
        #expect(latencies.quantile(percent: 50) == 500)
        #expect(latencies.quantile(percent: 95) == 950)
        #expect(latencies.quantile(percent: 99) == 990)
        #expect(latencies.quantile(percent: 100) == 1000)
        #expect(latencies.count == 1000)
    }

    @Test func withoutAnswersThereIsNoLatency() {
        var timeline = AttemptTimeline(from: Self.start, to: Self.start)
        timeline.add(.unknown, at: Self.start, latency: nil)
        #expect(timeline.whole.latencies.quantile(percent: 50) == nil)
    }
}
