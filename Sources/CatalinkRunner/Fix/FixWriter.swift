import CatalinkCore
import CatalinkLedger
import CatalinkRead
import Foundation

/// Writes the rows that need a change into a file of their own, from one more reading of the catalog.
struct FixWriter: Sendable {
    private let job: Job
    private let files: SourceFiles
    private let mapping: CatalogMapping
    private let now: Timestamp

    /// - Parameter now: the moment by which the plan has judged.
    init(
        _ job: Job, _ files: SourceFiles, now: Timestamp, stopReason: @escaping @Sendable () -> StopReason?
    ) {
        self.job = job
        self.files = files
        self.now = now
        mapping = CatalogMapping(job, files, now: now, stopReason: stopReason)
    }

    /// The end of the file's name is that of the format.
    var name: String { "fix.\(job.source.format.rawValue)" }

    /// - Parameters:
    ///   - run: whose verdicts count; `nil` for the plan that was staged last.
    ///   - columns: those that the catalog has shown.
    /// - Returns: what was written, or why nothing was; a catalog that is gone is no reason for a run to fail.
    func write(
        to path: String, _ ledger: SQLiteLedger, run: String?, columns: [String]
    ) throws -> FixFile {
        var fix = FixFile(path: path)
        guard !files.haveChanged else {
            fix.failure = "\(job.source.name) has changed since it was planned"
            return fix
        }
        do {
            try WholeFile.write(to: path) { file in
                let sheet = try sheet(columns)
                try fill(sheet, ledger, run, &fix) { try file.write(contentsOf: Data($0)) }
            }
        } catch let error as CatalogError {
            fix.failure = error.message
        } catch let error as RunFailure where [.interrupted, .terminated].contains(error.status) {
            fix.failure = "the run was stopped"
        }
        if fix.failure != nil { try? FileManager.default.removeItem(atPath: path + ".new") }
        return fix
    }

    private func sheet(_ columns: [String]) throws(CatalogError) -> any FixSheet {
        try files.fixSheet(columns, job)
    }

    private func fill(
        _ sheet: any FixSheet, _ ledger: SQLiteLedger, _ run: String?, _ fix: inout FixFile,
        _ write: (_ bytes: [UInt8]) throws -> Void
    ) throws {
        var mapper = CatalogMapper(job.mapping, now: now)
        _ = try mapping.eachBatch { batch, layout, rows, _ in
            let found = try ledger.rowsToFix(of: run, (rows + 1)...(rows + batch.count))
            for row in found {
                let record = row.number - rows - 1
                let notes = notes(row, batch, record, layout, &mapper)
                fix.count(try sheet.add(batch, record, layout.slots, notes))
            }
            if sheet.size >= Self.bufferSize { try write(sheet.take()) }
            return true
        }
        sheet.end()
        try write(sheet.take())
    }

    private static let bufferSize = 64 * 1024

    private func notes(
        _ row: RowToFix, _ batch: RecordBatch, _ record: Int, _ layout: CatalogMapping.Layout,
        _ mapper: inout CatalogMapper
    ) -> FixNotes {
        let entry = batch.records[record]
        let location = Location(file: batch.file, line: entry.line, record: row.number)
        let mapped = mapping.map(batch, record, layout, &mapper)
        var notes = FixNotes(row, mapped, location, job.mapping)
        if let fix = job.fix, layout.slots[fix.item] != ColumnUses.absent {
            // What the row was at first.
            let before = ItemName(cell: batch.copy(of: layout.slots[fix.item], in: record))
            if !before.isEmpty { notes.item = before.text }
        }
        return notes
    }
}

/// What takes the rows of a fix file, one after another.
protocol FixSheet: AnyObject {
    func add(
        _ batch: RecordBatch, _ record: Int, _ slots: [Int], _ notes: FixNotes
    ) throws(CatalogError) -> FixAddition
    func end()
    /// How many bytes wait to be taken.
    var size: Int { get }
    func take() -> [UInt8]
}

/// What became of a row.
enum FixAddition {
    case written
    /// It is one record with the row before.
    case together
    case leftOut
}

extension SourceFiles {
    /// A sheet of these files' own format.
    func fixSheet(_ columns: [String], _ job: Job) throws(CatalogError) -> any FixSheet {
        switch source.format {
        case .csv, .tsv: try FixTable(self, columns, job.mapping)
        case .xml: FixRecords(XMLCopy(files.map(markup)), job)
        case .yaml: FixRecords(NestedCopy(files.map(yaml)), job)
        case .json, .jsonl: FixRecords(NestedCopy(files.map(json)), job)
        }
    }
}
