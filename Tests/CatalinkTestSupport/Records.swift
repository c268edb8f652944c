package import CatalinkCore

/// Records as a CSV reader gives them: fields parted by commas, each record on a line of its own below the header.
///
/// A row of fewer fields than there are columns lacks the rest; its `fieldCount` tells.
package func makeBatch(columns: [String], rows: [[String]], firstRecord: Int = 1) -> RecordBatch {
    var batch = RecordBatch(file: "catalog.csv", header: Header(columns: columns))
    var line = firstRecord + 1
    for (index, row) in rows.enumerated() {
        let start = batch.bytes.count
        for column in 0..<max(columns.count, row.count) {
            guard column < row.count else {
                batch.fields.append(.absent)
                continue
            }
            if column > 0 { batch.bytes.append(UInt8(ascii: ",")) }
            let field = Array(row[column].utf8)
            if column < columns.count {
                batch.fields.append(FieldRange(start: batch.bytes.count, length: field.count))
            }
            batch.bytes.append(contentsOf: field)
        }
        batch.bytes.append(UInt8(ascii: "\n"))
        batch.records.append(
            RecordBatch.Entry(
                start: start, end: batch.bytes.count, line: line, number: firstRecord + index,
                fieldCount: row.count))
        line += batch.bytes[start...].filter { $0 == UInt8(ascii: "\n") }.count
    }
    return batch
}
