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
    let planner: RowPlanner
    private let hasOrphans: Bool
    /// Ledgers of other jobs of the account.
    let neighbours: [String]
    var totals = PlanTotals()
    /// The first line that named each item, by the item's number; 0 for none.
    private(set) var firstLines: [UInt32]
    /// Items whose link is just what a row wants, by number.
    private(set) var wanted: [Bool]
    var unchanged = 0
    var createdSeen = 0

    init(_ database: DatabaseQueue, _ planner: RowPlanner, neighbours: [String] = []) throws {
        self.database = database
        self.neighbours = neighbours
        self.planner = planner
        let (largest, orphans) = try database.writeWithoutTransaction { database in
            for statement in Self.tables { try database.execute(sql: statement) }
            return (
                try Int.fetchOne(database, sql: "SELECT max(number) FROM item") ?? 0,
                try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM orphan)") ?? false
            )
        }
        hasOrphans = orphans
        firstLines = Array(repeating: 0, count: largest + 1)
        wanted = Array(repeating: false, count: largest + 1)
    }

    private static let tables = [
        "DROP TABLE IF EXISTS temp.staged",
        "DROP TABLE IF EXISTS temp.noted",
        "DROP TABLE IF EXISTS temp.missing",
        // verdict: NULL for a row to send, or one that waits for a look-up (waits = 1); planned: it had none when the
        // plan was made; copies: equal rows after the first; conflict: 1 a key, 2 a slug; was_amount: of the item's
        // link; ratio and distance as `PriceMove` has them.
        """
        CREATE TEMP TABLE staged (
            id INTEGER PRIMARY KEY, key BLOB NOT NULL, segment BLOB NOT NULL, number INTEGER, row INTEGER NOT NULL,
            file TEXT NOT NULL, line INTEGER NOT NULL, fingerprint BLOB NOT NULL, slug BLOB NOT NULL,
            mapped BLOB NOT NULL, canonical BLOB NOT NULL, amount TEXT, micro INTEGER, currency TEXT NOT NULL, was_amount TEXT,
            was_currency TEXT, moved INTEGER NOT NULL DEFAULT 0, ratio INTEGER, distance INTEGER, verdict TEXT,
            method TEXT NOT NULL DEFAULT 'create', generation INTEGER, try INTEGER, link_id TEXT,
            sends INTEGER NOT NULL DEFAULT 0, waits INTEGER NOT NULL DEFAULT 0, planned INTEGER NOT NULL DEFAULT 0,
            copies INTEGER NOT NULL DEFAULT 0, conflict INTEGER NOT NULL DEFAULT 0, error TEXT,
            UNIQUE (key, segment))
        """,
        """
        CREATE TEMP TABLE noted (
            row INTEGER NOT NULL, segment BLOB NOT NULL, key BLOB, verdict TEXT NOT NULL, file TEXT NOT NULL,
            line INTEGER NOT NULL, error TEXT)
        """,
        // Items with a link that no row has named, once all have been staged.
        "CREATE TEMP TABLE missing (number INTEGER PRIMARY KEY)",
    ]

    /// Rows of a method after a stage number; what earlier sends of their try were, only where there were any.
    static let nextWork = """
        SELECT s.*,
            CASE WHEN s.sends > 0 THEN (SELECT body FROM request r WHERE \(sameTry)) END AS body,
            CASE WHEN s.sends > 0 THEN (SELECT min(sent_at) FROM attempt r WHERE \(sameTry)) END AS first_sent_at,
            CASE WHEN s.sends > 0 THEN (SELECT max(sent_at) FROM attempt r WHERE \(sameTry)) END AS last_sent_at,
            CASE WHEN s.sends > 0 THEN (SELECT server_offset FROM attempt r WHERE \(sameTry) AND n = 1) END
                AS first_offset
        FROM temp.staged s
        WHERE s.id > ? AND s.verdict IS NULL AND s.waits = 0 AND s.conflict = 0 AND s.method = ? ORDER BY s.id LIMIT ?
        """
    private static let sameTry = "r.item = s.number AND r.generation = s.generation AND r.try = s.try"

    static let duplicateKeyMessage = "key: another row has the same key with other contents"
    /// What is said of rows that are part of another's link.
    static let bundleMessage = "bundle: the row's products are in the link of its key"

    // MARK: Adding

    func add(_ pairs: [MappedPair]) throws {
        try staging { database in
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
                case .merged(let item, let location):
                    try note(.merged, item, location, Self.bundleMessage, database)
                }
            }
        }
    }

    /// Writes temporary tables alone, in a transaction that only reads the ledger: a plan keeps no run waiting.
    func staging(_ body: (Database) throws -> Void) throws {
        do {
            try database.writeWithoutTransaction { database in
                try database.inTransaction(.deferred) {
                    try body(database)
                    return .commit
                }
            }
        } catch let error as DatabaseError {
            throw LedgerError(error, at: database.path)
        }
    }

    private func add(_ pair: PlannedPair, _ database: Database) throws {
        let known = try Self.find(pair.item, database)
        if let known {
            let first = firstLines[known.number]
            if first == 0 {
                firstLines[known.number] = UInt32(clamping: pair.location.line)
                if known.state == .created { createdSeen += 1 }
                if known.state == .created, known.fingerprint == pair.fingerprint {
                    unchanged += 1
                    wanted[known.number] = true
                    return
                }
            } else if try !isStaged(pair.item, database) {
                // The first row was unchanged and left no trace but its line, or was invalid.
                try stageFirst(pair.item, known, line: Int(first), pair.location, database)
            }
        }
        if known == nil, hasOrphans, try isOrphan(pair.item, database) {
            return try stage(pair, nil, .leave(.held), database)
        }
        let decision = try planner.decide(known, fingerprint: pair.fingerprint) {
            () throws -> AttemptHistory? in
            try known.flatMap { try Self.history($0.number, database) }
        }
        try stage(pair, known, decision, database)
    }

    /// A link that was recovered before its row was in the catalog again.
    private func isOrphan(_ item: ItemKey, _ database: Database) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT 1 FROM orphan WHERE item_digest = ?")
        return try Row.fetchOne(statement, arguments: [item.markerDigest]) != nil
    }

    private func markSeen(_ item: ItemKey, _ location: Location, _ database: Database) throws {
        guard let known = try Self.find(item, database), firstLines[known.number] == 0 else { return }
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
        wanted[known.number] = false
        try database.execute(
            sql: """
                INSERT INTO temp.staged (key, segment, number, row, file, line, fingerprint, slug, mapped, canonical,
                    currency, verdict) VALUES (?, ?, ?, 0, ?, ?, ?, x'', x'', x'', '', 'unchanged')
                """,
            arguments: [
                Data(item.key), Data(item.segment), known.number, location.file, line,
                Data(known.fingerprint.bytes),
            ])
    }

    private func stage(
        _ pair: PlannedPair, _ known: KnownItem?, _ decision: PlanDecision, _ database: Database
    ) throws {
        let isChanged = known?.state == .created && known?.fingerprint != pair.fingerprint
        let step = try Step(decision, pair.slug, pair.canonical, known?.number, database)
        let price = try Self.price(pair, known, database)
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO temp.staged (key, segment, number, row, file, line, fingerprint, slug, mapped, canonical,
                    amount, micro, currency, was_amount, was_currency, moved, ratio, distance, verdict, method,
                    generation, try, link_id, sends, waits, planned, error)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (key, segment) DO NOTHING
                """)
        try insert.execute(
            arguments: [
                Data(pair.item.key), Data(pair.item.segment), known?.number, pair.location.record,
                pair.location.file, pair.location.line, Data(pair.fingerprint.bytes), Data(step.slug),
                Data(pair.canonical), Data(step.canonical), price.amount, price.micro, pair.currency.rawValue,
                price.old?.amount?.plain, price.old?.currency, price.state.rawValue, price.ratio,
                price.distance,
                step.verdict?.rawValue, step.method.rawValue, step.generation, step.attempt, step.linkID,
                step.sends, step.waits ? 1 : 0, step.verdict == nil ? 1 : 0,
                step.verdict == .held && known == nil ? Self.orphanMessage : nil,
            ])
        if database.changesCount == 0 { return try addAgain(pair, database) }
        if known == nil { totals.newItems += 1 }
        if isChanged { totals.changedItems += 1 }
    }

    private static let orphanMessage =
        "key: a link of this row was recovered when no catalog had the row (`catalink ledger recover` takes it in)"

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
