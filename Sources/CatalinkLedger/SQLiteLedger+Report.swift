package import CatalinkCore
import Foundation
import GRDB

/// A run that the ledger remembers.
package struct RecordedRun: Sendable {
    package var id: String
    package var startedAt: Timestamp
    /// `nil` for one that has not ended.
    package var endedAt: Timestamp?
    /// The document of its books; for a run that closed none, why, or nothing.
    package var summary: String?
}

/// What the report of a run is made of.
extension SQLiteLedger {
    /// The newest run that has closed its books. Names of runs do not order those of one second.
    static let newestClosed =
        "SELECT * FROM run WHERE summary LIKE '{%' ORDER BY started_at DESC, rowid DESC LIMIT 1"

    /// - Parameter id: `nil` for the newest run that has closed its books.
    package func recordedRun(_ id: String?) throws -> RecordedRun? {
        try told { database in
            let row =
                if let id {
                    try Row.fetchOne(database, sql: "SELECT * FROM run WHERE id = ?", arguments: [id])
                } else {
                    try Row.fetchOne(database, sql: Self.newestClosed)
                }
            return row.map { row in
                RecordedRun(
                    id: row["id"], startedAt: Timestamp(milliseconds: row["started_at"]),
                    endedAt: (row["ended_at"] as Int64?).map(Timestamp.init(milliseconds:)),
                    summary: row["summary"])
            }
        }
    }

