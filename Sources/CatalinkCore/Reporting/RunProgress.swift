/// Where a run stands, as a person who watches it wants to know.
package struct RunProgress: Sendable, Equatable {
    package enum Stage: Sendable, Equatable {
        /// The catalog is read and planned.
        case planning
        case sending
        /// Nothing is sent; who paused it, and since when.
        case paused(String)
    }

    package var job: String
    package var stage = Stage.planning
    /// Rows of the catalog so far.
    package var rows = 0
    /// Rows that are to be sent, and those that are settled.
    package var total = 0
    package var done = 0
    package var inFlight = 0
    package var verdicts: [Verdict: Int] = [:]
    /// What was spent of the latest window.
    package var window: Pacer.WindowUse?
    /// Rows settled in a minute, as of late.
    package var perMinute: Int?
    /// When the last row is settled, about; by the wall clock.
    package var finish: Timestamp?
    /// What the API, or the way to it, answers in place of links.
    package var trouble: String?

    package init(job: String) {
        self.job = job
    }

    /// 0…100; of nothing, all is done.
    package var percent: Int { total > 0 ? min(done, total) * 100 / total : 100 }
}

/// How fast rows are settled, from what was settled in the last minutes.
package struct ProgressMeter: Sendable, Equatable {
    private struct Sample: Sendable, Equatable {
        var at: Timestamp
        var done: Int
    }

    private var samples: [Sample] = []
    /// Long enough for two windows of a minute.
    private static let span: Duration = .seconds(120)
    private static let shortest: Duration = .seconds(2)
    /// Two samples are not nearer.
    private static let step: Duration = .milliseconds(500)

    package init() {}

    /// - Parameter now: by a steady clock.
    package mutating func note(_ done: Int, at now: Timestamp) {
        if samples.count > 1, now.since(samples[samples.count - 2].at) < Self.step {
            samples[samples.count - 1] = Sample(at: now, done: done)
        } else {
            samples.append(Sample(at: now, done: done))
        }
        // One is kept from before, so that the span is always covered.
        while samples.count > 2, now.since(samples[1].at) > Self.span { samples.removeFirst() }
    }

    /// `nil` before there is anything to tell.
    package var perMinute: Int? {
        guard let first = samples.first, let last = samples.last else { return nil }
        let time = last.at.since(first.at)
        guard time >= Self.shortest, last.done > first.done else { return nil }
        return (last.done - first.done) * 60_000_000 / Int(time.inMicroseconds)
    }

    /// How long so many more rows take, about.
    ///
    /// - Parameter rates: what the job lets through at most.
    package func remaining(_ rows: Int, _ rates: [RateLimit]) -> Duration? {
        guard rows > 0 else { return .zero }
        var time: Duration?
        if !rates.isEmpty {
            let start = Timestamp(seconds: 0)
            time = PlanSchedule(requests: rows, rates: rates, start: start).finish.since(start)
        }
        // What a minute has shown holds where it is slower than the rates.
        guard let perMinute, perMinute > 0 else { return time }
        let measured = Duration.seconds(rows * 60 / perMinute)
        return time.map { max($0, measured) } ?? measured
    }
}
