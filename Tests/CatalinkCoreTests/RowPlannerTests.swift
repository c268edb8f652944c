import CatalinkCore
import CatalinkHash
import Testing

struct RowPlannerTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let today = SHA256.digest(of: utf8("today"))
    private static let earlier = SHA256.digest(of: utf8("earlier"))
    private let planner = RowPlanner(now: RowPlannerTests.now)

    private func known(_ state: ItemState, _ fingerprint: Digest) -> KnownItem {
        KnownItem(number: 7, state: state, fingerprint: fingerprint)
    }

    private func history(firstSent ago: Duration = .seconds(60)) -> AttemptHistory {
        let sentAt = Self.now - ago
        return AttemptHistory(generation: 2, attempt: 3, sends: 1, firstSentAt: sentAt, lastSentAt: sentAt)
    }

    private static let withoutHistory: [(ItemState?, Digest, PlanDecision)] = [
        (nil, today, .send(generation: 1, attempt: 1)),
        (.created, today, .leave(.unchanged)), (.created, earlier, .leave(.changed)),
        (.held, today, .leave(.held)), (.held, earlier, .leave(.held)),
        (.rejected, today, .leave(.rejected)),
    ]

    @Test(arguments: withoutHistory)
    func whatTheItemAloneDecidesAsksForNoHistory(
        _ state: ItemState?, _ fingerprint: Digest, _ expected: PlanDecision
    ) {
        var asked = 0
        let item = state.map { known($0, fingerprint) }
        let decision = planner.decide(item, fingerprint: Self.today) { () -> AttemptHistory? in
            asked += 1
            return nil
        }
        #expect(decision == expected)
        #expect(asked == 0)
    }

    private static let withHistory: [(ItemState, Digest, PlanDecision)] = [
        (.rejected, earlier, .send(generation: 2, attempt: 4)),
        (.released, today, .send(generation: 2, attempt: 4)),
        (.released, earlier, .send(generation: 2, attempt: 4)), (.open, earlier, .leave(.unknown)),
    ]

    @Test(arguments: withHistory)
    func aNewTryFollowsTheLast(_ state: ItemState, _ fingerprint: Digest, _ expected: PlanDecision) {
        let past = history()
        let decision = planner.decide(known(state, fingerprint), fingerprint: Self.today) { past }
        #expect(decision == expected)
    }

    @Test func aReleasedItemThatWasNeverSentBeginsAtTheFirstTry() {
        let none: AttemptHistory? = nil
        let decision = planner.decide(known(.released, Self.today), fingerprint: Self.today) { none }
        #expect(decision == PlanDecision.send(generation: 1, attempt: 1))
    }

    /// Only what today's plan still wants is sent again, and only while its key lives.
    @Test(arguments: [(0, true), (3600, true), (23 * 3600 - 1, true), (23 * 3600, false), (30 * 3600, false)])
    func anUnknownIsResentWhileItsKeyLives(_ age: Int, _ isAlive: Bool) {
        let past = history(firstSent: .seconds(age))
        let decision = planner.decide(known(.open, Self.today), fingerprint: Self.today) { past }
        #expect(decision == (isAlive ? PlanDecision.resend(past) : PlanDecision.leave(.unknown)))
    }

    @Test func anOpenItemWithoutHistoryWaits() {
        let none: AttemptHistory? = nil
        let decision = planner.decide(known(.open, Self.today), fingerprint: Self.today) { none }
        #expect(decision == PlanDecision.leave(.unknown))
    }

    private struct HistoryFailure: Error, Equatable {}

    @Test func aHistoryThatCannotBeReadIsNoDecision() {
        let item = known(.open, Self.today)
        #expect(throws: HistoryFailure()) {
            try planner.decide(item, fingerprint: Self.today) {
                () throws(HistoryFailure) -> AttemptHistory? in
                throw HistoryFailure()
            }
        }
    }
}
