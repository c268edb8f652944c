package import CatalinkCore
package import CatalinkHash
import Foundation
import GRDB

/// One item, or one row that became none, as people and programs are told of it.
package struct ResultLine: Sendable {
    package static let columns = [
        "key", "segment", "state", "generation", "link_id", "link_url", "amount", "currency", "status",
        "error",
        "file", "line", "idempotency_key", "attempts", "first_sent_at", "settled_at", "run",
    ]

    /// One text a column; empty where there is nothing to say.
    package var values: [String]

    package var json: JSONValue {
        .object(zip(Self.columns, values).map { ($0, $1.isEmpty ? .null : .string($1)) })
    }
}

/// What `status` tells of a ledger.
package struct LedgerStatus: Sendable {
    package struct Run: Sendable {
        package var id: String
        package var exit: Int?
        package var created: Int
        package var seconds: Double?
    }

    package struct Unknown: Sendable {
        package var item: ItemKey
        package var firstSentAt: Timestamp
        package var message: String?
    }

    /// An item that a person must look at.
    package struct Held: Sendable {
        package var item: ItemKey
        package var message: String?
        /// When its latest request was sent first.
        package var sentAt: Timestamp?
    }

    /// A plan beyond the guards that a person has let through, or a plan file that was applied.
    package struct Approval: Sendable {
        package var digest: Digest
        package var person: String
        package var at: Timestamp
        package var run: String
        package var isFile: Bool
    }

    package var counts: LedgerCounts
    /// The latest first.
    package var approvals: [Approval]
    /// The account's id at the API, once an answer has told it.
    package var appID: String?
    /// The first hundred.
    package var held: [Held]
    /// Links that another has taken the place of and that still sell.
    package var superseded: [SupersededLink]
    /// Links that are not as they were asked for: how, by item. The first hundred.
    package var mismatched: [Held]
    /// Links whose row was in no catalog when they were recovered.
    package var orphans: Int
    /// The latest first.
    package var runs: [Run]
    /// The first hundred, those whose key dies soonest first.
    package var unknown: [Unknown]
}

extension SQLiteLedger {
    /// - Parameter run: only what this run said; `nil` for every item, and the rows of the last run that have none.
    package func forEachResult(run: String?, _ body: (ResultLine) throws -> Void) throws {
        do {
            try readResults(run: run, body)
        } catch let error as DatabaseError {
            throw LedgerError(error, at: database.path)
        }
    }

    private func readResults(run: String?, _ body: (ResultLine) throws -> Void) throws {
        try database.read { database in
            if let run {
                try each(
                    database,
                    Self.results(
                        from: "verdict v LEFT JOIN item i ON i.key = v.key AND i.segment = v.segment",
                        "v.run = :run"), [run], body)
                return
            }
            try each(database, Self.results(from: "item i LEFT JOIN \(Self.noVerdict) v ON 1", "1"), [], body)
            guard let last = try String.fetchOne(database, sql: Self.newestClosed) else { return }
            let rowsWithoutItem = "v.run = ? AND v.verdict IN ('invalid', 'duplicate', 'notReached')"
            try each(
                database,
                Self.results(from: "verdict v LEFT JOIN \(Self.noItem) i ON 1", rowsWithoutItem), [last], body
            )
        }
    }

    /// Tables without rows: to `ON 0` SQLite reads the whole table for each row on the left.
    static let noVerdict = "(SELECT * FROM verdict LIMIT 0)"
    private static let noItem = "(SELECT * FROM item LIMIT 0)"

    private func each(
        _ database: Database, _ sql: String, _ arguments: [String], _ body: (ResultLine) throws -> Void
    ) throws {
        let sql = sql.replacing(":run", with: "?")
        let rows = try GRDB.Row.fetchCursor(database, sql: sql, arguments: StatementArguments(arguments))
        while let row = try rows.next() { try body(ResultLine(row)) }
    }

    /// The latest request and attempt of each item beside its link.
    ///
    /// - Parameter columns: more of them, each after a comma.
    static func results(from tables: String, _ condition: String, and columns: String = "") -> String {
        """
        SELECT coalesce(i.key, v.key) AS key, coalesce(i.segment, v.segment) AS segment,
            coalesce(v.verdict, i.state) AS state, r.generation, l.link_id, l.url AS link_url, r.amount, r.currency,
            a.status, coalesce(v.error, l.mismatch,
                CASE WHEN i.state <> 'created' THEN coalesce(r.note, a.message) END) AS error,
            coalesce(v.file, r.file) AS file, coalesce(v.line, r.line) AS line, a.idempotency_key,
            (SELECT count(*) FROM attempt WHERE item = i.number) AS attempts,
            (SELECT min(sent_at) FROM attempt WHERE item = i.number) AS first_sent_at, a.settled_at,
            coalesce(v.run, a.run) AS run\(columns)
        FROM \(tables)
        LEFT JOIN request r ON r.item = i.number AND (r.generation, r.try) =
            (SELECT generation, try FROM request WHERE item = i.number ORDER BY generation DESC, try DESC LIMIT 1)
        LEFT JOIN attempt a ON a.item = r.item AND a.generation = r.generation AND a.try = r.try AND a.n =
            (SELECT max(n) FROM attempt WHERE item = r.item AND generation = r.generation AND try = r.try)
        LEFT JOIN link l ON l.item = i.number AND l.generation = (SELECT max(generation) FROM link WHERE item = i.number)
        WHERE \(condition)
        ORDER BY \(tables.hasPrefix("item") ? "i.number" : "v.row, v.segment")
        """
    }

