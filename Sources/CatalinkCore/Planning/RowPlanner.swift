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

/// The latest generation and try of an item and how their sends went.
package struct AttemptHistory: Sendable, Equatable {
    package var generation: Int
    package var attempt: Int
    /// Sends of this try.
    package var sends: Int
    package var firstSentAt: Timestamp
    package var lastSentAt: Timestamp

    package init(generation: Int, attempt: Int, sends: Int, firstSentAt: Timestamp, lastSentAt: Timestamp) {
        self.generation = generation
        self.attempt = attempt
        self.sends = sends
        self.firstSentAt = firstSentAt
        self.lastSentAt = lastSentAt
    }
}

/// What is to be done about one item today.
package enum PlanDecision: Sendable, Equatable {
    case send(generation: Int, attempt: Int)
    /// The same key and bytes again, not before the key has rested.
    case resend(AttemptHistory)
    case leave(Verdict)
}

/// Decides by the ledger alone what a row needs.
package struct RowPlanner: Sendable {
    package var now: Timestamp
    /// How long an idempotency key may be trusted: the API keeps it for 24 hours.
    package var keyLifetime: Duration = .seconds(23 * 3600)

    package init(now: Timestamp) {
        self.now = now
    }

    /// - Parameter history: asked for only where the decision needs it.
    package func decide<Failure: Error>(
        _ known: KnownItem?, fingerprint: Digest, history: () throws(Failure) -> AttemptHistory?
    ) throws(Failure) -> PlanDecision {
        guard let known else { return .send(generation: 1, attempt: 1) }
        let isSame = known.fingerprint == fingerprint
        switch known.state {
        case .created: return .leave(isSame ? .unchanged : .changed)
        case .held: return .leave(.held)
        case .rejected where isSame: return .leave(.rejected)
        case .rejected, .released:
            let past = try history()
            return .send(generation: past?.generation ?? 1, attempt: (past?.attempt ?? 0) + 1)
        case .open:
            // Only what today's plan still wants is sent again, and only while its key lives.
            guard let past = try history(), isSame, now < past.firstSentAt + keyLifetime else {
                return .leave(.unknown)
            }
            return .resend(past)
        }
    }
}
