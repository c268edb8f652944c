import CatalinkCore
import CatalinkRead

/// The rows of a table with four columns more; those of several files have the columns of all.
final class FixTable: FixSheet {
    private let form: CSVForm
    private let columns: [String]
    private var bytes: [UInt8] = []
    private var order: (header: Header, indexes: [Int?])?

    init(_ files: SourceFiles, _ columns: [String], _ mapping: RowMapping) throws(CatalogError) {
        form = try files.files.first.map(files.table)?.form() ?? CSVForm()
        self.columns = columns.filter { FixColumn(rawValue: $0) == nil }
        if form.hasMark { bytes = CSVForm.mark }
        form.append((self.columns + FixColumn.allCases.map(\.rawValue)).map { Array($0.utf8) }, to: &bytes)
    }

    func add(
        _ batch: RecordBatch, _ record: Int, _ slots: [Int], _ notes: FixNotes
    ) throws(CatalogError) -> FixAddition {
        var notes = notes
        let entry = batch.records[record]
        let own = batch.header.columns.count
        if entry.fieldCount < own {
            notes.field = ShortRow(count: entry.fieldCount, width: own).text
        }
        var cells = indexes(batch.header).map { $0.map { batch.copy(of: $0, in: record) } ?? [] }
        cells += notes.values
        cells += (batch.surplus[entry.start] ?? []).map { range in
            Array(batch.bytes[Int(range.start)..<Int(range.start + range.length)])
        }
        form.append(cells.map(CellGuard.guarded), to: &bytes)
        return .written
    }

    /// Where the columns stand in a file's own header.
    private func indexes(_ header: Header) -> [Int?] {
        if let order, order.header == header { return order.indexes }
        var free = Set(header.columns.indices)
        let indexes = columns.map { column -> Int? in
            let index = header.columns.indices.first { free.contains($0) && header.columns[$0] == column }
            if let index { free.remove(index) }
            return index
        }
        order = (header, indexes)
        return indexes
    }

    func end() {}

    var size: Int { bytes.count }

    func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }
}

/// A row that had fewer fields than the header. It is filled up, so that what is added stands in its columns; one
/// that nobody has looked at must not pass for whole.
struct ShortRow {
    let count: Int
    /// The fields of the header.
    let width: Int

    init(count: Int, width: Int) {
        self.count = count
        self.width = width
    }

    /// By its cell of `_field`.
    init?(cell: String) {
        let words = cell.split(separator: " ")
        guard words.count == 4, words[1] == "of", words[3] == "fields", let count = Int(words[0]),
            let width = Int(words[2]), count < width, count >= 0
        else { return nil }
        self.init(count: count, width: width)
    }

    /// `2 of 4 fields`
    var text: String { "\(count) of \(width) fields" }
}
