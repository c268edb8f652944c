/// Problems that are known and need nobody's attention until a day that is said.
package struct AcceptedProblems: Sendable {
    package struct Entry: Sendable, Equatable {
        /// The row's key; `nil` for any.
        package var key: [UInt8]?
        /// `nil` for any.
        package var segment: [UInt8]?
        /// `invalid`, `duplicate` or `rejected`; `nil` for any.
        package var verdict: Verdict?
        /// What is said of the row; `nil` for whatever it is.
        package var problem: Wording?
        /// The first moment that it is accepted no more.
        package var end: Timestamp
        /// As it was written.
        package var until: String
        /// Where it stands in the file.
        package var line: Int

        package init(
            key: [UInt8]?, segment: [UInt8]?, verdict: Verdict? = nil, problem: Wording?, end: Timestamp,
            until: String, line: Int
        ) {
            (self.key, self.segment, self.verdict, self.problem) = (key, segment, verdict, problem)
            (self.end, self.until, self.line) = (end, until, line)
        }

        fileprivate func covers(_ pair: RowToFix.Pair) -> Bool {
            (segment == nil || segment == pair.segment) && (verdict == nil || verdict == pair.verdict)
                && (problem?.matches(pair.error ?? "") ?? true)
        }
    }

    /// A message, or its begin with `*` behind it.
    package struct Wording: Sendable, Equatable {
        private let text: String
        private let isBegin: Bool

        package init(_ written: String) {
            isBegin = written.hasSuffix("*")
            text = isBegin ? String(written.dropLast()) : written
        }

        /// A begin does not stand for a second problem of the same row, which would be a new one.
        func matches(_ message: String) -> Bool {
            guard isBegin else { return message == text }
            // The mark between two problems may begin in the text.
            return message.hasPrefix(text) && !message.dropFirst(max(0, text.count - 1)).contains("; ")
        }
    }

    /// As messages call it.
    package let file: String
    private let entries: [Entry]
    /// Entries by the key that they name; those of any key.
    private let byKey: [[UInt8]: [Int]]
    private let others: [Int]

    package init(file: String, _ entries: [Entry]) {
        self.file = file
        self.entries = entries
        let indices = entries.indices
        others = indices.filter { entries[$0].key == nil }
        byKey = Dictionary(grouping: indices.filter { entries[$0].key != nil }) { entries[$0].key ?? [] }
    }

    /// What became of the entries in one run.
    package struct Tally: Sendable, Equatable {
        /// Pairs of row and segment that need nobody.
        package fileprivate(set) var accepted = 0
        fileprivate var uses: [Int]
    }

    package var tally: Tally { Tally(uses: Array(repeating: 0, count: entries.count)) }

    package func note(_ pair: RowToFix.Pair, in tally: inout Tally, now: Timestamp) {
        guard let entry = entry(of: pair, now: now) else { return }
        tally.uses[entry] += 1
        if now < entries[entry].end { tally.accepted += 1 }
    }

    package func accepts(_ pair: RowToFix.Pair, now: Timestamp) -> Bool {
        entry(of: pair, now: now).map { now < entries[$0].end } ?? false
    }

    private func entry(of pair: RowToFix.Pair, now: Timestamp) -> Int? {
        let candidates = (pair.key.flatMap { byKey[$0] } ?? []) + others
        let found = candidates.filter { entries[$0].covers(pair) }
        // One that has ended is told only where no other holds.
        return found.first { now < entries[$0].end } ?? found.first
    }

    /// What is to be done about the file: entries that have ended, and those that nothing needs any more.
    package func remarks(_ tally: Tally, now: Timestamp) -> [String] {
        var remarks: [String] = []
        let ended = zip(entries, tally.uses).filter { now >= $0.0.end && $0.1 > 0 }
        if let first = ended.first?.0 {
            let more = ended.count == 1 ? "" : " and \((ended.count - 1).grouped) more"
            let uses = ended.reduce(0) { $0 + $1.1 }
            let rows = uses == 1 ? "1 row counts" : "\(uses.grouped) rows count"
            remarks.append(
                "\(file):\(first.line): until: expected a day to come, got: \(first.until)\(more) (\(rows) again)"
            )
        }
        let idle = zip(entries, tally.uses).filter { $0.1 == 0 }.map(\.0.line)
        if let first = idle.first {
            let more = idle.count == 1 ? "" : " and \((idle.count - 1).grouped) more"
            remarks.append(
                "\(file):\(first): expected a row with this problem, got: none\(more) (remove what is mended)"
            )
        }
        return remarks
    }
}
