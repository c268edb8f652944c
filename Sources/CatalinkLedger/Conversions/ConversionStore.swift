package import CatalinkCore
import Foundation
import GRDB
import Synchronization

/// The payments of a job's links, in a SQLite file of their own beside the ledger: who records payments needs neither
/// the lock of a run nor the ledger's writer.
///
/// WAL with `synchronous=FULL`: what a call has recorded survives a loss of power. What a payment is known by and what
/// it says are written in one transaction.
package final class ConversionStore: Sendable {
    let database: DatabaseQueue
    package let path: String
    /// Numbers of links that are recorded; touched inside an access to the database alone.
    let links = ByteCache<Int64>(places: 65_536, blank: 0)
    private let isHurried: SharedFlag
    /// How long it waits for others that write, in seconds.
    private static let wait = 30.0
    private static let hurriedWait = 1.0
    private static let pause = 0.02

    /// Opens or creates the file, and binds a new one to `identity`.
    package init(path: String, identity: Identity) throws {
        self.path = path
        do {
            let isHurried = SharedFlag()
            self.isHurried = isHurried
            database = try OpeningLock.holding(path) { try Self.open(path, isHurried) }
        } catch let error as DatabaseError {
            throw LedgerError(payments: error, at: path)
        }
        try telling { try bind(to: identity) }
    }

    private static func open(_ path: String, _ isHurried: SharedFlag) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .callback { tries in
            Thread.sleep(forTimeInterval: Self.pause)
            return Double(tries) * Self.pause
                < (isHurried.isSet.withLock { $0 } ? Self.hurriedWait : Self.wait)
        }
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA temp_store = FILE")
        }
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.writeWithoutTransaction { database in
            try database.useWAL()
            // Where ids are in no order, pages change with every transaction: they are moved to their places once in many.
            try database.execute(
                sql:
                    "PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 16384"
            )
        }
        let known = ConversionSchema.migrator
        if try database.read(known.hasBeenSuperseded) {
            throw LedgerError(
                "\(path): expected payments of this version, got: ones that a newer catalink has written")
        }
        if try database.read({ try !known.hasCompletedMigrations($0) }) { try known.migrate(database) }
        return database
    }

    private func bind(to identity: Identity) throws {
        // Who only reads waits for nobody that writes.
        let row = try database.read { database in
            try Row.fetchOne(database, sql: "SELECT origin, account, job FROM binding")
        }
        if let row {
            let bound = Identity(origin: row[0], account: row[1], job: row[2])
            guard bound == identity else {
                throw LedgerError(
                    "\(path): expected payments of \(identity.name), got: those of \(bound.name) (was a file copied?)"
                )
            }
            return
        }
        try database.write { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO binding (one, origin, account, job) VALUES (1, ?, ?, ?)",
                arguments: [identity.origin, identity.account, identity.job])
        }
    }

    /// Waits for others that write no longer than a second from now on: the process is to end.
    package func hurry() {
        isHurried.isSet.withLock { $0 = true }
    }

    /// How the file is journalled and how often it is synced; 2 is FULL.
    package func settings() throws -> [String] {
        try telling {
            try database.read { database in
                try ["journal_mode", "synchronous"].compactMap {
                    try String.fetchOne(database, sql: "PRAGMA \($0)")
                }
            }
        }
    }

    /// Errors of the database become those of a ledger, with the path and what to do.
    func telling<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw LedgerError(payments: error, at: path)
        }
    }
}

/// Read by whoever waits for the file.
private final class SharedFlag: Sendable {
    let isSet = Mutex(false)
}

extension LedgerError {
    /// As for a ledger, but for what helps when the file is broken.
    init(payments error: DatabaseError, at path: String) {
        guard [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) else {
            self.init(error, at: path)
            return
        }
        self.init(
            "\(path): expected a SQLite file that is whole, got: \(error.message ?? "\(error.resultCode)") "
                + "(stop what listens, move it away and import the payments again)")
    }
}

/// The tables of payments.
enum ConversionSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { database in
            for statement in version1 { try database.execute(sql: statement) }
        }
        migrator.registerMigration("v2") { database in
            for statement in version2 { try database.execute(sql: statement) }
        }
        migrator.registerMigration("v3") { database in
            for statement in version3 { try database.execute(sql: statement) }
        }
        return migrator
    }

    private static let version1 = [
        """
        CREATE TABLE binding (
            one INTEGER PRIMARY KEY CHECK (one = 1), origin TEXT NOT NULL, account TEXT NOT NULL, job TEXT NOT NULL
        ) STRICT
        """,
        "CREATE TABLE link (number INTEGER PRIMARY KEY, link_id TEXT NOT NULL UNIQUE) STRICT",
        // The amount is `amount` × 10^-`scale`; paid_at in microseconds; id is NULL where the source has none.
        """
        CREATE TABLE conversion (
            number INTEGER PRIMARY KEY, link INTEGER NOT NULL, amount INTEGER NOT NULL,
            scale INTEGER NOT NULL CHECK (scale BETWEEN 0 AND 18), currency TEXT NOT NULL,
            paid_at INTEGER NOT NULL, id TEXT
        ) STRICT
        """,
        // What each payment is known by; narrow, because every row of every import looks here.
        """
        CREATE TABLE identity (
            id BLOB PRIMARY KEY CHECK (length(id) = 16), content BLOB NOT NULL CHECK (length(content) = 16),
            conversion INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TRIGGER conversion_is_never_changed BEFORE UPDATE ON conversion
        BEGIN SELECT RAISE(ABORT, 'a payment is recorded once'); END
        """,
        """
        CREATE TRIGGER conversion_is_never_deleted BEFORE DELETE ON conversion
        BEGIN SELECT RAISE(ABORT, 'a payment is never forgotten'); END
        """,
    ]

    private static let version2 = [
        // Deliveries of webhooks that were taken whole, and the digest of their bodies.
        """
        CREATE TABLE delivery (
            id BLOB PRIMARY KEY CHECK (length(id) = 16), body BLOB NOT NULL CHECK (length(body) = 16),
            received_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """
    ]
    private static let version3 = [
        // One table, in the order of ids: sources count them up, and what an import brings lies together.
        // id: the source's own as TEXT; where it has none what the payment says as BLOB, so that equal ones are one.
        """
        CREATE TABLE payment (
            id ANY NOT NULL PRIMARY KEY CHECK (length(CAST(id AS BLOB)) > 0), link INTEGER NOT NULL, amount INTEGER NOT NULL,
            scale INTEGER NOT NULL CHECK (scale BETWEEN 0 AND 18), currency TEXT NOT NULL, paid_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        INSERT INTO payment (id, link, amount, scale, currency, paid_at)
            SELECT coalesce(id, CAST(printf('%d %d %d %d %s', paid_at, link, amount, scale, currency) AS BLOB)),
                link, amount, scale, currency, paid_at FROM conversion
        """,
        "DROP TABLE conversion",
        "DROP TABLE identity",
        "ALTER TABLE payment RENAME TO conversion",
        """
        CREATE TRIGGER conversion_is_never_changed BEFORE UPDATE ON conversion
        BEGIN SELECT RAISE(ABORT, 'a payment is recorded once'); END
        """,
        """
        CREATE TRIGGER conversion_is_never_deleted BEFORE DELETE ON conversion
        BEGIN SELECT RAISE(ABORT, 'a payment is never forgotten'); END
        """,
    ]
}
