import CatalinkCore
import CatalinkHash
import Foundation
import GRDB

/// How the staged plan differs from one that was made before.
package struct PlanComparison: Sendable, Equatable {
    /// One item; with only one of both where the other plan does not touch it.
    package struct Difference: Sendable, Equatable {
        package var then: StagedItem?
        package var today: StagedItem?
    }

    package var onlyThen = 0
    package var onlyToday = 0
    package var different = 0
    /// The first of each kind.
    package var differences: [Difference] = []
    package static let mostDifferences = 20

    package init() {}

    package var count: Int { onlyThen + onlyToday + different }
}

extension SQLiteLedger {
    /// - Parameter read: hands over each item of the earlier plan.
    package func compare(
        with read: ((StagedItem) throws -> Void) throws -> Void
    ) throws -> PlanComparison {
        try database.write { database in
            for table in ["then", "today"] {
                try database.execute(
                    sql: """
                        DROP TABLE IF EXISTS temp.plan_\(table);
                        CREATE TEMP TABLE plan_\(table) (
                            key BLOB NOT NULL, segment BLOB NOT NULL, action TEXT NOT NULL, generation INTEGER,
                            fingerprint BLOB NOT NULL, amount TEXT, currency TEXT, slug BLOB, file TEXT NOT NULL,
                            line INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (key, segment)) WITHOUT ROWID;
                        """)
            }
            try read { try Self.keep($0, database) }
            let columns =
                "key, segment, action, generation, fingerprint, amount, currency, slug, file, line, row"
            for items in [SQLitePlanStage.stagedItems, SQLitePlanStage.missingItems] {
                try database.execute(
                    sql: "INSERT INTO temp.plan_today SELECT \(columns) FROM (\(items))")
            }
            return try Self.comparison(database)
        }
    }

    private static func keep(_ item: StagedItem, _ database: Database) throws {
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO temp.plan_then VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ).execute(
            arguments: [
                Data(item.item.key), Data(item.item.segment), item.action.rawValue, item.generation,
                Data(item.fingerprint.bytes), item.price.amount?.plain, item.price.currency, Data(item.slug),
                item.location.file, item.location.line, item.location.record,
            ])
    }

    private static func comparison(_ database: Database) throws -> PlanComparison {
        var found = PlanComparison()
        let differs = """
            (a.action, a.fingerprint) <> (b.action, b.fingerprint) OR a.generation IS NOT b.generation
            """
        found.different = try each("then", "JOIN", "today", differs, database) { then in
            let today = try Row.fetchOne(
                database, sql: "SELECT * FROM temp.plan_today WHERE key = ? AND segment = ?",
                arguments: [Data(then.item.key), Data(then.item.segment)])
            found.differences.append(.init(then: then, today: today.map { StagedItem($0) }))
        }
        found.onlyThen = try each("then", "LEFT JOIN", "today", "b.key IS NULL", database) { then in
            found.differences.append(.init(then: then))
        }
        found.onlyToday = try each("today", "LEFT JOIN", "then", "b.key IS NULL", database) { today in
            found.differences.append(.init(today: today))
        }
        return found
    }

    /// - Returns: how many there are; `body` gets the first.
    private static func each(
        _ first: String, _ join: String, _ second: String, _ condition: String, _ database: Database,
        _ body: (StagedItem) throws -> Void
    ) throws -> Int {
        let from = """
            FROM temp.plan_\(first) a \(join) temp.plan_\(second) b ON b.key = a.key AND b.segment = a.segment
            WHERE \(condition)
            """
        let rows = try Row.fetchAll(
            database, sql: "SELECT a.* \(from) LIMIT \(PlanComparison.mostDifferences)")
        for row in rows { try body(StagedItem(row)) }
        return try Int.fetchOne(database, sql: "SELECT count(*) \(from)") ?? 0
    }
}
