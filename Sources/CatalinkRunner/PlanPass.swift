package import CatalinkCore
import Foundation

/// What reading and planning a whole catalog comes to.
package struct PlanReport: Sendable {
    package var books = Books()
    package var totals = PlanTotals()
    package var problems = ProblemGroups()
    package var warnings: [String] = []
    /// What is to be told of rows that are sent all the same.
    package var cautions = ProblemGroups()
    /// How many rows were left out, by reason.
    package var filtered: [String: Int] = [:]
    package var seconds = 0.0
    /// Every column that the catalog has shown.
    package var columns: [String] = []
    /// When the plan was whole.
    package var madeAt = Timestamp(seconds: 0)
    /// What was read; `nil` for a part of the catalog.
    package var catalog: CatalogStamp?
    package var history = RunHistory()
    /// What is not as in the last runs.
    package var unusual: [Expectations.Finding] = []

    /// Problems that are known, and how many pairs they account for.
    package var known: AcceptedProblems?
    package var accepted = 0

    /// Whether some rows cannot be sent as they are.
    package var hasProblems: Bool {
        books[.invalid] + books[.duplicate] > 0
    }

    /// Whether somebody is to look at some of them.
    package var hasNewProblems: Bool {
        books[.invalid] + books[.duplicate] > accepted
    }
}

/// Stages 1 to 5 over the whole catalog: what one thread reads and maps, the thread that calls stages.
struct PlanPass {
    private let job: Job
    private let mapping: CatalogMapping
    private let reasons: [String]
    /// Batches that may wait to be staged.
    private static let ahead = 2

    private enum Step: Sendable {
        case mapped(CatalogMapping.Mapped)
        case ended(Result<CatalogMapping.End, any Error>)
    }

    init(
        _ job: Job, _ files: SourceFiles, now: Timestamp, stopReason: @escaping @Sendable () -> StopReason?
    ) {
        self.job = job
        reasons = job.mapping.filterReasons
        mapping = CatalogMapping(job, files, now: now, stopReason: stopReason)
    }

    /// - Parameters:
    ///   - stage: what the pairs are handed to.
    ///   - onRows: told how many rows have been read, now and then.
    func run(into stage: any PlanStage, onRows: (Int) -> Void = { _ in }) throws -> PlanReport {
        var report = PlanReport()
        let end = try stageAll(into: stage, &report, onRows)
        report.warnings += end.notes
        try checkColumns(end.columns, &report)
        report.totals = try stage.finish()
        for (verdict, count) in report.totals.settled { report.books[verdict] += count }
        for problem in report.totals.duplicates {
            var problem = problem
            problem.rule = problem.subject == "key" ? job.mapping.key.place : job.mapping.link.url.place
            report.problems.add(problem)
        }
        return report
    }

    private func stageAll(
        into stage: any PlanStage, _ report: inout PlanReport, _ onRows: (Int) -> Void
    ) throws -> CatalogMapping.End {
        let handoff = Handoff<Step>(ahead: Self.ahead)
        // Should staging fail, the other thread's next batch finds nobody to take it.
        defer { handoff.close() }
        Thread.begin("catalink-map") { [mapping] in
            let end = Result { try mapping.run { handoff.put(.mapped($0)) } }
            _ = handoff.put(.ended(end))
        }
        while true {
            switch handoff.take() {
            case .mapped(let batch):
                try add(batch, to: stage, &report)
                onRows(report.books.rows)
            case .ended(let end): return try end.get()
            }
        }
    }

    private func add(
        _ batch: CatalogMapping.Mapped, to stage: any PlanStage, _ report: inout PlanReport
    ) throws {
        report.books.rows += batch.records
        report.books.pairs += batch.pairs.count
        for pair in batch.pairs {
            switch pair {
            case .invalid(_, _, let problems): for problem in problems { report.problems.add(problem) }
            case .filtered(let reason): report.filtered[reasons[reason], default: 0] += 1
            case .request(let planned): for warning in planned.warnings { report.cautions.add(warning) }
            case .merged: break
            }
        }
        try stage.add(batch.pairs)
    }

    /// Formats of paths have no header: a path that no record had is looked at once all have been read.
    private func checkColumns(_ seen: [String], _ report: inout PlanReport) throws {
        report.columns = seen
        guard !job.source.format.hasHeader, report.books.rows > 0 else { return }
        if let fix = job.fix { return try fix.checkSeen(seen) }
        var messages: [String] = []
        for slot in job.mapping.columns.missing(seen.contains) {
            let (name, place) = (job.mapping.columns.names[slot], job.mapping.columns.places[slot])
            let text =
                "\(place.text(in: job.file)): expected a column that some record has, got: \(name.quoted)"
            if let near = NearestName.nearest(to: name, among: seen) {
                messages.append("\(text) (did you mean \(near.quoted)?)")
            } else {
                report.warnings.append(text)
            }
        }
        if !messages.isEmpty { throw JobFileError(messages: messages) }
    }
}
