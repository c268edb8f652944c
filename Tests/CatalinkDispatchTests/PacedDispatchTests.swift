import CatalinkCore
import CatalinkDispatch
import CatalinkHash
import CatalinkTestSupport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PacedDispatchTests {
    /// A server's window as the API counts it, on the test's clock.
    private final class Server: Sendable {
        private let rate: RateLimit
        private let clock: JumpingClock
        private let counts = Mutex<[Timestamp: Int]>([:])

        init(_ rate: RateLimit, _ clock: JumpingClock) {
            self.rate = rate
            self.clock = clock
        }

        var windows: [Int] { counts.withLock { $0.sorted { $0.key < $1.key }.map(\.value) } }

        func answer(_ call: LinkCall) -> CallResult {
            let start = rate.windowStart(at: clock.now())
            let count = counts.withLock { counts in
                counts[start, default: 0] += 1
                return counts[start, default: 0]
            }
            let end = start + rate.window
            let headers = RateHeaders(
                limit: rate.requests, remaining: max(0, rate.requests - count),
                reset: Timestamp(seconds: (end.microseconds + 999_999) / 1_000_000))
            guard count <= rate.requests else {
                return .answered(Answer(status: 429, body: [], rate: headers, retryAfter: .seconds(1)))
            }
            guard case .answered(var answer) = ScriptedTransport.created(call) else { return .lost("") }
            answer.rate = headers
            return .answered(answer)
        }
    }

    /// A run of so many rows against a server, four at a time.
    private func run(
        _ rows: Int, _ rate: RateLimit, _ clock: JumpingClock,
        _ answer: @escaping @Sendable (LinkCall) -> CallResult
    ) async throws -> DispatchReport {
        let ledger = InMemoryLedger()
        _ = try await ledger.begin("run", at: clock.now())
        let stage = try ledger.stage(RowPlanner(now: clock.now()))
        try stage.add((1...rows).map { Pairs.request(String($0), row: $0) })
        _ = try stage.finish()
        let wire = Wire(
            transport: CountingTransport(ScriptedTransport { call, _ in answer(call) }),
            budget: ProcessRateBudget(rate), clock: clock, line: StopLine(), random: { 0.5 })
        let delivery = Delivery(
            .init(
                run: "run", identity: Identity(origin: "sandbox", account: "default", job: "test"),
                clientKey: SHA256.digest(of: []), concurrency: 4,
                retry: RetryPolicy(retries: 5, rest: .seconds(60)),
                marks: true),
            ledger: ledger, wire: wire, random: { 0.5 })
        return try await delivery.run { _ in }
    }

    @Test func ninetyFiveRowsAtTenAWindowTakeAboutTenWindowsAndAreNeverThrottled() async throws {
        let rate = RateLimit(requests: 10, window: .seconds(1), reserve: 0)
        let clock = JumpingClock()
        let server = Server(rate, clock)
        let report = try await run(95, rate, clock) { server.answer($0) }
        #expect(report.verdicts == [.created: 95])
        #expect(report.throttled == 0)
        // A request on its way at an edge counts in both windows, so that one or the other may have room left.
        #expect(server.windows.allSatisfy { $0 <= 10 })
        #expect((10...12).contains(server.windows.count), "\(server.windows)")
        #expect(report.mostInFlight > 1)
    }

    @Test func quotaThatWillNotComeEndsTheRun() async throws {
        let rate = RateLimit(requests: 10, window: .seconds(60), reserve: 0)
        let report = try await run(20, rate, JumpingClock()) { _ in
            ScriptedTransport.error(429, "Rate limit exceeded", retryAfter: .seconds(7200))
        }
        #expect(report.stopped?.status == .runAgain)
        #expect(report.sent == 1)
        #expect(report.verdicts == [:])
    }

    @Test(arguments: [Duration.seconds(-3600), .seconds(3600)])
    func aStepOfTheWallDoesNotKeepRowsFromTheirRest(_ step: Duration) async throws {
        let rate = RateLimit(requests: 100, window: .seconds(60), reserve: 0)
        let clock = JumpingClock()
        let times = Mutex<[Timestamp]>([])
        let report = try await run(1, rate, clock) { call in
            let isFirst = times.withLock { times in
                times.append(clock.moment().steady)
                return times.count == 1
            }
            guard isFirst else { return ScriptedTransport.created(call) }
            clock.stepWall(by: step)
            return .lost("reset")
        }
        #expect(report.verdicts == [.created: 1])
        let sent = times.withLock { $0 }
        #expect((60...61).contains(sent[1].since(sent[0]).inSeconds))
    }
}
