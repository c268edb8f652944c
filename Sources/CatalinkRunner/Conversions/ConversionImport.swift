import CatalinkCore
import CatalinkLedger
import CatalinkRead
import Foundation

/// Records the payments of files: one thread reads, maps and matches, the thread that calls records.
package struct ConversionImport: Sendable {
    /// What is read, and how.
    package struct Input: Sendable {
        /// Paths and patterns; `-` is standard input.
        package var files: [String]
        package var format: Job.Format?
        /// A corrected fix file instead.
        package var fix: String?
        /// Where rows that need a change are written; beside the payments unless it is said.
        package var writesFixTo: String?

        package init(
            files: [String], format: Job.Format? = nil, fix: String? = nil, writesFixTo: String? = nil
        ) {
            self.files = files
            self.format = format
            self.fix = fix
            self.writesFixTo = writesFixTo
        }
    }

    private let job: Job
    private let reading: Job
    private let input: Input
    private let environment: RunEnvironment

    /// - Throws: `RunFailure` for files of which nobody says what they are.
    package init(_ job: Job, _ input: Input, _ environment: RunEnvironment) throws {
        self.job = job
        self.input = input
        self.environment = environment
        reading = try job.reading(payments: input.files, as: input.format, fix: input.fix)
    }

    package func run() async throws -> ConversionReport {
        Allocator.growInLargePieces()
        let start = environment.clock.now()
        let directory = try StateDirectory(of: job, environment: environment.variables)
        let ledger = try directory.openLedger(of: job)
        let store = try directory.beginConversions(of: job)
        let files = try await SourceFiles.open(reading.source, environment.stop)
        if let path = input.writesFixTo { try files.check(writing: path, "--write-fix") }
        let id = RunID.make(start, environment.random)
        return try await onOwnThread {
            let names = try LinkNames(ledger)
            let pass = ConversionPass(reading, job.conversion.mapping, files, now: start, environment.stop)
            try pass.checkFix()
            var report = try pass.run(names, into: store)
            (report.job, report.command) = (job.name, job.file)
            report.mapping = job.conversion.file
            report.source = reading.source.name
            if report.status == .rowsNeedWork {
                let path = try input.writesFixTo ?? directory.fixFile(ofImport: id, reading.source.format)
                report.fix = try ConversionFix(pass, reading, files).write(to: path, names, store, report)
            }
            report.seconds = environment.clock.now().since(start).inSeconds
            return report
        }
    }
}

/// Reads payments and says of each row what it is.
struct ConversionPass: Sendable {
    let job: Job
    let mapper: ConversionMapper
    private let mapping: ConversionMapping
    private let catalog: CatalogMapping
    /// Rows that are recorded in one transaction. Where ids are in no order each touches every page: there are fewer.
    private static let mostInOrder = 65_536
    private static let mostRows = 98_304
    /// The first transactions are smaller: what is wrong with the disk is told soon.
    private static let firstRows = 8192

    /// What became of rows before they are recorded.
    struct Mapped: Sendable {
        var rows = 0
        var matched = MatchedConversions()
        var invalid = 0
        var unmatched = 0
        var problems = ProblemGroups()

        init(room: Int) {
            matched.reserveCapacity(room)
        }
    }

    private enum Step: Sendable {
        case mapped(Mapped)
        case ended(Result<CatalogMapping.End, any Error>)
    }

    init(_ job: Job, _ mapping: ConversionMapping, _ files: SourceFiles, now: Timestamp, _ stop: StopSwitch) {
        self.job = job
        self.mapping = mapping
        mapper = ConversionMapper(mapping, now: now)
        var catalog = CatalogMapping(job, files, now: now) { stop.reason }
        catalog.activity = "recording payments; run it again, what is recorded stays known"
        self.catalog = catalog
    }

    /// Of a file that is no fix file nothing is recorded. A table is known by its header.
    func checkFix() throws {
        guard let fix = job.fix, !job.source.format.hasHeader else { return }
        var rows = 0
        let end = try eachBatch { batch, _, _ in
            rows += batch.count
            return true
        }
        if rows > 0 { try fix.checkSeen(end.columns) }
    }

    // MARK: Recording

    func run(_ names: LinkNames, into store: ConversionStore) throws -> ConversionReport {
        var report = ConversionReport(job: "", jobFile: job.file, source: "")
        let handoff = Handoff<Step>(ahead: 0)
        defer { handoff.close() }
        let names = LentNames(names: names)
        Thread.begin("catalink-map") { [self] in
            let end = Result { try map(names.names) { handoff.put(.mapped($0)) } }
            _ = handoff.put(.ended(end))
        }
        while true {
            switch handoff.take() {
            case .mapped(let rows):
                report.add(rows)
                try record(rows.matched, into: store, &report)
            case .ended(let end):
                report.warnings += try end.get().notes
                return report
            }
        }
    }

