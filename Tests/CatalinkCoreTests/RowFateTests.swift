import CatalinkCore
import Testing

struct RowFateTests {
    private static let policy = RetryPolicy(retries: 2, rest: .seconds(60))
    private static let facts = LinkFacts(id: "pl_1", url: "mug")

    private func fate(_ judgement: Judgement, isCertain: Bool, sends: Int = 1, random: Double = 0) -> RowFate
    {
        RowFate(judgement, isCertain: isCertain, sends: sends, policy: Self.policy, random: random)
    }

    /// A judgement, whether no earlier send may have made the link, and outcome, state and what is next.
    private static let firstSends: [(Judgement, Bool, AttemptOutcome, ItemState?, RowFate.Next)] = [
        (.created(facts), true, .created, .created, .settled(.created)),
        (.created(facts), false, .created, .created, .settled(.created)),
        (.refused("no"), true, .refused, .rejected, .settled(.rejected)),
        (.notSent("dns", retryAfter: nil), true, .notSent, nil, .again(after: .zero)),
        (.notSent("dns", retryAfter: nil), false, .notSent, nil, .again(after: .zero)),
        (.notSent("429", retryAfter: .seconds(45)), true, .notSent, nil, .again(after: .seconds(45))),
        (.unknown("reset"), true, .unknown, nil, .again(after: .seconds(60))),
        (.unknown("reset"), false, .unknown, nil, .again(after: .seconds(60))),
        (.lookUp("taken"), true, .refused, .held, .settled(.held)),
        (.lookUp("taken"), false, .unknown, nil, .settled(.unknown)),
        (.failed("firewall"), true, .notSent, .released, .settled(.failed)),
        (.failed("firewall"), false, .notSent, nil, .settled(.unknown)),
        (.stop(.credentials("401")), true, .notSent, .released, .stop(.credentials("401"), .failed)),
        (.stop(.credentials("401")), false, .notSent, nil, .stop(.credentials("401"), .unknown)),
        (.stop(.target("404")), true, .notSent, .released, .stop(.target("404"), .failed)),
    ]

    @Test(arguments: firstSends)
    func everyJudgementHasItsFate(
        _ judgement: Judgement, _ isCertain: Bool, _ outcome: AttemptOutcome, _ state: ItemState?,
        _ next: RowFate.Next
    ) {
        let fate = fate(judgement, isCertain: isCertain)
        #expect(fate.outcome == outcome)
        #expect(fate.state == state)
        #expect(fate.next == next)
    }

    /// The same after the last retry.
    private static let lastSends: [(Judgement, Bool, AttemptOutcome, ItemState?, RowFate.Next)] = [
        (.notSent("dns", retryAfter: nil), true, .notSent, .released, .settled(.failed)),
        (.notSent("429", retryAfter: .seconds(45)), true, .notSent, .released, .settled(.failed)),
        (.notSent("dns", retryAfter: nil), false, .notSent, nil, .settled(.unknown)),
        (.unknown("reset"), true, .unknown, nil, .settled(.unknown)),
        (.unknown("reset"), false, .unknown, nil, .settled(.unknown)),
        (.created(facts), false, .created, .created, .settled(.created)),
    ]

    @Test(arguments: lastSends)
    func retriesEnd(
        _ judgement: Judgement, _ isCertain: Bool, _ outcome: AttemptOutcome, _ state: ItemState?,
        _ next: RowFate.Next
    ) {
        let fate = fate(judgement, isCertain: isCertain, sends: 3)
        #expect(fate.outcome == outcome)
        #expect(fate.state == state)
        #expect(fate.next == next)
    }

    @Test(arguments: [(1, true), (2, true), (3, false), (4, false)])
    func aRowGoesAgainAsOftenAsThePolicySays(_ sends: Int, _ goesAgain: Bool) {
        let fate = fate(.unknown("reset"), isCertain: true, sends: sends)
        let again = RowFate.Next.again(after: .seconds(60))
        #expect((fate.next == again) == goesAgain)
    }

    /// Whatever the backoff says, a key is never in flight twice.
    @Test(arguments: [0.0, 0.5, 0.999])
    func anUnknownKeyRestsAtLeast(_ random: Double) {
        for sends in 1...2 {
            guard
                case .again(let delay) = fate(
                    .unknown("reset"), isCertain: true, sends: sends, random: random
                ).next
            else {
                Issue.record("expected the row to go again")
                return
            }
            #expect(delay >= Self.policy.rest)
        }
    }

    @Test func messagesAndFactsAreKept() {
        let differs = LinkFacts(id: "pl_1", url: "mug", mismatch: "amount 1 for 2")
        let created = fate(.created(differs), isCertain: true)
        #expect(created.link == differs)
        #expect(created.message == "mismatch: amount 1 for 2")
        #expect(fate(.created(Self.facts), isCertain: true).message == nil)
        #expect(fate(.refused("400: no"), isCertain: true).message == "400: no")
        #expect(fate(.stop(.interrupted), isCertain: true).message == "interrupted")
    }
}
