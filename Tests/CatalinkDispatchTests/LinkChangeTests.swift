import CatalinkCore
import CatalinkDispatch
import CatalinkTestSupport
import Testing

/// Links whose rows have changed: replaced and retired, or updated.
@Suite(.timeLimit(.minutes(10)))
struct LinkChangeTests {
    private static let changed = [Pairs.request("1", amount: "9.00"), Pairs.request("2", row: 2)]

    /// Two rows with links, and a plan in which the first one's price has changed.
    private func prepared(
        _ onChange: ChangePolicy,
        _ turn: @escaping @Sendable (LinkCall, Int) -> FakeAPI.Turn = { _, _ in .answer }
    ) async throws -> (DispatchBench, FakeAPI) {
        let bench = try await DispatchBench(rows: 2)
        let api = FakeAPI(bench.clock, turn)
        _ = try await bench.run(api)
        #expect(api.links.count == 2)
        try await bench.plan(run: "second", Self.changed, onChange: onChange)
        return (bench, api)
    }

    private func amount(_ link: FakeAPI.Link) -> String? { link.members["amount"]?.decimal?.plain }

    @Test func aReplacedLinkIsMadeAnewAndTheOldOneRetired() async throws {
        let (bench, api) = try await prepared(.replace)
        let report = try await bench.run(api)
        #expect(report.verdicts == [.replaced: 1])
        #expect(api.links.map(\.slug) == ["link-1", "link-2", "link-1-2"])
        #expect(api.links.map(\.isActive) == [false, true, true])
        #expect(amount(api.links[2]) == "9")
        #expect(report.changes == 1)
        #expect(try await bench.ledger.superseded().isEmpty)
        try await bench.plan(run: "third", Self.changed, onChange: .replace)
        #expect(try await bench.run(api).sent == 0)
    }

    /// The old link is retired only once the new one is there.
    @Test func nothingIsRetiredForAReplacementThatWasRefused() async throws {
        let (bench, api) = try await prepared(.replace) { call, _ in
            call.body.text.contains("link-1-2") && call.method == .post
                ? .instead(ScriptedTransport.error(422, "no")) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.verdicts == [.rejected: 1])
        #expect(api.links.allSatisfy { $0.isActive })
        #expect(api.count(.put) == 0)
    }

    @Test func whereTheAPITakesNoStatusAnExpiryRetires() async throws {
        let (bench, api) = try await prepared(.replace) { call, _ in
            call.method == .put && call.body.text.contains("status")
                ? .instead(ScriptedTransport.error(400, "property status should not exist")) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.remarks.isEmpty)
        #expect(api.links[0].members["expiration_date"]?.string != nil)
        #expect(try await bench.ledger.superseded().isEmpty)
    }

    @Test func aLinkThatCannotBeRetiredIsToldAndTriedAgain() async throws {
        let (bench, api) = try await prepared(.replace) { call, _ in
            call.method == .put ? .instead(ScriptedTransport.error(400, "no")) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.verdicts == [.replaced: 1])
        #expect(
            report.remarks == [
                "item \"1\": expected to retire the link pl_1, which another has taken the place of, got: 400: no (it still sells)"
            ])
        #expect(try await bench.ledger.superseded().map(\.linkID) == ["pl_1"])
    }

    /// The answer may say what it wants: only a look at the link counts.
    @Test func aRetirementIsConfirmedByALook() async throws {
        let (bench, api) = try await prepared(.replace) { call, _ in
            call.method == .put ? .instead(.answered(Answer(status: 200, body: utf8("{}")))) : .answer
        }
        _ = try await bench.run(api)
        #expect(try await bench.ledger.superseded().map(\.linkID) == ["pl_1"])
    }

    @Test func anUpdateChangesTheLinkItself() async throws {
        let (bench, api) = try await prepared(.update)
        let report = try await bench.run(api)
        #expect(report.verdicts == [.updated: 1])
        #expect(api.links.count == 2)
        #expect(amount(api.links[0]) == "9")
        #expect(api.links[0].members["paymentForId"]?.string?.hasPrefix("catalink-") == true)
        #expect(report.sent == 1)
        #expect(report.lookups == 1)
        try await bench.plan(run: "third", Self.changed, onChange: .update)
        #expect(try await bench.run(api).sent == 0)
    }

    @Test(arguments: [true, false])
    func anUpdateWhoseAnswerWasLostIsLookedAt(_ isDone: Bool) async throws {
        let (bench, api) = try await prepared(.update) { call, before in
            guard call.method == .put, before == 0 else { return .answer }
            return isDone ? .doneBut(.lost("reset")) : .instead(.lost("reset"))
        }
        let report = try await bench.run(api)
        #expect(report.verdicts == [.updated: 1])
        #expect(amount(api.links[0]) == "9")
        #expect(api.count(.put) == (isDone ? 1 : 2))
    }

    @Test func anUpdateThatDidNotTakeIsAMismatch() async throws {
        let (bench, api) = try await prepared(.update) { call, _ in
            call.method == .put ? .instead(.answered(Answer(status: 200, body: utf8("{}")))) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.verdicts == [.updated: 1])
        #expect(report.mismatches == 1)
        #expect(report.troubles.first?.message == "mismatch: amount differ")
    }

    @Test func aRefusedUpdateLeavesTheItemAsItsLinkIs() async throws {
        let (bench, api) = try await prepared(.update) { call, _ in
            call.method == .put ? .instead(ScriptedTransport.error(400, "no")) : .answer
        }
        #expect(try await bench.run(api).verdicts == [.rejected: 1])
        try await bench.plan(run: "third", Self.changed, onChange: .update)
        #expect(try await bench.run(api).sent == 0)
        #expect(try await bench.ledger.counts().items == [.created: 2])
    }
}
