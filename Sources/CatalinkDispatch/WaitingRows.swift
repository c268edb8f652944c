import CatalinkCore

/// Rows that wait to go again, each until its time.
struct WaitingRows {
    struct Row {
        /// By the steady clock.
        var due: Timestamp
        var work: WorkItem
        /// In this run.
        var sends: Int
        /// By the steady clock; `nil` for a key of an earlier run.
        var firstSentAt: Timestamp?

        /// Whether it may show that a target in trouble is back: it is at risk already. One that has failed some times
        /// may have a stored answer.
        var isProbe: Bool { sends < 3 }
    }

    /// Sorted by `due`, latest first.
    private var rows: [Row] = []

    var isEmpty: Bool { rows.isEmpty }
    var next: Row? { rows.last }
    /// When the next row may go.
    var earliestDue: Timestamp? { rows.last?.due }
    var holdsProbes: Bool { rows.contains(where: \.isProbe) }

    mutating func add(_ row: Row) {
        rows.insert(row, at: rows.firstIndex { $0.due <= row.due } ?? rows.endIndex)
    }

    func dueCount(at now: Timestamp, most: Int) -> Int {
        var count = 0
        for row in rows.reversed() where count < most && row.due <= now { count += 1 }
        return count
    }

    /// - Returns: `nil` where none is due.
    mutating func takeNext(at now: Timestamp) -> Row? {
        guard let next = rows.last, next.due <= now else { return nil }
        return rows.popLast()
    }

    /// Rows whose key has become too old to be sent again.
    ///
    /// - Parameter offset: of the server's clock from ours.
    mutating func takeExpired(_ life: KeyLife, offset: Duration?, at now: Moment) -> [WorkItem] {
        guard rows.contains(where: { $0.isExpired(life, offset, now) }) else { return [] }
        let expired = rows.filter { $0.isExpired(life, offset, now) }.map(\.work)
        rows.removeAll { $0.isExpired(life, offset, now) }
        return expired
    }
}

extension WaitingRows.Row {
    fileprivate func isExpired(_ life: KeyLife, _ offset: Duration?, _ now: Moment) -> Bool {
        guard work.afterUnknown else { return false }
        if let firstSentAt { return now.steady.since(firstSentAt) >= life.longest }
        guard let first = work.firstSentAt else { return false }
        return !life.isAlive(firstSentAt: first, offset: (work.firstOffset, offset), now: now.wall)
    }
}