    /// Whether anything was decided by a person, or any other run has gone, at this time or later.
    package func hasMoved(since moment: Timestamp, beside run: String) throws -> Bool {
        try told { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM intervention WHERE at >= ?1)
                        OR EXISTS (SELECT 1 FROM run WHERE id <> ?2 AND (ended_at IS NULL OR ended_at >= ?1))
                    """, arguments: [moment.milliseconds, run]) ?? false
        }
    }

    /// - Returns: `nil` where the run has sent nothing.
    package func timeline(of run: String) throws -> AttemptTimeline? {
        try told { database in
            let ends = try Row.fetchOne(
                database, sql: "SELECT min(sent_at), max(sent_at) FROM attempt WHERE run = ?",
                arguments: [run])
            guard let ends, let first = ends[0] as Int64?, let last = ends[1] as Int64? else { return nil }
            var timeline = AttemptTimeline(
                from: Timestamp(milliseconds: first), to: Timestamp(milliseconds: last))
            let attempts = try Row.fetchCursor(
                database, sql: "SELECT sent_at, settled_at, outcome, status FROM attempt WHERE run = ?",
                arguments: [run])
            while let attempt = try attempts.next() {
                let sent = Timestamp(milliseconds: attempt[0])
                // Without a status no answer came; when that was written down says nothing of the server.
                let isAnswered = attempt[3] as Int? != nil
                let settled = (attempt[1] as Int64?).map(Timestamp.init(milliseconds:))
                let outcome = (attempt[2] as String?).flatMap(AttemptOutcome.init(rawValue:))
                timeline.add(
                    outcome ?? .unknown, at: sent,
                    latency: isAnswered ? settled.map { $0.since(sent) } : nil)
            }
            return timeline
        }
    }

    private static let mostTroubles = 50

    /// Rows that did not end well, by what was said of them; the most frequent first.
    package func troubles(of run: String) throws -> [RunTrouble] {
        try told { database in
            // Beside min() SQLite takes the other columns from its row.
            try Row.fetchAll(
                database,
                sql: """
                    SELECT verdict, coalesce(error, '') AS message, count(*) AS count, min(row), file, line
                    FROM verdict WHERE run = ? AND verdict IN ('rejected', 'failed', 'unknown', 'held')
                    GROUP BY verdict, message ORDER BY count(*) DESC, min(row) LIMIT \(Self.mostTroubles)
                    """, arguments: [run]
            ).map { row in
                RunTrouble(
                    verdict: row["verdict"], message: row["message"], count: row["count"],
                    place: "\(row["file"] as String):\(row["line"] as Int)")
            }
        }
    }

    private static let mostMoves = 50

    /// Amounts that a run's requests have moved in links.
    package func movesMade(by run: String) throws -> PriceMoves {
        try told { database in
            var moves = PriceMoves()
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT i.key, i.segment, r.amount, r.currency, r.file, r.line, p.amount AS was_amount,
                        p.currency AS was_currency, 0 AS row
                    FROM (SELECT DISTINCT item, generation, try FROM attempt WHERE run = ?) a
                    JOIN request r ON r.item = a.item AND r.generation = a.generation AND r.try = a.try
                    JOIN item i ON i.number = r.item
                    JOIN request p ON p.item = r.item AND (p.generation, p.try) = (
                        SELECT generation, try FROM request WHERE item = r.item AND fate = 'made'
                            AND (generation, try) < (r.generation, r.try) ORDER BY generation DESC, try DESC LIMIT 1)
                    WHERE r.fate = 'made'
                    """, arguments: [run])
            while let row = try rows.next() {
                if let example = PriceMoves.Example(row) { moves.add(example, keeping: Self.mostMoves) }
            }
            return moves
        }
    }

    // MARK: Items

    private static let named = "SELECT key, segment FROM verdict WHERE run = ? AND key IS NOT NULL"

    /// How many rows the run spoke of, and how many other items there are.
    package func pageItems(of run: String) throws -> (rows: Int, others: Int) {
        try told { database in
            let rows = try Int.fetchOne(
                database, sql: "SELECT count(*) FROM verdict WHERE run = ?", arguments: [run])
            let items = try Int.fetchOne(database, sql: "SELECT count(*) FROM item")
            let named = try Int.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM (SELECT DISTINCT key, segment FROM (\(Self.named))) v
                    JOIN item i ON i.key = v.key AND i.segment = v.segment
                    """, arguments: [run])
            return (rows ?? 0, (items ?? 0) - (named ?? 0))
        }
    }

    private static let title = """
        , CASE WHEN json_valid(CAST(r.body AS TEXT)) THEN json_extract(CAST(r.body AS TEXT), '$.title') END AS title,
            v.verdict, i.state AS item_state
        """

    /// The first rows of the run in the catalog's order, then all other items where they are asked for.
    package func forEachPageItem(
        of run: String, mostRows: Int, withOthers: Bool, _ body: (PageItem) throws -> Void
    ) throws {
        try told { database in
            let rows = try Row.fetchCursor(
                database,
                sql: Self.results(
                    from: "verdict v LEFT JOIN item i ON i.key = v.key AND i.segment = v.segment",
                    "v.run = ?", and: Self.title) + " LIMIT \(mostRows)", arguments: [run])
            while let row = try rows.next() { try body(PageItem(row)) }
            guard withOthers else { return }
            let others = try Row.fetchCursor(
                database,
                sql: Self.results(
                    from: "item i LEFT JOIN \(Self.noVerdict) v ON 1",
                    "(i.key, i.segment) NOT IN (\(Self.named))", and: Self.title), arguments: [run])
            while let row = try others.next() { try body(PageItem(row)) }
        }
    }
}

extension PageItem {
    fileprivate init(_ row: Row) {
        self.init()
        func text(_ column: String) -> String { row[column] ?? "" }
        key = row.bytes("key").text
        segment = row.bytes("segment").text
        title = text("title")
        verdict = text("verdict")
        state = text("item_state").replacing("open", with: "unknown")
        linkID = text("link_id")
        address = text("link_url")
        amount = FixedDecimal(text("amount"))?.asMoney ?? text("amount")
        currency = text("currency")
        error = text("error")
        file = text("file")
        line = row["line"] ?? 0
        attempts = row["attempts"] ?? 0
        settledAt = (row["settled_at"] as Int64?).map(Timestamp.init(milliseconds:))
    }
}
