import CatalinkCore
import CatalinkTestSupport
import Testing

struct RecordBatchTests {
    @Test func fieldsAreReadByColumnAndRecord() {
        let batch = makeBatch(columns: ["sku", "title"], rows: [["A-1", "Mug"], ["", "Cup"], ["A-3"]])
        let texts = (0..<3).map { record in (0..<2).map { batch.copy(of: $0, in: record).text } }
        #expect(texts == [["A-1", "Mug"], ["", "Cup"], ["A-3", ""]])
        #expect(batch.count == 3)
        #expect(batch.range(of: 1, in: 2) == FieldRange.absent)
        #expect(batch.range(of: 0, in: 1) != FieldRange.absent)
    }

    @Test func positionsAreCountedInLinesAndCharacters() {
        let rows = [["A-1", "one\ntwo é日", "12"], ["😀", "", "x"]]
        let batch = makeBatch(columns: ["sku", "note", "price"], rows: rows)
        #expect(batch.position(of: 0, in: 0) == TextPosition(line: 2, column: 1))
        #expect(batch.position(of: 1, in: 0) == TextPosition(line: 2, column: 5))
        #expect(batch.position(of: 2, in: 0) == TextPosition(line: 3, column: 8))
        #expect(batch.position(of: 0, in: 1) == TextPosition(line: 4, column: 1))
        #expect(batch.position(of: 1, in: 1) == TextPosition(line: 4, column: 3))
        #expect(batch.position(of: 2, in: 1) == TextPosition(line: 4, column: 4))
    }

    /// Line ends of two bytes count once, and those of one carriage return count too.
    @Test(arguments: ["\n", "\r\n", "\r"])
    func everyLineEndCountsOnce(_ lineEnd: String) {
        let batch = makeBatch(columns: ["note", "price"], rows: [["one\(lineEnd)two", "12"]])
        #expect(batch.position(of: 1, in: 0) == TextPosition(line: 3, column: 5))
    }

    @Test func whatARecordLacksHasOnlyALine() {
        let batch = makeBatch(columns: ["sku", "price"], rows: [["A-1", "1"], ["A-2"]])
        #expect(batch.position(of: 1, in: 1) == TextPosition(line: 3, column: 0))
    }

    @Test func whatAnotherStageAddedHasOnlyALine() {
        var batch = makeBatch(columns: ["sku", "price"], rows: [["A-1", ""], ["A-2", "2"]])
        let start = batch.bytes.count
        batch.bytes.append(contentsOf: utf8("99"))
        batch.fields[1] = FieldRange(start: start, length: 2)
        #expect(batch.copy(of: 1, in: 0).text == "99")
        #expect(batch.position(of: 1, in: 0) == TextPosition(line: 2, column: 0))
    }

    @Test func positionsOfAReaderCountWhereItGaveThem() {
        var batch = makeBatch(columns: ["sku", "price"], rows: [["A-1", "1"]])
        batch.positions = [TextPosition(line: 17, column: 9), TextPosition(line: 0)]
        #expect(batch.position(of: 0, in: 0) == TextPosition(line: 17, column: 9))
        #expect(batch.position(of: 1, in: 0) == TextPosition(line: 2, column: 0))
    }

    private static let locations: [(Location, String)] = [
        (Location(file: "a.csv", line: 12, record: 11), "a.csv:12"),
        (Location(file: "a.csv", line: 12, column: 5, record: 11), "a.csv:12:5"),
        (Location(file: "a.csv", line: 12, column: 5, record: 11, field: "price"), "a.csv:12:5 (price)"),
        (Location(file: "a.xml", line: 12, record: 11, field: "g:price"), "a.xml:12 (g:price)"),
    ]

    @Test(arguments: locations)
    func aLocationIsShownAsFarAsItIsKnown(_ location: Location, _ text: String) {
        #expect(location.description == text)
    }
}
