import CatalinkCore
import CatalinkRead
import Foundation

/// Reads a catalog to its end, touching every field, and does nothing else.
package struct ReadBench: Sendable {
    package struct Report: Sendable {
        package var records = 0
        package var fields = 0
        /// Of the fields' text.
        package var bytes = 0
        package var seconds = 0.0
        package var peakMemory = 0

        package var line: String {
            "\(records) records, \(fields) fields, \(bytes) bytes in \(Double(Int(seconds * 1000)) / 1000) s, "
                + "peak \(peakMemory >> 10) KiB"
        }
    }

    private let path: String
    private let format: Job.Format
    private let records: String
    private let columns: [String]

    /// - Parameter columns: for formats of paths; those that the first records show if empty.
    package init?(path: String, format: Job.Format?, records: String, columns: [String]) {
        guard let format = format ?? Job.Format(fileName: path) else { return nil }
        self.path = path
        self.format = format
        self.records = records
        self.columns = columns
    }

    package func run() async throws -> Report {
        try await onOwnThread { try read() }
    }

    private func read() throws -> Report {
        var source = Job.Source(patterns: [path], format: format, place: JobPlace(line: 1, column: 1))
        source.records = records
        let files = try SourceFiles(source)
        // The copy of standard input is gone with them.
        defer { withExtendedLifetime(files) {} }
        let catalog = files.catalog
        var names = columns
        if names.isEmpty, !format.hasHeader {
            let first = try catalog.open(columns: [])
            _ = try first.next()
            names = first.seenColumns
        }
        var report = Report()
        let absent = FieldRange.absent
        let start = ContinuousClock.now
        let reader = try catalog.open(columns: names)
        while let batch = try reader.next() {
            report.records += batch.count
            for range in batch.fields where range.start != absent.start {
                report.fields += 1
                report.bytes += Int(range.length)
            }
        }
        report.seconds = (ContinuousClock.now - start).inSeconds
        report.peakMemory = Process.peakMemory
        return report
    }
}
