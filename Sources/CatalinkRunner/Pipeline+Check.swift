package import CatalinkCore
import CatalinkLedger

/// What is said of a job and its catalog alone, without a look at any ledger.
extension Pipeline {
    /// Every problem of job file and catalog.
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
}
