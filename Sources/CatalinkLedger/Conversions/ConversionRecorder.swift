import CatalinkCore
import GRDB

/// Writes rows within one transaction, in the order of their ids, so that neighbours in the table are touched together.
struct ConversionRecorder {
    let database: Database
    private let rows: MatchedConversions
    private let addRow: BoundStatement
    /// Adds `together` rows at once: half of a row's cost is beginning and ending a statement.
    private let addRows: BoundStatement
    private static let together = 32
    private let knowsRow: BoundStatement
    private let findRow: BoundStatement
    private let addLink: BoundStatement
    private let findLink: BoundStatement
    private let links: ByteCache<Int64>
    /// By the rows' own; 0 until it is asked for.
    private var numbers: [Int64]
    private let letters = CurrencyLetters()

    /// - Parameter links: numbers of links that are recorded.
    init(_ database: Database, _ rows: MatchedConversions, _ links: ByteCache<Int64>) throws {
        self.database = database
        self.rows = rows
        self.links = links
        numbers = Array(repeating: 0, count: rows.links.count)
        addRow = try BoundStatement(database, Self.adding(1))
        addRows = try BoundStatement(database, Self.adding(Self.together))
        knowsRow = try BoundStatement(
            database,
            """
            SELECT 1 FROM conversion
                WHERE id = ? AND link = ? AND amount = ? AND scale = ? AND currency = ? AND paid_at = ?
            """)
        findRow = try BoundStatement(
            database,
            """
            SELECT c.amount, c.scale, c.currency, c.paid_at, l.link_id FROM conversion c
                LEFT JOIN link l ON l.number = c.link WHERE c.id = ?
            """)
        addLink = try BoundStatement(database, "INSERT INTO link (link_id) VALUES (?)")
        findLink = try BoundStatement(database, "SELECT number FROM link WHERE link_id = ?")
    }

    private static func adding(_ rows: Int) -> String {
        let values = Array(repeating: "(?, ?, ?, ?, ?, ?)", count: rows).joined(separator: ", ")
        return "INSERT INTO conversion (id, link, amount, scale, currency, paid_at) VALUES \(values) "
            + "ON CONFLICT (id) DO NOTHING"
    }

    mutating func add(_ range: Range<Int>) throws -> ConversionsAdded {
        for row in range { try resolve(row, makes: true) }
        var added = try unsafe rows.withUnsafeIDs { ids in
            // What is bound lies in `ids`.
            defer { unbind() }
            return try unsafe add(rows.inOrder(range), ids)
        }
        added.conflicts.sort { $0.index < $1.index }
        return added
    }

    private func add(_ order: [Int], _ ids: UnsafeRawBufferPointer) throws -> ConversionsAdded {
        var added = ConversionsAdded()
        // Most files are new or known as a whole: what the last rows were is tried first.
        var expectsNew = true
        var rest = order[...]
        while let row = rest.first {
            if expectsNew, rest.count >= Self.together, rows.siblings.isEmpty {
                let some = rest.prefix(Self.together)
                expectsNew = try unsafe add(some, ids, to: &added)
                rest = rest.dropFirst(some.count)
                continue
            }
            rest = rest.dropFirst()
            if !expectsNew || rows.rows[row].hasSiblings, try unsafe isKnown(row, ids) {
                added.known += 1
                continue
            }
            try unsafe bind(row, ids, to: addRow, link: number(of: row))
            try addRow.run()
            expectsNew = addRow.changes > 0
            if expectsNew { added.new += 1 } else { try unsafe countKnown(row, ids, in: &added) }
        }
        return added
    }

    /// - Returns: whether any of them was new.
    private func add(
        _ some: ArraySlice<Int>, _ ids: UnsafeRawBufferPointer, to added: inout ConversionsAdded
    ) throws -> Bool {
        for (index, row) in some.enumerated() {
            try unsafe bind(row, ids, to: addRows, after: index, link: number(of: row))
        }
        try addRows.run()
        let new = Int(addRows.changes)
        added.new += new
        guard new < some.count else { return true }
        // New ones are found as well by now.
        added.known -= new
        for row in some { try unsafe countKnown(row, ids, in: &added) }
        return new > 0
    }

    /// Rows that are recorded with other contents, or not at all.
    mutating func unsettled() throws -> [(row: Int, recorded: String?)] {
        for row in rows.rows.indices { try resolve(row, makes: false) }
        return try unsafe rows.withUnsafeIDs { ids in
            defer { unbind() }
            return try rows.rows.indices.compactMap { row in
                guard try unsafe !isKnown(row, ids) else { return nil }
                return (row, rows.rows[row].hasID ? try recorded(row) : nil)
            }
        }
    }

    private func unbind() {
        for statement in [addRow, addRows, knowsRow] { statement.unbind() }
    }

