package import CatalinkCore
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
        var groups = GroupTable()
        var selection = ConversionStore.Selection(since: since)
        if let link {
            let links = try ledger.soldLinks(named: link)
            guard !links.isEmpty else {
                throw RunFailure(
                    .usage,
                    "expected the id, the address or the key of a link of this job, got: \(link.quoted)")
            }
            selection.links = links.map(\.id)
            for link in links { groups.add(link, dimension) }
        } else {
            try ledger.forEachSoldLink { groups.add($0, dimension) }
        }
        guard let store else { return groups.groups(isWhole: dimension == nil) }
        if dimension == .day {
            try store.forEachDay(selection) { try groups.add($1, to: $0.day, store.path) }
        } else {
            try store.forEachLink(selection) { id, revenue in
                guard let dimension else { return try groups.add(revenue, to: "", store.path) }
                let name = try ledger.soldLink(id)?.value(dimension) ?? Analytics.lost
                try groups.add(revenue, to: name, store.path)
            }
        }
        return groups.groups(isWhole: dimension == nil)
    }
}

/// Groups by their names while they are filled.
private struct GroupTable {
    private var groups: [String: Analytics.Group] = [:]

    mutating func add(_ link: SoldLink, _ dimension: ConversionDimension?) {
        groups[dimension.map(link.value) ?? "", default: Analytics.Group()].links += 1
    }

    mutating func add(_ revenue: Revenue, to name: String, _ place: String) throws {
        var group = groups[name] ?? Analytics.Group()
        if let index = group.revenue.firstIndex(where: { $0.currency == revenue.currency }) {
            group.revenue[index] = try group.revenue[index].added(revenue, at: place)
        } else {
            group.revenue.append(revenue)
            group.revenue.sort { $0.currency.name < $1.currency.name }
        }
        groups[name] = group
    }

    func groups(isWhole: Bool) -> [Analytics.Group] {
        if isWhole { return [groups[""] ?? Analytics.Group()] }
        return groups.sorted { $0.key < $1.key }.map { name, group in
            var group = group
            group.name = name
            return group
        }
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
        return try top.entries.map { entry in
            TopList.Line(link: try ledger.soldLink(entry.link), id: entry.link, revenue: entry.revenue)
        }
    }
}
