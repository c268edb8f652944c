import CatalinkCore
import CatalinkDispatch
import CatalinkTestSupport
import Testing

/// What was sent and is not known heals by its key while that lives, and by look-up after that.
@Suite(.timeLimit(.minutes(10)))
struct HealingTests {
    private static func changed(_ keys: Int..., price: String = "9.00") -> [MappedPair] {
        keys.map { Pairs.request(String($0), amount: price, row: $0) }
    }

    /// A run of three rows whose second link was made and its answer lost, in a process that died of it.
    private func loseSecond(
        _ bench: DispatchBench, keyLifetime: Duration = .seconds(86_400)
    ) async throws -> FakeAPI {
        let line = StopLine()
        let api = FakeAPI(bench.clock, keyLifetime: keyLifetime) { call, _ in
            guard call.method == .post, call.body.text.contains("\"link-2\""), line.reason == nil else {
                return .answer
            }
            line.stop(.interrupted)
            return .doneBut(.lost("reset"))
        }
        var bench = bench
        bench.settings.concurrency = 1
        _ = try await bench.run(api, line: line)
        #expect(try await bench.ledger.counts()[.open] == 1)
        return api
    }

    @Test func aDeadKeyIsLookedUpAndTheLinkFound() async throws {
        let bench = try await DispatchBench(rows: 3)
        let api = try await loseSecond(bench)
        bench.clock.advance(by: .seconds(30 * 3600))
        try await bench.plan(run: "second")
        let report = try await bench.run(api)
        #expect(report.verdicts == [.created: 2])
        #expect(api.links.count == 3)
        #expect(api.links.count { $0.slug == "link-2" } == 1)
        #expect(api.count(.post) == 3)
        #expect(try await bench.ledger.healed() == 1)
        #expect(try await bench.ledger.counts().items == [.created: 3])
    }

    /// A price slip must not be created after it was corrected.
    @Test func aCorrectedPriceIsNotMadeAtTheOldOne() async throws {
        let bench = try await DispatchBench(rows: 3)
        let line = StopLine()
        // The request never arrives, but nobody here knows that.
        let api = FakeAPI(bench.clock) { call, _ in
            guard call.method == .post, call.body.text.contains("\"link-1\""), line.reason == nil else {
                return .answer
            }
            line.stop(.interrupted)
            return .instead(.lost("reset"))
        }
        _ = try await bench.run(api, line: line)
        try await bench.plan(run: "second", Self.changed(1, 2, 3))
        let report = try await bench.run(api)
        #expect(report.verdicts == [.created: 3])
        #expect(api.links.map { $0.members["amount"]?.decimal?.plain } == ["9", "9", "9"])
        #expect(api.links.count == 3)
    }

    @Test func aRowThatChangedAfterItsLinkWasMadeIsToldAsChanged() async throws {
        let bench = try await DispatchBench(rows: 3)
        let api = try await loseSecond(bench)
        try await bench.plan(run: "second", Self.changed(1, 2, 3))
        let report = try await bench.run(api)
        #expect(report.verdicts[.changed] == 1)
        #expect(api.links.count { $0.slug == "link-2" } == 1)
    }

    /// The first send made the link; the resend is refused because the slug is taken by it.
    @Test func aRefusedResendIsLookedUpAndFound() async throws {
        let bench = try await DispatchBench(rows: 1, retries: 3)
        // Keys die at once, so that the resend is not known as one.
        let api = FakeAPI(bench.clock, keyLifetime: .zero) { call, before in
            call.method == .post && before == 0 ? .doneBut(.lost("reset")) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.verdicts == [.created: 1])
        #expect(api.links.count == 1)
        #expect(api.count(.post) == 2)
    }

