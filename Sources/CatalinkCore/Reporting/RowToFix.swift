/// A row that needs a change before anything can be made of it, as the run that found it out says.
package struct RowToFix: Sendable, Equatable {
    package struct Pair: Sendable, Equatable {
        package var segment: [UInt8]
        /// As far as the row has one.
        package var key: [UInt8]?
        /// `invalid`, `duplicate` or `rejected`.
        package var verdict: Verdict
        package var error: String?

        package init(segment: [UInt8], key: [UInt8]?, verdict: Verdict, error: String?) {
            self.segment = segment
            self.key = key
            self.verdict = verdict
            self.error = error
        }

        /// Whether it has its key in common with another row.
        package var isDuplicateKey: Bool { verdict == .duplicate && error?.hasPrefix("key:") == true }
    }

    /// In the whole catalog, from 1.
    package var number: Int
    package var pairs: [Pair]

    package init(number: Int, pairs: [Pair]) {
        self.number = number
        self.pairs = pairs
    }
}
