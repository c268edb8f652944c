import CatalinkCore
import CatalinkDispatch
import CatalinkTestSupport
import Synchronization
import Testing

/// When a run stops by itself: outages, canaries, errors, another account, an old ledger.
@Suite(.timeLimit(.minutes(10)))
struct StoppingTests {
    /// 503 for an hour: a handful of rows is at risk, not hundreds.
    @Test func anOutageOfAnHourTurnsFewRowsUnknown() async throws {
        var bench = try await DispatchBench(rows: 500)
        bench.settings.maxWait = .seconds(7200)
        let clock = bench.clock
        let end = clock.now() + .seconds(3600)
        let api = FakeAPI(clock) { call, before in
            call.method == .post && before >= 20 && clock.now() < end
                ? .instead(ScriptedTransport.error(503, "down")) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.verdicts == [.created: 500])
        #expect(api.links.count == 500)
        let atRisk = Set(api.calls.filter { $0.method == .post }.map(\.idempotencyKey)).count - 500
        // How many are sent before the first failure is known depends on the machine.
        #expect(atRisk <= 128, "\(atRisk)")
        // What was on its way when it began, a probe a minute, and the retries of those at risk.
        #expect(api.count(.post) < 500 + 200, "\(api.count(.post))")
    }

    @Test func anOutageWithoutEndStopsTheRun() async throws {
        let bench = try await DispatchBench(rows: 100)
        let start = bench.clock.now()
        let api = FakeAPI(bench.clock) { call, before in
            call.method == .post && before >= 10 ? .instead(ScriptedTransport.error(503, "down")) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.stopped?.status == .unreachable)
        #expect(bench.clock.now().since(start) >= bench.settings.maxWait)
        let verdicts = try await bench.ledger.closePlan(run: "run")
        #expect(verdicts[.unknown, default: 0] <= 48)
        #expect(verdicts.values.reduce(0, +) == 100)
    }

    /// Keys whose answer is a stored 500 say nothing of the server: the other rows go on.
    @Test func storedErrorsOfSomeKeysDoNotHoldTheOthersUp() async throws {
        let bench = try await DispatchBench(rows: 60)
        let start = bench.clock.now()
        let sticky = (1...8).map { "\"link-\($0)\"" }
        let api = FakeAPI(bench.clock) { call, _ in
            sticky.contains { call.body.text.contains($0) }
                ? .instead(ScriptedTransport.error(500, "Internal server error")) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.verdicts[.created] == 52)
        #expect(report.stopped == nil)
        #expect(bench.clock.now().since(start) < .seconds(3600))
    }

    @Test func retriesOfAWholeRunAreBounded() async throws {
        var bench = try await DispatchBench(rows: 400, retries: 100)
        bench.settings.maxErrors = nil
        // Every second request fails, so that the breaker never closes.
        let api = FakeAPI(bench.clock) { call, before in
            call.method == .post && before % 2 == 0 ? .instead(.notSent("no route")) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.retried <= 100 + 400 / 5)
        #expect(report.verdicts[.failed, default: 0] > 0)
        #expect(report.verdicts[.created, default: 0] >= 200)
    }

    // MARK: Canary and errors

    @Test func canariesGoOneAtATime() async throws {
        var bench = try await DispatchBench(rows: 40)
        bench.settings.canary = 5
        let inFlight = Mutex((now: 0, early: 0, calls: 0))
        let transport = ScriptedTransport { call, _ in
            inFlight.withLock { state in
                state.now += 1
                state.calls += 1
                if state.calls <= 5 { state.early = max(state.early, state.now) }
            }
            for _ in 0..<10 { await Task.yield() }
            inFlight.withLock { $0.now -= 1 }
            return ScriptedTransport.created(call)
        }
        let report = try await bench.run(transport)
        #expect(report.verdicts == [.created: 40])
        #expect(inFlight.withLock { $0.early } == 1)
        #expect(report.mostInFlight > 1)
    }

