package import CatalinkCore
import GRDB

/// Finds the links of a ledger by what payments call them; lives on one thread.
///
/// Ids and slugs are looked up in the ledger itself. Addresses and references lie in a temporary table of its
/// connection, made once one is asked for. The last names that were found are in memory that does not grow.
package final class LinkNames {
    package enum Found: Sendable, Equatable {
        /// The number of the link's id among those that `takeLinks` gives.
        case one(Int)
        /// The same, of an item whose link was replaced: the others are its siblings.
        case replaced(Int)
        case several
        case none

        package var link: Int? {
            switch self {
            case .one(let link), .replaced(let link): link
            case .several, .none: nil
            }
        }

        package var hasSiblings: Bool {
            if case .replaced = self { true } else { false }
        }
    }

    private struct Known: Sendable {
        var link: [UInt8]
        /// Its number among the links of this taking.
        var number: Int32 = 0
        var taking: Int32 = 0
    }

    private let ledger: SQLiteLedger
    /// By how payments name links.
    private var known: [ByteCache<Known>?] = []
    private static let places = 65_536
    private var links: [[UInt8]] = []
    private var siblings: [Int: [Int]] = [:]
    /// Numbers of links of items that have several.
    private var replaced: [[UInt8]: Int] = [:]
    private var taking: Int32 = 1
    private var version: Int64 = -1
    private var tables = NameTables()

    package init(_ ledger: SQLiteLedger) throws {
        self.ledger = ledger
        // Of the ledger each name is asked for once: what is found is remembered here.
        try ledger.inTemporaryTables { try $0.execute(sql: "PRAGMA cache_size = -4096") }
    }

    /// Takes in links that were made since.
    package func refresh() throws {
        try orForgetting {
            try ledger.inTemporaryTables { database in
                let current = try Int64.fetchOne(database, sql: "PRAGMA data_version") ?? 0
                guard current != version else { return }
                try tables.refresh(database)
                known = []
                version = current
            }
        }
    }

    /// Gives rows the ids of all links that were found since the last taking; numbers begin anew.
    package func giveLinks(to rows: inout MatchedConversions) {
        (rows.links, rows.siblings) = (links, siblings)
        (links, siblings, replaced) = ([], [:], [:])
        taking &+= 1
    }

    /// Looks for many links in one access to the ledger.
    package func looking<Value>(
        _ body: (_ find: (Conversion) throws -> Found) throws -> Value
    ) throws -> Value {
        try orForgetting {
            try ledger.inTemporaryTables { database in
                var value: Value?
                // Else each look locks the file anew.
                try database.inTransaction(.deferred) {
                    value = try body { try find($0, database) }
                    return .commit
                }
                guard let value else { preconditionFailure("a transaction runs its body") }
                return value
            }
        }
    }

    /// What has failed may have taken tables with it.
    private func orForgetting<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            (tables, known, version) = (NameTables(), [], -1)
            throw error
        }
    }

    private func find(_ payment: Conversion, _ database: Database) throws -> Found {
        if let number = number(payment.linkName, payment.link) { return .one(number) }
        let named = try tables.links(payment.linkName, payment.link, database)
        guard let first = named.first else { return .none }
        guard named.allSatisfy({ $0.item == first.item }) else { return .several }
        let all = try tables.links(ofItem: first.item, database)
        guard all.count > 1 else { return .one(enlist(first.id, as: payment.linkName, payment.link)) }
        // An item's links follow one another: a payment is of the one that was the latest when it was made.
        let link = named.last { $0.createdAt <= payment.time } ?? first
        let chosen = number(ofLink: link.id)
        siblings[chosen] = all.filter { $0.id != link.id }.map { number(ofLink: $0.id) }
        return .replaced(chosen)
    }

    /// Apart from names that are remembered, as those have no siblings.
    private func number(ofLink id: [UInt8]) -> Int {
        if let number = replaced[id] { return number }
        replaced[id] = links.count
        links.append(id)
        return links.count - 1
    }

    /// The number of a link that was found before.
    private func number(_ name: LinkName, _ text: [UInt8]) -> Int? {
        let number = known(name).update(text) { found in
            if found.taking != taking {
                (found.number, found.taking) = (Int32(links.count), taking)
                links.append(found.link)
            }
            return found.number
        }
        return number.map(Int.init)
    }

    private func enlist(_ link: [UInt8], as name: LinkName, _ text: [UInt8]) -> Int {
        known(name)[text] = Known(link: link, number: Int32(links.count), taking: taking)
        links.append(link)
        return links.count - 1
    }

    private func known(_ name: LinkName) -> ByteCache<Known> {
        let index = name.index
        if index < known.count, let cache = known[index] { return cache }
        while known.count <= index { known.append(nil) }
        let cache = ByteCache<Known>(places: Self.places, blank: Known(link: []))
        known[index] = cache
        return cache
    }
}

