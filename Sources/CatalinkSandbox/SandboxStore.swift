import CatalinkCore
import CatalinkHash
import Foundation
import GRDB

/// Links, idempotency keys and windows in a SQLite file; what an answer says is in it before the answer leaves.
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
                        account TEXT NOT NULL, slug TEXT NOT NULL, original BLOB NOT NULL, updates BLOB,
                        created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
                    CREATE TABLE IF NOT EXISTS replay (client_key TEXT NOT NULL, key TEXT NOT NULL,
                        digest BLOB NOT NULL, status INTEGER NOT NULL, body BLOB, link TEXT, stored_at INTEGER NOT NULL,
                        PRIMARY KEY (client_key, key)) STRICT;
                    CREATE TABLE IF NOT EXISTS window (client_key TEXT PRIMARY KEY, account TEXT NOT NULL,
                        start INTEGER NOT NULL, count INTEGER NOT NULL) STRICT;
                    """)
        }
    }

    // MARK: Loading

    func load(into state: inout SandboxState) throws {
        let (links, replays, windows) = try database.read { database in
            (
                try Row.fetchAll(database, sql: "SELECT * FROM link ORDER BY number"),
                try Row.fetchAll(database, sql: "SELECT * FROM replay"),
                try Row.fetchAll(database, sql: "SELECT * FROM window")
            )
        }
        for row in links { state.restore(try link(row)) }
        for row in replays {
            guard let digest = Digest(bytes: Array(row["digest"] as Data)) else { continue }
            state.restore(
                SandboxState.Replay(
                    clientKey: row["client_key"], key: row["key"], bodyDigest: digest, status: row["status"],
                    body: (row["body"] as Data?).map { Array($0) }, linkID: row["link"],
                    storedAt: Timestamp(microseconds: row["stored_at"])))
        }
        for row in windows {
            state.restore(
                SandboxState.Window(
                    clientKey: row["client_key"], account: row["account"],
                    start: Timestamp(microseconds: row["start"]), count: row["count"]))
        }
    }

    private func link(_ row: Row) throws -> SandboxLink {
        let original = Array(row["original"] as Data)
        guard let fields = LinkFields(try JSONValue(parsing: original)) else {
            throw SandboxError(message: "the store: expected a request, got: something else")
        }
        var link = SandboxLink(
            id: row["id"], account: row["account"], slug: row["slug"], original: original, fields: fields,
            createdAt: Timestamp(microseconds: row["created_at"]))
        link.updates = (row["updates"] as Data?).map { Array($0) }
        link.updatedAt = Timestamp(microseconds: row["updated_at"])
        if let merged = LinkFields(link.request) { link.note(merged) }
        return link
    }

    // MARK: Saving

    func save(_ changes: [SandboxState.Change]) async throws {
        guard !changes.isEmpty else { return }
        try await database.write { database in
            for change in changes { try Self.save(change, database) }
        }
    }

    private static func save(_ change: SandboxState.Change, _ database: Database) throws {
        switch change {
        case .link(let link):
            // Updates may be saved in another order than they were made in; the latest stays.
            try database.cachedStatement(
                sql: """
                    INSERT INTO link (id, account, slug, original, updates, created_at, updated_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET updates = excluded.updates, updated_at = excluded.updated_at
                    WHERE excluded.updated_at >= updated_at
                    """
            ).execute(
                arguments: [
                    link.id, link.account, link.slug, Data(link.original), link.updates.map { Data($0) },
                    link.createdAt.microseconds, link.updatedAt.microseconds,
                ])
        case .replay(let replay):
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO replay VALUES (?, ?, ?, ?, ?, ?, ?)")
                .execute(
                    arguments: [
                        replay.clientKey, replay.key, Data(replay.bodyDigest.bytes), replay.status,
                        replay.body.map { Data($0) }, replay.linkID, replay.storedAt.microseconds,
                    ])
        case .window(let window):
            try database.cachedStatement(
                sql: """
                    INSERT INTO window VALUES (?, ?, ?, ?) ON CONFLICT (client_key) DO UPDATE
                    SET start = excluded.start, count = excluded.count
                    WHERE (excluded.start, excluded.count) > (start, count)
                    """
            ).execute(arguments: [window.clientKey, window.account, window.start.microseconds, window.count])
        case .reset: try database.execute(sql: "DELETE FROM link; DELETE FROM replay; DELETE FROM window")
        }
    }
}
