package import CatalinkCore
import CatalinkDispatch
import CatalinkLedger
import CatalinkSandbox
import CatalinkTransport
import Foundation
import Synchronization

/// What a run takes from outside.
package struct RunEnvironment: Sendable {
    package var variables: [String: String]
    package var clock: any WallClock
    /// Uniform in 0 ..< 1.
    package var random: @Sendable () -> Double
    /// Told of every turn of the dispatch: the report, and how many rows there are to send.
    package var onProgress: @Sendable (Progress) -> Void = { _ in }
    package var stop: StopSwitch
    /// Whether a ledger may begin against a live target.
    package var mayBeginLedger = false

    package enum Progress: Sendable {
        case planned(PlanReport)
        case sending(done: Int, of: Int, inFlight: Int)
    }

    package init(
        variables: [String: String], clock: any WallClock, random: @escaping @Sendable () -> Double,
        stop: StopSwitch
    ) {
        self.variables = variables
        self.clock = clock
        self.random = random
        self.stop = stop
    }
}

/// Asks a run to stop: nothing more is granted, what is on its way is recorded.
package final class StopSwitch: Sendable {
    private struct State {
        var isThrown = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    package init() {}

    package var isThrown: Bool { state.withLock { $0.isThrown } }

    package func stop() {
        let action = state.withLock { state in
            state.isThrown = true
            return state.action
        }
        action?()
    }

    func onStop(_ action: @escaping @Sendable () -> Void) {
        let isThrown = state.withLock { state in
            state.action = action
            return state.isThrown
        }
        if isThrown { action() }
    }
}

/// The eight stages of a run, in their order.
package struct Pipeline: Sendable {
    private let job: Job
    private let environment: RunEnvironment

    package init(_ job: Job, _ environment: RunEnvironment) {
        self.job = job
        self.environment = environment
    }

    // MARK: Plan and check

    /// What a run would do now; writes nothing.
    package func plan() async throws -> PlanReport {
        let directory = try StateDirectory(of: job, environment: environment.variables)
        let path = directory.hasLedger ? directory.ledger : nil
        return try await plan(SQLiteLedger(path: path, identity: job.identity))
    }

    /// Every problem of job file and catalog, without a look at any ledger.
    package func check() async throws -> PlanReport {
        try await plan(SQLiteLedger(path: nil, identity: job.identity))
    }

    /// [1] read, [2] map, [3] price, [4] validate, [5] plan
    private func plan(_ ledger: SQLiteLedger) async throws -> PlanReport {
        let clock = environment.clock
        let start = clock.now()
        let pass = PlanPass(job, now: start) { [stop = environment.stop] in stop.isThrown }
        var report = try await onOwnThread { try pass.run(into: try ledger.stage(RowPlanner(now: start))) }
        report.seconds = clock.now().since(start).inSeconds
        return report
    }

    // MARK: Run

    package func run() async throws -> RunSummary {
        let start = environment.clock.now()
        let directory = try StateDirectory(of: job, environment: environment.variables)
        try checkBeginning(directory)
        let credentials = try findCredentials()
        try directory.create()
        let lock = try LedgerLock(directory, text: "pid \(getpid()) since \(CivilTime(start).iso8601)")
        defer { withExtendedLifetime(lock) {} }
        let ledger = try SQLiteLedger(path: directory.ledger, identity: job.identity)
        var summary = RunSummary(job: job.name, jobFile: job.file, run: runID(start))
        summary.ledgerBefore = try await ledger.begin(summary.run, at: start)
        do {
            summary.plan = try await plan(ledger)
            summary.books = summary.plan.books
            environment.onProgress(.planned(summary.plan))
            try await ledger.adoptPlan(run: summary.run)
            if summary.plan.totals.requests > 0 {
                summary = try await send(summary, ledger, directory, credentials)
            }
        } catch {
            let failure = RunFailure(error)
            try await ledger.finish(
                summary.run, at: environment.clock.now(), exit: Int(failure.status.rawValue),
                summary: failure.messages.joined(separator: "\n"))
            throw failure
        }
        return try await close(summary, ledger, directory, since: start)
    }

    private func checkBeginning(_ directory: StateDirectory) throws {
        guard job.isLive, !directory.hasLedger, !environment.mayBeginLedger else { return }
        throw RunFailure(
            .configuration,
            "\(directory.ledger): expected the ledger of \(job.name), got: none (a first run begins one with --new-ledger; "
                + "if it has moved, set `state:`; without it every row would be created again)")
    }

    private func findCredentials() throws -> Credentials? {
        guard case .api(let target) = job.destination else { return nil }
        return try CredentialFinder(environment: environment.variables).credentials(
            for: job.account, at: target)
    }

    private func runID(_ start: Timestamp) -> String {
        let tail = String(Int(environment.random() * 65536), radix: 16)
        return CivilTime(start).compact + "-" + String(repeating: "0", count: 4 - tail.count) + tail
    }

    /// [6] dispatch and [7] record, against the API or the sandbox inside the run.
    private func send(
        _ summary: RunSummary, _ ledger: SQLiteLedger, _ directory: StateDirectory,
        _ credentials: Credentials?
    ) async throws -> RunSummary {
        switch job.destination {
        case .api(let target):
            guard let credentials else { preconditionFailure("credentials were found before") }
            return try await dispatch(
                summary, ledger, target, credentials, try job.sharedBudget(directory, credentials))
        case .sandbox(let rate):
            let own = Credentials(key: "sandbox", secret: "sandbox")
            var settings = SandboxSettings(keys: SandboxKeys(key: own.key, secret: own.secret), rate: rate)
            settings.store = directory.sandbox
            let server = try SandboxServer(settings, now: { [clock = environment.clock] in clock.now() })
            return try await server.serve { port in
                try await dispatch(
                    summary, ledger, try Target("http://127.0.0.1:\(port)"), own, job.ownBudget())
            }
        }
    }

    private func dispatch(
        _ summary: RunSummary, _ ledger: SQLiteLedger, _ target: Target, _ credentials: Credentials,
        _ budget: any RateBudget
    ) async throws -> RunSummary {
        let settings = Dispatcher.Settings(
            run: summary.run, identity: job.identity, clientKey: credentials.keyDigest,
            concurrency: job.limits.concurrency,
            retry: RetryPolicy(retries: job.limits.retries, rest: job.limits.rest),
            marks: job.mapping.link.paymentForID == nil)
        let transport = CurlTransport(
            .init(target: target, timeout: job.limits.timeout, connections: job.limits.concurrency),
            credentials: credentials)
        let dispatcher = Dispatcher(
            settings, ledger: ledger, transport: transport, budget: budget, clock: environment.clock,
            random: environment.random)
        environment.stop.onStop { dispatcher.stop(.interrupted) }
        let total = summary.plan.totals.requests
        var summary = summary
        summary.dispatch = try await dispatcher.run { [onProgress = environment.onProgress] report in
            let done = report.verdicts.values.reduce(0, +)
            onProgress(.sending(done: done, of: total, inFlight: report.inFlight))
        }
        summary.windows = await budget.windowUses()
        summary.count(summary.dispatch)
        return summary
    }

    /// [8] report
    private func close(
        _ summary: RunSummary, _ ledger: SQLiteLedger, _ directory: StateDirectory, since start: Timestamp
    ) async throws -> RunSummary {
        var summary = summary
        let now = environment.clock.now()
        summary.seconds = now.since(start).inSeconds
        summary.ledgerAfter = try await ledger.counts()
        summary.judge(onChange: job.onChange, unknownLeft: summary.ledgerAfter[.open])
        try await summary.audit(sends: ledger.sends(of: summary.run))
        let run = directory.runDirectory(summary.run)
        summary.directory = run
        try await ledger.finish(
            summary.run, at: now, exit: Int(summary.status.rawValue), summary: summary.json.bytes.text)
        try FileManager.default.createDirectory(
            atPath: run, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let (id, json) = (summary.run, summary.json.indented() + "\n")
        try await onOwnThread {
            try WholeFile.write(to: run + "/summary.json") { try $0.write(contentsOf: Data(json.utf8)) }
            try WholeFile.write(to: run + "/results.csv") { file in
                try ResultsWriter.write(ledger, run: id, as: .csv) { try file.write(contentsOf: $0) }
            }
        }
        try directory.setLatest(summary.run)
        return summary
    }
}

extension RunSummary {
    /// Takes the verdicts of the dispatch into the books; what was not reached has one too.
    fileprivate mutating func count(_ report: DispatchReport) {
        for (verdict, count) in report.verdicts { books[verdict] += count }
        let reached = report.verdicts.values.reduce(0, +)
        let resendsLeft = plan.totals.resends - report.resendsReached
        // A row that an earlier run left unknown and this one did not come to is unknown still.
        books[.unknown] += resendsLeft
        books[.notReached] += plan.totals.requests - reached - resendsLeft
        healed = report.healed
    }

    fileprivate mutating func judge(onChange: ChangePolicy, unknownLeft: Int) {
        if let stopped = dispatch.stopped {
            status = stopped.status
            failure = stopped.message
        } else {
            status = .finished(
                books, mismatches: dispatch.mismatches, unknownLeft: unknownLeft, onChange: onChange)
        }
    }

    /// The books must add up; a difference is a bug, and said.
    fileprivate mutating func audit(sends: Int) {
        var differences: [String] = []
        if !books.balance { differences.append("\(books.pairs) pairs but \(books.sum) verdicts") }
        if sends != dispatch.sent {
            differences.append("\(dispatch.sent) requests but \(sends) attempts recorded")
        }
        guard !differences.isEmpty else { return }
        status = .unexpected
        failure = "the books do not balance: " + differences.joined(separator: "; ")
    }
}