extension LinkName {
    /// From 0.
    fileprivate var index: Int {
        switch self {
        case .id: 0
        case .url: 1
        case .slug: 2
        case .reference: 3
        }
    }
}

/// The names of links, where the ledger has an index of them and where it has none.
private struct NameTables {
    struct Named {
        var id: [UInt8]
        var item: Int64
        var generation: Int64
        var createdAt: Timestamp
    }

    /// Kinds whose names are in the temporary table.
    private var made: Set<LinkName> = []
    /// The newest run when links were last taken in: it may make more, those before it make none.
    private var run: Int64 = 0

    /// In the order in which an item's links followed one another, whatever clocks said.
    mutating func links(_ kind: LinkName, _ name: [UInt8], _ database: Database) throws -> [Named] {
        if Self.query(kind) == nil, !made.contains(kind) { try make(kind, database) }
        let look = try BoundStatement(database, Self.query(kind) ?? Self.byTable(kind))
        try look.bind(text: name.span, at: 1)
        return try Self.rows(look)
    }

    func links(ofItem item: Int64, _ database: Database) throws -> [Named] {
        let look = try BoundStatement(
            database, "SELECT link_id, item, generation, created_at FROM link WHERE item = ?")
        try look.bind(item, at: 1)
        return try Self.rows(look)
    }

    private static func rows(_ look: BoundStatement) throws -> [Named] {
        defer { look.reset() }
        var found: [Named] = []
        while try look.step() {
            found.append(
                Named(
                    id: look.text(0), item: look.integer(1), generation: look.integer(2),
                    createdAt: Timestamp(milliseconds: look.integer(3))))
        }
        // An ORDER BY would have SQLite begin a sorter for every name.
        if found.count > 1 { found.sort { $0.generation < $1.generation } }
        return found
    }

    mutating func refresh(_ database: Database) throws {
        let newest = try Self.newestRun(database)
        for kind in made { try Self.add(kind, from: run, database) }
        run = newest
    }

    private mutating func make(_ kind: LinkName, _ database: Database) throws {
        let newest = try Self.newestRun(database)
        try database.execute(
            sql: """
                CREATE TEMP TABLE IF NOT EXISTS name_\(kind.rawValue) (
                    name TEXT NOT NULL, item INTEGER NOT NULL, generation INTEGER NOT NULL,
                    PRIMARY KEY (name, item, generation)
                ) WITHOUT ROWID
                """)
        try Self.add(kind, from: 0, database)
        // What other kinds have not taken in since is still to come.
        if made.isEmpty { run = newest }
        made.insert(kind)
    }

    private static func newestRun(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT max(rowid) FROM run") ?? 0
    }

    /// Names that runs have made from this one on; those that are there already stay.
    private static func add(_ kind: LinkName, from run: Int64, _ database: Database) throws {
        guard let names = names(kind) else { return }
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO temp.name_\(kind.rawValue) (name, item, generation) \(names)
                    AND l.run IN (SELECT id FROM run WHERE rowid >= ?)
                """, arguments: [run])
    }

    private static func query(_ kind: LinkName) -> String? {
        switch kind {
        case .id: "SELECT link_id, item, generation, created_at FROM link WHERE link_id = ?"
        case .slug:
            """
            SELECT l.link_id, l.item, l.generation, l.created_at FROM request r
                JOIN link l ON l.item = r.item AND l.generation = r.generation
                WHERE r.slug = CAST(? AS BLOB) AND r.method = 'create' AND r.fate = 'made'
            """
        case .url, .reference: nil
        }
    }

    private static func byTable(_ kind: LinkName) -> String {
        """
        SELECT l.link_id, l.item, l.generation, l.created_at FROM temp.name_\(kind.rawValue) n
            JOIN link l ON l.item = n.item AND l.generation = n.generation WHERE n.name = ?
        """
    }

    /// A statement that gives name, item and generation, to be narrowed.
    private static func names(_ kind: LinkName) -> String? {
        switch kind {
        case .id, .slug: nil
        // Without a slash at its end, as addresses of payments are.
        case .url: "SELECT rtrim(l.url, '/'), l.item, l.generation FROM link l WHERE l.url IS NOT NULL"
        // No update changes it.
        case .reference:
            """
            SELECT json_extract(CAST(r.body AS TEXT), '$.paymentForId') AS reference, l.item, l.generation
                FROM link l JOIN request r ON r.item = l.item AND r.generation = l.generation
                WHERE r.method = 'create' AND r.fate = 'made' AND reference IS NOT NULL
            """
        }
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
