import CatalinkCore
import CatalinkDispatch
import CatalinkLedger
import Foundation
import Synchronization

/// Tells monitors of one run: whatever becomes of that, the run's own end stays as it was.
final class RunMonitor: Sendable {
    private let job: Job
    private let given: RunEnvironment
    private let run: String
    private let start: Timestamp
    private let latencies = Mutex(LatencyHistogram())

    init(_ job: Job, _ environment: RunEnvironment) {
        self.job = job
        given = environment
        start = environment.clock.now()
        run = RunID.make(start, environment.random)
    }

    /// In which the run goes, so that it is followed.
    var environment: RunEnvironment {
        var environment = given
        environment.run = run
        environment.onAnswer = { [self] latency in latencies.withLock { $0.add(latency) } }
        return environment
    }

    /// - Returns: what could not be told, and why.
    func began() async -> [String] {
        await Notifier(job, given.variables).tell(RunMessage(beginOf: run, job))
    }

    /// - Returns: what could not be told, and why.
    func ended(_ result: Result<RunSummary, RunFailure>) async -> [String] {
        guard job.metrics != nil || !job.notify.isEmpty else { return [] }
        let now = given.clock.now()
        var notes: [String] = []
        var unsettled: UnsettledItems?
        do {
            unsettled = try await self.unsettled(now)
        } catch {
            notes += RunFailure(error).messages.map { "monitoring: the ledger is not read: \($0)" }
        }
        notes += await writeMetrics(result, unsettled, now)
        let message = RunMessage(endOf: run, job, result, overdue: unsettled?.overdue ?? 0)
        return notes + (await Notifier(job, given.variables).tell(message))
    }

    /// Adds what could not be told to the run's log and to its summary, which were closed before.
    ///
    /// - Returns: these notes, and why they could not be added.
    func recorded(_ notes: [String], _ result: Result<RunSummary, RunFailure>) async -> [String] {
        guard !notes.isEmpty, let directory = try? StateDirectory(of: job, environment: given.variables)
        else { return notes }
        let folder = directory.runDirectory(run)
        // A run that was over before it began has none.
        guard FileManager.default.fileExists(atPath: folder) else { return notes }
        let log = RunLog(job.name, run: run, in: folder, given.log, given.clock)
        for note in notes { log.warned(note) }
        var troubles = [log.failure].compactMap(\.self)
        if case .success(var summary) = result, summary.directory != nil {
            summary.notes += notes
            do {
                try await summary.write(to: folder)
            } catch {
                troubles += RunFailure(error).messages
            }
        }
        return notes + troubles
    }

    /// - Returns: `nil` where there is no ledger.
    private func unsettled(_ now: Timestamp) async throws -> UnsettledItems? {
        let directory = try StateDirectory(of: job, environment: given.variables)
        guard directory.hasLedger else { return nil }
        return try await onOwnThread { [job] in
            try directory.openLedger(of: job).unsettled(before: now - job.unsettledAfter)
        }
    }

    private func writeMetrics(
        _ result: Result<RunSummary, RunFailure>, _ unsettled: UnsettledItems?, _ now: Timestamp
    ) async -> [String] {
        guard let path = job.metrics else { return [] }
        var metrics = RunMetrics(
            job: job.name, exit: result.status, startedAt: start, endedAt: now,
            unsettledAfter: job.unsettledAfter)
        metrics.counts = (try? result.get()).map(RunMetrics.Counts.init)
        metrics.latencies = latencies.withLock { $0 }
        metrics.ledger = unsettled
        do {
            try await onOwnThread { [text = metrics.text] in
                // The exporter is another user.
                try WholeFile.write(to: path, mode: 0o644) { try $0.write(contentsOf: Data(text.utf8)) }
            }
            return []
        } catch {
            return RunFailure(error).messages.map { "metrics.file is not written: \($0)" }
        }
    }
}

extension Result<RunSummary, RunFailure> {
    var status: ExitStatus {
        switch self {
        case .success(let summary): summary.status
        case .failure(let failure): failure.status
        }
    }
}

extension RunMetrics.Counts {
    fileprivate init(_ summary: RunSummary) {
        self.init(
            books: summary.books, accepted: summary.accepted, requests: summary.requests,
            retried: summary.dispatch.retried,
            throttled: summary.dispatch.throttled, missing: summary.plan.totals.missing,
            stillSelling: summary.stillSelling)
    }
}
