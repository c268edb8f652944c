/// What one run says of one pair of row and segment; every pair gets exactly one.
package enum Verdict: String, Sendable, CaseIterable {
    case filtered, invalid, duplicate, merged, notSelected, unchanged, changed
    case created, replaced, updated, rejected, failed, unknown, held, notReached
}

/// Counts of verdicts.
package struct Books: Sendable, Equatable {
    /// Records read.
    package var rows = 0
    /// Records times their segments; one for a record that was dropped earlier.
    package var pairs = 0
    private var counts: [Verdict: Int] = [:]

    package init() {}

    package subscript(verdict: Verdict) -> Int {
        get { counts[verdict] ?? 0 }
        set { counts[verdict] = newValue }
    }

    package var sum: Int { counts.values.reduce(0, +) }
    package var balance: Bool { sum == pairs }
}

/// What the ledger knows of an item.
package enum ItemState: String, Sendable, CaseIterable {
    case open, created, rejected, held, released
}

/// How an attempt ended.
package enum AttemptOutcome: String, Sendable, CaseIterable {
    case created, refused, notSent, unknown
}
