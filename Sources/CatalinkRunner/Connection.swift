import CatalinkCore
import CatalinkDispatch
import CatalinkLedger
import CatalinkSandbox
import CatalinkTransport

/// How a job reaches the API: with its account's credentials, or a sandbox that is served inside the run.
struct Connection: Sendable {
    private let job: Job
    private let directory: StateDirectory
    private let environment: RunEnvironment
    let credentials: Credentials

    private static let own = Credentials(key: "sandbox", secret: "sandbox")

    /// - Throws: `RunFailure` where the credentials are not there or may not go to the target.
    init(_ job: Job, _ directory: StateDirectory, _ environment: RunEnvironment) throws {
        self.job = job
        self.directory = directory
        self.environment = environment
        credentials =
            switch job.destination {
            case .sandbox: Self.own
            case .api(let target):
                try CredentialFinder(environment: environment.variables, accounts: environment.accounts)
                    .credentials(for: job.account, at: target)
            }
    }

    /// The budget of the job's key, which grants nothing while the job is paused.
    ///
    /// - Parameter onPause: told each time that it grants nothing.
    func budget(_ onPause: @escaping @Sendable (String) -> Void) throws -> any RateBudget {
        let budget: any RateBudget =
            switch job.destination {
            case .sandbox: job.ownBudget()
            case .api:
                SharedRateBudget(
                    try environment.shared.store(at: directory.budget), origin: job.identity.origin,
                    key: credentials.keyDigest, job.pacing)
            }
        return PausableBudget(budget, directory.pauses, onPause: onPause)
    }

    /// Calls `body` with a way to the API that is closed after it.
    func open<Value>(_ body: (any LinkTransport, Credentials) async throws -> Value) async throws -> Value {
        switch job.destination {
        case .api(let target): return try await body(transport(target), credentials)
        case .sandbox(let rate):
            var settings = SandboxSettings(keys: SandboxKeys(key: "sandbox", secret: "sandbox"), rate: rate)
            settings.store = directory.sandbox
            let server = try SandboxServer(settings, now: { [clock = environment.clock] in clock.now() })
            return try await server.serve { port in
                try await body(transport(try Target("http://127.0.0.1:\(port)")), credentials)
            }
        }
    }

    private func transport(_ target: Target) -> CurlTransport {
        CurlTransport(
            .init(
                target: target, timeout: job.limits.timeout, connections: job.limits.concurrency,
                surroundings: Surroundings(environment.variables)),
            credentials: credentials)
    }
}

extension Job {
    /// The budget against a sandbox that serves this run alone, by this process's own clock.
    func ownBudget() -> any RateBudget {
        var settings = pacing
        settings.skew = .milliseconds(10)
        return ProcessRateBudget(settings)
    }

    var pacing: Pacer.Settings {
        Pacer.Settings(
            limits.rates, raises: limits.mayRaise, maxWait: limits.maxWait,
            lifetime: limits.timeout + .seconds(1))
    }
}
