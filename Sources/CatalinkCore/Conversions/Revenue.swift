/// Payments of one currency, added exactly.
package struct Revenue: Sendable, Equatable {
    package var currency: CurrencyCode
    package var count: Int
    package private(set) var sum: FixedDecimal
    /// The most decimals that any of the amounts has.
    package private(set) var decimals: Int
    package private(set) var first: Timestamp
    package private(set) var last: Timestamp

    /// - Parameter sum: with as many decimals as the amounts have.
    package init(currency: CurrencyCode, count: Int, sum: FixedDecimal, first: Timestamp, last: Timestamp) {
        self.currency = currency
        self.count = count
        self.sum = sum
        decimals = sum.scale
        self.first = first
        self.last = last
    }

    /// - Returns: `nil` where the sum leaves 128 bits.
    package func adding(_ other: Revenue) -> Revenue? {
        precondition(currency == other.currency, "amounts of two currencies are never added")
        guard let total = sum.adding(other.sum) else { return nil }
        var both = self
        both.count += other.count
        both.sum = total
        both.decimals = max(decimals, other.decimals)
        both.first = min(first, other.first)
        both.last = max(last, other.last)
        return both
    }

    /// The exact quotient rounded half to even, with two decimals more than the currency or the amounts have; with
    /// fewer where 128 bits do not hold so many.
    package var average: FixedDecimal {
        sum.divided(by: count, decimals: max(currency.minorDigits ?? 2, decimals) + 2, .halfEven)
    }

    /// The sum with at least as many decimals as the currency has.
    package var sumText: String { sum.text(decimals: currency.minorDigits ?? 2) }

    package var averageText: String { average.text(decimals: currency.minorDigits ?? 2) }
}

extension FixedDecimal {
    /// Plain notation with at least so many decimals.
    package func text(decimals: Int) -> String {
        let text = plain
        guard decimals > 0 else { return text }
        guard let point = text.firstIndex(of: ".") else {
            return text + "." + String(repeating: "0", count: decimals)
        }
        let there = text.distance(from: point, to: text.endIndex) - 1
        return text + String(repeating: "0", count: max(0, decimals - there))
    }
}

/// What payments are told apart by.
package enum ConversionDimension: String, Sendable, CaseIterable {
    case source, medium, campaign, segment, day, product
}

/// By what links are ranked.
package enum LinkRank: String, Sendable, CaseIterable {
    case revenue, conversions, average
}

/// A link of the ledger with what its own request says of it.
package struct SoldLink: Sendable, Equatable {
    package var id: String
    package var url: String
    package var key: String
    package var segment: String
    package var title: String
    package var createdAt: Timestamp
    package var source: String
    package var medium: String
    package var campaign: String

    package init(
        id: String, url: String, key: String, segment: String, title: String, createdAt: Timestamp,
        source: String, medium: String, campaign: String
    ) {
        self.id = id
        self.url = url
        self.key = key
        self.segment = segment
        self.title = title
        self.createdAt = createdAt
        self.source = source
        self.medium = medium
        self.campaign = campaign
    }

    /// Empty where the link says nothing of it.
    package func value(_ dimension: ConversionDimension) -> String {
        switch dimension {
        case .source: source
        case .medium: medium
        case .campaign: campaign
        case .segment: segment
        case .day: createdAt.day
        case .product: key
        }
    }
}

extension Timestamp {
    /// `2026-11-30`, by UTC.
    package var day: String { String(CivilTime(self).iso8601.prefix(10)) }
}

/// The first of many links by what they have sold, in memory that does not grow with the links; each currency has a
/// list of its own.
package struct TopLinks: Sendable {
    package struct Entry: Sendable {
        package var link: String
        package var revenue: Revenue
        /// What ranks it first of all.
        fileprivate var rank: FixedDecimal
    }

    private let rank: LinkRank
    private let limit: Int
    /// At most twice as many as are asked for.
    private var lists: [CurrencyCode: [Entry]] = [:]

    package init(by rank: LinkRank, limit: Int) {
        self.rank = rank
        self.limit = limit
    }

    package mutating func add(_ link: String, _ revenue: Revenue) {
        let rank =
            switch rank {
            case .revenue: revenue.sum
            case .conversions: FixedDecimal(coefficient: Int128(revenue.count), scale: 0)
            case .average: revenue.average
            }
        var list = lists.removeValue(forKey: revenue.currency) ?? []
        list.append(Entry(link: link, revenue: revenue, rank: rank))
        if list.count >= 2 * limit { list = first(of: list) }
        lists[revenue.currency] = list
    }

    /// By currency, then from the first on.
    package var entries: [Entry] {
        lists.sorted { $0.key.name < $1.key.name }.flatMap { first(of: $0.value) }
    }

    private func first(of list: [Entry]) -> [Entry] {
        Array(list.sorted { $0.isBefore($1) }.prefix(limit))
    }
}

extension TopLinks.Entry {
    /// Of equal ranks that with the larger sum, then with more payments, then by its id.
    fileprivate func isBefore(_ other: Self) -> Bool {
        if rank != other.rank { return other.rank < rank }
        if revenue.sum != other.revenue.sum { return other.revenue.sum < revenue.sum }
        if revenue.count != other.revenue.count { return revenue.count > other.revenue.count }
        return link < other.link
    }
}
