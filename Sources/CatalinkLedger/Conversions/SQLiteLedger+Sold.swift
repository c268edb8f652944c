package import CatalinkCore
import Foundation
import GRDB

/// What the ledger knows of links that payments are for; where a link came from is read from its own request.
extension SQLiteLedger {
    private static func tracking(_ name: String) -> String {
        "json_extract(CAST(r.body AS TEXT), '$.customFields.tracking_\(name)') AS \(name)"
    }

    private static let sold = """
        SELECT l.link_id, l.url, l.created_at, l.item, l.generation, i.key, i.segment,
            json_extract(CAST(r.body AS TEXT), '$.title') AS title, \(tracking("source")), \(tracking("medium")),
            \(tracking("campaign")),
            EXISTS (SELECT 1 FROM request u WHERE u.item = l.item AND u.link_id = l.link_id AND u.fate = 'made')
                AS is_updated
        FROM link l JOIN item i ON i.number = l.item
        LEFT JOIN request r ON r.item = l.item AND r.generation = l.generation AND r.method = 'create'
            AND r.fate = 'made'
        """

    package func forEachSoldLink(_ body: (SoldLink) throws -> Void) throws {
        try told { database in
            let rows = try Row.fetchCursor(database, sql: Self.sold + " ORDER BY l.item, l.generation")
            while let row = try rows.next() { try body(Self.soldLink(row, database)) }
        }
    }

    /// By their ids, those of these that the ledger has.
    package func soldLinks(_ ids: [String]) throws -> [String: SoldLink] {
        try told { database in
            let rows = try Row.fetchCursor(
                database, sql: Self.sold + " WHERE l.link_id IN (SELECT value FROM json_each(?))",
                arguments: [JSONValue.array(ids.map(JSONValue.string)).bytes.text])
            var links: [String: SoldLink] = [:]
            while let row = try rows.next() {
                let link = try Self.soldLink(row, database)
                links[link.id] = link
            }
            return links
        }
    }

    /// Links that have this id or address, or are of the item with this key.
    package func soldLinks(named name: String) throws -> [SoldLink] {
        try told { database in
            let rows = try Row.fetchAll(
                database,
                sql: Self.sold
                    + " WHERE l.link_id = ?1 OR rtrim(l.url, '/') = ?2 OR i.key = ?3 ORDER BY l.item, l.generation",
                arguments: [name, Array(name.utf8).bareAddress.text, Data(name.utf8)])
            return try rows.map { try Self.soldLink($0, database) }
        }
    }

    private static func soldLink(_ row: Row, _ database: Database) throws -> SoldLink {
        func text(_ column: String) -> String {
            String.fromDatabaseValue(row[column]) ?? Int.fromDatabaseValue(row[column]).map(String.init) ?? ""
        }
        var link = SoldLink(
            id: row["link_id"], url: row["url"] ?? "", key: row.bytes("key").text,
            segment: row.bytes("segment").text, title: text("title"),
            createdAt: Timestamp(milliseconds: row["created_at"]), source: text("source"),
            medium: text("medium"), campaign: text("campaign"))
        guard row["is_updated"],
            let now = try SQLitePlanStage.content(of: row["item"], generation: row["generation"], database)
        else { return link }
        // What updates have made of it.
        let fields = now["customFields"]
        link.title = now["title"]?.string ?? link.title
        link.source = fields?["tracking_source"]?.string ?? ""
        link.medium = fields?["tracking_medium"]?.string ?? ""
        link.campaign = fields?["tracking_campaign"]?.string ?? ""
        return link
    }
}
