package import CatalinkCore
import CatalinkHash
import Foundation
import GRDB
import Synchronization

/// Planning's outcome, and what is sent because of it.
extension SQLiteLedger {
    package func stage(_ planner: RowPlanner) throws -> any PlanStage {
        self.planner.withLock { $0 = planner }
        return try SQLitePlanStage(database, planner, neighbours: neighbours)
    }

    package func adoptPlan(run: String) async throws {
        try await writing { database in
            try database.execute(
                sql: """
                    INSERT INTO verdict (run, row, segment, key, verdict, file, line, error)
                    SELECT ?, row, segment, key, verdict, file, line, error FROM temp.noted
                    """, arguments: [run])
        }
    }

    package func nextWork(after stage: Int64, limit: Int) async throws -> [WorkItem] {
        try await work(.create, after: stage, limit)
    }

    package func nextUpdates(after stage: Int64, limit: Int) async throws -> [WorkItem] {
        try await work(.update, after: stage, limit)
    }

    private func work(_ method: RequestMethod, after stage: Int64, _ limit: Int) async throws -> [WorkItem] {
        try await reading { database in
            let statement = try database.cachedStatement(sql: SQLitePlanStage.nextWork)
            return try Row.fetchAll(statement, arguments: [stage, method.rawValue, limit]).map(WorkItem.init)
        }
    }

    // MARK: Attempts

    package func record(run: String, outcomes: [OutcomeRecord], intents: [Intent]) async throws -> [Int] {
        if isFull.withLock({ $0 }) {
            try emergency?.append(outcomes)
            return []
        }
        do {
            return try await database.write { database in
                for outcome in outcomes { try Self.record(outcome, run, database) }
                return try intents.map { try Self.record($0, run, database) }
            }
        } catch let error as DatabaseError where [.SQLITE_FULL, .SQLITE_IOERR].contains(error.resultCode) {
            isFull.withLock { $0 = true }
            try emergency?.append(outcomes)
            throw LedgerError(error, at: database.path)
        } catch let error as DatabaseError {
            throw LedgerError(error, at: database.path)
        }
    }

    private static func record(_ intent: Intent, _ run: String, _ database: Database) throws -> Int {
        let work = intent.work
        let number = try work.number ?? open(work, database)
        if work.sends == 0 {
            if work.number != nil { try reopen(number, work, database) }
            try insertRequest(number, intent, database)
        }
        try database.cachedStatement(
            sql: """
                INSERT INTO attempt (item, generation, try, n, run, idempotency_key, client_key, sent_at, server_offset)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                number, work.generation, work.attempt, work.sends + 1, run, Data(intent.key.bytes),
                Data(intent.clientKey.bytes), intent.at.milliseconds,
                intent.offset.map { $0.inMicroseconds / 1000 },
            ])
        return number
    }

    private static func insertRequest(_ number: Int, _ intent: Intent, _ database: Database) throws {
        let work = intent.work
        let echo = LinkEcho(body: intent.body)
        try database.cachedStatement(
            sql: """
                INSERT INTO request (item, generation, try, body, slug, amount, currency, file, line, method, link_id,
                    fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                number, work.generation, work.attempt, Data(intent.body), Data(work.slug),
                echo.amount?.plain, echo.currency, work.location.file, work.location.line,
                work.method.rawValue, work.linkID, Data(work.fingerprint.bytes),
            ])
    }

    private static func open(_ work: WorkItem, _ database: Database) throws -> Int {
        try insertItem(work.item, work.fingerprint, database)
    }

    static func insertItem(_ item: ItemKey, _ fingerprint: Digest, _ database: Database) throws -> Int {
        let largest = try database.cachedStatement(sql: "SELECT max(number) FROM item")
        let number = (try Int.fetchOne(largest) ?? 0) + 1
        try database.cachedStatement(
            sql:
                "INSERT INTO item (key, segment, number, state, fingerprint, form) VALUES (?, ?, ?, 'open', ?, ?)"
        ).execute(
            arguments: [
                Data(item.key), Data(item.segment), number, Data(fingerprint.bytes),
                LinkRequest.canonicalForm,
            ])
        return number
    }

    private static func reopen(_ number: Int, _ work: WorkItem, _ database: Database) throws {
        try database.cachedStatement(
            sql: "UPDATE item SET state = 'open', fingerprint = ?, form = ? WHERE number = ?"
        ).execute(arguments: [Data(work.fingerprint.bytes), LinkRequest.canonicalForm, number])
    }

    // MARK: Outcomes

    private static func record(_ told: OutcomeRecord, _ run: String, _ database: Database) throws {
        let outcome = try believable(told, database)
        let work = outcome.work
        guard let number = work.number else {
            throw LedgerError("expected an intent before an outcome, got: none")
        }
        let settled = SettledAttempt(
            number: number, generation: work.generation, attempt: work.attempt, send: work.sends, outcome)
        try record(settled, run, database)
        if outcome.needsLookUp {
            try database.cachedStatement(sql: "UPDATE temp.staged SET waits = 1 WHERE id = ?")
                .execute(arguments: [work.stage])
        }
        if let verdict = outcome.verdict { try note(verdict, work.stage, outcome.message, run, database) }
    }

