package import CatalinkCore
package import CatalinkHash
import GRDB

/// One item that the staged plan touches, or that has lost its row.
package struct StagedItem: Sendable, Equatable {
    package var item: ItemKey
    package var action: PlanAction
    /// Of the link that is to be made; `nil` where none is.
    package var generation: Int?
    package var fingerprint: Digest
    /// Of today's row; of the link, where the row is missing.
    package var price: PriceMove.Price
    package var slug: [UInt8]
    /// Where the row stands, or stood.
    package var location: Location

    package init(
        item: ItemKey, action: PlanAction, generation: Int?, fingerprint: Digest, price: PriceMove.Price,
        slug: [UInt8], location: Location
    ) {
        self.item = item
        self.action = action
        self.generation = generation
        self.fingerprint = fingerprint
        self.price = price
        self.slug = slug
        self.location = location
    }
}

/// One item that the staged plan changes, with what changes of it.
package struct StagedChange: Sendable, Equatable {
    package var staged: StagedItem
    /// Today's, or the link's where the row is missing.
    package var title: String
    /// How today's row differs from the link; `nil` where the item has none, or its contents are not known.
    package var changes: [ContentChange]?
    package var hasLink: Bool
}

extension SQLitePlanStage {
    /// A `PlanAction` of a staged row, in SQL.
    static let action = """
        CASE WHEN conflict > 0 THEN 'duplicate' WHEN verdict IS NOT NULL THEN verdict WHEN waits > 0 THEN 'lookUp'
            WHEN method = 'update' THEN 'update' WHEN sends > 0 THEN 'again' WHEN generation > 1 THEN 'replace'
            ELSE 'create' END
        """

    /// Rows in the catalog's order, as `StagedItem` reads them.
    static let stagedItems = "SELECT *, \(action) AS action FROM temp.staged ORDER BY id"

    /// Items that have lost their row, with what their newest link was made with.
    static let missingItems = """
        SELECT i.number, i.key, i.segment, i.fingerprint, 'missing' AS action, NULL AS generation, l.amount, l.currency,
            l.generation AS link_generation, r.slug, coalesce(r.file, '') AS file, coalesce(r.line, 0) AS line, 0 AS row
        FROM temp.missing m JOIN item i ON i.number = m.number
        LEFT JOIN link l ON l.item = i.number
            AND l.generation = (SELECT max(generation) FROM link WHERE item = i.number)
        LEFT JOIN request r ON r.item = i.number AND r.generation = l.generation
            AND r.try = (SELECT max(try) FROM request WHERE item = i.number AND generation = l.generation
                AND fate = 'made')
        ORDER BY i.number
        """
}

extension SQLiteLedger {
    /// Everything that the digest of the staged plan is made of: rows in the catalog's order, then items without one.
    package func forEachStaged(_ body: (StagedItem) throws -> Void) throws {
        try told { database in
            for sql in [SQLitePlanStage.stagedItems, SQLitePlanStage.missingItems] {
                let rows = try Row.fetchCursor(database, sql: sql)
                while let row = try rows.next() { try body(StagedItem(row)) }
            }
        }
    }

    /// What the staged plan makes new, changes and misses, likewise.
    package func forEachChange(_ body: (StagedChange) throws -> Void) throws {
        try told { database in
            let rows = try Row.fetchCursor(database, sql: SQLitePlanStage.stagedItems)
            while let row = try rows.next() {
                if let change = try Self.change(row, database) { try body(change) }
            }
            let missing = try Row.fetchCursor(database, sql: SQLitePlanStage.missingItems)
            while let row = try missing.next() {
                let content = try (row["link_generation"] as Int?).flatMap {
                    try SQLitePlanStage.content(of: row["number"], generation: $0, database)
                }
                try body(
                    StagedChange(
                        staged: StagedItem(row), title: content?["title"]?.string ?? "", changes: nil,
                        hasLink: true))
            }
        }
    }

    /// `nil` for a row that is left alone for another reason than its contents.
    private static func change(_ row: Row, _ database: Database) throws -> StagedChange? {
        let staged = StagedItem(row)
        guard ![.duplicate, .unchanged, .rejected, .held].contains(staged.action) else { return nil }
        let mapped = row.bytes("mapped")
        let request = try JSONValue(parsing: mapped)
        var change = StagedChange(
            staged: staged, title: request["title"]?.string ?? "", changes: nil, hasLink: false)
        guard let number = row["number"] as Int?,
            let generation = try Int.fetchOne(
                database.cachedStatement(sql: "SELECT max(generation) FROM link WHERE item = ?"),
                arguments: [number])
        else { return change }
        change.hasLink = true
        // The suffix that a later generation's slug has is no change.
        let today = LinkRequest.canonical(
            mapped, slug: Array((request["url"]?.string ?? "").utf8), generation: generation)
        if let content = try SQLitePlanStage.content(of: number, generation: generation, database) {
            change.changes = LinkContent.changes(from: content, to: try JSONValue(parsing: today))
        }
        return change
    }

    /// The amounts that the staged plan would send, the lowest or the highest first.
    package func extremePrices(_ count: Int, in currency: String, highest: Bool) throws -> [StagedItem] {
        try told { database in
            // What millionths cannot hold is larger than what they can.
            let order = highest ? "micro IS NOT NULL, micro DESC" : "micro IS NULL, micro"
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT *, \(SQLitePlanStage.action) AS action FROM temp.staged WHERE verdict IS NULL AND conflict = 0
                        AND waits = 0 AND amount IS NOT NULL AND currency = ? ORDER BY \(order), id LIMIT ?
                    """, arguments: [currency, count]
            ).map { StagedItem($0) }
        }
    }
}

extension StagedItem {
    init(_ row: Row) {
        let action: String = row["action"]
        self.init(
            item: ItemKey(row), action: PlanAction(rawValue: action) ?? .changed,
            generation: row["generation"], fingerprint: row.digest("fingerprint"),
            price: PriceMove.Price(
                amount: (row["amount"] as String?).flatMap { FixedDecimal($0) },
                currency: row["currency"] ?? ""),
            slug: row.bytes("slug"),
            location: Location(file: row["file"], line: row["line"], record: row["row"]))
    }
}
