package import CatalinkCore
import Testing

/// What every source of records promises; `table` is what it must give for the columns `sku`, `title` and `price`.
package struct CatalogConformance {
    private let source: any CatalogSource

    /// The records that a source under test has to hold.
    package static let table = [
        ["A-1", "Mug, large", "12.50"], ["A-2", "Cup \"small\"", "7"], ["A-3", "Käse & Brot", "0.99"],
        ["A-4", "Two\nlines", "3.00"], ["A-5", "", "1e3"],
    ]
    package static let columns = ["sku", "title", "price"]

    package init(_ source: any CatalogSource) {
        self.source = source
    }

    package func check() throws {
        let reader = try source.open(columns: Self.columns)
        var rows: [[String]] = []
        var numbers: [Int] = []
        var lines: [Int] = []
        while let batch = try reader.next() {
            #expect(batch.count > 0, "a batch holds something")
            let slots = try #require(Self.columns.map { batch.header.index(of: $0) } as? [Int])
            for record in 0..<batch.count {
                rows.append(slots.map { batch.copy(of: $0, in: record).text })
                numbers.append(batch.records[record].number)
                lines.append(batch.records[record].line)
                #expect(batch.records[record].fieldCount == batch.header.columns.count)
                for slot in slots {
                    #expect(Int(batch.position(of: slot, in: record).line) >= batch.records[record].line)
                }
            }
        }
        #expect(rows == Self.table)
        #expect(numbers == Array(1...Self.table.count))
        #expect(lines == lines.sorted())
        #expect(Set(Self.columns).isSubset(of: reader.seenColumns))
        let afterTheEnd = try reader.next()
        #expect(afterTheEnd == nil, "the end stays the end")
    }
}

/// A catalog that lies in memory.
package struct InMemoryCatalog: CatalogSource {
    private let columns: [String]
    private let rows: [[String]]
    private let batchSize: Int

    package init(columns: [String], rows: [[String]], batchSize: Int = 2) {
        self.columns = columns
        self.rows = rows
        self.batchSize = batchSize
    }

    package func open(columns: [String]) throws(CatalogError) -> any CatalogReader {
        Reader(columns: self.columns, rows: rows[...], batchSize: batchSize)
    }

    private final class Reader: CatalogReader {
        let seenColumns: [String]
        private var rows: ArraySlice<[String]>
        private let batchSize: Int

        init(columns: [String], rows: ArraySlice<[String]>, batchSize: Int) {
            seenColumns = columns
            self.rows = rows
            self.batchSize = batchSize
        }

        func next() throws(CatalogError) -> RecordBatch? {
            guard !rows.isEmpty else { return nil }
            var batch = RecordBatch(file: "memory", header: Header(columns: seenColumns))
            let first = rows.startIndex
            for (offset, row) in rows.prefix(batchSize).enumerated() {
                let start = batch.bytes.count
                for value in row {
                    batch.fields.append(FieldRange(start: batch.bytes.count, length: value.utf8.count))
                    batch.bytes.append(contentsOf: value.utf8)
                }
                batch.records.append(
                    RecordBatch.Entry(
                        start: start, end: batch.bytes.count, line: first + offset + 1,
                        number: first + offset + 1,
                        fieldCount: row.count))
                batch.positions += row.map { _ in TextPosition(line: first + offset + 1) }
            }
            rows = rows.dropFirst(batchSize)
            return batch
        }
    }
}