    /// A server that gives one link's id to two items is not believed: a person must look.
    private static func believable(_ outcome: OutcomeRecord, _ database: Database) throws -> OutcomeRecord {
        guard let link = outcome.link, outcome.work.method == .create else { return outcome }
        let owner = try database.cachedStatement(sql: "SELECT item FROM link WHERE link_id = ?")
        guard let other = try Int.fetchOne(owner, arguments: [link.id]), other != outcome.work.number else {
            return outcome
        }
        return outcome.held("the API gave it the id \(link.id.shown()), which another item's link has")
    }

    /// Takes over an outcome that the disk had no room for when it happened.
    static func restore(_ settled: SettledAttempt, _ run: String, _ database: Database) throws {
        let isOpen = try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM attempt
                    WHERE item = ? AND generation = ? AND try = ? AND n = ? AND outcome IS NULL)
                """, arguments: [settled.number, settled.generation, settled.attempt, settled.send])
        if isOpen ?? false { try record(settled, run, database) }
    }

    /// What one answer changes beside the plan: the attempt, its request's fate, the link, the item.
    static func record(_ settled: SettledAttempt, _ run: String, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE attempt SET outcome = ?, bytes_sent = ?, settled_at = ?, status = ?, message = ?
                WHERE item = ? AND generation = ? AND try = ? AND n = ?
                """
        ).execute(
            arguments: [
                settled.outcome.rawValue, settled.sent ? 1 : 0, settled.at.milliseconds, settled.status,
                settled.message, settled.number, settled.generation, settled.attempt, settled.send,
            ])
        switch settled.outcome {
        case .created: try setFate("made", of: settled, database)
        case .refused: try setFate("refused", of: settled, database)
        case .notSent, .unknown: break
        }
        if let link = settled.link { try keep(link, of: settled, run, database) }
        if let state = settled.state { try move(settled.number, to: state, database) }
    }

    static func setFate(_ fate: String, of settled: SettledAttempt, _ database: Database) throws {
        try database.cachedStatement(
            sql: "UPDATE request SET fate = ? WHERE item = ? AND generation = ? AND try = ?"
        ).execute(arguments: [fate, settled.number, settled.generation, settled.attempt])
    }

    /// A new link, or new contents of one.
    static func keep(_ link: LinkFacts, of settled: SettledAttempt, _ run: String, _ database: Database)
        throws
    {
        try database.cachedStatement(
            sql: """
                INSERT INTO link (item, generation, link_id, url, mismatch, run, created_at, fingerprint, amount,
                    currency) SELECT item, generation, ?, ?, ?, ?, ?, fingerprint, amount, currency FROM request
                    WHERE item = ? AND generation = ? AND try = ?
                ON CONFLICT (link_id) DO UPDATE SET mismatch = excluded.mismatch,
                    fingerprint = excluded.fingerprint, amount = excluded.amount, currency = excluded.currency
                    WHERE item = excluded.item
                """
        ).execute(
            arguments: [
                link.id, link.url, link.mismatch, run, settled.at.milliseconds, settled.number,
                settled.generation, settled.attempt,
            ])
    }

    /// The verdict of a staged row.
    static func note(
        _ verdict: Verdict, _ stage: Int64, _ error: String?, _ run: String, _ database: Database
    ) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO verdict (run, row, segment, key, verdict, file, line, error)
                SELECT ?, row, segment, key, ?, file, line, ? FROM temp.staged WHERE id = ?
                """
        ).execute(arguments: [run, verdict.rawValue, error, stage])
        try database.cachedStatement(sql: "UPDATE temp.staged SET verdict = ? WHERE id = ?")
            .execute(arguments: [verdict.rawValue, stage])
    }
}

/// One attempt with its outcome, without the plan that it came from.
struct SettledAttempt: Sendable {
    var number: Int
    var generation: Int
    var attempt: Int
    var send: Int
    var outcome: AttemptOutcome
    var at: Timestamp
    var sent: Bool
    var status: Int?
    var message: String?
    var link: LinkFacts?
    var state: ItemState?
}

extension SettledAttempt {
    init(number: Int, generation: Int, attempt: Int, send: Int, _ outcome: OutcomeRecord) {
        self.init(
            number: number, generation: generation, attempt: attempt, send: send, outcome: outcome.outcome,
            at: outcome.at, sent: outcome.sent, status: outcome.status, message: outcome.message,
            link: outcome.link, state: outcome.state)
    }
}

extension WorkItem {
    init(_ row: Row) {
        let sends: Int = row["sends"]
        self.init(
            stage: row["id"], item: ItemKey(row),
            number: row["number"], row: row["row"],
            location: Location(file: row["file"], line: row["line"], record: row["row"]),
            fingerprint: row.digest("fingerprint"), slug: row.bytes("slug"),
            canonical: row.bytes("canonical"), generation: row["generation"], attempt: row["try"],
            sends: sends, afterUnknown: sends > 0)
        method = RequestMethod(rawValue: row["method"]) ?? .create
        linkID = row["link_id"]
        firstSentAt = (row["first_sent_at"] as Int64?).map(Timestamp.init(milliseconds:))
        lastSentAt = (row["last_sent_at"] as Int64?).map(Timestamp.init(milliseconds:))
        firstOffset = (row["first_offset"] as Int64?).map { .milliseconds($0) }
        body = (row["body"] as Data?).map { Array($0) }
    }
}
