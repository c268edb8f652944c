package import CatalinkCore
import GRDB

extension SQLiteLedger {
    /// How the last runs over the whole catalog went.
    package func history() async throws -> RunHistory {
        try await reading { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT c.*, r.started_at FROM reading c JOIN run r ON r.id = c.run
                    ORDER BY r.started_at DESC, r.rowid DESC LIMIT \(Expectations.mostRuns)
                    """)
            var history = RunHistory()
            history.rows = rows.map { $0["rows"] }
            history.last = rows.first.map { CatalogStamp($0) }
            history.lastBegan = rows.first.map { Timestamp(milliseconds: $0["started_at"]) }
            history.sameSince = try Self.sameSince(database)
            history.times = try Self.times(database)
            return history
        }
    }

    /// Runs that did not go through have not done with their file, so that it is no surprise to meet it again.
    private static func sameSince(_ database: Database) throws -> Timestamp? {
        let readings = try Row.fetchCursor(
            database,
            sql: """
                SELECT c.*, r.started_at, r.exit FROM reading c JOIN run r ON r.id = c.run
                ORDER BY r.started_at DESC, r.rowid DESC
                """)
        var since: Timestamp?
        var newest: CatalogStamp?
        while let row = try readings.next() {
            guard let exit = row["exit"] as Int?, Self.wentThrough.contains(exit) else {
                if newest == nil { return nil }
                continue
            }
            let stamp = CatalogStamp(row)
            guard newest.map(stamp.isSameFile) ?? true else { break }
            newest = stamp
            since = Timestamp(milliseconds: row["started_at"])
        }
        return since
    }

    private static let wentThrough: [Int] = [0, 2, 4]

    private static func times(_ database: Database) throws -> [Duration] {
        try Int64.fetchAll(
            database,
            sql: """
                SELECT r.ended_at - r.started_at FROM run r JOIN reading c ON c.run = r.id WHERE r.exit IN (\(wentThrough.map { String($0) }.joined(separator: ", ")))
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
