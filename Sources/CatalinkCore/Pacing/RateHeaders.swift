/// What one answer says about the server's windows; each as far as its headers tell.
package struct RateHeaders: Sendable, Equatable {
    /// When a window ends.
    package enum Reset: Sendable, Equatable {
        /// By the server's clock, in whole seconds, rounded up.
        case at(Timestamp)
        /// Seconds from the answer, rounded up.
        case after(Duration)
    }

    /// One window of the server's.
    package struct Window: Sendable, Equatable {
        package var limit: Int?
        package var remaining: Int?
        package var reset: Reset?
        /// How long it is, when the server names that.
        package var length: Duration?

        package init(limit: Int?, remaining: Int?, reset: Reset?, length: Duration? = nil) {
            self.limit = limit
            self.remaining = remaining
            self.reset = reset
            self.length = length
        }
    }

    package var windows: [Window]

    package init(_ windows: [Window]) {
        self.windows = windows
    }

    /// Headers that speak of one window, with its end as a moment.
    package init(limit: Int, remaining: Int, reset: Timestamp) {
        windows = [Window(limit: limit, remaining: remaining, reset: .at(reset))]
    }

    /// What is left of the first window that tells it.
    package var remaining: Int? {
        windows.lazy.compactMap(\.remaining).first
    }
}
