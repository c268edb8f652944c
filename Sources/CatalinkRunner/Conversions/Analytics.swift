package import CatalinkCore
import CatalinkHash
import CatalinkLedger
import Foundation

/// What the links of a job have sold, as a whole or by what tells them apart.
package struct Analytics: Sendable {
    /// Links and payments that have a value in common.
    package struct Group: Sendable {
        /// Empty where links say nothing; `nil` for all together.
        package var name: String?
        package var links = 0
        /// By currency.
        package var revenue: [Revenue] = []

        /// Payments of every currency.
        package var conversions: Int { revenue.reduce(0) { $0 + $1.count } }
    }

    package var job: String
    package var dimension: ConversionDimension?
    package var since: Timestamp?
    /// What was asked for, where it is one link or item.
    package var link: String?
    package var groups: [Group]

    /// Payments whose link is no longer in the ledger.
    static let lost = "(not in the ledger)"

    /// - Parameter link: an id, an address or a key; `nil` for all links.
    package init(
        of job: Job, by dimension: ConversionDimension?, link: String?, since: Timestamp?,
        variables: [String: String]
    ) async throws {
        self.job = job.name
        self.dimension = dimension
        self.since = since
        self.link = link
        let books = try ConversionBook(of: job, variables)
        groups = try await onOwnThread { try books.groups(by: dimension, link: link, since: since) }
    }
}

/// The ledger and the payments of a job, to be read together.
struct ConversionBook: Sendable {
    let ledger: SQLiteLedger
    /// `nil` where no payment was ever recorded.
    let store: ConversionStore?

    /// - Throws: `RunFailure` where there is no ledger.
    init(of job: Job, _ variables: [String: String]) throws {
        let directory = try StateDirectory(of: job, environment: variables)
        ledger = try directory.openLedger(of: job)
        store = try directory.openConversions(of: job)
    }

    init(_ ledger: SQLiteLedger, _ store: ConversionStore) {
        self.ledger = ledger
        self.store = store
    }

    func groups(
        by dimension: ConversionDimension?, link: String?, since: Timestamp?
    ) throws -> [Analytics.Group] {
        var groups = GroupTable(by: dimension)
        let named = try link.map(links(named:))
        let selection = ConversionStore.Selection(since: since, links: named?.map(\.id))
        var hasLinks = false
        func readLinks() throws {
            guard !hasLinks else { return }
            hasLinks = true
            if let named {
                for link in named { groups.add(link) }
            } else {
                try ledger.forEachSoldLink { groups.add($0) }
            }
        }
        if dimension == .day {
            try store?.forEachDay(selection) { try groups.add($1, to: $0.day, path) }
        } else {
            try store?.forEachLink(selection) { id, revenue in
                // Once payments are being read: the link of each that is seen is in the ledger by now.
                try readLinks()
                try groups.add(revenue, ofLink: id, path)
            }
        }
        try readLinks()
        return groups.groups
    }

    private var path: String { store?.path ?? "" }

    private func links(named name: String) throws -> [SoldLink] {
        let links = try ledger.soldLinks(named: name)
        guard !links.isEmpty else {
            throw RunFailure(
                .usage, "expected the id, the address or the key of a link of this job, got: \(name.quoted)")
        }
        return links
    }
}

/// Groups by their names while they are filled.
private struct GroupTable {
    private struct Group {
        var links = 0
        var revenue: [CurrencyCode: Revenue] = [:]
    }

    private let dimension: ConversionDimension?
    private var filled: [Group] = []
    private var places: [String: Int] = [:]
    /// The group of each link: sixteen bytes for its id, as there may be millions.
    private var placesOfLinks: [ShortDigest: Int] = [:]

    init(by dimension: ConversionDimension?) {
        self.dimension = dimension
    }

    mutating func add(_ link: SoldLink) {
        let place = place(of: dimension.map(link.value) ?? "")
        filled[place].links += 1
        // Payments have days of their own.
        if dimension != nil, dimension != .day { placesOfLinks[Self.digest(link.id)] = place }
    }

    /// - Parameter path: named where amounts cannot be added.
    mutating func add(_ revenue: Revenue, ofLink id: String, _ path: String) throws {
        let known = dimension == nil ? place(of: "") : placesOfLinks[Self.digest(id)]
        try add(revenue, at: known ?? place(of: Analytics.lost), path)
    }

    mutating func add(_ revenue: Revenue, to name: String, _ path: String) throws {
        try add(revenue, at: place(of: name), path)
    }

    private mutating func add(_ revenue: Revenue, at place: Int, _ path: String) throws {
        let there = filled[place].revenue[revenue.currency]
        filled[place].revenue[revenue.currency] = try there?.added(revenue, at: path) ?? revenue
    }

    private mutating func place(of name: String) -> Int {
        if let place = places[name] { return place }
        places[name] = filled.count
        filled.append(Group())
        return filled.count - 1
    }

    private static func digest(_ id: String) -> ShortDigest { SHA256.digest(of: Array(id.utf8)).short }

    var groups: [Analytics.Group] {
        guard dimension != nil else { return [filled.first.map(Self.group) ?? Analytics.Group()] }
        return places.sorted { $0.key < $1.key }.map { name, place in
            var group = Self.group(filled[place])
            group.name = name
            return group
        }
    }

    private static func group(_ group: Group) -> Analytics.Group {
        Analytics.Group(
            links: group.links, revenue: group.revenue.values.sorted { $0.currency.name < $1.currency.name })
    }
}

/// The links of a job that have sold most.
package struct TopList: Sendable {
    package struct Line: Sendable {
        /// `nil` for one that is no longer in the ledger.
        package var link: SoldLink?
        package var id: String
        package var revenue: Revenue
    }

    package var job: String
    package var lines: [Line]

    package init(
        of job: Job, by rank: LinkRank, limit: Int, since: Timestamp?, variables: [String: String]
    ) async throws {
        self.job = job.name
        let books = try ConversionBook(of: job, variables)
        lines = try await onOwnThread { try books.top(by: rank, limit: limit, since: since) }
    }
}

extension ConversionBook {
    func top(by rank: LinkRank, limit: Int, since: Timestamp?) throws -> [TopList.Line] {
        var top = TopLinks(by: rank, limit: limit)
        try store?.forEachLink(.init(since: since)) { top.add($0, $1) }
        let entries = top.entries
        let links = try ledger.soldLinks(Array(Set(entries.map(\.link))))
        return entries.map { TopList.Line(link: links[$0.link], id: $0.link, revenue: $0.revenue) }
    }
}