    private func record(
        _ rows: MatchedConversions, into store: ConversionStore, _ report: inout ConversionReport
    ) throws {
        guard rows.count > 0 else { return }
        let added = try store.add(rows)
        report.books.new += added.new
        report.books.known += added.known
        report.books.invalid += added.conflicts.count
        for conflict in added.conflicts {
            report.problems.add(mapper.conflictProblem(rows, conflict.index, recorded: conflict.recorded))
        }
    }

    /// Gives as many rows at once as are recorded in one transaction, while those before are recorded.
    private func map(_ names: LinkNames, _ give: (Mapped) -> Bool) throws -> CatalogMapping.End {
        var together = Self.firstRows
        var waiting = Mapped(room: together)
        func giveAll() -> Bool {
            names.giveLinks(to: &waiting.matched)
            defer { waiting = Mapped(room: together) }
            return give(waiting)
        }
        // What was read before a failure is recorded: a rerun knows it.
        defer { _ = giveAll() }
        return try eachBatch { batch, slots, _ in
            try add(batch, slots, names, nil, to: &waiting)
            guard waiting.matched.count >= together else { return true }
            together = min(2 * together, waiting.matched.isInOrder ? Self.mostInOrder : Self.mostRows)
            guard giveAll() else { return false }
            // A run may have replaced links meanwhile.
            try names.refresh()
            return true
        }
    }

    // MARK: Rows

    /// - Parameter body: takes each batch, its slots, and how many rows were before it.
    @discardableResult
    func eachBatch(
        _ body: (_ batch: RecordBatch, _ slots: [Int], _ rows: Int) throws -> Bool
    ) throws -> CatalogMapping.End {
        var header: Header?
        return try catalog.eachBatch { batch, layout, rows, _ in
            // Each file has its own.
            if header != batch.header { try checkHeader(batch) }
            header = batch.header
            return try body(batch, layout.slots, rows)
        }
    }

    /// A table lacks columns as a whole; of other formats each record tells what it lacks.
    private func checkHeader(_ batch: RecordBatch) throws {
        guard job.source.format.hasHeader else { return }
        let missing = mapping.missing { batch.header.index(of: $0) != nil }
        guard !missing.isEmpty else { return }
        let columns = batch.header.columns.prefix(12).map { $0.quoted }.joined(separator: ", ")
        throw JobFileError(
            messages: missing.map { name in
                "\(batch.file): expected a column \(name), got: \(columns) (say which it is in `conversion:`, or in a file "
                    + "for `--mapping`)"
            })
    }

    /// - Parameter told: given each row that needs a change, with its problems; `nil` where all are counted alone.
    func mapped(
        _ batch: RecordBatch, _ slots: [Int], _ names: LinkNames,
        _ told: ((_ record: Int, [Problem]) -> Void)?
    ) throws -> Mapped {
        var mapped = Mapped(room: batch.count)
        try add(batch, slots, names, told, to: &mapped)
        names.giveLinks(to: &mapped.matched)
        return mapped
    }

    private func add(
        _ batch: RecordBatch, _ slots: [Int], _ names: LinkNames,
        _ told: ((_ record: Int, [Problem]) -> Void)?, to mapped: inout Mapped
    ) throws {
        mapped.rows += batch.count
        var payment = Conversion.blank
        try names.looking { find in
            for record in 0..<batch.count {
                let problems = try problems(batch, record, slots, &payment, find, &mapped)
                if problems.isEmpty { continue }
                for problem in problems { mapped.problems.add(problem) }
                told?(record, problems)
            }
        }
    }

    /// Adds a record to those that are matched, or tells what is wrong with it.
    private func problems(
        _ batch: RecordBatch, _ record: Int, _ slots: [Int], _ payment: inout Conversion,
        _ find: (Conversion) throws -> LinkNames.Found, _ mapped: inout Mapped
    ) rethrows -> [Problem] {
        if let fix = job.fix, let problem = fix.shortRow(batch, record, slots) {
            mapped.invalid += 1
            return [problem]
        }
        let problems = mapper.read(
            batch, record: record, slots: slots, into: &payment, batch.location(of: record))
        guard problems.isEmpty else {
            mapped.invalid += 1
            return problems
        }
        let found = try find(payment)
        if let link = found.link {
            let entry = batch.records[record]
            mapped.matched.add(
                payment, link: link, hasSiblings: found.hasSiblings, file: batch.file, line: entry.line,
                record: entry.number)
            return []
        }
        mapped.unmatched += 1
        return [
            mapper.linkProblem(
                payment, isAmbiguous: found == .several, batch, record: record, slots: slots,
                batch.location(of: record))
        ]
    }
}

/// Names that one thread has at a time: the one that maps, then the one that called.
private struct LentNames: @unchecked Sendable {
    let names: LinkNames
}

extension ConversionReport {
    fileprivate mutating func add(_ batch: ConversionPass.Mapped) {
        books.rows += batch.rows
        books.invalid += batch.invalid
        books.unmatched += batch.unmatched
        withoutID += batch.matched.rows.count { !$0.hasID }
        problems.add(batch.problems)
    }
}

extension RecordBatch {
    func location(of record: Int) -> Location {
        Location(file: file, line: records[record].line, record: records[record].number)
    }
}
