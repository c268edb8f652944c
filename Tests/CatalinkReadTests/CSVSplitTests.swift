import CatalinkCore
import CatalinkRead
import Testing

/// A buffer's border may fall anywhere: every size must give what one large buffer gives.
struct CSVSplitTests {
    private static let text =
        "id,\"the name\",note\n1,plain,x\n2,\"with, comma\",\"line one\nline two\"\n\n3,\"say \"\"hi\"\"\",\"\"\n"
        + "4,é—日本 😀,\"\"\"\"\n,,\n5\" pipe,\"\"\"\"\"\",\"\n\n\"\nragged,\"row\"\n\"6\",last,\"end\""

    private static let values = [
        ["1", "plain", "x"], ["2", "with, comma", "line one\nline two"], ["3", "say \"hi\"", ""],
        ["4", "é—日本 😀", "\""], ["", "", ""], ["5\" pipe", "\"\"", "\n\n"], ["ragged", "row", ""],
        ["6", "last", "end"],
    ]

    private func read(_ text: String, bufferSize: Int, delimiter: UInt8? = nil) throws -> [ReadRecord] {
        try withFile(text) { path in
            try records(
                of: CSVCatalog(
                    path: path, name: "catalog.csv", dialect: CSVDialect(delimiter: delimiter),
                    bufferSize: bufferSize))
        }
    }

    @Test func theTextIsReadInOnePiece() throws {
        let records = try read(Self.text, bufferSize: 65_536)
        #expect(records.map(\.values) == Self.values)
        #expect(records.map(\.line) == [2, 3, 6, 7, 8, 9, 12, 13])
        #expect(records.map(\.number) == Array(1...8))
        #expect(records.map(\.fieldCount) == [3, 3, 3, 3, 3, 3, 2, 3])
    }

    @Test(arguments: 1...64)
    func everyBufferSizeReadsTheSameLines(_ size: Int) throws {
        let (whole, split) = (try read(Self.text, bufferSize: 65_536), try read(Self.text, bufferSize: size))
        #expect(split == whole)
    }

    @Test(arguments: 1...64)
    func everyBufferSizeReadsTheSameLinesOfWindows(_ size: Int) throws {
        let text = Self.text.replacing("\n", with: "\r\n")
        let (whole, split) = (try read(text, bufferSize: 65_536), try read(text, bufferSize: size))
        #expect(split == whole)
        #expect(whole.count == Self.values.count)
    }

    @Test(arguments: 1...64)
    func everyBufferSizeReadsTheSameLinesOfReturns(_ size: Int) throws {
        let text = Self.text.replacing("\n", with: "\r")
        let (whole, split) = (try read(text, bufferSize: 65_536), try read(text, bufferSize: size))
        #expect(split == whole)
        #expect(whole.count == Self.values.count)
    }

    @Test(arguments: 1...64)
    func everyBufferSizeFindsMarkAndDelimiter(_ size: Int) throws {
        let text = "\u{FEFF}\"a,b\";c;d\n1;2;3\n4;5;6\n"
        let records = try read(text, bufferSize: size)
        #expect(records.map(\.values) == [["1", "2", "3"], ["4", "5", "6"]])
    }

    private func places(bufferSize: Int) throws -> [TextPosition] {
        let parts = try withFile(Self.text) { path in
            try batches(
                of: CSVCatalog(path: path, name: "catalog.csv", bufferSize: bufferSize))
        }
        var places: [TextPosition] = []
        for batch in parts {
            for record in 0..<batch.count {
                for column in 0..<3 { places.append(batch.position(of: column, in: record)) }
            }
        }
        return places
    }

    @Test(arguments: 1...64)
    func everyBufferSizeFindsTheSamePlaces(_ size: Int) throws {
        let (whole, split) = (try places(bufferSize: 65_536), try places(bufferSize: size))
        #expect(split == whole)
    }
}
