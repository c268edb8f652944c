import CatalinkCore
@testable import CatalinkRead
import Testing

/// A text in one of the nested formats, and how to read it.
struct NestedCase: Sendable, CustomTestStringConvertible {
    enum Format: Sendable { case yaml, json, lines }

    var format: Format
    var text: String
    var records = "/"
    var columns: [String] = ["a"]
    var limits = ReadLimits()

    var testDescription: String { "\(format) \(records): \(text.prefix(60))" }

    func reader(chunk: Int = .max, batchSize: Int = 4096) -> any CatalogReader {
        let source = ChunkedSource(Array(text.utf8), size: chunk)
        let path = RecordPath(records, isLines: format == .lines)
        return switch format {
        case .yaml:
            YAMLReader(
                source, name: "c", recordPath: path, columns: columns, limits: limits, batchSize: batchSize)
        case .json, .lines:
            JSONReader(
                source, name: "c", recordPath: path, isLines: format == .lines, columns: columns,
                limits: limits, batchSize: batchSize)
        }
    }

    /// Records with their places, and how reading ended; all that a person or a job can see.
    func outcome(chunk: Int = .max, batchSize: Int = 4096) -> NestedOutcome {
        let reader = reader(chunk: chunk, batchSize: batchSize)
        var outcome = NestedOutcome()
        do throws(CatalogError) {
            while let batch = try reader.next() { outcome.add(batch) }
        } catch {
            outcome.message = error.message
            return outcome
        }
        outcome.seen = reader.seenColumns
        return outcome
    }
}

struct NestedOutcome: Equatable {
    var values: [[String]] = []
    var lines: [Int] = []
    var places: [[String]] = []
    var seen: [String] = []
    var message: String?

    fileprivate mutating func add(_ batch: RecordBatch) {
        let columns = batch.header.columns.indices
        for record in 0..<batch.count {
            values.append(columns.map { batch.copy(of: $0, in: record).text.replacing("\u{1F}", with: "|") })
            lines.append(batch.records[record].line)
            places.append(
                columns.map { column in
                    let place = batch.position(of: column, in: record)
                    return "\(place.line):\(place.column)"
                })
        }
    }
}
