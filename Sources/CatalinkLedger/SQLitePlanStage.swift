import CatalinkCore
import CatalinkHash
import Foundation
import GRDB

/// Stages a plan in temporary tables: rows with work, and rows that were dropped.
///
/// An unchanged row costs one look-up and no write: a line number an item tells whether its key came before. Only
/// when a key comes a second time is the item's own row staged too, so that whichever row came first decides nothing.
final class SQLitePlanStage: PlanStage {
    let database: DatabaseQueue
    private let planner: RowPlanner
    var totals = PlanTotals()
    /// The first line that named each item, by the item's number; 0 for none.
    private var firstLines: [UInt32]
    var unchanged = 0
    var createdSeen = 0

    init(_ database: DatabaseQueue, _ planner: RowPlanner) throws {
        self.database = database
        self.planner = planner
        let largest = try database.writeWithoutTransaction { database in
            for statement in Self.tables { try database.execute(sql: statement) }
            return try Int.fetchOne(database, sql: "SELECT max(number) FROM item") ?? 0
        }
        firstLines = Array(repeating: 0, count: largest + 1)
    }

    private static let tables = [
        "DROP TABLE IF EXISTS temp.staged",
        "DROP TABLE IF EXISTS temp.noted",
        // verdict: NULL for a row to send; copies: equal rows after the first; conflict: 1 a key, 2 a slug.
        """
        CREATE TEMP TABLE staged (
            id INTEGER PRIMARY KEY, key BLOB NOT NULL, segment BLOB NOT NULL, number INTEGER, row INTEGER NOT NULL,
            file TEXT NOT NULL, line INTEGER NOT NULL, fingerprint BLOB NOT NULL, slug BLOB NOT NULL,
            canonical BLOB NOT NULL, minor INTEGER, currency TEXT NOT NULL, verdict TEXT,
            generation INTEGER, try INTEGER, sends INTEGER, last_sent_at INTEGER,
            copies INTEGER NOT NULL DEFAULT 0, conflict INTEGER NOT NULL DEFAULT 0,
            UNIQUE (key, segment))
        """,
        """
        CREATE TEMP TABLE noted (
            row INTEGER NOT NULL, segment BLOB NOT NULL, key BLOB, verdict TEXT NOT NULL, file TEXT NOT NULL,
            line INTEGER NOT NULL, error TEXT)
        """,
    ]

    static let nextWork = """
        SELECT s.*, r.body FROM temp.staged s
        LEFT JOIN request r ON s.sends > 0 AND r.item = s.number AND r.generation = s.generation AND r.try = s.try
        WHERE s.id > ? AND s.verdict IS NULL AND s.conflict = 0 ORDER BY s.id LIMIT ?
        """

    // MARK: Adding

    func add(_ pairs: [MappedPair]) throws {
        try database.write { database in
            for pair in pairs {
                switch pair {
                case .filtered: totals.settled[.filtered, default: 0] += 1
                case .invalid(let item, let location, let problems):
                    totals.settled[.invalid, default: 0] += 1
                    if let item { try markSeen(item, location, database) }
                    try note(
                        .invalid, item, location, problems.map(\.explanation).joined(separator: "; "),
                        database)
                case .request(let pair): try add(pair, database)
                }
            }
        }
    }

    private func add(_ pair: PlannedPair, _ database: Database) throws {
        let known = try find(pair.item, database)
        if let known {
            let first = firstLines[known.number]
            if first == 0 {
                firstLines[known.number] = UInt32(clamping: pair.location.line)
                if known.state == .created { createdSeen += 1 }
                if known.state == .created, known.fingerprint == pair.fingerprint {
                    unchanged += 1
                    return
                }
            } else if try !isStaged(pair.item, database) {
                // The first row was unchanged and left no trace but its line, or was invalid.
                try stageFirst(pair.item, known, line: Int(first), pair.location, database)
            }
        }
        let decision = try planner.decide(known, fingerprint: pair.fingerprint) {
            () throws -> AttemptHistory? in
            guard let known else { return nil }
            return try history(known.number, database)
        }
        try stage(pair, known?.number, decision, database)
    }

    private func find(_ item: ItemKey, _ database: Database) throws -> KnownItem? {
        let statement = try database.cachedStatement(
            sql: "SELECT number, state, fingerprint FROM item WHERE key = ? AND segment = ?")
        guard let row = try Row.fetchOne(statement, arguments: [Data(item.key), Data(item.segment)]) else {
            return nil
        }
        guard let state = ItemState(rawValue: row[1]) else {
            preconditionFailure("the schema holds the states of items")
        }
        return KnownItem(number: row[0], state: state, fingerprint: row.digest("fingerprint"))
    }

    private func markSeen(_ item: ItemKey, _ location: Location, _ database: Database) throws {
        guard let known = try find(item, database), firstLines[known.number] == 0 else { return }
        // Its link is not missing, but neither is it as the catalog wants it.
        if known.state == .created { createdSeen += 1 }
        firstLines[known.number] = .max
    }