    /// Another link has the slug: the first answer was a refusal, and looking changes nothing.
    @Test(arguments: [true, false])
    func aSlugThatBelongsToAnotherLinkIsRejectedOrHeld(_ marks: Bool) async throws {
        let bench = try await DispatchBench(rows: 1, marks: marks)
        let api = FakeAPI(bench.clock)
        api.add("pl_old", #"{"url":"link-1","title":"Another","amount":1}"#)
        let report = try await bench.run(api)
        // Without markers it could be ours, changed by hand.
        #expect(report.verdicts == [marks ? .rejected : .held: 1])
        #expect(report.troubles.first?.message == "the slug belongs to the link pl_old")
        #expect(api.links.count == 1)
    }

    /// Without markers a link is ours by slug and content.
    @Test func withoutMarkersEqualContentIsOurs() async throws {
        let bench = try await DispatchBench(rows: 1, marks: false)
        let api = FakeAPI(bench.clock, keyLifetime: .zero) { call, before in
            call.method == .post && before == 0 ? .doneBut(.lost("reset")) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.verdicts == [.created: 1])
        #expect(api.links.count == 1)
    }

    @Test func absenceIsBelievedOnlyAfterTwoWalksAndALongTime() async throws {
        let bench = try await DispatchBench(rows: 1, retries: 0)
        let api = FakeAPI(bench.clock) { call, before in
            call.method == .post && before == 0 ? .instead(.lost("reset")) : .answer
        }
        let start = bench.clock.now()
        let report = try await bench.run(api)
        #expect(report.verdicts == [.created: 1])
        #expect(api.count(.post) == 2)
        // Two walks of one page each, that end at an empty list at once.
        #expect(report.lookups == 2)
        #expect(bench.clock.now().since(start) >= bench.settings.lookupAfter)
        let keys = api.calls.filter { $0.method == .post }.map(\.idempotencyKey)
        #expect(Set(keys).count == 2)
    }

    @Test func aLinkThatOnlyTheSecondWalkMeetsIsFound() async throws {
        let bench = try await DispatchBench(rows: 1, retries: 0)
        let api = FakeAPI(bench.clock) { call, before in
            switch (call.method, before) {
            case (.post, 0): .doneBut(.lost("reset"))
            // A list that lags behind.
            case (.get, 0): .instead(.answered(Answer(status: 200, body: utf8("[]"))))
            default: .answer
            }
        }
        let report = try await bench.run(api)
        #expect(report.verdicts == [.created: 1])
        #expect(api.links.count == 1)
        #expect(api.count(.post) == 1)
    }

    @Test func aListThatCannotBeWalkedProvesNothing() async throws {
        let bench = try await DispatchBench(rows: 1, retries: 0)
        let other = #"[{"id":"pl_1","url":"other","createdAt":"2027-01-15T08:00:00Z"}]"#
        let api = FakeAPI(bench.clock) { call, _ in
            call.method == .post
                ? .instead(.lost("reset")) : .instead(.answered(Answer(status: 200, body: utf8(other))))
        }
        let report = try await bench.run(api)
        #expect(report.verdicts == [.held: 1])
        #expect(report.troubles.first?.message.contains("ignores `skip`") == true)
        #expect(api.count(.post) == 1)
    }

    @Test func aListThatFailsForNowLeavesTheItemUnknown() async throws {
        let bench = try await DispatchBench(rows: 1, retries: 0)
        let api = FakeAPI(bench.clock) { call, _ in
            call.method == .post ? .instead(.lost("reset")) : .instead(ScriptedTransport.error(500, "down"))
        }
        let report = try await bench.run(api)
        #expect(report.verdicts.isEmpty)
        #expect(try await bench.ledger.counts().items == [.open: 1])
        #expect(try await bench.ledger.closePlan(run: "run") == [.unknown: 1])
    }

    @Test func whatIsNotRipeBeforeTheEndIsLeft() async throws {
        var bench = try await DispatchBench(rows: 1, retries: 0)
        bench.settings.healFor = .seconds(10)
        let api = FakeAPI(bench.clock) { call, _ in call.method == .post ? .instead(.lost("reset")) : .answer
        }
        let start = bench.clock.now()
        _ = try await bench.run(api)
        #expect(bench.clock.now().since(start) < .seconds(60))
        #expect(api.count(.get) == 0)
        #expect(try await bench.ledger.counts().items == [.open: 1])
    }

    /// Idempotency keys may belong to the client key that they were sent with.
    @Test func afterAKeyWasRotatedUnknownsAreLookedUp() async throws {
        var bench = try await DispatchBench(rows: 3)
        let api = try await loseSecond(bench)
        _ = try await bench.ledger.begin("second", at: bench.clock.now())
        let stage = try bench.ledger.stage(
            RowPlanner(now: bench.clock.now(), clientKey: DispatchBench.otherKey))
        try stage.add((1...3).map { Pairs.request(String($0), row: $0) })
        let totals = try stage.finish()
        #expect(totals.lookUps == 1)
        #expect(totals.resends == 0)
        bench.settings.clientKey = DispatchBench.otherKey
        let report = try await bench.run(api)
        #expect(report.verdicts == [.created: 2])
        #expect(api.links.count == 3)
    }

    @Test func aKeyThatDiesWhileItWaitsIsLookedUp() async throws {
        var bench = try await DispatchBench(rows: 1, retries: 5)
        bench.settings.keyLife = KeyLife(of: .seconds(100), timeout: .seconds(1))
        let api = FakeAPI(bench.clock, keyLifetime: .seconds(100)) { call, before in
            call.method == .post && before < 2 ? .instead(.lost("reset")) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.verdicts == [.created: 1])
        // The first key was sent at 0 and at 60 s; at 120 s it may be dead, so a walk tells, and then a new key goes.
        let keys = api.calls.filter { $0.method == .post }.map(\.idempotencyKey)
        #expect(keys.count == 2 || keys.count == 3)
        #expect(Set(keys).count == 2)
        #expect(api.links.count == 1)
    }

    // MARK: Faults that are built in for the proof

    /// The first send made the link; who believes the refusal of the second has a link that the ledger does not know.
    @Test(arguments: [nil, Dispatcher.Mutation.believesRefusals])
    func believingARefusalAfterALostAnswerLosesALink(_ mutation: Dispatcher.Mutation?) async throws {
        var bench = try await DispatchBench(rows: 1)
        bench.settings.mutation = mutation
        let api = FakeAPI(bench.clock, keyLifetime: .zero) { call, before in
            call.method == .post && before == 0 ? .doneBut(.lost("reset")) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.verdicts == [mutation == nil ? .created : .rejected: 1])
    }

    @Test(arguments: [nil, Dispatcher.Mutation.doesNotRest])
    func withoutARestAKeyGoesAgainAtOnce(_ mutation: Dispatcher.Mutation?) async throws {
        var bench = try await DispatchBench(rows: 1)
        bench.settings.mutation = mutation
        let start = bench.clock.now()
        let api = FakeAPI(bench.clock) { call, before in
            call.method == .post && before == 0 ? .doneBut(.lost("reset")) : .answer
        }
        #expect(try await bench.run(api).verdicts == [.created: 1])
        #expect((bench.clock.now().since(start) < DispatchBench.rest) == (mutation != nil))
    }
}
