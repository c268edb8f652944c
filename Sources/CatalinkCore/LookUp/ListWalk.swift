/// A walk over the server's list, page by page, newest first.
///
/// New links move the others back, so that a walk meets some again but misses none. It is unbroken when it came to an
/// empty page, or to links older than it was to go back to on a list that has kept its order.
package struct ListWalk: Sendable {
    package enum Step: Sendable, Equatable {
        case next
        case complete
        /// Nothing can be concluded from what was not met.
        case broken(String)
    }

    package static let pageSize = 100
    /// A server that never comes to an end is not believed for longer.
    private static let mostPages = 100_000

    /// How many links to pass over.
    package private(set) var skip = 0
    /// By the server's clock; `nil` for the whole list.
    package var oldest: Timestamp?
    private var lastPage: [String] = []
    private var lastCreatedAt: Timestamp?
    private var isOrdered = true
    private var pages = 0

    package init() {}

    package var call: LinkCall {
        LinkCall(method: .get, path: "/api/v0/payment-links?skip=\(skip)&take=\(Self.pageSize)")
    }

    package mutating func take(_ page: [ListedLink]) -> Step {
        guard !page.isEmpty else { return .complete }
        pages += 1
        let ids = page.map(\.id)
        guard ids != lastPage else { return .broken("the list ignores `skip`: the same page came twice") }
        guard pages < Self.mostPages else { return .broken("the list does not end") }
        lastPage = ids
        skip += page.count
        note(order: page)
        if let oldest, isOrdered, let reached = lastCreatedAt, reached < oldest { return .complete }
        return .next
    }

    private mutating func note(order page: [ListedLink]) {
        for link in page {
            guard let createdAt = link.createdAt else {
                isOrdered = false
                continue
            }
            // To the second: links of one moment may stand either way round.
            if let last = lastCreatedAt, createdAt.seconds > last.seconds { isOrdered = false }
            lastCreatedAt = createdAt
        }
    }
}
