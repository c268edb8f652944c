import CatalinkCore
import CatalinkHash
import Testing

struct RowPlannerTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let today = SHA256.digest(of: utf8("today"))
    private static let earlier = SHA256.digest(of: utf8("earlier"))
    private static let key = SHA256.digest(of: utf8("client key"))

    private func planner(_ onChange: ChangePolicy = .report) -> RowPlanner {
        RowPlanner(now: Self.now, onChange: onChange, clientKey: Self.key)
    }

    private func known(_ state: ItemState, _ fingerprint: Digest) -> KnownItem {
        KnownItem(number: 7, state: state, fingerprint: fingerprint)
    }

    private func history(
        firstSent ago: Duration = .seconds(60), method: RequestMethod = .create, clientKey: Digest = key,
        isLinked: Bool = false, refused: Digest? = nil
    ) -> AttemptHistory {
        let sentAt = Self.now - ago
        return AttemptHistory(
            generation: 2, attempt: 3, method: method, sends: 1, firstSentAt: sentAt, lastSentAt: sentAt,
            clientKey: clientKey, isLinked: isLinked, refused: refused)
    }

    private static let withoutHistory: [(ItemState?, Digest, PlanDecision)] = [
        (nil, today, .send(generation: 1, attempt: 1)),
        (.created, today, .leave(.unchanged)), (.created, earlier, .leave(.changed)),
        (.held, today, .leave(.held)), (.held, earlier, .leave(.held)),
        (.rejected, today, .leave(.rejected)), (.open, earlier, .lookUp),
    ]

    @Test(arguments: withoutHistory)
    func whatTheItemAloneDecidesAsksForNoHistory(
        _ state: ItemState?, _ fingerprint: Digest, _ expected: PlanDecision
    ) {
        var asked = 0
        let item = state.map { known($0, fingerprint) }
        let decision = planner().decide(item, fingerprint: Self.today) { () -> AttemptHistory? in
            asked += 1
            return nil
        }
        #expect(decision == expected)
        #expect(asked == 0)
    }

    private static let withHistory: [(ItemState, Digest)] = [
        (.rejected, earlier), (.released, today), (.released, earlier),
    ]

    @Test(arguments: withHistory)
    func aNewTryFollowsTheLast(_ state: ItemState, _ fingerprint: Digest) {
        let past = history()
        let decision = planner().decide(known(state, fingerprint), fingerprint: Self.today) { past }
        #expect(decision == .send(generation: 2, attempt: 4))
    }

    @Test func aReleasedItemThatWasNeverSentBeginsAtTheFirstTry() {
        let none: AttemptHistory? = nil
        let decision = planner().decide(known(.released, Self.today), fingerprint: Self.today) { none }
        #expect(decision == PlanDecision.send(generation: 1, attempt: 1))
    }

    /// Only what today's plan still wants is sent again, and only while its key lives.
    @Test(arguments: [(0, true), (3600, true), (23 * 3600 - 1, true), (23 * 3600, false), (30 * 3600, false)])
    func anUnknownIsResentWhileItsKeyLives(_ age: Int, _ isAlive: Bool) {
        let past = history(firstSent: .seconds(age))
        let decision = planner().decide(known(.open, Self.today), fingerprint: Self.today) { past }
        #expect(decision == (isAlive ? PlanDecision.resend(past) : PlanDecision.lookUp))
    }

    /// Idempotency keys may belong to the client key that they were sent with.
    @Test func anUnknownOfAnotherClientKeyIsLookedUp() {
        let past = history(clientKey: SHA256.digest(of: utf8("the key before")))
        let decision = planner().decide(known(.open, Self.today), fingerprint: Self.today) { past }
        #expect(decision == PlanDecision.lookUp)
    }

    @Test func anUpdateWhoseAnswerWasLostIsLookedUp() {
        let past = history(method: .update)
        let decision = planner().decide(known(.open, Self.today), fingerprint: Self.today) { past }
        #expect(decision == PlanDecision.lookUp)
    }

    @Test func anOpenItemWithoutHistoryIsLookedUp() {
        let none: AttemptHistory? = nil
        let decision = planner().decide(known(.open, Self.today), fingerprint: Self.today) { none }
        #expect(decision == PlanDecision.lookUp)
    }

    // MARK: Changes

    private static let changes: [(ChangePolicy, Bool, PlanDecision)] = [
        (.report, true, .leave(.changed)), (.keep, true, .leave(.changed)),
        // A new generation only once the present one has become a link.
        (.replace, true, .send(generation: 3, attempt: 1)),
        (.replace, false, .send(generation: 2, attempt: 4)),
        (.update, true, .update(generation: 2, attempt: 4)),
        (.update, false, .update(generation: 2, attempt: 4)),
    ]

    @Test(arguments: changes)
    func aChangedRowIsTreatedAsTheJobWants(
        _ policy: ChangePolicy, _ isLinked: Bool, _ expected: PlanDecision
    ) {
        let past = history(isLinked: isLinked)
        let decision = planner(policy).decide(known(.created, Self.earlier), fingerprint: Self.today) { past }
        #expect(decision == expected)
    }

    @Test(arguments: [ChangePolicy.replace, .update])
    func newContentsThatWereRefusedAreNotSentAgain(_ policy: ChangePolicy) {
        let refused = history(refused: Self.today)
        let item = known(.created, Self.earlier)
        #expect(planner(policy).decide(item, fingerprint: Self.today) { refused } == .leave(.rejected))
        let others = history(refused: Self.earlier)
        #expect(planner(policy).decide(item, fingerprint: Self.today) { others } != .leave(.rejected))
    }

    private struct HistoryFailure: Error, Equatable {}

    @Test func aHistoryThatCannotBeReadIsNoDecision() {
        let item = known(.open, Self.today)
        #expect(throws: HistoryFailure()) {
            try planner().decide(item, fingerprint: Self.today) {
                () throws(HistoryFailure) -> AttemptHistory? in
                throw HistoryFailure()
            }
        }
    }
}

struct KeyLifeTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    /// Age by our clock in hours, the server's offset then and now in hours, and whether the key may go again.
    private static let ages: [(Int, Int?, Int?, Bool)] = [
        (0, 0, 0, true), (22, 0, 0, true), (23, 0, 0, false), (30, 0, 0, false),
        // Without the server's clock at both ends half the time must do.
        (11, nil, 0, true), (12, nil, 0, false), (11, 0, nil, true), (12, 0, nil, false),
        (12, nil, nil, false),
        // Our clock was set back by six hours since: by the server's the key is older.
        (18, 0, 6, false), (16, 0, 6, true),
        // It was set forward: the larger age counts.
        (22, 0, -6, true), (23, 0, -6, false),
        // Sent in the future: the clock stepped.
        (-1, 0, 0, false), (-1, 0, 2, false),
    ]

    @Test(arguments: ages)
    func aKeyIsTrustedOnlyWhileItCertainlyLives(_ age: Int, _ then: Int?, _ now: Int?, _ isAlive: Bool) {
        let offset = (then.map { Duration.seconds($0 * 3600) }, now.map { Duration.seconds($0 * 3600) })
        let life = KeyLife()
        #expect(
            life.isAlive(firstSentAt: Self.now - .seconds(age * 3600), offset: offset, now: Self.now)
                == isAlive)
    }
}
