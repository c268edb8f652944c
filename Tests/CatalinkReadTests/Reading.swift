import CatalinkCore
import CatalinkRead
import Foundation

/// One record as tests compare it.
struct ReadRecord: Equatable, Sendable {
    var values: [String]
    var line: Int
    var number: Int
    var fieldCount: Int
}

extension ReadRecord {
    init(_ batch: RecordBatch, _ index: Int, _ entry: RecordBatch.Entry) {
        self.init(
            values: batch.header.columns.indices.map { batch.copy(of: $0, in: index).text }, line: entry.line,
            number: entry.number, fieldCount: entry.fieldCount)
    }
}

/// Gives `body` the path of a file of these bytes, in a directory of its own that is gone afterwards.
func withFile<Value>(_ bytes: [UInt8], _ body: (String) throws -> Value) throws -> Value {
    let directory = FileManager.default.temporaryDirectory.path + "/catalink-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let path = directory + "/catalog"
    try Data(bytes).write(to: URL(filePath: path))
    return try body(path)
}

func withFile<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
    try withFile(Array(text.utf8), body)
}

/// Everything that a source gives, batch by batch.
func batches(of source: some CatalogSource, columns: [String] = []) throws(CatalogError) -> [RecordBatch] {
    let reader = try source.open(columns: columns)
    var batches: [RecordBatch] = []
    while let batch = try reader.next() { batches.append(batch) }
    return batches
}

func records(of source: some CatalogSource, columns: [String] = []) throws(CatalogError) -> [ReadRecord] {
    var records: [ReadRecord] = []
    for batch in try batches(of: source, columns: columns) {
        for (index, entry) in batch.records.enumerated() {
            records.append(ReadRecord(batch, index, entry))
        }
    }
    return records
}

/// What is wrong with a source, as a person reads it; `nil` when it was read to its end.
func complaint(about source: some CatalogSource, columns: [String] = []) -> String? {
    do throws(CatalogError) {
        _ = try batches(of: source, columns: columns)
        return nil
    } catch {
        return error.message
    }
}
