package import CatalinkCore
import Foundation
import GRDB

extension SQLiteLedger {
    /// What a run said of those of some rows that need a change, in the order of the catalog. Rows that only need
    /// another try are not among them.
    package func rowsToFix(of run: String, _ rows: ClosedRange<Int>) throws -> [RowToFix] {
        do {
            return try database.read { database in
                let found = try GRDB.Row.fetchAll(
                    database, sql: Self.rowsToFix, arguments: [run, rows.lowerBound, rows.upperBound])
                return found.reduce(into: []) { $0.add($1) }
            }
        } catch let error as DatabaseError {
            throw LedgerError(error, at: database.path)
        }
    }

    /// What the API said is with the attempt, where the run before was told it.
    private static let rowsToFix = """
        SELECT row, segment, key, verdict, coalesce(error, (SELECT coalesce(r.note, a.message) FROM item i
            JOIN request r ON r.item = i.number
            JOIN attempt a ON a.item = r.item AND a.generation = r.generation AND a.try = r.try
            WHERE i.key = v.key AND i.segment = v.segment
            ORDER BY a.generation DESC, a.try DESC, a.n DESC LIMIT 1)) AS error
        FROM verdict v
        WHERE run = ? AND row BETWEEN ? AND ? AND verdict IN ('invalid', 'duplicate', 'rejected')
        ORDER BY row, segment
        """
}

extension [RowToFix] {
    fileprivate mutating func add(_ row: GRDB.Row) {
        guard let verdict = Verdict(rawValue: row["verdict"]) else {
            preconditionFailure("the schema holds the verdicts")
        }
        let pair = RowToFix.Pair(
            segment: row.bytes("segment"), key: row["key"] as Data? == nil ? nil : row.bytes("key"),
            verdict: verdict,
            error: row["error"])
        let number: Int = row["row"]
        if let last, last.number == number {
            self[count - 1].pairs.append(pair)
        } else {
            append(RowToFix(number: number, pairs: [pair]))
        }
    }
}
