package import CatalinkCore
import CatalinkHash
import Foundation
package import GRDB
import Synchronization

/// Why a ledger cannot be used.
package struct LedgerError: Error, Equatable, CustomStringConvertible {
    package var message: String
    package var description: String { message }

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
    let identity: Identity
    let neighbours: [String]
    let emergency: EmergencyFile?
    /// Set once the disk took no more: from then on outcomes go to the emergency file.
    let isFull = Mutex(false)
    let planner = Mutex<RowPlanner?>(nil)

    /// Opens or creates the ledger, and binds a new one to `identity`.
    ///
    /// - Parameters:
    ///   - path: `nil` for a ledger in memory, for plans without one.
    ///   - neighbours: ledgers of other jobs of the account, whose slugs are taken.
    package init(path: String?, identity: Identity, neighbours: [String] = []) throws {
        self.identity = identity
        self.neighbours = neighbours
        emergency = path.map { EmergencyFile(besideLedger: $0) }
        do {
            database = try Self.opened(path)
            let known = LedgerSchema.migrator
            if try database.snapshot(known.hasBeenSuperseded) {
                throw LedgerError(
                    "\(path ?? "ledger"): expected a ledger of this version, got: one that a newer catalink has written"
                )
            }
            try Self.alone(path, if: try database.snapshot { try !known.hasCompletedMigrations($0) }) {
                [database] in
                if try database.snapshot({ try !known.hasCompletedMigrations($0) }) {
                    try known.migrate(database)
                }
            }
            try bind(to: identity, at: path ?? "ledger")
        } catch let error as DatabaseError {
            throw LedgerError(error, at: path ?? "ledger")
        }
    }

    private static func opened(_ path: String?) throws -> DatabaseQueue {
        var isBegun = true
        if let path {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            isBegun = (attributes?[.size] as? NSNumber)?.intValue ?? 0 > 0
        }
        var database: DatabaseQueue?
        try alone(path, if: !isBegun) { database = try open(path) }
        return try database ?? open(path)
    }

    /// Does something beside no other process, where it is to be done at all.
    private static func alone(_ path: String?, if isNeeded: Bool, _ body: () throws -> Void) throws {
        guard isNeeded else { return }
        if let path { try OpeningLock.holding(path, body) } else { try body() }
    }

    private static func open(_ path: String?) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA temp_store = FILE")
        }
        let database =
            try path.map { try DatabaseQueue(path: $0, configuration: configuration) }
            ?? DatabaseQueue(configuration: configuration)
        try database.writeWithoutTransaction { database in
            if path != nil { try database.useWAL() }
            try database.execute(sql: "PRAGMA cache_size = -16384")
        }
        return database
    }

    private func bind(to identity: Identity, at path: String) throws {
        // Who only reads waits for nobody that writes.
        let row = try database.read { try Row.fetchOne($0, sql: Self.binding) }
        let bound =
            try row
            ?? database.write { database in
                try database.execute(
                    sql: "INSERT OR IGNORE INTO binding (one, origin, account, job) VALUES (1, ?, ?, ?)",
                    arguments: [identity.origin, identity.account, identity.job])
                return try Row.fetchOne(database, sql: Self.binding)
            }
        guard let bound = bound.map({ Identity(origin: $0[0], account: $0[1], job: $0[2]) }),
            bound != identity
        else { return }
        throw LedgerError(
            "\(path): expected a ledger of \(identity.name), got: one of \(bound.name) (each job, account and target "
                + "has a ledger of its own; was a file copied?)")
    }

    private static let binding = "SELECT origin, account, job FROM binding"

    package func bind(appID: String) async throws -> String {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE binding SET app_id = ? WHERE app_id IS NULL", arguments: [appID])
            return try String.fetchOne(database, sql: "SELECT app_id FROM binding") ?? appID
        }
    }

    // MARK: Runs

    package func begin(_ run: String, at now: Timestamp) async throws -> LedgerCounts {
        try emergency?.reserve()
        let rescued = try emergency?.read() ?? []
        let counts = try await writing { database in
            try database.execute(
                sql: "INSERT INTO run (id, started_at) VALUES (?, ?)", arguments: [run, now.milliseconds])
            for outcome in rescued { try Self.restore(outcome, run, database) }
            try database.execute(
                sql: """
                    UPDATE attempt SET outcome = 'unknown', bytes_sent = 1, settled_at = ?,
                        message = 'the run ended before an answer was recorded' WHERE outcome IS NULL
                    """, arguments: [now.milliseconds])
            try Self.release(database)
            try database.execute(
                sql: """
                    DROP TABLE IF EXISTS temp.open_at_begin;
                    CREATE TEMP TABLE open_at_begin AS SELECT number FROM item WHERE state = 'open';
                    """)
            return try Self.counts(database)
        }
        try emergency?.clear()
        return counts
    }

    package func finish(_ run: String, at now: Timestamp, exit: Int, summary: String) async throws {
        try await writing { database in
            try Self.release(database)
            try database.execute(
                sql: "UPDATE run SET ended_at = ?, exit = ?, summary = ? WHERE id = ?",
                arguments: [now.milliseconds, exit, summary, run])
        }
    }

    /// Open items of which nothing was handed over in their latest try are certain not to exist.
    static func release(_ database: Database) throws {
        let certain = try Int.fetchAll(
            database,
            sql: """
                SELECT number FROM item WHERE state = 'open' AND NOT EXISTS (
                    SELECT 1 FROM attempt a WHERE a.item = item.number AND (a.outcome IS NULL OR a.outcome = 'unknown')
                        AND (a.generation, a.try) = (SELECT generation, try FROM attempt WHERE item = item.number
                            ORDER BY generation DESC, try DESC LIMIT 1))
                """)
        for number in certain { try move(number, to: .released, database) }
    }

    /// An item that has a link never ends as rejected or released: it is what its link carries.
    static func move(_ number: Int, to state: ItemState, _ database: Database) throws {
        if state == .released {
            // What was not made has no claim to its slug.
            try database.cachedStatement(
                sql: "UPDATE request SET fate = 'dropped' WHERE item = ? AND fate IS NULL"
            ).execute(arguments: [number])
        }
        if state == .rejected || state == .released {
            try database.cachedStatement(
                sql: """
                    UPDATE item SET state = 'created', fingerprint = l.fingerprint FROM link l
                    WHERE item.number = ? AND item.state <> 'rejected' AND l.item = item.number
                        AND l.generation = (SELECT max(generation) FROM link WHERE item = l.item)
                    """
            ).execute(arguments: [number])
            if database.changesCount > 0 { return }
        }
        try database.cachedStatement(sql: "UPDATE item SET state = ? WHERE number = ?")
            .execute(arguments: [state.rawValue, number])
    }

    package func counts() async throws -> LedgerCounts {
        try await reading { try Self.counts($0) }
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
        try await reading { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM attempt WHERE run = ? AND bytes_sent = 1",
                arguments: [run]) ?? 0
        }
    }

    package func newItems(of run: String) async throws -> Int {
        try await reading { database in
            try Int.fetchOne(
                database,
                sql: "SELECT count(*) FROM attempt WHERE run = ? AND generation = 1 AND try = 1 AND n = 1",
                arguments: [run]) ?? 0
        }
    }

    /// Reads in one transaction, with errors as `writing` has them.
    func reading<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws
        -> Value
    {
        do {
            return try await database.read(body)
        } catch let error as DatabaseError {
            throw LedgerError(error, at: database.path)
        }
    }

    /// Writes in one transaction; what the file system says is told with the ledger's path.
    func writing<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws
        -> Value
    {
        do {
            return try await database.write(body)
        } catch let error as DatabaseError {
            throw LedgerError(error, at: database.path)
        }
    }
}

