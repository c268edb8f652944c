import CatalinkCore
import CatalinkDispatch
import CatalinkTestSupport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10)))
struct DispatcherTests {
    @Test func everyRowIsCreatedOnce() async throws {
        let bench = try await DispatchBench(rows: 600)
        let transport = ScriptedTransport { call, _ in ScriptedTransport.created(call) }
        let report = try await bench.run(transport)
        #expect(report.verdicts == [.created: 600])
        #expect(report.sent == 600)
        #expect(report.retried == 0)
        #expect(transport.calls.count == 600)
        #expect(Set(transport.calls.map(\.idempotencyKey)).count == 600)
        #expect(try await bench.ledger.counts()[.created] == 600)
        #expect(try await bench.ledger.sends(of: "run") == 600)
    }

    @Test func anIntentIsInTheLedgerBeforeTheRequestLeaves() async throws {
        let bench = try await DispatchBench(rows: 40)
        let ledger = bench.ledger
        let transport = ScriptedTransport { call, _ in
            // The item of this very request must be open by now.
            let counts = try? await ledger.counts()
            return (counts?[.open] ?? 0) > 0 ? ScriptedTransport.created(call) : .notSent("no intent")
        }
        #expect(try await bench.run(transport).verdicts == [.created: 40])
    }

    @Test func noMoreThanTheConcurrencyAreOnTheirWay() async throws {
        let bench = try await DispatchBench(rows: 100, concurrency: 7)
        let inFlight = Mutex((now: 0, most: 0))
        let transport = ScriptedTransport { call, _ in
            inFlight.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            for _ in 0..<10 { await Task.yield() }
            inFlight.withLock { $0.now -= 1 }
            return ScriptedTransport.created(call)
        }
        let report = try await bench.run(transport)
        #expect(report.verdicts == [.created: 100])
        #expect(inFlight.withLock { $0.most } <= 7)
        #expect(report.mostInFlight > 1)
    }

    @Test func aLostAnswerGoesAgainWithTheSameKeyAndBytesAfterItsRest() async throws {
        let bench = try await DispatchBench(rows: 1)
        let times = Mutex<[Timestamp]>([])
        let clock = bench.clock
        let transport = ScriptedTransport { call, before in
            times.withLock { $0.append(clock.now()) }
            return before == 0 ? .lost("reset") : ScriptedTransport.created(call)
        }
        let report = try await bench.run(transport)
        #expect(report.verdicts == [.created: 1])
        #expect(report.retried == 1)
        #expect(transport.calls.count == 2)
        #expect(transport.calls.first == transport.calls.last)
        let sent = times.withLock { $0 }
        #expect(sent[1].since(sent[0]) >= DispatchBench.rest)
    }

    @Test func aRefusalAfterALostAnswerIsNeverBelieved() async throws {
        let bench = try await DispatchBench(rows: 1)
        let transport = ScriptedTransport { _, before in
            before == 0
                ? .lost("timeout") : ScriptedTransport.error(400, "expiration_date must be in the future")
        }
        let report = try await bench.run(transport)
        #expect(report.verdicts == [:])
        #expect(report.awaiting == 1)
        #expect(try await bench.ledger.counts()[.open] == 1)
        #expect(try await bench.ledger.closePlan(run: "run") == [.unknown: 1])
    }

    @Test func aRefusalOfAFirstSendIsARejection() async throws {
        let bench = try await DispatchBench(rows: 3)
        let transport = ScriptedTransport { call, _ in
            call.body.text.contains("link-2")
                ? ScriptedTransport.error(422, "no") : ScriptedTransport.created(call)
        }
        let report = try await bench.run(transport)
        #expect(report.verdicts == [.created: 2, .rejected: 1])
        #expect(report.troubles.map(\.message) == ["422: no"])
        #expect(try await bench.ledger.counts()[.rejected] == 1)
    }

    @Test func throttledRowsWaitAndAreCreated() async throws {
        let bench = try await DispatchBench(rows: 5)
        let transport = ScriptedTransport { call, before in
            before == 0
                ? ScriptedTransport.error(429, "Rate limit exceeded", retryAfter: .seconds(7))
                : ScriptedTransport.created(call)
        }
        let start = bench.clock.now()
        let report = try await bench.run(transport)
        #expect(report.verdicts == [.created: 5])
        #expect(report.throttled == 5)
        #expect(bench.clock.now().since(start) >= .seconds(7))
        #expect(try await bench.ledger.sends(of: "run") == 10)
    }

    @Test(arguments: [401, 403])
    func refusedCredentialsStopTheRunOnceTheHealthPageConfirmsThem(_ status: Int) async throws {
        let bench = try await DispatchBench(rows: 50)
        let transport = ScriptedTransport { _, _ in ScriptedTransport.error(status, "Invalid client key") }
        let report = try await bench.run(transport)
        #expect(report.stopped == .credentials("\(status): Invalid client key"))
        #expect(transport.calls.map(\.path) == ["/api/v0/payment-links", "/api/v0/health"])
        #expect(report.lookups == 1)
        #expect(try await bench.ledger.counts()[.released] == 1)
        #expect(try await bench.ledger.closePlan(run: "run") == [.failed: 1, .notReached: 49])
    }

