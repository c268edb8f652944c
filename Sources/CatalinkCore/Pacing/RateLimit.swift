/// The rate of a job: so many requests a window, windows beginning at multiples of their length since 1970.
package struct RateLimit: Sendable, Equatable {
    package var requests: Int
    package var window: Duration
    /// Left for others, in every window.
    package var reserve: Int

    package init(requests: Int, window: Duration, reserve: Int) {
        self.requests = requests
        self.window = window
        self.reserve = reserve
    }

    package var usable: Int { max(1, requests - reserve) }

    package func windowStart(at now: Timestamp) -> Timestamp {
        let length = window.inMicroseconds
        return Timestamp(microseconds: now.microseconds - now.microseconds % length)
    }

    /// The full windows that so many requests need, and how long they take from the first one's begin.
    package func duration(of requests: Int) -> (windows: Int, time: Duration) {
        guard requests > 0 else { return (0, .zero) }
        let windows = (requests + usable - 1) / usable
        return (windows, window * (windows - 1))
    }
}
