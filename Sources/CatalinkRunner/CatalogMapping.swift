import CatalinkCore
import CatalinkLedger
import CatalinkRead

/// Stages 1 to 4 over the whole catalog: read, map, price, validate, batch by batch and in order.
struct CatalogMapping: Sendable {
    private let job: Job
    private let files: SourceFiles
    private let now: Timestamp
    private let stopReason: @Sendable () -> StopReason?

    /// What became of one batch.
    struct Mapped: Sendable {
        var records: Int
        var pairs: [MappedPair]
    }

    /// What a reader knows at its end.
    struct End: Sendable {
        var notes: [String]
        var columns: [String]
    }

    init(
        _ job: Job, _ files: SourceFiles, now: Timestamp, stopReason: @escaping @Sendable () -> StopReason?
    ) {
        self.job = job
        self.files = files
        self.now = now
        self.stopReason = stopReason
    }

    /// - Parameter give: takes each batch; says whether it wants more.
    func run(_ give: (Mapped) -> Bool) throws -> End {
        let kept = try collect()
        let reader = try files.catalog.open(columns: job.mapping.columns.names)
        var mapper = CatalogMapper(job.mapping, now: now)
        var layout: Layout?
        var rows = 0
        while var batch = try reader.next() {
            try checkStop()
            var current = try self.layout(for: batch, layout)
            let records = batch.count
            let findings = try fill(&batch, &current, from: kept)
            if let unfolding = job.kinship.unfolding {
                batch = unfolding.apply(to: batch, slots: current.slots)
            }
            let found = findings.isEmpty ? [] : batch.records.map { findings[$0.number] }
            // Each row has one verdict, by its number: one in the whole catalog, whatever file or cell it comes from.
            for index in batch.records.indices { batch.records[index].number = rows + index + 1 }
            rows += batch.count
            var pairs: [MappedPair] = []
            pairs.reserveCapacity(batch.count)
            for record in 0..<batch.count {
                pairs += mapper.map(
                    batch, record: record, slots: current.slots, found: found.isEmpty ? nil : found[record])
            }
            guard give(Mapped(records: records, pairs: pairs)) else { break }
            layout = current
        }
        return End(notes: reader.notes, columns: reader.seenColumns)
    }

    private func checkStop() throws {
        guard let reason = stopReason() else { return }
        throw RunFailure(reason.status, "\(reason.message) while planning; nothing was sent")
    }

    /// What records inherit over the whole catalog; each inheritance has a reading of its own, which sees what the
    /// ones before it fill in.
    private func collect() throws -> [SpillingGroupStore] {
        var stores: [SpillingGroupStore] = []
        for inheritance in job.kinship.inheritances {
            let store = SpillingGroupStore()
            let reader = try files.catalog.open(columns: job.mapping.columns.names)
            var layout: Layout?
            while var batch = try reader.next() {
                try checkStop()
                var current = try self.layout(for: batch, layout)
                _ = try fill(&batch, &current, from: stores)
                try inheritance.collect(from: batch, slots: current.slots, into: store)
                layout = current
            }
            stores.append(store)
        }
        return stores
    }

    /// Lets the records of a batch inherit from neighbours, then from what each store has.
    ///
    /// - Returns: what their parents mean for some of them, by their numbers in the file.
    private func fill(
        _ batch: inout RecordBatch, _ layout: inout Layout, from stores: [SpillingGroupStore]
    ) throws -> [Int: KinshipFinding] {
        layout.fillDown?.apply(to: &batch)
        var findings: [Int: KinshipFinding] = [:]
        for (inheritance, store) in zip(job.kinship.inheritances, stores) {
            let more = try inheritance.apply(to: &batch, slots: layout.slots, from: store)
            findings.merge(more) { $0.adding($1) }
        }
        return findings
    }

    /// The last layout, or a new one where another file has another header.
    private func layout(for batch: RecordBatch, _ last: Layout?) throws -> Layout {
        if let last, last.header == batch.header { return last }
        return try Layout(job, batch)
    }
}

extension CatalogMapping {
    /// Where the job's columns lie in a header.
    struct Layout: Sendable {
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
