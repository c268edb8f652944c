package import CatalinkCore
import Foundation
import GRDB

extension SQLiteLedger {
    /// What a run said of those of some rows that need a change, in the order of the catalog. Rows that only need
    /// another try are not among them.
    ///
    /// - Parameter run: `nil` for the plan that was staged last.
    package func rowsToFix(of run: String?, _ rows: ClosedRange<Int>) throws -> [RowToFix] {
        do {
            return try database.write { database in
                guard let run else { return try Self.stagedRows(rows, database) }
                return try Self.fetch(
                    Self.rows(in: "verdict v", "v.run = ? AND"), [run, rows.lowerBound, rows.upperBound],
                    database
                )
            }
        } catch let error as DatabaseError {
            throw LedgerError(error, at: database.path)
        }
    }

    /// The same of all rows, a pair of row and segment at a time.
    package func forEachPairToFix(of run: String?, _ body: (RowToFix.Pair) throws -> Void) throws {
        do {
            try database.read { database in
                let table = run == nil ? "temp.noted v" : "verdict v"
                let sql = Self.pairs(in: table, run == nil ? "" : "v.run = ? AND") + Self.firstRows
                let arguments: StatementArguments = run.map { [$0, 0, Int.max] } ?? [0, Int.max]
                let cursor = try GRDB.Row.fetchCursor(database, sql: sql, arguments: arguments)
                while let row = try cursor.next() { try body(RowToFix.Pair(row)) }
            }
        } catch let error as DatabaseError {
            throw LedgerError(error, at: database.path)
        }
    }

    private static func stagedRows(_ rows: ClosedRange<Int>, _ database: Database) throws -> [RowToFix] {
        try database.execute(sql: "CREATE INDEX IF NOT EXISTS temp.noted_row ON noted (row)")
        return try fetch(Self.rows(in: "temp.noted v", ""), [rows.lowerBound, rows.upperBound], database)
    }

    private static func fetch(
        _ sql: String, _ arguments: StatementArguments, _ database: Database
    ) throws -> [RowToFix] {
        let cursor = try GRDB.Row.fetchCursor(database, sql: sql, arguments: arguments)
        var found: [RowToFix] = []
        while let row = try cursor.next() { found.add(row) }
        return found
    }

    /// The first of two rows with one key, where its link is just what it wants: all that is kept of it is its line.
    private static let firstRows = """
         UNION ALL SELECT row, segment, key, 'duplicate', '\(SQLitePlanStage.duplicateKeyMessage)' FROM temp.staged
            WHERE row = 0 AND conflict = 1
        """

    /// What the API said is with the attempt, where the run before was told it.
    private static func rows(in table: String, _ condition: String) -> String {
        pairs(in: table, condition) + " ORDER BY row, segment"
    }

    private static func pairs(in table: String, _ condition: String) -> String {
        """
        SELECT row, segment, key, verdict, coalesce(error, (SELECT coalesce(r.note, a.message) FROM item i
            JOIN request r ON r.item = i.number
            JOIN attempt a ON a.item = r.item AND a.generation = r.generation AND a.try = r.try
            WHERE i.key = v.key AND i.segment = v.segment
            ORDER BY a.generation DESC, a.try DESC, a.n DESC LIMIT 1)) AS error
        FROM \(table)
        WHERE \(condition) row BETWEEN ? AND ? AND verdict IN ('invalid', 'duplicate', 'rejected')
        """
    }
}

extension RowToFix.Pair {
    fileprivate init(_ row: GRDB.Row) {
        guard let verdict = Verdict(rawValue: row["verdict"]) else {
            preconditionFailure("the schema holds the verdicts")
        }
        self.init(
            segment: row.bytes("segment"), key: row["key"] as Data? == nil ? nil : row.bytes("key"),
            verdict: verdict, error: row["error"])
    }
}

extension [RowToFix] {
    fileprivate mutating func add(_ row: GRDB.Row) {
        let pair = RowToFix.Pair(row)
        let number: Int = row["row"]
        if let last, last.number == number {
            self[count - 1].pairs.append(pair)
        } else {
            append(RowToFix(number: number, pairs: [pair]))
        }
    }
}
