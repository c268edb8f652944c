/// What becomes of a row after one of its sends: its attempt's outcome, its item's state, and whether it goes again.
package struct RowFate: Sendable, Equatable {
    package enum Next: Sendable, Equatable {
        case settled(Verdict)
        case again(after: Duration)
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
    ///   - sends: of this row in this run, from 1.
    ///   - random: uniform in 0 ..< 1.
    package init(_ judgement: Judgement, isCertain: Bool, sends: Int, policy: RetryPolicy, random: Double) {
        let mayRetry = sends <= policy.retries
        let delay = policy.delay(afterSend: sends, random: random)
        // What was never handed over leaves an earlier, uncertain send as uncertain as it was.
        let unsentState: ItemState? = isCertain ? .released : nil
        let unsentVerdict: Verdict = isCertain ? .failed : .unknown
        switch judgement {
        case .created(let facts):
            self.init(.created, .created, .settled(.created), facts.mismatch.map { "mismatch: \($0)" }, facts)
        case .refused(let text): self.init(.refused, .rejected, .settled(.rejected), text)
        case .notSent(let text, let wait):
            let next: Next = mayRetry ? .again(after: max(wait ?? .zero, delay)) : .settled(unsentVerdict)
            self.init(.notSent, mayRetry ? nil : unsentState, next, text)
        case .unknown(let text):
            self.init(
                .unknown, nil, mayRetry ? .again(after: max(policy.rest, delay)) : .settled(.unknown), text)
        case .lookUp(let text):
            if isCertain {
                self.init(.refused, .held, .settled(.held), text)
            } else {
                self.init(.unknown, nil, .settled(.unknown), text)
            }
        case .failed(let text): self.init(.notSent, unsentState, .settled(unsentVerdict), text)
        case .stop(let reason): self.init(.notSent, unsentState, .stop(reason, unsentVerdict), reason.message)
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
