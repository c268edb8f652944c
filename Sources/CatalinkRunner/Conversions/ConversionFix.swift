import CatalinkCore
import CatalinkLedger
import Foundation

/// Writes the payments that need a change into a file of their own format, from one more reading.
struct ConversionFix {
    private let pass: ConversionPass
    private let job: Job
    private let files: SourceFiles
    private static let bufferSize = 64 * 1024

    init(_ pass: ConversionPass, _ job: Job, _ files: SourceFiles) {
        self.pass = pass
        self.job = job
        self.files = files
    }

    /// - Returns: what was written, or why nothing was: the payments are recorded all the same.
    func write(
        to path: String, _ names: LinkNames, _ store: ConversionStore, _ report: ConversionReport
    ) throws -> FixFile {
        var fix = FixFile(path: path)
        guard !files.haveChanged else {
            fix.failure = "\(job.source.name) has changed since it was read"
            return fix
        }
        do {
            try WholeFile.write(to: path) { file in
                try fill(names, store, &fix) { try file.write(contentsOf: Data($0)) }
            }
        } catch let error as CatalogError {
            fix.failure = error.message
        } catch let error as RunFailure where [.interrupted, .terminated].contains(error.status) {
            fix.failure = "it was stopped"
        } catch let error as RunFailure {
            fix.failure = error.messages.joined(separator: "; ")
        }
        if fix.failure != nil { try? FileManager.default.removeItem(atPath: path + ".new") }
        return fix
    }

    private func fill(
        _ names: LinkNames, _ store: ConversionStore, _ fix: inout FixFile,
        _ write: (_ bytes: [UInt8]) throws -> Void
    ) throws {
        try names.refresh()
        let columns = try columns()
        let sheet = try files.fixSheet(columns, job)
        try pass.eachBatch { batch, slots, _ in
            for (record, problems) in try toFix(batch, slots, names, store) {
                let notes = FixNotes(problems, batch.location(of: record))
                fix.count(try sheet.add(batch, record, slots, notes))
            }
            if sheet.size >= Self.bufferSize { try write(sheet.take()) }
            return true
        }
        sheet.end()
        try write(sheet.take())
    }

    /// Every column that the files have, which a sheet has from its first row on.
    private func columns() throws -> [String] {
        guard job.source.format.hasHeader else { return [] }
        var columns: [String] = []
        var last: Header?
        try pass.eachBatch { batch, _, _ in
            if batch.header != last {
                columns += batch.header.columns.filter { !columns.contains($0) }
                last = batch.header
            }
            return files.files.count > 1
        }
        return columns
    }

    /// Rows of the batch that need a change, in their order.
    private func toFix(
        _ batch: RecordBatch, _ slots: [Int], _ names: LinkNames, _ store: ConversionStore
    ) throws -> [(record: Int, problems: [Problem])] {
        var rows: [(record: Int, problems: [Problem])] = []
        let mapped = try pass.mapped(batch, slots, names) { rows.append(($0, $1)) }
        let first = batch.records.first?.number ?? 0
        for (row, recorded) in try store.unsettled(mapped.matched) {
            let record = mapped.matched.location(of: row).record - first
            let problem =
                recorded.map {
                    pass.mapper.conflictProblem(
                        mapped.matched, row, recorded: $0, batch, record: record, slots: slots)
                } ?? Self.lateLink(mapped.matched.location(of: row))
            rows.append((record, [problem]))
        }
        return rows.sorted { $0.record < $1.record }
    }
}

extension ConversionFix {
    /// A row that was unmatched, and has its link by now.
    private static func lateLink(_ location: Location) -> Problem {
        Problem(
            subject: "link", location: location, rule: nil,
            expected: "a link that was there when payments were recorded", got: "one that was made meanwhile",
            hint: "the row is right: feed it back as it is")
    }
}

extension FixFile {
    /// What to type once payments are corrected.
    func command(payments jobFile: String, _ mapping: String?) -> String {
        "catalink conversions import \(jobFile.quotedForShell)"
            + (mapping.map { " --mapping \($0.quotedForShell)" } ?? "") + " --fix \(path.quotedForShell)"
    }
}

extension StateDirectory {
    /// Payments beside the ledger.
    package var conversions: String { path + "/conversions.sqlite" }

    /// - Returns: `nil` where no payment was ever recorded.
    func openConversions(of job: Job) throws -> ConversionStore? {
        guard FileManager.default.fileExists(atPath: conversions) else { return nil }
        return try ConversionStore(path: conversions, identity: job.identity)
    }

    /// Opens the payments to record more; begins them where there are none.
    func beginConversions(of job: Job) throws -> ConversionStore {
        try create()
        return try ConversionStore(path: conversions, identity: job.identity)
    }

    /// Where an import leaves the rows that need a change.
    func fixFile(ofImport id: String, _ format: Job.Format) throws -> String {
        let directory = path + "/conversions/" + id
        try Self.make(directory)
        return directory + "/fix.\(format.rawValue)"
    }
}
