package import CatalinkHash

/// An item as planning sees it.
package struct KnownItem: Sendable {
    package var number: Int
    package var state: ItemState
    package var fingerprint: Digest

    package init(number: Int, state: ItemState, fingerprint: Digest) {
        self.number = number
        self.state = state
        self.fingerprint = fingerprint
    }
}

/// How a request reaches the API.
package enum RequestMethod: String, Sendable, CaseIterable {
    case create, update
}

/// The latest generation and try of an item and how their sends went.
package struct AttemptHistory: Sendable, Equatable {
    package var generation: Int
    package var attempt: Int
    package var method: RequestMethod
    /// Sends of this try.
    package var sends: Int
    package var firstSentAt: Timestamp
    package var lastSentAt: Timestamp
    /// A digest of the client key that the last send went out with.
    package var clientKey: Digest
    /// Whether this generation has become a link.
    package var isLinked: Bool
    /// The contents of this try, when the API has refused them.
    package var refused: Digest?

    package init(
        generation: Int, attempt: Int, method: RequestMethod = .create, sends: Int, firstSentAt: Timestamp,
        lastSentAt: Timestamp, clientKey: Digest, isLinked: Bool = false, refused: Digest? = nil
    ) {
        self.generation = generation
        self.attempt = attempt
        self.method = method
        self.sends = sends
        self.firstSentAt = firstSentAt
        self.lastSentAt = lastSentAt
        self.clientKey = clientKey
        self.isLinked = isLinked
        self.refused = refused
    }
}

/// What is to be done about one item today.
package enum PlanDecision: Sendable, Equatable {
    case send(generation: Int, attempt: Int)
    /// The same key and bytes again, not before the key has rested.
    case resend(AttemptHistory)
    /// The link of the item is to carry other contents.
    case update(generation: Int, attempt: Int)
    /// What became of an earlier send must be known first.
    case lookUp
    case leave(Verdict)
}

/// Decides by the ledger alone what a row needs.
package struct RowPlanner: Sendable {
    package var now: Timestamp
    package var onChange: ChangePolicy
    /// A digest of today's client key; `nil` where nothing will be sent.
    ///
    /// Idempotency keys may belong to the client key they were sent with, so that after a rotation the same key could
    /// make a second link.
    package var clientKey: Digest?
    package var keyLife: KeyLife
    /// Whether the rows are only some of the catalog's, so that an item without one says nothing.
    package var isPartial: Bool

    package init(
        now: Timestamp, onChange: ChangePolicy = .report, clientKey: Digest? = nil,
        keyLife: KeyLife = KeyLife(), isPartial: Bool = false
    ) {
        self.now = now
        self.onChange = onChange
        self.clientKey = clientKey
        self.keyLife = keyLife
        self.isPartial = isPartial
    }

    /// - Parameter history: asked for only where the decision needs it.
    package func decide<Failure: Error>(
        _ known: KnownItem?, fingerprint: Digest, history: () throws(Failure) -> AttemptHistory?
    ) throws(Failure) -> PlanDecision {
        guard let known else { return .send(generation: 1, attempt: 1) }
        let isSame = known.fingerprint == fingerprint
        switch known.state {
        case .created: return isSame ? .leave(.unchanged) : try changed(fingerprint, history)
        case .held: return .leave(.held)
        case .rejected where isSame: return .leave(.rejected)
        case .rejected, .released:
            let past = try history()
            return .send(generation: past?.generation ?? 1, attempt: (past?.attempt ?? 0) + 1)
        case .open:
            // Only what today's plan still wants is sent again, and only while its key lives.
            guard isSame, let past = try history(), past.method == .create,
                clientKey.map({ $0 == past.clientKey }) ?? true,
                now < past.firstSentAt + keyLife.longest
            else { return .lookUp }
            return .resend(past)
        }
    }

    private func changed<Failure: Error>(
        _ fingerprint: Digest, _ history: () throws(Failure) -> AttemptHistory?
    ) throws(Failure) -> PlanDecision {
        guard onChange == .replace || onChange == .update, let past = try history() else {
            return .leave(.changed)
        }
        // Refused once, and not asked again until the row changes or a person says so.
        if past.refused == fingerprint { return .leave(.rejected) }
        if onChange == .update {
            return .update(generation: past.generation, attempt: past.attempt + 1)
        }
        return past.isLinked
            ? .send(generation: past.generation + 1, attempt: 1)
            : .send(generation: past.generation, attempt: past.attempt + 1)
    }
}

/// How long an idempotency key is trusted: the API keeps it for 24 hours.
package struct KeyLife: Sendable, Equatable {
    /// While both clocks agree.
    package var longest: Duration
    /// Where the server's clock at the first send, or now, is not known.
    package var uncertain: Duration

    package init(longest: Duration = .seconds(23 * 3600), uncertain: Duration = .seconds(12 * 3600)) {
        self.longest = longest
        self.uncertain = uncertain
    }

    /// What may be trusted of the time that the API keeps a key: 23 hours of 24, or half where clocks are in doubt;
    /// never so much that a request on its way could come too late.
    package init(of lifetime: Duration, timeout: Duration) {
        let longest = max(.zero, lifetime - max(lifetime / 24, timeout * 2))
        self.init(longest: longest, uncertain: min(longest, lifetime / 2))
    }

    /// Whether a key may be sent again.
    ///
    /// - Parameters:
    ///   - offset: of the server's clock from ours at the first send, and now.
    package func isAlive(
        firstSentAt: Timestamp, offset: (then: Duration?, now: Duration?), now: Timestamp
    ) -> Bool {
        let age = now.since(firstSentAt)
        // A clock that was set back makes a key look younger than it is.
        guard age >= .zero else { return false }
        guard let then = offset.then, let present = offset.now else { return age < uncertain }
        return max(age, age + present - then) < longest
    }
}
