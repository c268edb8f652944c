import CatalinkCore
import CatalinkHash
import Foundation
import GRDB

/// Links and idempotency keys in a SQLite file; written before the answer leaves.
final class SandboxStore: Sendable {
    private let database: DatabaseQueue

    init(path: String) throws {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        database = try DatabaseQueue(path: path, configuration: configuration)
        try database.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS link (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
                        account TEXT NOT NULL, slug TEXT NOT NULL, request BLOB NOT NULL, created_at INTEGER NOT NULL) STRICT;
                    CREATE TABLE IF NOT EXISTS replay (account TEXT NOT NULL, key TEXT NOT NULL, digest BLOB NOT NULL,
                        answer BLOB NOT NULL, stored_at INTEGER NOT NULL, PRIMARY KEY (account, key)) STRICT;
                    """)
        }
    }

    func load(into state: inout SandboxState) throws {
        let (links, replays) = try database.read { database in
            (
                try Row.fetchAll(
                    database, sql: "SELECT id, account, slug, request, created_at FROM link ORDER BY number"),
                try Row.fetchAll(database, sql: "SELECT account, key, digest, answer, stored_at FROM replay")
            )
        }
        for row in links {
            state.restore(
                SandboxLink(
                    id: row[0], account: row[1], slug: row[2],
                    request: try JSONValue(parsing: Array(row[3] as Data)),
                    createdAt: Timestamp(microseconds: row[4])))
        }
        for row in replays {
            guard let digest = Digest(bytes: Array(row[2] as Data)) else { continue }
            state.restore(
                SandboxState.Replay(
                    account: row[0], key: row[1], bodyDigest: digest,
                    answer: try JSONValue(parsing: Array(row[3] as Data)),
                    storedAt: Timestamp(microseconds: row[4])))
        }
    }

    func save(_ change: SandboxState.Change) async throws {
        try await database.write { database in
            let (link, replay) = (change.link, change.replay)
            try database.execute(
                sql: "INSERT INTO link (id, account, slug, request, created_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    link.id, link.account, link.slug, Data(link.request.bytes), link.createdAt.microseconds,
                ])
            try database.execute(
                sql:
                    "INSERT OR REPLACE INTO replay (account, key, digest, answer, stored_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    replay.account, replay.key, Data(replay.bodyDigest.bytes), Data(replay.answer.bytes),
                    replay.storedAt.microseconds,
                ])
        }
    }
}
