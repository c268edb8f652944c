/// How long a plan's requests take at a job's rates.
package struct PlanSchedule: Sendable, Equatable {
    package var requests: Int
    /// The rate that takes longest.
    package var rate: RateLimit
    package var windows: Int
    package var start: Timestamp
    package var finish: Timestamp
    package var deadline: Timestamp?

    /// - Parameter rates: all that hold at once; at least one.
    package init(requests: Int, rates: [RateLimit], start: Timestamp, deadline: Timestamp? = nil) {
        let spans = rates.map { (rate: $0, span: $0.duration(of: requests)) }
        guard let longest = spans.max(by: { $0.span.time < $1.span.time }) else {
            preconditionFailure("a job has a rate")
        }
        self.requests = requests
        rate = longest.rate
        windows = longest.span.windows
        self.start = start
        finish = start + longest.span.time
        self.deadline = deadline
    }

    /// Requests that the deadline leaves for another run, about.
    package var late: Int {
        guard let deadline, finish > deadline else { return 0 }
        guard deadline >= start else { return requests }
        let windows = Int(deadline.since(start).inMicroseconds / rate.window.inMicroseconds) + 1
        return max(1, requests - windows * rate.usable)
    }
}
