/// How a payment may name its link.
package enum LinkName: String, Sendable, CaseIterable {
    /// The API's own id.
    case id = "link_id"
    case url, slug
    /// The link's `paymentForId`.
    case reference
}

/// One payment, as a source tells of it.
package struct Conversion: Sendable, Equatable {
    /// The source's own; empty where it has none.
    package var id: [UInt8]
    package var linkName: LinkName
    package var link: [UInt8]
    /// Without trailing zeros; negative for a refund.
    package var amount: FixedDecimal
    package var currency: CurrencyCode
    package var time: Timestamp

    /// A payment of nothing, to be read into.
    package static var blank: Conversion {
        Conversion(link: [], amount: .zero, currency: .none, time: Timestamp(microseconds: 0))
    }

    package init(
        id: [UInt8] = [], linkName: LinkName = .id, link: [UInt8], amount: FixedDecimal,
        currency: CurrencyCode, time: Timestamp
    ) {
        self.id = id
        self.linkName = linkName
        self.link = link
        self.amount = amount.withoutTrailingZeros
        self.currency = currency
        self.time = time
    }
}

/// Payments that belong to links of the ledger, ready to be recorded.
///
/// They lie in few arrays, as millions go through: a payment is its number among them.
package struct MatchedConversions: Sendable {
    /// One payment, but for the bytes of its id.
    package struct Row: Sendable {
        fileprivate var idStart: UInt32
        fileprivate var idLength: UInt8
        /// Whether its link's item has others, which are in `siblings`.
        package var hasSiblings: Bool
        /// The amount is `amount` × 10^-`scale`, without trailing zeros.
        package var scale: UInt8
        fileprivate var file: UInt32
        /// Its link's number among `links`.
        package var link: UInt32
        package var currency: CurrencyCode
        package var amount: Int64
        package var time: Timestamp
        fileprivate var line: UInt32
        fileprivate var record: UInt32

        /// Whether the source has an id for it; else it is known by what it says.
        package var hasID: Bool { idLength > 0 }
    }

    package private(set) var rows: [Row] = []
    /// The ids of links that payments are of.
    package var links: [[UInt8]] = []
    /// By links' numbers, the others of their items.
    package var siblings: [Int: [Int]] = [:]
    /// Whether ids came in ascending order, as those that are counted up do; rows without one by their time, behind.
    package private(set) var isInOrder = true
    private var ids: [UInt8] = []
    private var files: [String] = []
    private static let usualID = 16

    package init() {}

    package var count: Int { rows.count }

    package mutating func reserveCapacity(_ count: Int) {
        rows.reserveCapacity(count)
        ids.reserveCapacity(count * Self.usualID)
    }

    /// - Parameters:
    ///   - conversion: with an id of at most 255 bytes, and an amount of at most 64 bits, as the mapper takes them.
    ///   - link: the number of its link among `links`.
    ///   - hasSiblings: whether the link's item has others.
    package mutating func add(
        _ conversion: Conversion, link: Int, hasSiblings: Bool = false, file: String, line: Int, record: Int
    ) {
        if files.last != file { files.append(file) }
        isInOrder = isInOrder && isBehindAll(conversion)
        rows.append(
            Row(
                idStart: UInt32(ids.count), idLength: UInt8(conversion.id.count), hasSiblings: hasSiblings,
                scale: UInt8(conversion.amount.scale), file: UInt32(files.count - 1), link: UInt32(link),
                currency: conversion.currency, amount: Int64(conversion.amount.coefficient),
                time: conversion.time, line: UInt32(clamping: line), record: UInt32(clamping: record)))
        ids.append(copying: conversion.id.span)
    }

    private func isBehindAll(_ conversion: Conversion) -> Bool {
        guard let last = rows.last else { return true }
        guard last.hasID else { return conversion.id.isEmpty && last.time <= conversion.time }
        guard !conversion.id.isEmpty else { return true }
        let id = id(of: rows.count - 1)
        for index in 0..<min(id.count, conversion.id.count) where id[index] != conversion.id[index] {
            return id[index] < conversion.id[index]
        }
        return id.count <= conversion.id.count
    }

    /// The source's own id of a payment; empty where it has none.
    @_lifetime(borrow self)
    package func id(of row: Int) -> Span<UInt8> {
        ids.span.extracting(idRange(of: row))
    }

    /// Lends the bytes of all ids, of which `idRange` tells each row's.
    package func withUnsafeIDs<Value>(
        _ body: (UnsafeRawBufferPointer) throws -> Value
    ) rethrows -> Value {
        unsafe try ids.withUnsafeBytes { unsafe try body($0) }
    }

    package func idRange(of row: Int) -> Range<Int> {
        let start = Int(rows[row].idStart)
        return start..<(start + Int(rows[row].idLength))
    }

    package func location(of row: Int) -> Location {
        Location(
            file: files[Int(rows[row].file)], line: Int(rows[row].line), record: Int(rows[row].record))
    }

    /// With its link's id, for people.
    package func shown(_ row: Int) -> String {
        let payment = rows[row]
        return Conversion(
            link: links[Int(payment.link)],
            amount: FixedDecimal(coefficient: Int128(payment.amount), scale: Int(payment.scale)),
            currency: payment.currency, time: payment.time
        ).shown
    }
}

/// What became of the rows of an import; every row is in one count.
package struct ConversionBooks: Sendable, Equatable {
    package var rows = 0
    package var new = 0
    /// Recorded before, with the same contents.
    package var known = 0
    /// Good rows whose link the ledger does not have.
    package var unmatched = 0
    package var invalid = 0

    package init() {}

    package var balance: Bool { rows == new + known + unmatched + invalid }

    package static func += (books: inout ConversionBooks, more: ConversionBooks) {
        books.rows += more.rows
        books.new += more.new
        books.known += more.known
        books.unmatched += more.unmatched
        books.invalid += more.invalid
    }
}
