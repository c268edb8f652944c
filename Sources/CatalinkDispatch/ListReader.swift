package import CatalinkCore

/// Reads the API's list of links, page by page, within the budget.
package struct ListReader: Sendable {
    package enum Ending: Sendable, Equatable {
        /// Every link that there is, or that is young enough, was met.
        case whole
        /// The list cannot be walked.
        case broken(String)
        /// It could not be read to its end this time.
        case unfinished(String)
    }

    private let wire: Wire
    private let policy: RetryPolicy

    package init(_ wire: Wire, _ policy: RetryPolicy) {
        self.wire = wire
        self.policy = policy
    }

    /// - Parameters:
    ///   - oldest: by an answer's date, before when no link is wanted; `nil` for the whole list.
    ///   - count: called for each request.
    package func read(
        backTo oldest: (Answer) -> Timestamp? = { _ in nil }, count: () -> Void,
        _ visit: ([ListedLink]) async throws -> Void
    ) async throws -> Ending {
        var walk = ListWalk()
        while true {
            guard let answer = try await wire.ask(walk.call, policy, count: count) else {
                return .unfinished(wire.line.reason?.message ?? wire.lastTrouble)
            }
            guard answer.isSuccess else { return .unfinished(answer.said) }
            guard let page = ListedLink.page(answer.body) else { return .unfinished("no list of links") }
            walk.oldest = oldest(answer)
            try await visit(page)
            switch walk.take(page) {
            case .next: continue
            case .complete: return .whole
            case .broken(let reason): return .broken(reason)
            }
        }
    }
}

/// Reads one link.
package struct LinkReader: Sendable {
    private let wire: Wire
    private let policy: RetryPolicy

    package init(_ wire: Wire, _ policy: RetryPolicy) {
        self.wire = wire
        self.policy = policy
    }

    /// - Returns: the link, or what was said instead.
    package func read(_ id: String) async throws -> (link: ListedLink?, said: String) {
        guard let answer = try await wire.ask(.link(id), policy, count: {}) else { return (nil, "no answer") }
        guard answer.isSuccess, let json = try? JSONValue(parsing: answer.body) else {
            return (nil, answer.said)
        }
        return (ListedLink(json), answer.said)
    }
}
