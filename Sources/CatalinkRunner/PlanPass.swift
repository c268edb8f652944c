package import CatalinkCore
import CatalinkRead

/// What reading and planning a whole catalog comes to.
package struct PlanReport: Sendable {
    package var books = Books()
    package var totals = PlanTotals()
    package var problems = ProblemGroups()
    package var warnings: [String] = []
    package var seconds = 0.0

    /// Whether some rows cannot be sent as they are.
    package var hasProblems: Bool {
        books[.invalid] + books[.duplicate] > 0
    }
}

/// Stages 1 to 5 over the whole catalog, batch by batch, on the thread that calls.
struct PlanPass {
    private let job: Job
    private let now: Timestamp
    private let stopReason: @Sendable () -> StopReason?

    init(_ job: Job, now: Timestamp, stopReason: @escaping @Sendable () -> StopReason?) {
        self.job = job
        self.now = now
        self.stopReason = stopReason
    }

    /// - Parameter stage: what the pairs are handed to.
    func run(into stage: any PlanStage) throws -> PlanReport {
        var report = PlanReport()
        let reader = try job.catalog.open(columns: job.mapping.columns.names)
        var mapper = CatalogMapper(job.mapping, now: now)
        var layout: Layout?
        while let batch = try reader.next() {
            if let reason = stopReason() {
                throw RunFailure(reason.status, "\(reason.message) while planning; nothing was sent")
            }
            var batch = batch
            var current = try layout ?? Layout(job, batch.header)
            current.fillDown?.apply(to: &batch)
            try add(batch, current.slots, &mapper, to: stage, &report)
            layout = current
        }
        report.warnings += reader.notes
        try checkColumns(reader, &report)
        report.totals = try stage.finish()
        for (verdict, count) in report.totals.settled { report.books[verdict] += count }
        for problem in report.totals.duplicates {
            var problem = problem
            problem.rule = problem.subject == "key" ? job.mapping.key.place : job.mapping.link.url.place
            report.problems.add(problem)
        }
        return report
    }

    private func add(
        _ batch: RecordBatch, _ slots: [Int], _ mapper: inout CatalogMapper, to stage: any PlanStage,
        _ report: inout PlanReport
    ) throws {
        var pairs: [MappedPair] = []
        pairs.reserveCapacity(batch.count)
        for record in 0..<batch.count { pairs += mapper.map(batch, record: record, slots: slots) }
        report.books.rows += batch.count
        report.books.pairs += pairs.count
        for case .invalid(_, _, let problems) in pairs {
            for problem in problems { report.problems.add(problem) }
        }
        try stage.add(pairs)
    }

    /// Formats of paths have no header: a path that no record had is looked at once all have been read.
    private func checkColumns(_ reader: any CatalogReader, _ report: inout PlanReport) throws {
        guard job.source.format == .xml || job.source.format == .yaml, report.books.rows > 0 else { return }
        let seen = reader.seenColumns
        var messages: [String] = []
        for (slot, name) in job.mapping.columns.names.enumerated() where !seen.contains(name) {
            let place = job.mapping.columns.places[slot]
            let text =
                "\(job.file):\(place.line):\(place.column): expected a column that some record has, got: \(name.quoted)"
            if let near = NearestName.nearest(to: name, among: seen) {
                messages.append("\(text) (did you mean \(near.quoted)?)")
            } else {
                report.warnings.append(text)
            }
        }
        if !messages.isEmpty { throw JobFileError(messages: messages) }
    }

    /// Where the job's columns lie in a header.
    private struct Layout {
        var slots: [Int]
        var fillDown: FillDown?

        init(_ job: Job, _ header: Header) throws {
            switch job.mapping.columns.resolve(in: header) {
            case .success(let found): slots = found
            case .failure(let missing):
                throw JobFileError(
                    messages: missing.slots.map { slot in
                        let (name, place) = (
                            job.mapping.columns.names[slot], job.mapping.columns.places[slot]
                        )
                        let hint = NearestName.hint(for: name, among: header.columns).map { " (\($0))" } ?? ""
                        return
                            "\(job.file):\(place.line):\(place.column): expected a column of \(job.source.name), "
                            + "got: \(name.quoted)\(hint)"
                    })
            }
            fillDown = job.fillDown.map {
                FillDown(by: slots[$0.by], columns: $0.columns.map { [slots] in slots[$0] })
            }
        }
    }
}

extension Job {
    /// The adapter that reads this job's format.
    var catalog: any CatalogSource {
        switch source.format {
        case .csv, .tsv: CSVCatalog(path: source.path, name: source.name, dialect: source.dialect)
        case .xml: XMLCatalog(path: source.path, name: source.name, recordPath: source.records ?? "/")
        case .yaml: YAMLCatalog(path: source.path, name: source.name, recordPath: source.records ?? "/")
        }
    }
}
