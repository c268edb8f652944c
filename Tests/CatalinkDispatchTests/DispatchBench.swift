import CatalinkCore
import CatalinkDispatch
import CatalinkHash
import CatalinkTestSupport

/// A ledger with a plan of so many rows, and what sends it.
struct DispatchBench {
    static let rest = Duration.seconds(60)
    static let key = SHA256.digest(of: utf8("client key"))
    static let otherKey = SHA256.digest(of: utf8("the client key after it"))

    let ledger = InMemoryLedger()
    let clock = JumpingClock()
    let line = StopLine()
    let identity = Identity(origin: "sandbox", account: "default", job: "test")
    var settings: Dispatcher.Settings
    private let rows: Int

    init(rows: Int, concurrency: Int = 16, retries: Int = 5, marks: Bool = true) async throws {
        self.rows = rows
        settings = Dispatcher.Settings(
            run: "run", identity: identity, clientKey: Self.key, concurrency: concurrency,
            retry: RetryPolicy(retries: retries, rest: Self.rest), marks: marks)
        settings.lookupAfter = .seconds(600)
        try await plan(run: "run")
    }

    /// A run of its own for the same rows, or for others.
    func plan(
        run: String, _ pairs: [MappedPair]? = nil, onChange: ChangePolicy = .report
    ) async throws {
        _ = try await ledger.begin(run, at: clock.now())
        let stage = try ledger.stage(RowPlanner(now: clock.now(), onChange: onChange, clientKey: Self.key))
        try stage.add(pairs ?? (1...rows).map { Pairs.request(String($0), row: $0) })
        _ = try stage.finish()
    }

    func run(
        _ transport: any LinkTransport, budget: any RateBudget = OpenBudget(), line: StopLine? = nil
    ) async throws -> DispatchReport {
        let wire = Wire(
            transport: CountingTransport(transport), budget: budget, clock: clock, line: line ?? self.line,
            random: { 0.5 })
        let report = try await Delivery(settings, ledger: ledger, wire: wire, random: { 0.5 }).run { _ in }
        try await ledger.finish("run", at: clock.now(), exit: 0, summary: "")
        return report
    }
}

func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }
