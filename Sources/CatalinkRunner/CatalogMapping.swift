import CatalinkCore
import CatalinkLedger
import CatalinkRead

/// Stages 1 to 4 over the whole catalog: read, map, price, validate, batch by batch and in order.
struct CatalogMapping: Sendable {
    private let job: Job
    private let files: SourceFiles
    private let now: Timestamp
    private let stopReason: @Sendable () -> StopReason?
    /// What a stop interrupts, and what it means.
    var activity = "planning; nothing was sent"

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
        var mapper = CatalogMapper(job.mapping, now: now)
        let end = try eachBatch { batch, layout, rows, records in
            // Each row has one verdict, by its number: one in the whole catalog, whatever file or cell it comes from.
            for index in batch.records.indices { batch.records[index].number = rows + index + 1 }
            var pairs: [MappedPair] = []
            pairs.reserveCapacity(batch.count)
            for record in 0..<batch.count { pairs += mapper.joined(map(batch, record, layout, &mapper)) }
            return give(Mapped(records: records, pairs: pairs))
        }
        let rest = mapper.finish()
        if !rest.isEmpty { _ = give(Mapped(records: 0, pairs: rest)) }
        return end
    }

    /// The pairs of one row, whatever others may add to them.
    func map(
        _ batch: borrowing RecordBatch, _ record: Int, _ layout: borrowing Layout,
        _ mapper: inout CatalogMapper
    ) -> [MappedPair] {
        let found = layout.found.isEmpty ? nil : layout.found[record]
        let pairs = mapper.pairs(batch, record: record, slots: layout.slots, found: found)
        guard let fix = job.fix else { return pairs }
        return fix.checked(pairs, batch, record, layout.slots, job.mapping)
    }

    /// How each row of a key came to what it is.
    func explanations(of key: [UInt8]) throws -> [RowExplanation] {
        var mapper = CatalogMapper(job.mapping, now: now)
        var explanations: [RowExplanation] = []
        _ = try eachBatch { batch, layout, _, _ in
            for record in 0..<batch.count {
                let found = layout.found.isEmpty ? nil : layout.found[record]
                explanations += mapper.explanations(
                    batch, record: record, slots: layout.slots, found: found, key: key)
            }
            return true
        }
        return explanations
    }

    /// Stage 1 and what records take from each other.
    ///
    /// - Parameter body: takes each batch with how many rows were before it and how many records it was made of; says
    ///   whether it wants more. Numbers of records are those in their file.
    func eachBatch(
        _ body: (inout RecordBatch, _ layout: Layout, _ rows: Int, _ records: Int) throws -> Bool
    ) throws -> End {
        let kept = try collect()
        let reader = try files.catalog.open(columns: job.mapping.columns.names)
        var layout: Layout?
        var rows = 0
        while var batch = try reader.next() {
            try checkStop()
            var current = try self.layout(for: batch, layout)
            let records = batch.count
            job.fix?.prepare(&batch, current.slots)
            var findings = try fill(&batch, &current, from: kept)
            if let unfolding = job.kinship.unfolding {
                let more = unfolding.apply(to: &batch, slots: current.slots)
                findings.merge(more) { $0.adding($1) }
            }
            current.found = findings.isEmpty ? [] : batch.records.map { findings[$0.number] }
            guard try body(&batch, current, rows, records) else { break }
            rows += batch.count
            layout = current
        }
        return End(notes: reader.notes, columns: reader.seenColumns)
    }

    private func checkStop() throws {
        guard let reason = stopReason() else { return }
        throw RunFailure(reason.status, "\(reason.message) while \(activity)")
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
                try inheritance.collect(from: batch, slots: current.slots, into: store, now: now)
                layout = current
            }
            stores.append(store)
        }
        return stores
    }

    /// Lets the records of a batch inherit from neighbours, then from what each store has.
    ///
    /// - Returns: what their kin mean for some of them, by their numbers in the file.
    private func fill(
        _ batch: inout RecordBatch, _ layout: inout Layout, from stores: [SpillingGroupStore]
    ) throws -> [Int: KinshipFinding] {
        let room = max(RecordBatch.defaultRoom, job.source.settings.limits.recordSize)
        var findings = layout.fillDown?.apply(to: &batch, room: room) ?? [:]
        for (inheritance, store) in zip(job.kinship.inheritances, stores) {
            let more = try inheritance.apply(
                to: &batch, slots: layout.slots, from: store, now: now, room: room)
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
        /// What their kin mean for the records of the batch; empty where they mean nothing for any.
        var found: [KinshipFinding?] = []

        init(_ job: Job, _ batch: RecordBatch) throws {
            header = batch.header
            try job.fix?.checkHeader(batch)
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