    private func isStaged(_ item: ItemKey, _ database: Database) throws -> Bool {
        let statement = try database.cachedStatement(
            sql: "SELECT 1 FROM temp.staged WHERE key = ? AND segment = ?")
        return try Row.fetchOne(statement, arguments: [Data(item.key), Data(item.segment)]) != nil
    }

    private func stageFirst(
        _ item: ItemKey, _ known: KnownItem, line: Int, _ location: Location, _ database: Database
    ) throws {
        guard line != UInt32.max else { return }
        unchanged -= 1
        try database.execute(
            sql: """
                INSERT INTO temp.staged (key, segment, number, row, file, line, fingerprint, slug, canonical,
                    currency, verdict) VALUES (?, ?, ?, 0, ?, ?, ?, x'', x'', '', 'unchanged')
                """,
            arguments: [
                Data(item.key), Data(item.segment), known.number, location.file, line,
                Data(known.fingerprint.bytes),
            ])
    }

    private func history(_ number: Int, _ database: Database) throws -> AttemptHistory? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT generation, try, count(*), min(sent_at), max(sent_at) FROM attempt WHERE item = ?
                GROUP BY generation, try ORDER BY generation DESC, try DESC LIMIT 1
                """, arguments: [number])
        return row.map { row in
            AttemptHistory(
                generation: row[0], attempt: row[1], sends: row[2],
                firstSentAt: Timestamp(milliseconds: row[3]),
                lastSentAt: Timestamp(milliseconds: row[4]))
        }
    }

    private func stage(_ pair: PlannedPair, _ number: Int?, _ decision: PlanDecision, _ database: Database)
        throws
    {
        var verdict: Verdict?
        var step = (generation: Int?.none, attempt: Int?.none, sends: 0, lastSentAt: Timestamp?.none)
        switch decision {
        case .leave(let left): verdict = left
        case .send(let generation, let attempt): step = (generation, attempt, 0, nil)
        case .resend(let past): step = (past.generation, past.attempt, past.sends, past.lastSentAt)
        }
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO temp.staged (key, segment, number, row, file, line, fingerprint, slug, canonical, minor,
                    currency, verdict, generation, try, sends, last_sent_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key, segment) DO NOTHING
                """)
        try insert.execute(
            arguments: [
                Data(pair.item.key), Data(pair.item.segment), number, pair.location.record,
                pair.location.file,
                pair.location.line, Data(pair.fingerprint.bytes), Data(pair.slug), Data(pair.canonical),
                pair.amount?.hundredths, pair.currency.rawValue, verdict?.rawValue, step.generation,
                step.attempt,
                step.sends, step.lastSentAt?.milliseconds,
            ])
        if database.changesCount == 0 { try addAgain(pair, database) }
    }

    /// A second row of one item: merged where it asks for the same, else both stand in each other's way.
    private func addAgain(_ pair: PlannedPair, _ database: Database) throws {
        guard
            let row = try Row.fetchOne(
                database,
                sql: "SELECT id, fingerprint, file, line FROM temp.staged WHERE key = ? AND segment = ?",
                arguments: [Data(pair.item.key), Data(pair.item.segment)])
        else { preconditionFailure("a conflict names a row") }
        let isEqual = row.digest("fingerprint") == pair.fingerprint
        try database.execute(
            sql: "UPDATE temp.staged SET copies = copies + 1, conflict = max(conflict, ?) WHERE id = ?",
            arguments: [isEqual ? 0 : 1, row["id"] as Int64])
        let first = "\(row["file"] as String):\(row["line"] as Int)"
        try note(
            isEqual ? .merged : .duplicate, pair.item, pair.location,
            "key: the same \(isEqual ? "row" : "key with other contents") stands at \(first)", database)
        if !isEqual {
            remember(
                Problem(
                    subject: "key", location: pair.location, rule: nil,
                    expected: "one row for each key, or equal rows",
                    got: "\(pair.item.shown) again, with other contents than at \(first)",
                    hint: "nothing is sent for either; add to `key` what tells them apart"))
        }
    }

    func remember(_ problem: Problem) {
        if totals.duplicates.count < 100 { totals.duplicates.append(problem) }
    }

    func note(
        _ verdict: Verdict, _ item: ItemKey?, _ location: Location, _ error: String, _ database: Database
    ) throws {
        try database.cachedStatement(
            sql:
                "INSERT INTO temp.noted (row, segment, key, verdict, file, line, error) VALUES (?, ?, ?, ?, ?, ?, ?)"
        ).execute(
            arguments: [
                location.record, Data(item?.segment ?? []), item.map { Data($0.key) }, verdict.rawValue,
                location.file, location.line, error,
            ])
    }
}

extension ItemKey {
    /// `"SKU-1"`, or `"SKU-1" (premium)`
    var shown: String {
        key.text.quoted + (segment.isEmpty ? "" : " (\(segment.text.shown()))")
    }
}

extension FixedDecimal {
    /// As whole hundredths; `nil` where that is not exact or too large.
    fileprivate var hundredths: Int? {
        multiplied(by: FixedDecimal(coefficient: 100, scale: 0)).flatMap { Int($0.plain) }
    }
}
