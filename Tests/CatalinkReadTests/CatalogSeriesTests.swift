import CatalinkCore
import CatalinkRead
import CatalinkTestSupport
import Testing

struct CatalogSeriesTests {
    private func withSeries<Value>(
        _ texts: [String], _ body: (CatalogSeries) throws -> Value
    ) async throws -> Value {
        try await withTemporaryDirectory { directory in
            for (index, text) in texts.enumerated() { try write(text, to: "\(directory)/\(index).csv") }
            return try body(
                CatalogSeries(
                    texts.indices.map {
                        CSVCatalog(path: "\(directory)/\($0).csv", name: "\($0).csv", bufferSize: 16)
                    }))
        }
    }

    @Test func recordsComeFileByFileEachWithItsOwnHeaderAndLines() async throws {
        let texts = ["a,b\n1,2\n3,4\n", "a,b\n", "b,c\n5,6\n"]
        try await withSeries(texts) { series in
            let batches = try batches(of: series)
            let rows = batches.flatMap { batch in
                batch.records.indices.map { index in
                    "\(batch.file):\(batch.records[index].line) "
                        + batch.header.columns.enumerated().map { column, name in
                            "\(name)=\(batch.copy(of: column, in: index).text)"
                        }.joined(separator: " ")
                }
            }
            #expect(rows == ["0.csv:2 a=1 b=2", "0.csv:3 a=3 b=4", "2.csv:2 b=5 c=6"])
        }
    }

    @Test func columnsAndNotesOfAllFilesAreTold() throws {
        let first = NotedCatalog(columns: ["a", "b"], notes: ["one", "two"])
        let second = NotedCatalog(columns: ["b", "c"], notes: ["three"])
        let reader = try CatalogSeries([first, second]).open(columns: [])
        #expect(reader.seenColumns == ["a", "b"])
        while try reader.next() != nil {}
        #expect(reader.seenColumns == ["a", "b", "c"])
        #expect(reader.notes == ["one", "two", "three"])
        #expect(try reader.next() == nil)
    }

    @Test func aFaultInALaterFileEndsTheSeries() async throws {
        let told = try await withSeries(["a\n1\n", "a\n\"x"]) { complaint(about: $0) }
        #expect(told?.hasPrefix("1.csv:2:") == true)
    }

    @Test func aSeriesOfNothingHasNothing() throws {
        #expect(try records(of: CatalogSeries([])) == [])
    }

    @Test func aSeriesKeepsThePromiseOfACatalog() throws {
        let (columns, table) = (CatalogConformance.columns, CatalogConformance.table)
        let parts = [[], table, []].map {
            InMemoryCatalog(columns: columns, rows: $0)
        }
        try CatalogConformance(CatalogSeries(parts)).check()
    }
}

private struct NotedCatalog: CatalogSource {
    var columns: [String]
    var notes: [String]

    func open(columns: [String]) throws(CatalogError) -> any CatalogReader { Reader(self) }

    private final class Reader: CatalogReader {
        private let catalog: NotedCatalog

        init(_ catalog: NotedCatalog) {
            self.catalog = catalog
        }

        func next() throws(CatalogError) -> RecordBatch? { nil }
        var seenColumns: [String] { catalog.columns }
        var notes: [String] { catalog.notes }
    }
}
