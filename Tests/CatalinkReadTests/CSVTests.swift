import CatalinkCore
import CatalinkRead
import Testing

struct CSVTests {
    private func read(_ text: String) throws -> (
        columns: [String], records: [ReadRecord]
    ) {
        try withFile(text) { path in
            let catalog = CSVCatalog(path: path, name: "catalog.csv")
            let columns = try catalog.open(columns: []).seenColumns
            return (columns, try records(of: catalog))
        }
    }

    /// A file whose columns are a and b, and the values of its records.
    private static let files: [(String, [[String]])] = [
        ("a,b\n1,2\n", [["1", "2"]]),
        ("a,b\r\n1,2\r\n3,4\r\n", [["1", "2"], ["3", "4"]]),
        ("a,b\r1,2\r3,4\r", [["1", "2"], ["3", "4"]]),
        ("a,b\n1,2", [["1", "2"]]),
        ("a,b\r\n1,2\r", [["1", "2"]]),
        ("a,b\r\n1,\"2\"\r", [["1", "2"]]),
        ("a,b\n1,\"2\"", [["1", "2"]]),
        ("\u{FEFF}a,b\n1,2\n", [["1", "2"]]),
        ("\u{FEFF}\"a\",b\n1,2\n", [["1", "2"]]),
        ("\n\r\na,b\n1,2\n", [["1", "2"]]),
        ("a,b\n\n1,2\n\r\n\n3,4\n\n", [["1", "2"], ["3", "4"]]),
        ("a,b\n\"x,y\",2\n", [["x,y", "2"]]),
        ("a,b\n\"x\ny\",\"\n\"\n", [["x\ny", "\n"]]),
        ("a,b\r\n\"x\r\ny\",2\r\n", [["x\r\ny", "2"]]),
        ("a,b\r\"x\ry\",2\r", [["x\ry", "2"]]),
        ("a,b\n\"say \"\"hi\"\" twice\",\"\"\"\"\n", [["say \"hi\" twice", "\""]]),
        ("a,b\n\"\"\"x\"\"\",\"\"\n", [["\"x\"", ""]]),
        ("a,b\n,\n", [["", ""]]),
        ("a,b\n x , y \n", [[" x ", " y "]]),
        ("a,b\n5\" pipe,x\"\"y\n", [["5\" pipe", "x\"\"y"]]),
        ("a,b\n \"x\",2\n", [[" \"x\"", "2"]]),
        ("a,b\n2,5\" \r\n", [["2", "5\" "]]),
        ("\"a\",\"b\"\n1,2\n", [["1", "2"]]),
        ("a,b\n", []),
        ("a,b", []),
    ]

    @Test(arguments: files)
    func recordsAreThoseOfRFC4180(_ text: String, _ values: [[String]]) throws {
        let (columns, records) = try read(text)
        #expect(columns == ["a", "b"])
        #expect(records.map(\.values) == values)
        #expect(records.allSatisfy { $0.fieldCount == 2 })
    }

    @Test func linesAndNumbersAreTheFiles() throws {
        let records = try read("a,b\n\"x\ny\",1\n\n2,\"\n\n\"\n3,4\n").records
        #expect(records.map(\.line) == [2, 5, 8])
        #expect(records.map(\.number) == [1, 2, 3])
    }

    @Test func linesAreCountedFromTheFirstLineOfTheFile() throws {
        let records = try read("\n\"a\nc\",b\n1,2\n3,4\n").records
        #expect(records.map(\.line) == [4, 5])
    }

    @Test func positionsOfFieldsAreTheFiles() throws {
        let text = "sku,note,price\nA,\"one\ntwo \"\"q\"\"\",12\nB,é日,7\n"
        let batch = try withFile(text) { path in
            try batches(of: CSVCatalog(path: path, name: "catalog.csv"))[0]
        }
        #expect(batch.position(of: 1, in: 0) == TextPosition(line: 2, column: 4))
        #expect(batch.position(of: 2, in: 0) == TextPosition(line: 3, column: 12))
        #expect(batch.position(of: 0, in: 1) == TextPosition(line: 4, column: 1))
        #expect(batch.position(of: 2, in: 1) == TextPosition(line: 4, column: 6))
    }

    @Test func manyRecordsComeInOrder() throws {
        let rows = (1...50_000).map { "\($0),\"name, \($0)\"" }
        let records = try read("id,name\n" + rows.joined(separator: "\n")).records
        #expect(records.count == 50_000)
        let isInOrder = records.allSatisfy { $0.values == ["\($0.number)", "name, \($0.number)"] }
        #expect(isInOrder)
        #expect(records.last?.line == 50_001)
    }
}
