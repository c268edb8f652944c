import CatalinkCore
import CatalinkDispatch
import CatalinkHash
import CatalinkLedger
import CatalinkTransport
import Foundation

/// The eight stages of a run, in their order.
package struct Pipeline: Sendable {
    let job: Job
    let environment: RunEnvironment
    let watched: WatchedRun

    package init(_ job: Job, _ environment: RunEnvironment) {
        self.job = job
        self.environment = environment
        watched = WatchedRun(job, environment)
    }

    // MARK: Plan

    /// What a run would do now; writes nothing.
    package func plan() async throws -> PlanReport {
        try await stagedPlan().report
    }

    /// The same, item by item.
    package func stagedPlan() async throws -> StagedPlan {
        let directory = try StateDirectory(of: job, environment: environment.variables)
        let path = directory.hasLedger ? directory.ledger : nil
        // Without credentials it is planned as if the key were the one before.
        let credentials = try? Connection(job, directory, environment).credentials
        let ledger = try SQLiteLedger(
            path: path, identity: job.identity, neighbours: neighbours(directory))
        let files = try await SourceFiles.open(job.source, environment.stop)
        let report = try await plan(ledger, files, clientKey: credentials)
        return StagedPlan(job, report, ledger, RunID.make(report.madeAt, environment.random))
    }

    /// [1] read, [2] map, [3] price, [4] validate, [5] plan
    func plan(
        _ ledger: SQLiteLedger, _ files: SourceFiles, clientKey: Credentials?
    ) async throws -> PlanReport {
        let clock = environment.clock
        let start = clock.now()
        let known = try await onOwnThread { [job] in try JobFile.knownProblems(of: job) }
        let pass = PlanPass(job, files, now: start) { [stop = environment.stop] in stop.reason }
        let planner = RowPlanner(
            now: start, onChange: job.policy.onChange, clientKey: clientKey?.keyDigest,
            keyLife: job.limits.keyLife, isPartial: job.fix != nil)
        var report = try await environment.shared.planning.pass {
            try await onOwnThread { [maxChange = job.policy.maxChange, watched] in
                var report = try pass.run(into: try ledger.stage(planner), onRows: watched.read)
                report.totals.moves = try ledger.priceMoves(beyond: maxChange)
                return report
            }
        }
        report.known = known
        if let known { report.accepted = try await ledger.tally(known, of: nil, now: start).accepted }
        report.madeAt = clock.now()
        report.seconds = report.madeAt.since(start).inSeconds
        if job.fix == nil {
            report.compare(job, files.stamp(rows: report.books.rows), try await ledger.history())
        }
        return report
    }

    // MARK: Run

    /// How a run ends, in any case.
    func ended() async -> Result<RunSummary, RunFailure> {
        do {
            return .success(try await run())
        } catch {
            return .failure(RunFailure(error))
        }
    }

    package func run() async throws -> RunSummary {
        let start = environment.clock.moment()
        let directory = try StateDirectory(of: job, environment: environment.variables)
        try directory.checkBeginning(of: job, mayBegin: environment.mayBeginLedger)
        var file: PlanFile?
        if let path = environment.planFile { file = try await PlanFile.checked(path, of: job) }
        let connection = try Connection(job, directory, environment)
        try directory.create()
        let lock = try LedgerLock(
            directory,
            text:
                "pid \(getpid()) on \(ProcessInfo.processInfo.hostName) since \(CivilTime(start.wall).iso8601)"
        )
        defer { withExtendedLifetime(lock) {} }
        let ledger = try SQLiteLedger(
            path: directory.ledger, identity: job.identity, neighbours: neighbours(directory))
        var summary = RunSummary(
            job: job.name, jobFile: job.file,
            run: environment.run ?? RunID.make(start.wall, environment.random))
        summary.target = job.identity.origin
        summary.ledgerBefore = try await ledger.begin(summary.run, at: start.wall)
        let log = RunLog(
            job.name, run: summary.run, in: directory.runDirectory(summary.run), environment.log,
            environment.clock)
        log.began(job)
        let fixes: FixWriter
        do {
            if let file { try await file.checkUnspent(ledger) }
            let files = try await SourceFiles.open(job.source, environment.stop)
            fixes = FixWriter(job, files, now: start.wall) { [stop = environment.stop] in stop.reason }
            summary.plan = try await plan(ledger, files, clientKey: connection.credentials)
            summary.notes = summary.plan.remarks
            log.planned(summary.plan)
            try await ledger.adoptPlan(run: summary.run)
            guard !files.haveChanged else { throw RunFailure.changed(job.source.name) }
            if let reason = try await staleness(summary, ledger, file) {
                summary.dispatch.stopped = reason
            } else if let reason = try await brake(summary, ledger) {
                summary.dispatch.stopped = reason
            } else {
                try await ledger.letThrough(
                    summary.plan.totals.asAccepted, of: summary.plan.catalog,
                    isPartial: summary.plan.totals.isPartial,
                    applying: applied(file, summary.run), run: summary.run)
                summary = try await send(summary, ledger, connection, log, start)
            }
        } catch {
            var failure = RunFailure(error)
            do {
                try await ledger.finish(
                    summary.run, at: environment.clock.now(), exit: Int(failure.status.rawValue),
                    summary: failure.messages.joined(separator: "\n"))
            } catch {
                failure.messages += RunFailure(error).messages.filter { !failure.messages.contains($0) }
            }
            log.failed(failure)
            throw failure
        }
        summary = try await RunCloser(job, environment.clock, ledger, directory, fixes).close(
            summary, since: start.wall)
        log.ended(summary)
        summary.plan.warnings += [log.failure].compactMap(\.self)
        return summary
    }

    /// Ledgers of jobs whose links are of the same account at the API; each sandbox of a job is an API of its own.
    private func neighbours(_ directory: StateDirectory) -> [String] {
        guard case .api = job.destination, job.mapping.policies[.accountSlug] == .error else { return [] }
        return directory.neighbours
    }

    /// [6] dispatch and [7] record, where there is anything to send or to find out.
    private func send(
        _ summary: RunSummary, _ ledger: SQLiteLedger, _ connection: Connection, _ log: RunLog,
        _ start: Moment
    ) async throws -> RunSummary {
        let totals = summary.plan.totals
        let open = try await ledger.counts()[.open]
        let superseded = try await ledger.superseded()
        guard totals.requests + totals.lookUps + open + superseded.count > 0 else { return summary }
        let line = StopLine()
        environment.stop.onStop { line.stop($0) }
        let timer = deadline(start).map { line.stop($0.reason, at: $0.moment, environment.clock) }
        defer { timer?.cancel() }
        let budget = try connection.budget { [watched] text in
            if watched.paused(text) { log.paused(text) }
        }
        var summary = summary
        try await connection.open { transport, credentials in
            let counter = CountingTransport(transport)
            let wire = Wire(
                transport: counter, budget: budget, clock: environment.clock, line: line,
                random: environment.random)
            let delivery = Delivery(
                settings(summary.run, credentials), ledger: environment.recorder(ledger), wire: wire,
                random: environment.random
            ) { [onAnswer = environment.onAnswer] attempt in
                log.attempted(attempt)
                if attempt.status != nil { onAnswer(attempt.duration) }
            }
            watched.begins(totals.requests)
            summary.dispatch = try await delivery.run { [watched] in watched.sent($0) }
            summary.requests = counter.sent
        }
        summary.windows = await budget.windowUses()
        return summary
    }

    private func settings(_ run: String, _ credentials: Credentials) -> Dispatcher.Settings {
        var settings = Dispatcher.Settings(
            run: run, identity: job.identity, clientKey: credentials.keyDigest,
            concurrency: job.limits.concurrency,
            retry: RetryPolicy(retries: job.limits.retries, rest: job.limits.rest),
            marks: job.mapping.link.paymentForID == nil)
        settings.canary = job.policy.canary
        settings.maxErrors = job.policy.maxErrors
        settings.maxWait = job.limits.maxWait
        settings.lookupAfter = job.limits.lookupAfter
        settings.healFor = environment.healFor
        if case .api = job.destination { settings.looksFirst = true }
        settings.mutation = environment.mutant?.mutation
        settings.keyLife = job.limits.keyLife
        return settings
    }

    /// The earlier of the job's deadline and the command's.
    private func deadline(_ start: Moment) -> (moment: Timestamp, reason: StopReason)? {
        var ends: [(moment: Timestamp, reason: StopReason)] = []
        if let stopAfter = environment.stopAfter {
            ends.append((start.steady + stopAfter, .deadline("--stop-after: the time is over")))
        }
        if let deadline = job.limits.deadline {
            let moment = deadline.moment(after: start.wall)
            let text = "limits.deadline: \(CivilTime(moment).iso8601) has come"
            ends.append((start.steady + moment.since(start.wall), .deadline(text)))
        }
        return ends.min { $0.moment < $1.moment }
    }
}

extension RunFailure {
    static func changed(_ name: String) -> RunFailure {
        RunFailure(
            .catalog,
            "\(name): expected the same file from begin to end, got: one that changed while it was planned (nothing was sent)"
        )
    }
}
