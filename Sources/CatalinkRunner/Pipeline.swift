package import CatalinkCore
import CatalinkDispatch
import CatalinkHash
import CatalinkLedger
import CatalinkTransport
import Foundation

/// The eight stages of a run, in their order.
package struct Pipeline: Sendable {
    private let job: Job
    private let environment: RunEnvironment
    private let watched: WatchedRun

    package init(_ job: Job, _ environment: RunEnvironment) {
        self.job = job
        self.environment = environment
        watched = WatchedRun(job, environment)
    }

    // MARK: Plan and check

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

    /// Every problem of job file and catalog, without a look at any ledger.
    package func check() async throws -> PlanReport {
        try await planOffline(SourceFiles.open(job.source, environment.stop)).report
    }

    /// A plan beside a ledger that knows nothing.
    private func planOffline(_ files: SourceFiles) async throws -> (report: PlanReport, ledger: SQLiteLedger)
    {
        let ledger = try SQLiteLedger(path: nil, identity: job.identity)
        var report = try await plan(ledger, files, clientKey: nil)
        // Without the ledger there is no plan to approve.
        report.totals.digest = nil
        return (report, ledger)
    }

    /// The same, and the rows that need a change in a file of their own.
    ///
    /// - Parameter path: where it is written; nothing is where no row needs a change.
    package func check(writingFixTo path: String) async throws -> (report: PlanReport, fix: FixFile?) {
        let now = environment.clock.now()
        let files = try await SourceFiles.open(job.source, environment.stop)
        try files.check(writing: path, "--write-fix")
        let (report, ledger) = try await planOffline(files)
        guard report.hasProblems else { return (report, nil) }
        let writer = FixWriter(job, files, now: now) { [stop = environment.stop] in stop.reason }
        let fix = try await onOwnThread {
            try writer.write(to: path, ledger, run: nil, columns: report.columns)
        }
        return (report, fix)
    }

    /// The same, and the problems that nobody knows of yet in a file for `accept:`.
    ///
    /// - Parameters:
    ///   - path: a file that is not there yet.
    ///   - until: a day as a file of known problems has it.
    /// - Returns: what is to be said of the file, too.
    package func check(writingKnownTo path: String, until: String) async throws -> (
        report: PlanReport, remarks: [String]
    ) {
        let now = environment.clock.now()
        let file = try KnownProblemsFile(path: path, until: until, now: now)
        let (report, ledger) = try await planOffline(SourceFiles.open(job.source, environment.stop))
        let counts = try await onOwnThread { [known = report.known, segments = job.mapping.segments] in
            try file.write(ledger, besides: known, namingSegments: segments.areNamed, now: now)
        }
        return (report, file.remark(counts, for: job.file))
    }

    /// [1] read, [2] map, [3] price, [4] validate, [5] plan
    private func plan(
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

    /// How each row of a key came to what it is; without a look at any ledger.
    package func explain(_ key: String) async throws -> [RowExplanation] {
        let files = try await SourceFiles.open(job.source, environment.stop)
        let mapping = CatalogMapping(job, files, now: environment.clock.now()) {
            [stop = environment.stop] in stop.reason
        }
        let explanations = try await onOwnThread { try mapping.explanations(of: Array(key.utf8)) }
        guard explanations.isEmpty else { return explanations }
        throw RunFailure(
            .usage,
            "--explain: expected a key of \(job.source.name), got: \(key.quoted) (`catalink plan` and `check` name keys)"
        )
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

    /// Why the plan of a file cannot be applied: today's is another one.
    private func staleness(
        _ summary: RunSummary, _ ledger: SQLiteLedger, _ file: PlanFile?
    ) async throws -> StopReason? {
        guard let file, let digest = summary.plan.totals.digest, digest != file.digest else { return nil }
        let lines = try await onOwnThread { try file.differences(from: ledger, summary.plan.totals) }
        return .stalePlan(
            "\(file.path): expected the plan that was made at \(CivilTime(file.madeAt).iso8601), "
                + "\(file.digest.hexadecimal.prefix(16)), got: another one today, \(digest.hexadecimal.prefix(16)) "
                + "(nothing was sent; make a new one with `catalink plan \(job.file) --out FILE`)\n"
                + lines.joined(separator: "\n"))
    }

    private func applied(_ file: PlanFile?, _ run: String) -> AppliedPlan? {
        file.map { file in
            AppliedPlan(
                name: file.name, digest: file.digest, run: run, person: environment.person,
                at: environment.clock.now())
        }
    }

    /// The guards that hold this plan, unless a person has approved exactly it.
    private func brake(_ summary: RunSummary, _ ledger: SQLiteLedger) async throws -> StopReason? {
        let holds = summary.plan.holds(job)
        guard !holds.isEmpty, let digest = summary.plan.totals.digest else { return nil }
        let causes = holds.joined(separator: "; ")
        let plan = environment.planFile.map { " --plan \($0)" } ?? ""
        let text = digest.hexadecimal
        guard let approval = environment.approval else {
            return .brakes(
                "\(causes) (nothing was sent; if the plan is right, `catalink run \(job.file)\(plan) --approve \(text.prefix(16))` approves exactly it, once)"
            )
        }
        guard approval.utf8.count >= 12, text.hasPrefix(approval.lowercased()) else {
            return .brakes(
                "\(causes); --approve: expected the digest of this plan, \(text.prefix(16)), got: \(approval.shown()) (the catalog or the "
                    + "ledger has changed since; look at the plan again)")
        }
        guard try await !ledger.isApproved(digest) else {
            return .brakes(
                "\(causes); --approve: expected a plan that was not approved before, got: \(text.prefix(16)), which was"
            )
        }
        try await ledger.approve(
            digest, by: environment.person, run: summary.run, at: environment.clock.now())
        return nil
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

/// Names of runs, which sort by time.
enum RunID {
    /// `20261121T031500Z-7f3a`
    static func make(_ start: Timestamp, _ random: () -> Double) -> String {
        let tail = String(Int(random() * 65536), radix: 16)
        return CivilTime(start).compact + "-" + String(repeating: "0", count: 4 - tail.count) + tail
    }

    static func isOne(_ name: String) -> Bool {
        let form = "ddddddddTddddddZ-xxxx"
        return name.utf8.count == form.utf8.count
            && zip(name.utf8, form.utf8).allSatisfy { byte, kind in
                switch kind {
                case UInt8(ascii: "d"): byte.isDigit
                case UInt8(ascii: "x"): byte.isDigit || (0x61...0x66).contains(byte)
                default: byte == kind
                }
            }
    }
}

/// What tells one state of a file from another.
struct SourceStamp: Equatable, Sendable {
    private let size: UInt64?
    private let modified: Date?
    private let inode: Int?

    var bytes: Int64 { Int64(clamping: size ?? 0) }
    /// To the millisecond.
    var modifiedAt: Timestamp? {
        modified.map { Timestamp(milliseconds: Int64(($0.timeIntervalSince1970 * 1000).rounded(.down))) }
    }

    init(_ path: String) throws {
        let attributes = try FileManager.default.attributesOfItem(
            atPath: URL(filePath: path).resolvingSymlinksInPath().path)
        size = (attributes[.size] as? NSNumber)?.uint64Value
        modified = attributes[.modificationDate] as? Date
        inode = (attributes[.systemFileNumber] as? NSNumber)?.intValue
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
