import CatalinkCore
import CatalinkDispatch
import CatalinkLedger
import Foundation

/// [8] report: closes the books of a run, checks that they balance, and writes its files.
struct RunCloser {
    private let job: Job
    private let clock: any WallClock
    private let ledger: SQLiteLedger
    private let directory: StateDirectory
    private let fixes: FixWriter

    init(
        _ job: Job, _ clock: any WallClock, _ ledger: SQLiteLedger, _ directory: StateDirectory,
        _ fixes: FixWriter
    ) {
        self.job = job
        self.clock = clock
        self.ledger = ledger
        self.directory = directory
        self.fixes = fixes
    }

    func close(_ summary: RunSummary, since start: Timestamp) async throws -> RunSummary {
        var summary = summary
        let now = clock.now()
        summary.seconds = now.since(start).inSeconds
        summary.books = summary.plan.books
        if case .ledger? = summary.dispatch.stopped {
            // What cannot be written can still be read, or not.
            summary.countWithoutLedger(try? await ledger.counts())
            return summary
        }
        for (verdict, count) in try await ledger.closePlan(run: summary.run) {
            summary.books[verdict] += count
        }
        summary.ledgerAfter = try await ledger.counts()
        summary.healed = try await ledger.healed()
        summary.superseded = try await ledger.superseded().count
        summary.mismatches = try await ledger.mismatches()
        try await countAccepted(&summary, now)
        summary.judge(onChange: job.policy.onChange)
        if summary.dispatch.stopped == nil {
            summary.notes += [job.expect.finding(took: now.since(start), summary.plan.history)?.message]
                .compactMap(\.self)
        }
        try await summary.audit(
            sends: ledger.sends(of: summary.run), newItems: ledger.newItems(of: summary.run))
        try await write(&summary, now)
        return summary
    }

    private func countAccepted(_ summary: inout RunSummary, _ now: Timestamp) async throws {
        guard let accept = summary.plan.known, summary.dispatch.stopped == nil else { return }
        let tally = try await ledger.tally(accept, of: summary.run, now: now)
        summary.accepted = tally.accepted
        // A part of the catalog does not tell what is mended.
        if summary.plan.catalog != nil { summary.notes += accept.remarks(tally, now: now) }
    }

    private func write(_ summary: inout RunSummary, _ now: Timestamp) async throws {
        let run = directory.runDirectory(summary.run)
        summary.directory = run
        try await ledger.finish(
            summary.run, at: now, exit: Int(summary.status.rawValue), summary: summary.json.bytes.text)
        try FileManager.default.createDirectory(
            atPath: run, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let (id, planned) = (summary.run, summary.plan.columns)
        let needsFix = summary.needsFix
        let hasMark = job.results.hasByteOrderMark
        summary.fix = try await onOwnThread { [ledger, fixes] in
            try WholeFile.write(to: run + "/results.csv") { file in
                try ResultsWriter.write(ledger, run: id, as: .csv, hasMark: hasMark) {
                    try file.write(contentsOf: $0)
                }
            }
            guard needsFix else { return nil }
            return try fixes.write(to: run + "/" + fixes.name, ledger, run: id, columns: planned)
        }
        try await report(&summary, now)
        try await summary.write(to: run)
        try directory.setLatest(summary.run)
        // Older runs go only when `latest` points to none of them.
        let removed = RunRetention(job, directory).clean(after: summary.run)
        guard !removed.isEmpty else { return }
        summary.notes += removed
        try await summary.write(to: run)
    }

    /// A run whose page cannot be written has gone through all the same.
    private func report(_ summary: inout RunSummary, _ now: Timestamp) async throws {
        let path = directory.runDirectory(summary.run) + "/" + RunReport.name
        let report = RunReport(job, ledger, directory)
        do {
            try await onOwnThread { [id = summary.run, document = summary.json] in
                try report.write(to: path, run: id, summary: document, madeAt: now)
            }
            summary.page = path
        } catch {
            summary.notes += RunFailure(error).messages.map { "\(RunReport.name) is not written: \($0)" }
        }
    }
}

extension RunSummary {
    /// Writes `summary.json`, or writes it anew.
    ///
    /// - Parameter directory: of the run.
    func write(to directory: String) async throws {
        let text = json.indented() + "\n"
        try await onOwnThread {
            try WholeFile.write(to: directory + "/summary.json") { try $0.write(contentsOf: Data(text.utf8)) }
        }
    }

    /// Whether some rows need a change, and nobody waits for the run to end.
    fileprivate var needsFix: Bool {
        books[.invalid] + books[.duplicate] + books[.rejected] > 0
            && status != .interrupted && status != .terminated
    }

    fileprivate mutating func judge(onChange: ChangePolicy) {
        if let stopped = dispatch.stopped {
            status = stopped.status
            failure = stopped.message
            return
        }
        // Unknown items that no row of today names, and links that could not be retired.
        let elsewhere = max(0, ledgerAfter[.open] - books[.unknown]) + superseded
        status = .finished(
            books, accepted: accepted, mismatches: mismatches, held: ledgerAfter[.held],
            unsettledElsewhere: elsewhere,
            onChange: onChange)
    }

    /// The books must add up; a difference is a bug, and said.
    fileprivate mutating func audit(sends: Int, newItems: Int) {
        var differences: [String] = []
        if !books.balance { differences.append("\(books.pairs) pairs but \(books.sum) verdicts") }
        if sends != dispatch.sent {
            differences.append("\(dispatch.sent) attempts with bytes sent but \(sends) recorded")
        }
        let counted = dispatch.sent + dispatch.lookups + dispatch.changes
        if requests != counted {
            differences.append("\(requests) requests left but \(counted) are accounted for")
        }
        if ledgerBefore.total + newItems != ledgerAfter.total {
            differences.append(
                "a ledger of \(ledgerBefore.total) items and \(newItems) new ones but \(ledgerAfter.total) in it"
            )
        }
        guard !differences.isEmpty else { return }
        status = .unexpected
        failure = "the books do not balance: " + differences.joined(separator: "; ")
    }

    /// When the disk takes no more, the books are those of the rows as far as their answers came.
    fileprivate mutating func countWithoutLedger(_ counts: LedgerCounts?) {
        for (verdict, count) in dispatch.verdicts { books[verdict] += count }
        books[.unknown] += dispatch.awaiting
        books[.notReached] += books.pairs - books.sum
        ledgerAfter = counts ?? ledgerBefore
        status = dispatch.stopped?.status ?? .configuration
        failure = dispatch.stopped?.message
    }
}
