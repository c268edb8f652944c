/// What becomes of a row after one of its sends: its attempt's outcome, its item's state, and whether it goes again.
package struct RowFate: Sendable, Equatable {
    package enum Next: Sendable, Equatable {
        case settled(Verdict)
        case again(after: Duration)
        /// Only a look at the server's list can tell.
        case lookUp
        case stop(StopReason, Verdict)
    }

    package var outcome: AttemptOutcome
    /// `nil` leaves the item open.
    package var state: ItemState?
    package var next: Next
    package var message: String?
    package var link: LinkFacts?

    /// - Parameters:
    ///   - isCertain: whether no earlier send of this try may have made the link.
    ///   - mayRetry: whether the row and the run have a retry left.
    ///   - backoff: how long to wait before one.
    ///   - made: the verdict of a row whose link is made: `created`, or `replaced` for a later generation.
    package init(
        _ judgement: Judgement, isCertain: Bool, mayRetry: Bool, backoff: Duration, rest: Duration,
        made: Verdict = .created
    ) {
        // What was never handed over leaves an earlier, uncertain send as uncertain as it was.
        let unsentState: ItemState? = isCertain ? .released : nil
        let unsent: Next = isCertain ? .settled(.failed) : .lookUp
        switch judgement {
        case .created(let facts):
            self.init(.created, .created, .settled(made), facts.mismatch.map { "mismatch: \($0)" }, facts)
        case .refused(let text): self.init(.refused, .rejected, .settled(.rejected), text)
        case .throttled(let text, let wait):
            self.init(.notSent, nil, .again(after: max(wait ?? .zero, backoff)), text)
        case .notSent(let text):
            let next: Next = mayRetry ? .again(after: backoff) : unsent
            self.init(.notSent, mayRetry ? nil : unsentState, next, text)
        case .unknown(let text):
            self.init(.unknown, nil, mayRetry ? .again(after: max(rest, backoff)) : .lookUp, text)
        case .lookUp(let text): self.init(.unknown, nil, .lookUp, text)
        case .failed(let text): self.init(.notSent, unsentState, unsent, text)
        case .stop(let reason):
            self.init(
                .notSent, unsentState, .stop(reason, isCertain ? .failed : .unknown), reason.message)
        }
    }

    private init(
        _ outcome: AttemptOutcome, _ state: ItemState?, _ next: Next, _ message: String?,
        _ link: LinkFacts? = nil
    ) {
        self.outcome = outcome
        self.state = state
        self.next = next
        self.message = message
        self.link = link
    }
}
