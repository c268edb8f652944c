package import CatalinkCore
import GRDB

extension SQLiteLedger {
    /// When the latest request of an item was sent first.
    static let sentAt = """
        (SELECT min(a.sent_at) FROM attempt a WHERE a.item = i.number AND (a.generation, a.try) =
            (SELECT generation, try FROM attempt WHERE item = i.number ORDER BY generation DESC, try DESC LIMIT 1))
        """

    /// - Parameter cutoff: an unknown or held item that was sent before is overdue.
    package func unsettled(before cutoff: Timestamp) throws -> UnsettledItems {
        try told { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT min(CASE WHEN state = 'open' THEN sent_at END), count(CASE WHEN sent_at < ? THEN 1 END),
                        min(CASE WHEN state = 'held' THEN sent_at END)
                    FROM (SELECT i.state, \(Self.sentAt) AS sent_at FROM item i WHERE i.state IN ('open', 'held'))
                    """, arguments: [cutoff.milliseconds])
            return UnsettledItems(
                counts: try Self.counts(database),
                oldestUnknown: (row?[0] as Int64?).map(Timestamp.init(milliseconds:)),
                oldestHeld: (row?[2] as Int64?).map(Timestamp.init(milliseconds:)),
                overdue: row?[1] ?? 0,
                lastSuccess: try Int64.fetchOne(
                    database, sql: "SELECT max(ended_at) FROM run WHERE exit = 0"
                ).map(Timestamp.init(milliseconds:)))
        }
    }
}
