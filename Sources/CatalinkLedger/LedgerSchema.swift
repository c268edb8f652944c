import CatalinkCore
import GRDB

/// The ledger's tables. CHECKs hold which combinations exist, triggers which steps may follow one another.
enum LedgerSchema {
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
        migrator.registerMigration("v4") { database in
            for statement in version4 { try database.execute(sql: statement) }
        }
        return migrator
    }

    static func list(_ names: [String]) -> String {
        names.map { "'\($0)'" }.joined(separator: ", ")
    }

    private static let states = list(ItemState.allCases.map(\.rawValue))
    private static let outcomes = list(AttemptOutcome.allCases.map(\.rawValue))
    private static let verdicts = list(Verdict.allCases.map(\.rawValue))

    private static let version1 = [
        """
        CREATE TABLE binding (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            origin TEXT NOT NULL,
            account TEXT NOT NULL,
            job TEXT NOT NULL,
            app_id TEXT
        ) STRICT
        """,
        """
        CREATE TABLE run (
            id TEXT PRIMARY KEY,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            exit INTEGER,
            summary TEXT,
            CHECK ((ended_at IS NULL) = (exit IS NULL))
        ) STRICT
        """,
        // Narrow, because every row of every run looks here.
        """
        CREATE TABLE item (
            key BLOB NOT NULL CHECK (length(key) > 0),
            segment BLOB NOT NULL,
            number INTEGER NOT NULL UNIQUE CHECK (number > 0),
            state TEXT NOT NULL CHECK (state IN (\(states))),
            fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
            form INTEGER NOT NULL,
            PRIMARY KEY (key, segment)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE request (
            item INTEGER NOT NULL REFERENCES item (number),
            generation INTEGER NOT NULL CHECK (generation >= 1),
            try INTEGER NOT NULL CHECK (try >= 1),
            body BLOB NOT NULL,
            slug BLOB NOT NULL,
            amount TEXT,
            currency TEXT NOT NULL,
            file TEXT NOT NULL,
            line INTEGER NOT NULL,
            PRIMARY KEY (item, generation, try)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX request_slug ON request (slug)",
        """
        CREATE TABLE attempt (
            item INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            try INTEGER NOT NULL,
            n INTEGER NOT NULL CHECK (n >= 1),
            run TEXT NOT NULL REFERENCES run (id),
            idempotency_key BLOB NOT NULL CHECK (length(idempotency_key) = 16),
            client_key BLOB NOT NULL CHECK (length(client_key) = 32),
            sent_at INTEGER NOT NULL,
            outcome TEXT CHECK (outcome IN (\(outcomes))),
            bytes_sent INTEGER CHECK (bytes_sent IN (0, 1)),
            settled_at INTEGER,
            status INTEGER,
            message TEXT,
            PRIMARY KEY (item, generation, try, n),
            FOREIGN KEY (item, generation, try) REFERENCES request (item, generation, try),
            CHECK ((outcome IS NULL) = (settled_at IS NULL)),
            CHECK ((outcome IS NULL) = (bytes_sent IS NULL)),
            CHECK (outcome IS NOT 'created' OR bytes_sent = 1)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE UNIQUE INDEX attempt_open ON attempt (item) WHERE outcome IS NULL",
        "CREATE INDEX attempt_run ON attempt (run)",
        """
        CREATE TABLE link (
            item INTEGER NOT NULL REFERENCES item (number),
            generation INTEGER NOT NULL,
            link_id TEXT NOT NULL UNIQUE,
            url TEXT,
            mismatch TEXT,
            run TEXT NOT NULL REFERENCES run (id),
            created_at INTEGER NOT NULL,
            PRIMARY KEY (item, generation)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE verdict (
            run TEXT NOT NULL REFERENCES run (id),
            row INTEGER NOT NULL,
            segment BLOB NOT NULL,
            key BLOB,
            verdict TEXT NOT NULL CHECK (verdict IN (\(verdicts))),
            file TEXT NOT NULL,
            line INTEGER NOT NULL,
            error TEXT,
            PRIMARY KEY (run, row, segment)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TRIGGER attempt_is_written_once BEFORE UPDATE ON attempt
        WHEN OLD.outcome IS NOT NULL OR NEW.item <> OLD.item OR NEW.generation <> OLD.generation
            OR NEW.try <> OLD.try OR NEW.n <> OLD.n OR NEW.idempotency_key <> OLD.idempotency_key
            OR NEW.sent_at <> OLD.sent_at
        BEGIN SELECT RAISE(ABORT, 'an attempt is written once'); END
        """,
        """
        CREATE TRIGGER attempt_is_never_deleted BEFORE DELETE ON attempt
        BEGIN SELECT RAISE(ABORT, 'an attempt is never deleted'); END
        """,
        """
        CREATE TRIGGER request_is_never_changed BEFORE UPDATE ON request
        BEGIN SELECT RAISE(ABORT, 'a request is sent byte-identical for ever'); END
        """,
        """
        CREATE TRIGGER item_begins_open BEFORE INSERT ON item WHEN NEW.state <> 'open'
        BEGIN SELECT RAISE(ABORT, 'an item begins open'); END
        """,
        """
        CREATE TRIGGER item_moves_along_its_arrows BEFORE UPDATE OF state ON item
        WHEN NEW.state <> OLD.state AND NOT (
            (OLD.state = 'open' AND NEW.state IN ('created', 'rejected', 'held', 'released'))
            OR (OLD.state IN ('released', 'rejected', 'created') AND NEW.state = 'open')
            OR (OLD.state = 'held' AND NEW.state IN ('created', 'released')))
        BEGIN SELECT RAISE(ABORT, 'an item cannot go from its state to that one'); END
        """,
        """
        CREATE TRIGGER item_keeps_its_identity BEFORE UPDATE OF key, segment, number ON item
        BEGIN SELECT RAISE(ABORT, 'an item keeps its key and number'); END
        """,
    ]
}
