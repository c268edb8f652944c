import CatalinkCore
@testable import CatalinkLedger
import CatalinkTestSupport
import GRDB
import Testing

struct SchemaTests {
    /// GRDB sets NORMAL for WAL by itself, under which a loss of power may lose intents.
    @Test func commitsSurviveALossOfPower() async throws {
        try await withTemporaryDirectory { directory in
            let ledger = try SQLiteLedger(path: directory + "/ledger.sqlite", identity: .test)
            let settings = try await ledger.database.read { database in
                (
                    try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                    try String.fetchOne(database, sql: "PRAGMA journal_mode")
                )
            }
            #expect(settings.0 == 2)
            #expect(settings.1 == "wal")
        }
    }

    @Test func aLedgerOfAnotherJobIsRefused() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            _ = try SQLiteLedger(path: path, identity: .test)
            var other = Identity.test
            other.account = "second"
            #expect(throws: LedgerError.self) { try SQLiteLedger(path: path, identity: other) }
            #expect(throws: Never.self) { try SQLiteLedger(path: path, identity: .test) }
        }
    }

    @Test func aLedgerOfANewerVersionIsRefused() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let ledger = try SQLiteLedger(path: path, identity: .test)
            try await ledger.database.write { database in
                try database.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('v999')")
            }
            #expect(throws: LedgerError.self) { try SQLiteLedger(path: path, identity: .test) }
        }
    }

    /// An item in each state, and which states it may go to.
    @Test(arguments: ItemState.allCases)
    func itemsMoveOnlyAlongTheirArrows(_ from: ItemState) async throws {
        let arrows: [ItemState: Set<ItemState>] = [
            .open: [.created, .rejected, .held, .released], .created: [.open], .rejected: [.open, .released],
            .released: [.open], .held: [.created, .released],
        ]
        let ledger = try SQLiteLedger(path: nil, identity: .test)
        let allowed = try #require(arrows[from])
        for target in ItemState.allCases where target != from {
            let works = try await ledger.database.write { database in
                try database.execute(sql: "DELETE FROM item")
                try database.execute(
                    sql: "INSERT INTO item VALUES (x'61', x'', 1, 'open', zeroblob(32), 1)")
                if from != .open {
                    try database.execute(sql: "UPDATE item SET state = ?", arguments: [from.rawValue])
                }
                do {
                    try database.execute(sql: "UPDATE item SET state = ?", arguments: [target.rawValue])
                    return true
                } catch {
                    return false
                }
            }
            #expect(works == allowed.contains(target), "\(from) → \(target)")
        }
    }

    private static let refused = [
        "INSERT INTO item VALUES (x'62', x'', 2, 'created', zeroblob(32), 1)",
        "INSERT INTO item VALUES (x'', x'', 2, 'open', zeroblob(32), 1)",
        "INSERT INTO item VALUES (x'62', x'', 2, 'open', zeroblob(31), 1)",
        "INSERT INTO item VALUES (x'61', x'', 2, 'open', zeroblob(32), 1)",
        "UPDATE item SET number = 7",
        "UPDATE request SET body = x'00'",
        "DELETE FROM attempt",
        "UPDATE attempt SET sent_at = 6 WHERE n = 2",
        "UPDATE attempt SET outcome = 'created', bytes_sent = 0, settled_at = 9 WHERE n = 2",
        "UPDATE attempt SET outcome = 'created' WHERE n = 2",
        "UPDATE attempt SET outcome = 'maybe', bytes_sent = 1, settled_at = 9 WHERE n = 2",
        "UPDATE attempt SET outcome = 'created' WHERE n = 1",
        "INSERT INTO attempt VALUES (1, 1, 1, 3, 'r', zeroblob(16), zeroblob(32), 5, NULL, NULL, NULL, NULL, NULL, 0)",
        "INSERT INTO attempt VALUES (1, 1, 2, 1, 'r', zeroblob(16), zeroblob(32), 5, NULL, NULL, NULL, NULL, NULL, 0)",
        "UPDATE request SET fate = 'perhaps'",
        "UPDATE request SET fingerprint = zeroblob(32)",
        "UPDATE request SET fate = 'made'; UPDATE request SET fate = 'dropped'",
        "INSERT INTO request VALUES (1, 1, 2, x'7b7d', x'61', '1', 'usdc', 'f', 1, 'update', NULL, NULL, NULL, NULL)",
        "INSERT INTO request VALUES (1, 1, 2, x'7b7d', x'61', '1', 'usdc', 'f', 1, 'create', 'pl_1', NULL, NULL, NULL)",
        "DELETE FROM link",
        "UPDATE link SET link_id = 'pl_2'",
        "INSERT INTO link VALUES (1, 2, 'pl_1', NULL, NULL, 'r', 1, NULL, NULL, NULL, NULL)",
        "INSERT INTO approval VALUES (zeroblob(32), 'r', 'p', 1), (zeroblob(32), 'r', 'p', 2)",
        "INSERT INTO applied_plan VALUES ('f', zeroblob(32), 'r', 'p', 1), ('f', zeroblob(32), 'r', 'p', 2)",
        "INSERT INTO applied_plan VALUES ('f', zeroblob(31), 'r', 'p', 1)",
        "INSERT INTO accepted_price VALUES (7, '1', 'usdc')",
        "INSERT INTO verdict VALUES ('r', 1, x'', x'61', 'perhaps', 'f', 1, NULL)",
        "INSERT INTO binding VALUES (2, 'o', 'a', 'j', NULL)",
    ]

    @Test(arguments: refused)
    func theSchemaRefuses(_ statement: String) async throws {
        let ledger = try SQLiteLedger(path: nil, identity: .test)
        try await ledger.database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO run (id, started_at) VALUES ('r', 1);
                    INSERT INTO item VALUES (x'61', x'', 1, 'open', zeroblob(32), 1);
                    INSERT INTO request VALUES
                        (1, 1, 1, x'7b7d', x'61', '1', 'usdc', 'f', 1, 'create', NULL, NULL, NULL, NULL);
                    INSERT INTO attempt VALUES
                        (1, 1, 1, 1, 'r', zeroblob(16), zeroblob(32), 5, 'unknown', 1, 6, NULL, NULL, 0),
                        (1, 1, 1, 2, 'r', zeroblob(16), zeroblob(32), 5, NULL, NULL, NULL, NULL, NULL, 0);
                    INSERT INTO link VALUES (1, 1, 'pl_1', NULL, NULL, 'r', 1, NULL, NULL, NULL, NULL);
                    """)
        }
        await #expect(throws: DatabaseError.self) {
            try await ledger.database.write { try $0.execute(sql: statement) }
        }
    }

    /// A ledger of the first form, with an item in each state that it could have.
    @Test func aLedgerOfTheFirstFormIsTakenOver() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            try await SchemaTests.makeFirstForm(at: path)
            let ledger = try SQLiteLedger(path: path, identity: .test)
            #expect(try await ledger.counts().items == [.created: 1, .rejected: 1, .open: 1])
            let facts = try await ledger.database.read { database in
                (
                    try String.fetchAll(
                        database, sql: "SELECT coalesce(fate, '-') FROM request ORDER BY item"),
                    try String.fetchOne(database, sql: "SELECT amount FROM link"),
                    try Bool.fetchOne(
                        database,
                        sql:
                            "SELECT l.fingerprint = i.fingerprint FROM link l JOIN item i ON i.number = l.item"
                    )
                )
            }
            #expect(facts.0 == ["made", "refused", "-"])
            #expect(facts.1 == "12")
            #expect(facts.2 == true)
        }
    }

    private static func makeFirstForm(at path: String) async throws {
        let database = try DatabaseQueue(path: path)
        try LedgerSchema.migrator.migrate(database, upTo: "v1")
        try await database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO run (id, started_at) VALUES ('r', 1);
                    INSERT INTO item VALUES (x'61', x'', 1, 'open', zeroblob(32), 1),
                        (x'62', x'', 2, 'open', zeroblob(32), 1), (x'63', x'', 3, 'open', zeroblob(32), 1);
                    INSERT INTO request VALUES (1, 1, 1, x'7b7d', x'61', '12', 'usdc', 'f', 1),
                        (2, 1, 1, x'7b7d', x'62', '1', 'usdc', 'f', 2), (3, 1, 1, x'7b7d', x'63', '1', 'usdc', 'f', 3);
                    INSERT INTO attempt VALUES
                        (1, 1, 1, 1, 'r', zeroblob(16), zeroblob(32), 5, 'created', 1, 6, 201, NULL),
                        (2, 1, 1, 1, 'r', zeroblob(16), zeroblob(32), 5, 'refused', 1, 6, 400, 'no'),
                        (3, 1, 1, 1, 'r', zeroblob(16), zeroblob(32), 5, 'unknown', 1, 6, NULL, NULL);
                    INSERT INTO link VALUES (1, 1, 'pl_1', NULL, NULL, 'r', 1);
                    UPDATE item SET state = 'created' WHERE number = 1;
                    UPDATE item SET state = 'rejected' WHERE number = 2;
                    """)
        }
        try database.close()
    }
}