extension LedgerError {
    /// What SQLite says, where it lies and what to do about it.
    init(_ error: DatabaseError, at path: String) {
        let (expected, hint): (String, String?) =
            switch error.resultCode {
            case .SQLITE_FULL: ("room on the disk", "make room and run again: nothing that happened is lost")
            case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
                ("to read and write it", "look at the owner and the mode of the file and its directory")
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                (
                    "a SQLite ledger that is whole",
                    "put the newest backup in its place, or move it away; then `catalink ledger recover JOB` finds the links that were made"
                )
            case .SQLITE_IOERR: ("to read and write it", "is the disk full or failing?")
            case .SQLITE_BUSY: ("no other program in it", nil)
            default: ("to work on it", nil)
            }
        let said = error.message ?? "\(error.resultCode)"
        self.init("\(path): expected \(expected), got: \(said)" + (hint.map { " (\($0))" } ?? ""))
    }
}

extension Identity {
    /// `job spring of account default at sandbox`
    package var name: String { "job \(job) of account \(account) at \(origin)" }
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

extension DatabaseQueue {
    /// Reads one state of the file: a table that is not there is not there a moment later.
    fileprivate func snapshot<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try read { database in
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master")
            return try body(database)
        }
    }
}

extension Database {
    /// What is committed survives a loss of power. GRDB's own setting writes a table for a try, for which it waits for
    /// whoever writes, and syncs less.
    func useWAL() throws {
        if try String.fetchOne(self, sql: "PRAGMA journal_mode") != "wal" {
            let mode = try String.fetchOne(self, sql: "PRAGMA journal_mode = WAL")
            guard mode == "wal" else {
                throw DatabaseError(
                    resultCode: .SQLITE_CANTOPEN,
                    message: "it cannot be journalled as WAL, but as \(mode ?? "nothing")")
            }
        }
        try execute(sql: "PRAGMA synchronous = FULL")
    }
}
