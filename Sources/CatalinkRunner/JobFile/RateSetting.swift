import CatalinkCore
import CatalinkRead

/// What `limits.rate` says: one rate, a list of them, or `server`.
struct RateSetting {
    /// In their order; none for `server`, which starts from the target's own.
    var limits: [RateLimit]
    var mayRaise: Bool

    /// Leaves so many requests of each window for others, unless that would leave none.
    mutating func leave(_ reserve: Int) {
        for index in limits.indices {
            limits[index].reserve = min(reserve, limits[index].requests - 1)
        }
    }
}

extension Section {
    func rates(_ name: String) -> RateSetting? {
        guard let node = node(name) else { return nil }
        guard case .sequence(let nodes) = node.content else {
            if case .scalar("server", _) = node.content { return RateSetting(limits: [], mayRaise: true) }
            return rate(node, name).map { RateSetting(limits: [$0], mayRaise: false) }
        }
        var limits: [RateLimit] = []
        for node in nodes {
            guard let limit = rate(node, name) else { continue }
            if limits.contains(where: { $0.window == limit.window }) {
                complain(node, name, expected: "each window once", got: node.kind)
            } else {
                limits.append(limit)
            }
        }
        if nodes.isEmpty { complain(node, name, expected: "at least one rate", got: "an empty list") }
        return RateSetting(limits: limits, mayRaise: false)
    }

    private func rate(_ node: YAMLNode, _ name: String) -> RateLimit? {
        guard let (text, _) = text(node, subject(name)) else { return nil }
        if let limit = RateLimit(written: text) { return limit }
        complain(node, name, expected: "requests and a window, such as 100/1m", got: text.quoted)
        return nil
    }
}
