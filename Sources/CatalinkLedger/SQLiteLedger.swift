package import CatalinkCore
import CatalinkHash
import Foundation
package import GRDB

/// Why a ledger cannot be used.
package struct LedgerError: Error, Equatable {
    package var message: String

    package init(_ message: String) {
        self.message = message
    }
}

/// The ledger in one SQLite file.
///
/// WAL with `synchronous=FULL`: what a call has recorded survives a loss of power. One connection does all, because
/// the staged plan lies in its temporary tables.
package final class SQLiteLedger: Ledger {
    package let database: DatabaseQueue

    /// Opens or creates the ledger, and binds a new one to `identity`.
    ///
    /// - Parameter path: `nil` for a ledger in memory, for plans without one.
    package init(path: String?, identity: Identity) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA temp_store = FILE")
        }
        if path != nil { configuration.journalMode = .wal }
        database =
            try path.map { try DatabaseQueue(path: $0, configuration: configuration) }
            ?? DatabaseQueue(configuration: configuration)
        // After opening: GRDB itself sets NORMAL for WAL, under which a loss of power may lose the last intents.
        try database.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -16384")
        }
        let known = LedgerSchema.migrator
        if try database.read(known.hasBeenSuperseded) {
            throw LedgerError("expected a ledger of this version, got: one that a newer catalink has written")
        }
        try known.migrate(database)
        try bind(to: identity)
    }

    private func bind(to identity: Identity) throws {
        try database.write { database in
            let row = try Row.fetchOne(database, sql: "SELECT origin, account, job FROM binding")
            guard let row else {
                try database.execute(
                    sql: "INSERT INTO binding (one, origin, account, job) VALUES (1, ?, ?, ?)",
                    arguments: [identity.origin, identity.account, identity.job])
                return
            }
            let bound = Identity(origin: row[0], account: row[1], job: row[2])
            guard bound == identity else {
                throw LedgerError(
                    "expected a ledger of \(identity.name), got: one of \(bound.name) (each job, account and target "
                        + "has a ledger of its own; was a file copied?)")
            }
        }
    }

    // MARK: Runs

    package func begin(_ run: String, at now: Timestamp) async throws -> LedgerCounts {
        try await database.write { database in
            try database.execute(
                sql: "INSERT INTO run (id, started_at) VALUES (?, ?)", arguments: [run, now.milliseconds])
            try database.execute(
                sql: """
                    UPDATE attempt SET outcome = 'unknown', bytes_sent = 1, settled_at = ?,
                        message = 'the run ended before an answer was recorded' WHERE outcome IS NULL
                    """, arguments: [now.milliseconds])
            try database.execute(sql: Self.release)
            return try Self.counts(database)
        }
    }

    package func finish(_ run: String, at now: Timestamp, exit: Int, summary: String) async throws {
        try await database.write { database in
            try database.execute(sql: Self.release)
            try database.execute(
                sql: "UPDATE run SET ended_at = ?, exit = ?, summary = ? WHERE id = ?",
                arguments: [now.milliseconds, exit, summary, run])
        }
    }

    /// Open items of which nothing was handed over in their latest try are certain not to exist.
    private static let release = """
        UPDATE item SET state = 'released' WHERE state = 'open' AND NOT EXISTS (
            SELECT 1 FROM attempt a WHERE a.item = item.number AND (a.outcome IS NULL OR a.outcome = 'unknown')
                AND (a.generation, a.try) = (SELECT generation, try FROM attempt WHERE item = item.number
                    ORDER BY generation DESC, try DESC LIMIT 1))
        """

    package func counts() async throws -> LedgerCounts {
        try await database.read { try Self.counts($0) }
    }

    static func counts(_ database: Database) throws -> LedgerCounts {
        var counts = LedgerCounts()
        for row in try Row.fetchAll(database, sql: "SELECT state, count(*) FROM item GROUP BY state") {
            guard let state = ItemState(rawValue: row[0]) else { continue }
            counts.items[state] = row[1]
        }
        return counts
    }

    package func sends(of run: String) async throws -> Int {
        try await database.read { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM attempt WHERE run = ? AND bytes_sent = 1",
                arguments: [run]) ?? 0
        }
    }

    // MARK: Planning

    package func stage(_ planner: RowPlanner) throws -> any PlanStage {
        try SQLitePlanStage(database, planner)
    }

    package func adoptPlan(run: String) async throws {
        try await database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO verdict (run, row, segment, key, verdict, file, line, error)
                    SELECT ?, row, segment, key, verdict, file, line, error FROM temp.noted
                    """, arguments: [run])
        }
    }

    package func nextWork(after stage: Int64, limit: Int) async throws -> [WorkItem] {
        try await database.read { database in
            let statement = try database.cachedStatement(sql: SQLitePlanStage.nextWork)
            return try Row.fetchAll(statement, arguments: [stage, limit]).map(WorkItem.init)
        }
    }

    // MARK: Attempts

    package func record(run: String, outcomes: [OutcomeRecord], intents: [Intent]) async throws -> [Int] {
        try await database.write { database in
            for outcome in outcomes { try Self.record(outcome, run, database) }
            return try intents.map { try Self.record($0, run, database) }
        }
    }

    private static func record(_ intent: Intent, _ run: String, _ database: Database) throws -> Int {
        let work = intent.work
        let number = try work.number ?? open(work, database)
        if work.sends == 0 {
            if work.number != nil { try reopen(number, work, database) }
            let echo = LinkEcho(body: intent.body)
            try database.cachedStatement(
                sql: """
                    INSERT INTO request (item, generation, try, body, slug, amount, currency, file, line)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: [
                    number, work.generation, work.attempt, Data(intent.body), Data(work.slug),
                    echo.amount?.plain,
                    echo.currency, work.location.file, work.location.line,
                ])
        }
        try database.cachedStatement(
            sql: """
                INSERT INTO attempt (item, generation, try, n, run, idempotency_key, client_key, sent_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                number, work.generation, work.attempt, work.sends + 1, run, Data(intent.key.bytes),
                Data(intent.clientKey.bytes), intent.at.milliseconds,
            ])
        return number
    }

    private static func open(_ work: WorkItem, _ database: Database) throws -> Int {
        let number = (try Int.fetchOne(database, sql: "SELECT max(number) FROM item") ?? 0) + 1
        try database.cachedStatement(
            sql:
                "INSERT INTO item (key, segment, number, state, fingerprint, form) VALUES (?, ?, ?, 'open', ?, ?)"
        ).execute(
            arguments: [
                Data(work.item.key), Data(work.item.segment), number, Data(work.fingerprint.bytes),
                LinkRequest.canonicalForm,
            ])
        return number
    }

    private static func reopen(_ number: Int, _ work: WorkItem, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE item SET state = 'open', fingerprint = ?, form = ? WHERE number = ?",
            arguments: [Data(work.fingerprint.bytes), LinkRequest.canonicalForm, number])
    }

    private static func record(_ outcome: OutcomeRecord, _ run: String, _ database: Database) throws {
        let work = outcome.work
        guard let number = work.number else {
            throw LedgerError("expected an intent before an outcome, got: none")
        }
        try database.cachedStatement(
            sql: """
                UPDATE attempt SET outcome = ?, bytes_sent = ?, settled_at = ?, status = ?, message = ?
                WHERE item = ? AND generation = ? AND try = ? AND n = ?
                """
        ).execute(
            arguments: [
                outcome.outcome.rawValue, outcome.sent ? 1 : 0, outcome.at.milliseconds, outcome.status,
                outcome.message, number, work.generation, work.attempt, work.sends,
            ])
        if let state = outcome.state {
            try database.cachedStatement(sql: "UPDATE item SET state = ? WHERE number = ?")
                .execute(arguments: [state.rawValue, number])
        }
        if let link = outcome.link {
            try database.cachedStatement(
                sql: """
                    INSERT INTO link (item, generation, link_id, url, mismatch, run, created_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: [
                    number, work.generation, link.id, link.url, link.mismatch, run, outcome.at.milliseconds,
                ])
        }
        if let verdict = outcome.verdict { try record(verdict, work, outcome.message, run, database) }
    }

    package func note(run: String, _ rows: [AbandonedRow]) async throws {
        try await database.write { database in
            for row in rows { try Self.record(row.verdict, row.work, "the run stopped", run, database) }
        }
    }

    private static func record(
        _ verdict: Verdict, _ work: WorkItem, _ error: String?, _ run: String, _ database: Database
    ) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO verdict (run, row, segment, key, verdict, file, line, error)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                run, work.row, Data(work.item.segment), Data(work.item.key), verdict.rawValue,
                work.location.file,
                work.location.line, error,
            ])
    }
}

extension Identity {
    /// `job spring of account default at sandbox`
    package var name: String { "job \(job) of account \(account) at \(origin)" }
}

extension WorkItem {
    init(_ row: Row) {
        let sends: Int = row["sends"]
        self.init(
            stage: row["id"], item: ItemKey(key: row.bytes("key"), segment: row.bytes("segment")),
            number: row["number"], row: row["row"],
            location: Location(file: row["file"], line: row["line"], record: row["row"]),
            fingerprint: row.digest("fingerprint"), slug: row.bytes("slug"),
            canonical: row.bytes("canonical"),
            generation: row["generation"], attempt: row["try"], sends: sends, afterUnknown: sends > 0,
            lastSentAt: (row["last_sent_at"] as Int64?).map(Timestamp.init(milliseconds:)),
            body: (row["body"] as Data?).map { Array($0) })
    }
}

extension Row {
    func bytes(_ column: String) -> [UInt8] {
        Array((self[column] as Data?) ?? Data())
    }

    func digest(_ column: String) -> Digest {
        guard let digest = Digest(bytes: bytes(column)) else {
            preconditionFailure("the schema holds fingerprints at 32 bytes")
        }
        return digest
    }
}