    package func status() async throws -> LedgerStatus {
        let superseded = try await superseded()
        return try await reading { database in
            let runs = try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT id, exit, (ended_at - started_at) / 1000.0,
                        (SELECT count(*) FROM link WHERE link.run = run.id) FROM run
                    ORDER BY started_at DESC, rowid DESC LIMIT 5
                    """)
            let unknown = try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT i.key, i.segment, min(a.sent_at), max(a.message) FROM item i
                    JOIN attempt a ON a.item = i.number WHERE i.state = 'open'
                    GROUP BY i.number ORDER BY min(a.sent_at) LIMIT 100
                    """)
            let held = try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT key, segment, coalesce(
                        (SELECT note FROM request WHERE item = i.number ORDER BY generation DESC, try DESC LIMIT 1),
                        (SELECT message FROM attempt WHERE item = i.number
                            ORDER BY generation DESC, try DESC, n DESC LIMIT 1)), \(Self.sentAt) FROM item i
                    WHERE state = 'held' ORDER BY number LIMIT 100
                    """)
            return LedgerStatus(
                counts: try Self.counts(database),
                approvals: try Self.approvals(database),
                appID: try String.fetchOne(database, sql: "SELECT app_id FROM binding"),
                held: held.map { LedgerStatus.Held($0) },
                superseded: superseded,
                mismatched: try Self.mismatched(database),
                orphans: try Int.fetchOne(database, sql: "SELECT count(*) FROM orphan") ?? 0,
                runs: runs.map { LedgerStatus.Run(id: $0[0], exit: $0[1], created: $0[3], seconds: $0[2]) },
                unknown: unknown.map { row in
                    LedgerStatus.Unknown(
                        item: ItemKey(row),
                        firstSentAt: Timestamp(milliseconds: row[2]), message: row[3])
                })
        }
    }
}

extension SQLiteLedger {
    private static func approvals(_ database: Database) throws -> [LedgerStatus.Approval] {
        try GRDB.Row.fetchAll(
            database,
            sql: """
                SELECT digest, person, approved_at AS at, run, 0 AS is_file FROM approval
                UNION ALL SELECT digest, person, applied_at, run, 1 FROM applied_plan ORDER BY at DESC LIMIT 5
                """
        ).map { row in
            LedgerStatus.Approval(
                digest: row.digest("digest"), person: row["person"],
                at: Timestamp(milliseconds: row["at"]), run: row["run"], isFile: row["is_file"])
        }
    }

    /// Links that sell something else than was asked for, until a person has settled it.
    private static func mismatched(_ database: Database) throws -> [LedgerStatus.Held] {
        try GRDB.Row.fetchAll(
            database,
            sql: """
                SELECT i.key, i.segment, l.link_id || ': ' || l.mismatch FROM link l JOIN item i ON i.number = l.item
                WHERE l.mismatch IS NOT NULL AND l.retired_at IS NULL ORDER BY l.item LIMIT 100
                """
        ).map { LedgerStatus.Held(item: ItemKey($0), message: $0[2]) }
    }

    package func mismatches() async throws -> Int {
        try await reading { database in
            try Int.fetchOne(
                database,
                sql: "SELECT count(*) FROM link WHERE mismatch IS NOT NULL AND retired_at IS NULL") ?? 0
        }
    }
}

extension LedgerStatus.Held {
    fileprivate init(_ row: GRDB.Row) {
        self.init(
            item: ItemKey(row), message: row[2],
            sentAt: (row[3] as Int64?).map(Timestamp.init(milliseconds:)))
    }
}

extension ItemKey {
    /// From the columns `key` and `segment`.
    init(_ row: GRDB.Row) {
        self.init(key: row.bytes("key"), segment: row.bytes("segment"))
    }
}

extension ResultLine {
    fileprivate init(_ row: GRDB.Row) {
        values = Self.columns.map { column in
            switch column {
            case "key", "segment":
                (row[column] as Data?).map { String(decoding: $0, as: UTF8.self).shown(limit: 400) } ?? ""
            case "idempotency_key":
                (row[column] as Data?).flatMap { IdempotencyKey(bytes: Array($0)) }.map(\.uuid) ?? ""
            case "first_sent_at", "settled_at":
                (row[column] as Int64?).map { CivilTime(Timestamp(milliseconds: $0)).iso8601 } ?? ""
            case "attempts": (row[column] as Int?).flatMap { $0 > 0 ? String($0) : nil } ?? ""
            case "line", "status", "generation": (row[column] as Int?).map { String($0) } ?? ""
            case "state": ((row[column] as String?) ?? "").replacing("open", with: "unknown")
            default: ((row[column] as String?) ?? "").shown(limit: 400)
            }
        }
    }
}
