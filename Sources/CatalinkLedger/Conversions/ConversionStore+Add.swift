package import CatalinkCore
import CatalinkHash
import GRDB

/// What became of rows that were to be recorded.
package struct ConversionsAdded: Sendable {
    /// A row whose id was recorded with other contents.
    package struct Conflict: Sendable {
        /// Among the rows that were given.
        package var index: Int
        /// What was recorded, for people.
        package var recorded: String
    }

    package var new = 0
    package var known = 0
    package var conflicts: [Conflict] = []
}

extension ConversionStore {
    /// Records those that are not known, all in one transaction.
    package func add(_ rows: [MatchedConversion]) throws -> ConversionsAdded {
        try recording { try $0.add(rows) }
    }

    /// Writes in one transaction.
    func recording<Value>(_ body: (inout ConversionRecorder) throws -> Value) throws -> Value {
        try telling {
            do {
                return try database.write { database in
                    var recorder = try ConversionRecorder(database, links)
                    return try body(&recorder)
                }
            } catch {
                // Numbers of what is rolled back may be given to others.
                try database.read { _ in links.removeAll() }
                throw error
            }
        }
    }

    /// What `add` would say of rows that it has been given before; records nothing.
    package func conflicts(_ rows: [MatchedConversion]) throws -> [ConversionsAdded.Conflict] {
        try telling {
            try database.read { database in
                let recorder = try ConversionRecorder(database, ByteCache(places: 1))
                return try rows.enumerated().compactMap { index, row in
                    guard let known = try recorder.find(row.key), known.content != row.content else {
                        return nil
                    }
                    return ConversionsAdded.Conflict(
                        index: index, recorded: try recorder.shown(known.conversion))
                }
            }
        }
    }
}

/// Writes rows within one transaction.
///
/// Keys are looked up and added in their own order, so that neighbours in the table are touched together; payments are
/// appended as they came.
struct ConversionRecorder {
    let database: Database
    private let findIdentity: BoundStatement
    private let addIdentity: BoundStatement
    private let addConversion: BoundStatement
    private let addLink: BoundStatement
    private let findLink: BoundStatement
    private let links: ByteCache<Int64>
    private var currencies: [CurrencyCode: [UInt8]] = [:]

    /// - Parameter links: numbers of links that are recorded.
    init(_ database: Database, _ links: ByteCache<Int64>) throws {
        self.database = database
        self.links = links
        findIdentity = try BoundStatement(
            database, "SELECT content, conversion FROM identity WHERE id = ?")
        addIdentity = try BoundStatement(
            database,
            "INSERT INTO identity (id, content, conversion) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING")
        addConversion = try BoundStatement(
            database,
            "INSERT INTO conversion (number, link, amount, scale, currency, paid_at, id) VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        addLink = try BoundStatement(database, "INSERT INTO link (link_id) VALUES (?)")
        findLink = try BoundStatement(database, "SELECT number FROM link WHERE link_id = ?")
    }

    mutating func add(_ rows: [MatchedConversion]) throws -> ConversionsAdded {
        var added = ConversionsAdded()
        let first = try Int64.fetchOne(database, sql: "SELECT max(number) FROM conversion") ?? 0
        var isNew = Array(repeating: false, count: rows.count)
        // Most files are new or known as a whole: what the last row was is tried first.
        var expectsNew = true
        for (key, index) in Self.order(rows) {
            var known = expectsNew ? nil : try find(key)
            if known == nil {
                if try add(key, rows[index].content, first + 1 + Int64(index)) {
                    isNew[index] = true
                    added.new += 1
                    expectsNew = true
                    continue
                }
                known = try find(key)
            }
            expectsNew = false
            guard let known else { preconditionFailure("a key that is not new is found") }
            if known.content == rows[index].content {
                added.known += 1
            } else {
                added.conflicts.append(
                    .init(index: index, recorded: try shown(known.conversion, rows, first)))
            }
        }
        guard added.new > 0 else { return added }
        for index in rows.indices where isNew[index] { try append(rows, index, first + 1 + Int64(index)) }
        return added
    }

    /// Of equal keys the row that came first counts.
    private static func order(_ rows: [MatchedConversion]) -> [(key: ShortDigest, index: Int)] {
        var keys = rows.indices.map { (key: rows[$0].key, index: $0) }
        keys.sort { $0.key == $1.key ? $0.index < $1.index : $0.key < $1.key }
        return keys
    }

    func find(_ key: ShortDigest) throws -> (content: ShortDigest, conversion: Int64)? {
        try findIdentity.bind(key, at: 1)
        defer { findIdentity.reset() }
        guard try findIdentity.step(), let content = findIdentity.digest(0) else { return nil }
        return (content, findIdentity.integer(1))
    }

    /// - Returns: whether the key is new.
    private func add(_ key: ShortDigest, _ content: ShortDigest, _ number: Int64) throws -> Bool {
        try addIdentity.bind(key, at: 1)
        try addIdentity.bind(content, at: 2)
        try addIdentity.bind(number, at: 3)
        try addIdentity.run()
        return database.changesCount > 0
    }

    /// Reads each field where it lies: a copy of a row would count references.
    private mutating func append(_ rows: [MatchedConversion], _ index: Int, _ number: Int64) throws {
        guard let amount = Int64(exactly: rows[index].conversion.amount.coefficient) else {
            preconditionFailure("the mapper takes no longer amounts")
        }
        try addConversion.bind(number, at: 1)
        try addConversion.bind(try self.number(of: rows[index].link), at: 2)
        try addConversion.bind(amount, at: 3)
        try addConversion.bind(Int64(rows[index].conversion.amount.scale), at: 4)
        try addConversion.bind(text: letters(of: rows[index].conversion.currency), at: 5)
        try addConversion.bind(rows[index].conversion.time.microseconds, at: 6)
        try addConversion.bind(text: rows[index].conversion.id, at: 7)
        try addConversion.run()
    }

    private mutating func letters(of currency: CurrencyCode) -> [UInt8] {
        if let letters = currencies[currency] { return letters }
        let letters = Array(currency.text.utf8)
        currencies[currency] = letters
        return letters
    }

    private func number(of link: [UInt8]) throws -> Int64 {
        if let number = links[link] { return number }
        if let number = try find(link: link) {
            links[link] = number
            return number
        }
        try addLink.bind(text: link, at: 1)
        try addLink.run()
        let number = database.lastInsertedRowID
        links[link] = number
        return number
    }

    private func find(link: [UInt8]) throws -> Int64? {
        try findLink.bind(text: link, at: 1)
        defer { findLink.reset() }
        return try findLink.step() ? findLink.integer(0) : nil
    }

    /// A row of this transaction may not be in its table yet.
    private func shown(_ number: Int64, _ rows: [MatchedConversion], _ first: Int64) throws -> String {
        number > first ? rows[Int(number - first) - 1].shown : try shown(number)
    }

    /// A recorded payment for people.
    func shown(_ number: Int64) throws -> String {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT c.amount, c.scale, c.currency, c.paid_at, l.link_id FROM conversion c
                    JOIN link l ON l.number = c.link WHERE c.number = ?
                """,
            arguments: [number])
        guard let row, let currency = CurrencyCode(row["currency"] as String) else { return "what is gone" }
        let amount = FixedDecimal(coefficient: Int128(row["amount"] as Int64), scale: row["scale"])
        return Conversion(
            link: Array((row["link_id"] as String).utf8), amount: amount, currency: currency,
            time: Timestamp(microseconds: row["paid_at"])
        ).shown
    }
}
