package import CatalinkCore
import CatalinkLedger
import CatalinkRead

/// What reading and planning a whole catalog comes to.
package struct PlanReport: Sendable {
    package var books = Books()
    package var totals = PlanTotals()
    package var problems = ProblemGroups()
    package var warnings: [String] = []
    /// How many rows were left out, by reason.
    package var filtered: [String: Int] = [:]
    package var seconds = 0.0

    /// Whether some rows cannot be sent as they are.
    package var hasProblems: Bool {
        books[.invalid] + books[.duplicate] > 0
    }
}

/// Stages 1 to 5 over the whole catalog, batch by batch, on the thread that calls.
struct PlanPass {
    private let job: Job
    private let files: SourceFiles
    private let now: Timestamp
    private let stopReason: @Sendable () -> StopReason?

    init(
        _ job: Job, _ files: SourceFiles, now: Timestamp, stopReason: @escaping @Sendable () -> StopReason?
    ) {
        self.job = job
        self.files = files
        self.now = now
        self.stopReason = stopReason
    }

    /// - Parameter stage: what the pairs are handed to.
    func run(into stage: any PlanStage) throws -> PlanReport {
        var report = PlanReport()
        let kept = try collect()
        let reader = try files.catalog.open(columns: job.mapping.columns.names)
        var mapper = CatalogMapper(job.mapping, now: now)
        var layout: Layout?
        while var batch = try reader.next() {
            try checkStop()
            var current = try self.layout(for: batch, layout)
            current.fillDown?.apply(to: &batch)
            for (inheritance, store) in zip(job.kinship.inheritances, kept) {
                try inheritance.apply(to: &batch, slots: current.slots, from: store)
            }
            report.books.rows += batch.count
            if let unfolding = job.kinship.unfolding {
                batch = unfolding.apply(to: batch, slots: current.slots)
            }
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

    private func checkStop() throws {
        guard let reason = stopReason() else { return }
        throw RunFailure(reason.status, "\(reason.message) while planning; nothing was sent")
    }

    /// What records inherit over the whole catalog, from a reading of its own.
    private func collect() throws -> [SpillingGroupStore] {
        guard !job.kinship.inheritances.isEmpty else { return [] }
        let stores = job.kinship.inheritances.map { _ in SpillingGroupStore() }
        let reader = try files.catalog.open(columns: job.mapping.columns.names)
        var layout: Layout?
        while let batch = try reader.next() {
            try checkStop()
            let current = try self.layout(for: batch, layout)
            for (inheritance, store) in zip(job.kinship.inheritances, stores) {
                try inheritance.collect(from: batch, slots: current.slots, into: store)
            }
            layout = current
        }
        return stores
    }

    /// The last layout, or a new one where another file has another header.
    private func layout(for batch: RecordBatch, _ last: Layout?) throws -> Layout {
        if let last, last.header == batch.header { return last }
        return try Layout(job, batch)
    }

    private func add(
        _ batch: RecordBatch, _ slots: [Int], _ mapper: inout CatalogMapper, to stage: any PlanStage,
        _ report: inout PlanReport
    ) throws {
        let reasons = job.mapping.filterReasons
        var pairs: [MappedPair] = []
        pairs.reserveCapacity(batch.count)
        for record in 0..<batch.count { pairs += mapper.map(batch, record: record, slots: slots) }
        report.books.pairs += pairs.count
        for pair in pairs {
            switch pair {
            case .invalid(_, _, let problems): for problem in problems { report.problems.add(problem) }
            case .filtered(let reason): report.filtered[reasons[reason], default: 0] += 1
            case .request: break
            }
        }
        try stage.add(pairs)
    }

    /// Formats of paths have no header: a path that no record had is looked at once all have been read.
    private func checkColumns(_ reader: any CatalogReader, _ report: inout PlanReport) throws {
        guard !job.source.format.hasHeader, report.books.rows > 0 else { return }
        let seen = reader.seenColumns
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

    /// Where the job's columns lie in a header.
    private struct Layout {
        let header: Header
        var slots: [Int]
        var fillDown: FillDown?

        init(_ job: Job, _ batch: RecordBatch) throws {
            header = batch.header
            try Self.checkPreset(job, batch)
            switch job.mapping.columns.resolve(in: header) {
            case .success(let found): slots = found
            case .failure(let missing):
                throw JobFileError(
                    messages: missing.slots.map { slot in
                        let (name, place) = (
                            job.mapping.columns.names[slot], job.mapping.columns.places[slot]
                        )
                        let hint =
                            NearestName.hint(for: name, among: batch.header.columns)
                            .map { " (\($0))" } ?? ""
                        return
                            "\(place.text(in: job.file)): expected a column of \(batch.file), "
                            + "got: \(name.quoted)\(hint)"
                    })
            }
            guard let fill = job.kinship.fillDown else { return }
            let by = fill.by.map { slots[$0] }
            guard by != ColumnUses.absent else { return }
            fillDown = FillDown(
                by: by,
                columns: fill.columns.map { slots[$0] }.filter { $0 != ColumnUses.absent })
        }

        /// A preset on another export would find most of its columns missing and say nothing of it.
        private static func checkPreset(_ job: Job, _ batch: RecordBatch) throws {
            guard let preset = job.source.preset, job.source.format.hasHeader,
                let missing = preset.columns.first(where: { batch.header.index(of: $0) == nil })
            else { return }
            let place = job.source.place
            throw JobFileError(messages: [
                "\(place.text(in: job.file)): expected an export that preset \(preset.name) fits (\(preset.about)), "
                    + "got: \(batch.file) without the column \(missing.quoted) "
                    + "(`catalink init FILE` names the preset that fits)"
            ])
        }
    }
}