    /// Counts a row whose id is recorded.
    private func countKnown(
        _ row: Int, _ ids: UnsafeRawBufferPointer, in added: inout ConversionsAdded
    ) throws {
        if try unsafe isKnown(row, ids) {
            added.known += 1
        } else if let recorded = try recorded(row) {
            added.conflicts.append(.init(index: row, recorded: recorded))
        } else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT, message: "an id that is there and cannot be found")
        }
    }

    /// Whether it is recorded with the same contents, if need be under a sibling of its link: which of an item's links it
    /// is of depends on how it names it, and on what the ledger knew when it was recorded.
    private func isKnown(_ row: Int, _ ids: UnsafeRawBufferPointer) throws -> Bool {
        let payment = rows.rows[row]
        let siblings = payment.hasSiblings ? rows.siblings[Int(payment.link)] ?? [] : []
        for link in [Int(payment.link)] + siblings where numbers[link] != 0 {
            try unsafe bind(row, ids, to: knowsRow, link: numbers[link])
            defer { knowsRow.reset() }
            if try knowsRow.step() { return true }
        }
        return false
    }

    /// - Parameter others: how many rows come before it in the statement.
    private func bind(
        _ row: Int, _ ids: UnsafeRawBufferPointer, to statement: BoundStatement, after others: Int = 0,
        link: Int64
    ) throws {
        let payment = rows.rows[row]
        let first = Int32(others * 6 + 1)
        if payment.hasID {
            let id = unsafe UnsafeRawBufferPointer(rebasing: ids[rows.idRange(of: row)])
            try unsafe statement.bind(lasting: id, at: first)
        } else {
            try statement.bind(blob: contents(of: payment, link), at: first)
        }
        try statement.bind(link, at: first + 1)
        try statement.bind(payment.amount, at: first + 2)
        try statement.bind(Int64(payment.scale), at: first + 3)
        try unsafe statement.bind(lasting: letters.of(payment.currency), at: first + 4)
        try statement.bind(payment.time.microseconds, at: first + 5)
    }

    /// What a payment without an id is known by; as `ConversionSchema` makes it of what was recorded before.
    private func contents(of payment: MatchedConversions.Row, _ link: Int64) -> [UInt8] {
        let currency = payment.currency.text
        return Array(
            "\(payment.time.microseconds) \(link) \(payment.amount) \(payment.scale) \(currency)".utf8)
    }

    private func number(of row: Int) -> Int64 { numbers[Int(rows.rows[row].link)] }

    private mutating func resolve(_ row: Int, makes: Bool) throws {
        let link = Int(rows.rows[row].link)
        if numbers[link] == 0 { numbers[link] = try number(of: rows.links[link], makes: makes) }
        guard rows.rows[row].hasSiblings else { return }
        for sibling in rows.siblings[link] ?? [] where numbers[sibling] == 0 {
            numbers[sibling] = try number(of: rows.links[sibling], makes: false)
        }
    }

    /// - Returns: 0 for a link that nothing is recorded of and that is not to be made.
    private func number(of link: [UInt8], makes: Bool) throws -> Int64 {
        if let number = links[link] { return number }
        if let number = try find(link: link) {
            links[link] = number
            return number
        }
        guard makes else { return 0 }
        try addLink.bind(text: link.span, at: 1)
        try addLink.run()
        let number = database.lastInsertedRowID
        links[link] = number
        return number
    }

    private func find(link: [UInt8]) throws -> Int64? {
        try findLink.bind(text: link.span, at: 1)
        defer { findLink.reset() }
        return try findLink.step() ? findLink.integer(0) : nil
    }

    /// What is recorded under a row's id, for people.
    private func recorded(_ row: Int) throws -> String? {
        try findRow.bind(text: rows.id(of: row), at: 1)
        defer { findRow.reset() }
        guard try findRow.step() else { return nil }
        guard let currency = CurrencyCode(findRow.text(2)) else { return "what is gone" }
        let amount = FixedDecimal(
            coefficient: Int128(findRow.integer(0)), scale: Int(findRow.integer(1)))
        return Conversion(
            link: findRow.text(4), amount: amount, currency: currency,
            time: Timestamp(microseconds: findRow.integer(3))
        ).shown
    }
}

/// The letters of currencies, each where it stays.
@safe
private final class CurrencyLetters {
    private var codes: [CurrencyCode] = []
    private var lengths: [Int] = []
    private let room: UnsafeMutableRawBufferPointer
    private static let mostLetters = 4
    /// There are not half as many.
    private static let mostCodes = 512

    init() {
        unsafe room = .allocate(byteCount: Self.mostCodes * Self.mostLetters, alignment: 1)
    }

    deinit {
        unsafe room.deallocate()
    }

    func of(_ code: CurrencyCode) -> UnsafeRawBufferPointer {
        let index = codes.firstIndex(of: code) ?? add(code)
        let start = index * Self.mostLetters
        return unsafe UnsafeRawBufferPointer(rebasing: room[start..<(start + lengths[index])])
    }

    private func add(_ code: CurrencyCode) -> Int {
        let text = Array(code.text.utf8)
        let start = codes.count * Self.mostLetters
        for (index, letter) in text.enumerated() { unsafe room[start + index] = letter }
        codes.append(code)
        lengths.append(text.count)
        return codes.count - 1
    }
}