    /// The key is fine, so something in between objects to one row.
    @Test func a401ThatTheHealthPageDoesNotConfirmFailsOneRow() async throws {
        let bench = try await DispatchBench(rows: 50)
        let transport = ScriptedTransport { call, _ in
            if call.path.hasSuffix("health") { return .answered(Answer(status: 200, body: utf8("{}"))) }
            return call.body.text.contains("\"link-7\"")
                ? ScriptedTransport.error(401, "no") : ScriptedTransport.created(call)
        }
        let report = try await bench.run(transport)
        #expect(report.stopped == nil)
        #expect(report.verdicts == [.created: 49, .failed: 1])
    }

    /// What a key may not do no health page can refute.
    @Test func aMissingScopeStopsAtOnce() async throws {
        let bench = try await DispatchBench(rows: 5)
        let transport = ScriptedTransport { _, _ in ScriptedTransport.error(403, "Missing scope: create") }
        let report = try await bench.run(transport)
        #expect(report.stopped?.status == .credentials)
        #expect(transport.calls.count == 1)
    }

    @Test func aFirewallThatObjectsToOneRowFailsThatRow() async throws {
        let bench = try await DispatchBench(rows: 20)
        let transport = ScriptedTransport { call, _ in
            call.body.text.contains("\"link-7\"")
                ? .answered(Answer(status: 403, body: utf8("<html>blocked</html>")))
                : ScriptedTransport.created(call)
        }
        let report = try await bench.run(transport)
        #expect(report.verdicts == [.created: 19, .failed: 1])
        #expect(report.stopped == nil)
    }

    @Test func threeFirewallAnswersInARowStopTheRun() async throws {
        let bench = try await DispatchBench(rows: 20, concurrency: 1)
        let transport = ScriptedTransport { _, _ in
            .answered(Answer(status: 403, body: utf8("<html>no</html>")))
        }
        let report = try await bench.run(transport)
        #expect(report.stopped?.status == .unreachable)
        #expect(transport.calls.count == 3)
    }

    @Test func anUnreachableTargetStopsTheRunAndMakesNothingUnknown() async throws {
        let bench = try await DispatchBench(rows: 50)
        let transport = ScriptedTransport { _, _ in .notSent("Couldn't connect to server") }
        let report = try await bench.run(transport)
        #expect(report.stopped == .unreachable("Couldn't connect to server"))
        #expect(report.sent == 0)
        let verdicts = try await bench.ledger.closePlan(run: "run")
        #expect(verdicts[.unknown] == nil)
        #expect(verdicts[.failed, default: 0] > 0)
        #expect(try await bench.ledger.counts()[.open] == 0)
    }

    @Test func serverErrorsEndAsUnknownWhenRetriesAreUsedUp() async throws {
        let bench = try await DispatchBench(rows: 1, retries: 2)
        let transport = ScriptedTransport { call, _ in
            call.method == .post ? ScriptedTransport.error(500, "down") : .lost("no list either")
        }
        let report = try await bench.run(transport)
        #expect(transport.calls.count { $0.method == .post } == 3)
        #expect(report.awaiting == 1)
        #expect(try await bench.ledger.closePlan(run: "run") == [.unknown: 1])
    }

    @Test func stoppingWaitsForWhatIsOnItsWayAndSendsNoMore() async throws {
        let bench = try await DispatchBench(rows: 100, concurrency: 4)
        let line = bench.line
        let transport = ScriptedTransport { call, _ in
            line.stop(.interrupted)
            for _ in 0..<20 { await Task.yield() }
            return ScriptedTransport.created(call)
        }
        let report = try await bench.run(transport)
        #expect(report.stopped == .interrupted)
        #expect(report.verdicts[.created] == transport.calls.count)
        #expect(transport.calls.count <= 4)
        #expect(try await bench.ledger.counts()[.open] == 0)
    }

    @Test func requestsCarryTheMarkerUnlessTheJobMapsTheField() async throws {
        for marks in [true, false] {
            let bench = try await DispatchBench(rows: 1, marks: marks)
            let transport = ScriptedTransport { call, _ in ScriptedTransport.created(call) }
            _ = try await bench.run(transport)
            let body = try #require(transport.calls.first?.body.text)
            #expect(body.contains("\"paymentForId\":\"catalink-") == marks)
        }
    }

    @Test func whatAnEarlierRunLeftUnknownRestsFirst() async throws {
        let bench = try await DispatchBench(rows: 2)
        // The first run's process dies with one request on its way.
        let lost = try await bench.ledger.nextWork(after: 0, limit: 1)
        _ = try await bench.ledger.record(
            run: "run", outcomes: [],
            intents: lost.map { work in
                let key = bench.identity.idempotencyKey(
                    for: work.item, generation: 1, attempt: 1, body: work.canonical)
                return Intent(
                    work: work, key: key, body: work.canonical, at: bench.clock.now(),
                    clientKey: DispatchBench.key)
            })
        let died = bench.clock.now()
        try await bench.plan(run: "second")
        let times = Mutex<[String: Timestamp]>([:])
        let clock = bench.clock
        let transport = ScriptedTransport { call, _ in
            let slug = LinkEcho(body: call.body).slug
            times.withLock { $0[slug] = clock.now() }
            return ScriptedTransport.created(call)
        }
        let report = try await bench.run(transport)
        #expect(report.verdicts == [.created: 2])
        #expect(try await bench.ledger.healed() == 1)
        let resent = try #require(times.withLock { $0["link-1"] })
        #expect(resent.since(died) >= DispatchBench.rest)
        #expect(transport.calls.contains { $0.body == lost.first?.canonical })
    }
}
