package import CatalinkCore
import GRDB

extension SQLiteLedger {
    /// How the last runs over the whole catalog went.
    package func history() async throws -> RunHistory {
        try await reading { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT c.rows, c.files, c.bytes, c.modified_at FROM reading c JOIN run r ON r.id = c.run
                    ORDER BY r.started_at DESC, r.rowid DESC LIMIT \(Expectations.mostRuns)
                    """)
            var history = RunHistory()
            history.rows = rows.map { $0["rows"] }
            history.last = rows.first.map { CatalogStamp($0) }
            history.sameSince = try Self.sameSince(database)
            history.times = try Self.times(database)
            return history
        }
    }

    private static func sameSince(_ database: Database) throws -> Timestamp? {
        try Int64.fetchOne(
            database,
            sql: """
                WITH known AS (SELECT r.started_at, r.rowid AS number, c.* FROM reading c JOIN run r ON r.id = c.run),
                    last AS (SELECT * FROM known ORDER BY started_at DESC, number DESC LIMIT 1)
                SELECT min(k.started_at) FROM known k, last l
                WHERE (k.started_at, k.number) > (SELECT coalesce(max(o.started_at), -1), coalesce(max(o.number), -1)
                    FROM known o WHERE (o.files, o.bytes, o.modified_at) IS NOT (l.files, l.bytes, l.modified_at))
                """
        ).map(Timestamp.init(milliseconds:))
    }

    private static func times(_ database: Database) throws -> [Duration] {
        try Int64.fetchAll(
            database,
            sql: """
                SELECT r.ended_at - r.started_at FROM run r JOIN reading c ON c.run = r.id WHERE r.exit IN (0, 2, 4)
                ORDER BY r.started_at DESC, r.rowid DESC LIMIT \(Expectations.mostRuns)
                """
        ).map { .milliseconds($0) }
    }

    static func note(_ catalog: CatalogStamp, run: String, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO reading (run, rows, files, bytes, modified_at) VALUES (?, ?, ?, ?, ?)",
            arguments: [run, catalog.rows, catalog.files, catalog.bytes, catalog.modified?.milliseconds])
    }
}

extension CatalogStamp {
    fileprivate init(_ row: Row) {
        self.init(
            rows: row["rows"], files: row["files"], bytes: row["bytes"],
            modified: (row["modified_at"] as Int64?).map(Timestamp.init(milliseconds:)))
    }
}
