extension Pacer {
    /// The use of one window, for the summary.
    package struct WindowUse: Sendable, Equatable {
        /// By the server's clock.
        package var start: Timestamp
        package var limit: Int
        package var used: Int

        package init(start: Timestamp, limit: Int, used: Int) {
            self.start = start
            self.limit = limit
            self.used = used
        }
    }

    /// What one process has spent of each window; the last two thousand.
    package struct WindowUses: Sendable, Equatable {
        /// Oldest first.
        package private(set) var all: [WindowUse] = []
        private static let most = 2000

        package init() {}

        package mutating func count(_ turn: Turn) {
            guard !turn.tokens.isEmpty else { return }
            if let last = all.last, last.start >= turn.window.start {
                all[all.count - 1].used += turn.tokens.count
            } else {
                if all.count == Self.most { all.removeFirst() }
                var use = turn.window
                use.used = turn.tokens.count
                all.append(use)
            }
        }
    }
}