    private static let badCanaries: [(CallResult, String)] = [
        (ScriptedTransport.error(400, "no"), "canary: expected a link, got: 400: no"),
        (
            .answered(Answer(status: 201, body: utf8(#"{"id":"pl_1","amount":1}"#))),
            "canary: expected a link as it was asked for, got: amount 1 for 10"
        ),
        (ScriptedTransport.error(409, "taken"), "canary: expected a link, got: 409: taken"),
    ]

    @Test(arguments: badCanaries.indices)
    func aCanaryThatIsNotAsItShouldStopsTheRun(_ index: Int) async throws {
        var bench = try await DispatchBench(rows: 40)
        bench.settings.canary = 2
        let (answer, message) = Self.badCanaries[index]
        let transport = ScriptedTransport { _, _ in answer }
        let report = try await bench.run(transport)
        #expect(report.stopped == .canary(message))
        #expect(transport.calls.count == 1)
        #expect(report.stopped?.status == .stopped)
    }

    /// Trouble of the server's says nothing about the job.
    @Test func aServerInTroubleIsNoBadCanary() async throws {
        var bench = try await DispatchBench(rows: 10)
        bench.settings.canary = 3
        let api = FakeAPI(bench.clock) { call, before in
            call.method == .post && before == 0 ? .instead(ScriptedTransport.error(503, "down")) : .answer
        }
        #expect(try await bench.run(api).verdicts == [.created: 10])
    }

    @Test func tooManyErrorsStopTheRun() async throws {
        var bench = try await DispatchBench(rows: 500, concurrency: 4)
        bench.settings.maxErrors = ErrorLimit(written: "10%")
        let api = FakeAPI(bench.clock) { call, before in
            before % 2 == 0 ? .instead(ScriptedTransport.error(400, "no")) : .answer
        }
        let report = try await bench.run(api)
        #expect(report.stopped?.status == .stopped)
        #expect(report.stopped?.message.hasPrefix("maxErrors: expected at most 10% of ") == true)
        #expect(api.count(.post) <= 24)
    }

    /// What earlier runs left unknown is no error of this one.
    @Test func keysThatDiedBeforeTheRunAreNotItsErrors() async throws {
        var bench = try await DispatchBench(rows: 40)
        bench.settings.maxErrors = ErrorLimit(written: "5%")
        bench.settings.concurrency = 40
        let line = StopLine()
        let lost = FakeAPI(bench.clock) { call, before in
            guard before > 0 else { return .answer }
            line.stop(.interrupted)
            return .instead(.lost("reset"))
        }
        _ = try await bench.run(lost, line: line)
        #expect(try await bench.ledger.counts()[.open] > 20)
        bench.clock.advance(by: .seconds(15 * 3600))
        try await bench.plan(run: "second")
        let report = try await bench.run(FakeAPI(bench.clock))
        #expect(report.stopped == nil)
        #expect(report.verdicts == [.created: 39])
    }

    // MARK: Whose ledger it is

    @Test func anotherAccountStopsTheRun() async throws {
        let bench = try await DispatchBench(rows: 20)
        _ = try await bench.ledger.bind(appID: "app_2")
        let api = FakeAPI(bench.clock)
        let report = try await bench.run(api)
        #expect(report.stopped?.status == .configuration)
        #expect(report.stopped?.message.hasPrefix("account: expected the API's app_2") == true)
        // A link in another merchant's account is no row's link: a person must look.
        #expect(api.links.count == 1)
        #expect(try await bench.ledger.counts().items == [.held: 1])
    }

    @Test func aLookBeforeTheFirstCreateFindsAnotherAccount() async throws {
        var bench = try await DispatchBench(rows: 20)
        bench.settings.looksFirst = true
        _ = try await bench.ledger.bind(appID: "app_2")
        let api = FakeAPI(bench.clock)
        api.add("pl_other", #"{"url":"x"}"#)
        let report = try await bench.run(api)
        #expect(report.stopped?.status == .configuration)
        #expect(api.count(.post) == 0)
    }

    @Test func aLinkThatTheLedgerDoesNotKnowMeansAnOldCopyOfIt() async throws {
        var bench = try await DispatchBench(rows: 3)
        bench.settings.looksFirst = true
        let api = FakeAPI(bench.clock)
        let marker = bench.identity.marker(for: ItemKey(key: utf8("99"), segment: []), generation: 1)
        api.add("pl_99", #"{"url":"link-99","paymentForId":"\#(marker.text)"}"#)
        let report = try await bench.run(api)
        #expect(report.stopped?.status == .configuration)
        #expect(report.stopped?.message.contains("`catalink ledger recover` takes it in") == true)
        #expect(api.count(.post) == 0)
        #expect(report.lookups == 1)
    }

    /// What the list's look gets, and how the run ends before anything was sent.
    private static let unreadable: [(CallResult, CatalinkCore.ExitStatus)] = [
        (ScriptedTransport.error(503, "down"), .unreachable), (.notSent("no route"), .unreachable),
        (.answered(Answer(status: 200, body: utf8("<html>Sign in</html>"))), .unreachable),
        (ScriptedTransport.error(404, "Cannot GET /api/v0/payment-links"), .configuration),
        (ScriptedTransport.error(401, "Unauthorized"), .credentials),
        (ScriptedTransport.error(403, "Missing scope: payment-links:read"), .credentials),
    ]

    @Test(arguments: unreadable.indices)
    func withoutALookAtTheListNothingIsSent(_ index: Int) async throws {
        var bench = try await DispatchBench(rows: 3)
        bench.settings.looksFirst = true
        let (answer, status) = Self.unreadable[index]
        let api = FakeAPI(bench.clock) { call, _ in call.method == .get ? .instead(answer) : .answer }
        let report = try await bench.run(api)
        #expect(report.stopped?.status == status)
        #expect(api.count(.post) == 0)
    }

    /// Something in between answered once.
    @Test func aListThatIsReadableTheSecondTimeWillDo() async throws {
        var bench = try await DispatchBench(rows: 3)
        bench.settings.looksFirst = true
        let api = FakeAPI(bench.clock) { call, before in
            call.method == .get && before == 0
                ? .instead(.answered(Answer(status: 201, body: utf8("<html>{\"id\":")))) : .answer
        }
        #expect(try await bench.run(api).verdicts == [.created: 3])
    }

    // MARK: Time

    @Test func aDeadlineEndsTheSendingInGoodOrder() async throws {
        let bench = try await DispatchBench(rows: 500)
        let rate = RateLimit(requests: 100, window: .seconds(60), reserve: 0)
        let line = StopLine()
        let clock = bench.clock
        let timer = line.stop(.deadline("late"), at: clock.moment().steady + .seconds(100), clock)
        defer { timer.cancel() }
        let api = FakeAPI(clock)
        let report = try await bench.run(api, budget: ProcessRateBudget(rate), line: line)
        #expect(report.stopped == .deadline("late"))
        #expect(try await bench.ledger.counts()[.created] == api.links.count)
        #expect(try await bench.ledger.counts()[.open] == 0)
        #expect(api.links.count < 500)
    }

    @Test func aLedgerThatTakesNoMoreStopsTheSending() async throws {
        let bench = try await DispatchBench(rows: 100, concurrency: 4)
        let ledger = FullLedger(bench.ledger, after: 3)
        let api = FakeAPI(bench.clock)
        let wire = Wire(
            transport: CountingTransport(api), budget: OpenBudget(), clock: bench.clock, line: bench.line,
            random: { 0.5 })
        let report = try await Delivery(bench.settings, ledger: ledger, wire: wire, random: { 0.5 }).run {
            _ in
        }
        #expect(report.stopped?.status == .configuration)
        // Nothing left without an intent.
        #expect(api.count(.post) <= ledger.intents)
    }
}
