import CatalinkCore
import Foundation
import GRDB

/// Slugs that links of other jobs of the same account have: the API knows one of each.
extension SQLitePlanStage {
    /// Rows that have not been sent and whose slug another job's ledger holds wait, as they do for one of their own.
    func findSlugsOfNeighbours(_ database: Database) throws {
        for path in neighbours {
            // A ledger that cannot be read holds up its own job, not this one.
            guard let ledger = try? Self.open(path) else { continue }
            var taken: [Int64] = []
            try? ledger.read { other in
                let known = try other.makeStatement(sql: Self.hasSlug)
                let rows = try Row.fetchCursor(
                    database,
                    sql:
                        "SELECT id, slug FROM temp.staged WHERE verdict IS NULL AND conflict = 0 AND sends = 0"
                )
                while let row = try rows.next() {
                    if try Bool.fetchOne(known, arguments: [row["slug"] as Data]) ?? false {
                        taken.append(row["id"])
                    }
                }
            }
            for id in taken { try noteTaken(id, by: path, database) }
        }
    }

    private static let hasSlug = """
        SELECT EXISTS (SELECT 1 FROM request r JOIN item i ON i.number = r.item WHERE r.slug = ?
            AND r.fate IS NOT 'refused' AND r.fate IS NOT 'dropped' AND i.state IN ('created', 'open', 'held'))
        """

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(2)
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private func noteTaken(_ id: Int64, by path: String, _ database: Database) throws {
        guard
            let row = try Row.fetchOne(
                database, sql: "SELECT * FROM temp.staged WHERE id = ?", arguments: [id])
        else { return }
        try database.execute(sql: "UPDATE temp.staged SET conflict = 2 WHERE id = ?", arguments: [id])
        let location = Location(file: row["file"], line: row["line"], record: row["row"])
        let job = URL(filePath: path).deletingLastPathComponent().lastPathComponent
        let other = "\(row.bytes("slug").text.quoted), which a link of the job \(job.shown()) has"
        remember(
            Problem(
                subject: "url", location: location, rule: nil,
                expected: "a slug of its own for each item of the account", got: other,
                hint: "`policy.rules: {accountSlug: off}` lifts this rule"))
        try note(.duplicate, ItemKey(row), location, "url: \(other)", database)
    }
}
