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

    /// One page; asked for again where an answer is no list, as something in between may have given it.
    ///
    /// - Returns: `nil` without an answer; no links where it is no list.
    func page(_ call: LinkCall, count: () -> Void) async throws -> (answer: Answer, links: [ListedLink]?)? {
        for attempt in 1... {
            guard let answer = try await wire.ask(call, policy, count: count) else { return nil }
            let links = answer.isSuccess ? ListedLink.page(answer.body) : nil
            if links != nil || !answer.isSuccess || attempt == Self.mostTries { return (answer, links) }
            let pause = wire.clock.moment().steady + policy.delay(afterSend: attempt, random: 1)
            guard await wire.line.wait(until: pause, wire.clock) else { return nil }
        }
        return nil
    }

    private static let mostTries = 4

    /// - Parameters:
    ///   - oldest: by an answer's date, before when no link is wanted; `nil` for the whole list.
    ///   - count: called for each request.
    package func read(
        backTo oldest: (Answer) -> Timestamp? = { _ in nil }, count: () -> Void,
        _ visit: ([ListedLink]) async throws -> Void
    ) async throws -> Ending {
        var walk = ListWalk()
        while true {
            guard let (answer, links) = try await page(walk.call, count: count) else {
                return .unfinished(wire.line.reason?.message ?? wire.lastTrouble)
            }
            guard answer.isSuccess else { return .unfinished(answer.said) }
            guard let page = links else { return .unfinished("no list of links") }
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
