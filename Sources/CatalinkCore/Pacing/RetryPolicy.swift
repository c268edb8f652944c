/// When a request that did not succeed goes again.
package struct RetryPolicy: Sendable, Equatable {
    /// How many times one row is sent again within a run.
    package var retries: Int
    /// How long a key rests after a send whose answer was lost: one key is never in flight twice.
    package var rest: Duration
    package var firstDelay: Duration = .milliseconds(500)
    package var longestDelay: Duration = .seconds(60)

    package init(retries: Int, rest: Duration) {
        self.retries = retries
        self.rest = rest
    }

    /// Exponential backoff with full jitter.
    ///
    /// - Parameters:
    ///   - retry: how many sends this row has had in this run, from 1.
    ///   - random: uniform in 0 ..< 1.
    package func delay(afterSend retry: Int, random: Double) -> Duration {
        var ceiling = firstDelay
        for _ in 1..<max(1, min(retry, 30)) where ceiling < longestDelay { ceiling *= 2 }
        return min(ceiling, longestDelay) * random
    }
}
