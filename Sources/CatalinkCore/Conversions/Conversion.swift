package import CatalinkHash

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

/// A payment that belongs to a link of the ledger, ready to be recorded.
package struct MatchedConversion: Sendable {
    package var conversion: Conversion
    /// The id of its link.
    package var link: [UInt8]
    /// What it is known by.
    package var key: ShortDigest
    /// What it says.
    package var content: ShortDigest
    package var location: Location

    /// With its link, for people.
    package var shown: String {
        var conversion = conversion
        conversion.link = link
        return conversion.shown
    }
}

/// Makes the keys of conversions; one serves many.
package struct ConversionHasher: ~Copyable {
    private var hasher = SHA256()
    private var bytes: [UInt8] = []

    package init() {}

    /// - Parameter link: the id of the conversion's link.
    package mutating func matched(
        _ conversion: Conversion, link: [UInt8], _ location: Location
    ) -> MatchedConversion {
        let content = content(of: conversion, link)
        let key = conversion.id.isEmpty ? content : self.key(conversion.id)
        var conversion = conversion
        // What the source called it has served.
        conversion.link = []
        return MatchedConversion(
            conversion: conversion, link: link, key: key, content: content, location: location)
    }

    private mutating func key(_ id: [UInt8]) -> ShortDigest {
        hasher.update(Self.ofID)
        hasher.update(id)
        return hasher.finish().short
    }

    /// Link, amount, currency and time in one fixed form: equal payments are equal however a file writes them.
    private mutating func content(of conversion: Conversion, _ link: [UInt8]) -> ShortDigest {
        bytes.removeAll(keepingCapacity: true)
        bytes += Self.ofContent
        bytes += link
        bytes.append(0)
        bytes.append(bits: UInt64(truncatingIfNeeded: conversion.amount.coefficient >> 64))
        bytes.append(bits: UInt64(truncatingIfNeeded: conversion.amount.coefficient))
        bytes.append(UInt8(truncatingIfNeeded: conversion.amount.scale))
        bytes.append(bits: UInt64(conversion.currency.packed))
        bytes.append(bits: UInt64(bitPattern: conversion.time.microseconds))
        hasher.update(bytes)
        return hasher.finish().short
    }

    // The form's number is in both: keys of another form would be others.
    private static let ofID = Array("conversion 1 id ".utf8)
    private static let ofContent = Array("conversion 1 content ".utf8)
}

extension [UInt8] {
    fileprivate mutating func append(bits: UInt64) {
        var shift: UInt64 = 64
        while shift > 0 {
            shift -= 8
            append(UInt8(truncatingIfNeeded: bits >> shift))
        }
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
