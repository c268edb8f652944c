import CatalinkCore
import CatalinkLedger
package import Foundation

/// Writes one line an item, for spreadsheets or programs.
package enum ResultsWriter {
    package enum Format: String, Sendable, CaseIterable {
        case csv, jsonl
    }

    private static let bufferSize = 64 * 1024

    /// The results of a job: every item of its ledger, and the rows of its last run that became none.
    package static func write(
        _ job: Job, variables: [String: String], as format: Format, _ write: (Data) throws -> Void
    ) throws {
        let directory = try StateDirectory(of: job, environment: variables)
        try self.write(
            directory.openLedger(of: job), run: nil, as: format, hasMark: job.results.hasByteOrderMark, write)
    }

    /// - Parameters:
    ///   - run: only what this run said; `nil` for the whole ledger.
    ///   - hasMark: whether CSV begins with a byte order mark, by which some spreadsheets know UTF-8.
    static func write(
        _ ledger: SQLiteLedger, run: String?, as format: Format, hasMark: Bool, _ write: (Data) throws -> Void
    ) throws {
        var buffer: [UInt8] = []
        if format == .csv {
            if hasMark { buffer.append(contentsOf: "\u{FEFF}".utf8) }
            buffer.append(contentsOf: (ResultLine.columns.joined(separator: ",") + "\n").utf8)
        }
        try ledger.forEachResult(run: run) { line in
            switch format {
            case .csv: buffer.appendCSV(line)
            case .jsonl:
                buffer.append(contentsOf: line.json.bytes)
                buffer.append(UInt8(ascii: "\n"))
            }
            if buffer.count >= bufferSize {
                try write(Data(buffer))
                buffer.removeAll(keepingCapacity: true)
            }
        }
        try write(Data(buffer))
    }
}

extension [UInt8] {
    fileprivate mutating func appendCSV(_ line: ResultLine) {
        for (index, value) in line.values.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            appendCell(value)
        }
        append(UInt8(ascii: "\n"))
    }

    /// Cells that a spreadsheet would take for a formula are guarded by an apostrophe; a number may be negative.
    mutating func appendCell(_ text: String, isNumber: Bool = false) {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let guarded = isFormula && !isNumber ? "'" + text : text
        if guarded.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) {
            append(UInt8(ascii: "\""))
            append(contentsOf: guarded.replacing("\"", with: "\"\"").utf8)
            append(UInt8(ascii: "\""))
        } else {
            append(contentsOf: guarded.utf8)
        }
    }
}
