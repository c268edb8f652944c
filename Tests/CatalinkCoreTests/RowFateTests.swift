import CatalinkCore
import Testing

struct RowFateTests {
    private static let facts = LinkFacts(id: "pl_1", url: "mug")
    private static let rest: Duration = .seconds(60)
    private static let backoff: Duration = .seconds(2)

    private struct Case: Sendable {
        var judgement: Judgement
        /// Whether no earlier send may have made the link, and whether a retry is left.
        var isCertain: Bool
        var mayRetry: Bool
        var outcome: AttemptOutcome
        var state: ItemState?
        var next: RowFate.Next

        init(
            _ judgement: Judgement, _ isCertain: Bool, _ mayRetry: Bool, _ outcome: AttemptOutcome,
            _ state: ItemState?, _ next: RowFate.Next
        ) {
            self.judgement = judgement
            self.isCertain = isCertain
            self.mayRetry = mayRetry
            self.outcome = outcome
            self.state = state
            self.next = next
        }
    }

    private static let cases: [Case] = [
        Case(.created(facts), true, true, .created, .created, .settled(.created)),
        Case(.created(facts), false, true, .created, .created, .settled(.created)),
        Case(.created(facts), false, false, .created, .created, .settled(.created)),
        Case(.refused("no"), true, true, .refused, .rejected, .settled(.rejected)),
        Case(.notSent("dns"), true, true, .notSent, nil, .again(after: backoff)),
        Case(.notSent("dns"), false, true, .notSent, nil, .again(after: backoff)),
        Case(.notSent("dns"), true, false, .notSent, .released, .settled(.failed)),
        // What was never handed over leaves an earlier, uncertain send as uncertain as it was.
        Case(.notSent("dns"), false, false, .notSent, nil, .lookUp),
        Case(.unknown("reset"), true, true, .unknown, nil, .again(after: rest)),
        Case(.unknown("reset"), false, true, .unknown, nil, .again(after: rest)),
        Case(.unknown("reset"), true, false, .unknown, nil, .lookUp),
        Case(.lookUp("taken"), true, true, .unknown, nil, .lookUp),
        Case(.lookUp("taken"), false, true, .unknown, nil, .lookUp),
        Case(.failed("firewall"), true, true, .notSent, .released, .settled(.failed)),
        Case(.failed("firewall"), false, true, .notSent, nil, .lookUp),
        Case(
            .stop(.credentials("401")), true, true, .notSent, .released, .stop(.credentials("401"), .failed)),
        Case(.stop(.credentials("401")), false, true, .notSent, nil, .stop(.credentials("401"), .unknown)),
        Case(.stop(.target("404")), true, true, .notSent, .released, .stop(.target("404"), .failed)),
    ]

    @Test(arguments: cases.indices)
    func everyJudgementHasItsFate(_ index: Int) {
        let one = Self.cases[index]
        let fate = fate(one.judgement, isCertain: one.isCertain, mayRetry: one.mayRetry)
        #expect(fate.outcome == one.outcome)
        #expect(fate.state == one.state)
        #expect(fate.next == one.next)
    }

    private func fate(
        _ judgement: Judgement, isCertain: Bool = true, mayRetry: Bool = true, made: Verdict = .created
    ) -> RowFate {
        RowFate(
            judgement, isCertain: isCertain, mayRetry: mayRetry, backoff: Self.backoff, rest: Self.rest,
            made: made)
    }

    /// A 429 is no failure of the row's: it goes again whether or not a retry is left.
    @Test(arguments: [(true, Duration.seconds(45)), (false, .seconds(45)), (false, .zero)])
    func aThrottledRowWaitsAsTold(_ mayRetry: Bool, _ told: Duration) {
        let fate = fate(.throttled("429", retryAfter: told), mayRetry: mayRetry)
        #expect(fate.next == .again(after: max(told, Self.backoff)))
        #expect(fate.outcome == .notSent)
        #expect(fate.state == nil)
    }

    @Test func aReplacementIsToldFromACreation() {
        #expect(fate(.created(Self.facts), made: .replaced).next == .settled(.replaced))
    }

    @Test func messagesAndFactsAreKept() {
        let differs = LinkFacts(id: "pl_1", url: "mug", mismatch: "amount 1 for 2")
        let created = fate(.created(differs))
        #expect(created.link == differs)
        #expect(created.message == "mismatch: amount 1 for 2")
        #expect(fate(.created(Self.facts)).message == nil)
        #expect(fate(.refused("400: no")).message == "400: no")
        #expect(fate(.stop(.interrupted)).message == "interrupted")
    }
}
