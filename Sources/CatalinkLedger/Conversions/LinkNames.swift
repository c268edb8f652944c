package import CatalinkCore
import Foundation
import GRDB

/// Finds the links of a ledger by what payments call them; lives on one thread.
///
/// Names lie in a temporary table of the ledger's own connection, and the last ones that were asked for in memory that
/// does not grow.
package final class LinkNames {
    package enum Found: Sendable, Equatable {
        /// The link's id.
        case one([UInt8])
        case several
        case none
    }

    private let ledger: SQLiteLedger
    private let kinds: [LinkName]
    /// By kind.
    private var remembered: [LinkName: ByteCache<Found>] = [:]
    private static let places = 65_536
    /// Links that were made before have been looked at.
    private var newest: Int64 = 0
    private var version: Int64 = -1

    /// - Parameter kinds: how payments name links.
    package init(_ ledger: SQLiteLedger, by kinds: [LinkName]) throws {
        self.ledger = ledger
        self.kinds = kinds
        try ledger.inTemporaryTables { database in
            try database.execute(
                sql: """
                    CREATE TEMP TABLE IF NOT EXISTS link_name (
                        kind TEXT NOT NULL, name TEXT NOT NULL, link TEXT, PRIMARY KEY (kind, name)
                    ) WITHOUT ROWID
                    """)
        }
        try refresh()
    }

    /// Takes in links that were made since.
    package func refresh() throws {
        try ledger.inTemporaryTables { database in
            let current = try Int64.fetchOne(database, sql: "PRAGMA data_version") ?? 0
            guard current != version else { return }
            version = current
            for kind in kinds { try add(kind, database) }
            // A clock may be set back a little between two links.
            newest = max(
                0, (try Int64.fetchOne(database, sql: "SELECT max(created_at) FROM link") ?? 0) - 60_000)
        }
        for kind in kinds { remembered[kind] = ByteCache(places: Self.places) }
    }

    /// A name of several links is kept without one.
    private func add(_ kind: LinkName, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO temp.link_name (kind, name, link)
                    SELECT '\(kind.rawValue)', \(Self.name(kind)), l.link_id FROM link l \(Self.join(kind))
                    WHERE l.created_at >= ? AND \(Self.name(kind)) IS NOT NULL
                ON CONFLICT (kind, name) DO UPDATE SET link = NULL WHERE link IS NOT excluded.link
                """, arguments: [newest])
    }

    private static func name(_ kind: LinkName) -> String {
        switch kind {
        case .id: "l.link_id"
        // Without a slash at its end, as addresses of payments are.
        case .url: "rtrim(l.url, '/')"
        case .slug: "CAST(r.slug AS TEXT)"
        case .reference: "json_extract(CAST(r.body AS TEXT), '$.paymentForId')"
        }
    }

    private static func join(_ kind: LinkName) -> String {
        guard kind == .slug || kind == .reference else { return "" }
        return """
            JOIN request r ON r.item = l.item AND r.generation = l.generation AND r.method = 'create'
                AND r.fate = 'made'
            """
    }

    /// The link of each name, in their order.
    package func find(_ names: [(name: LinkName, text: [UInt8])]) throws -> [Found] {
        var found: [Found] = []
        found.reserveCapacity(names.count)
        var missing: [Int] = []
        for index in names.indices {
            let known = remembered[names[index].name]?[names[index].text]
            if known == nil { missing.append(index) }
            found.append(known ?? .none)
        }
        guard !missing.isEmpty else { return found }
        try ledger.inTemporaryTables { database in
            let look = try BoundStatement(
                database, "SELECT link FROM temp.link_name WHERE kind = ? AND name = ?")
            for index in missing {
                let name = names[index]
                found[index] = try Self.find(name, look)
                remembered[name.name]?[name.text] = found[index]
            }
        }
        return found
    }

    private static func find(
        _ name: (name: LinkName, text: [UInt8]), _ look: BoundStatement
    ) throws -> Found {
        try look.bind(text: Array(name.name.rawValue.utf8), at: 1)
        try look.bind(text: name.text, at: 2)
        defer { look.reset() }
        guard try look.step() else { return .none }
        let link = look.text(0)
        return link.isEmpty ? .several : .one(link)
    }
}

extension SQLiteLedger {
    /// Reads the ledger and writes temporary tables alone, so that no run waits for it.
    fileprivate func inTemporaryTables<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try database.writeWithoutTransaction(body)
        } catch let error as DatabaseError {
            throw LedgerError(error, at: database.path)
        }
    }
}
