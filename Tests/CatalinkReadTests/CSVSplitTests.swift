import CatalinkCore
import Testing

@testable import CatalinkRead

/// A buffer's border may fall anywhere: every size must give what one large buffer gives.
struct CSVSplitTests {
    private struct Case {
        var text: String
        var dialect = CSVDialect()
        var limits = ReadLimits()
    }

    private static let features =
        "id,\"the name\",note\n1,plain,x\n2,\"with, comma\",\"line one\nline two\"\n\n3,\"say \"\"hi\"\"\",\"\"\n"
        + "4,é—日本 😀,\"\"\"\"\n,,\n5\" pipe,\"\"\"\"\"\",\"\n\n\"\nragged,\"row\"\n\"6\",last,\"end\""

    private static let narrow: ReadLimits = {
        var limits = ReadLimits()
        (limits.fieldSize, limits.recordSize, limits.columns) = (8, 20, 4)
        return limits
    }()

    private static let cases: [Case] =
        [
            features, features.replacing("\n", with: "\r\n"), features.replacing("\n", with: "\r"),
            "a,b\r\n1,2\n3,4\r5,6\r\r\n\r\n7,\"8\r\"\r\n9,10\r", "a,b\r1,\"2\n3\"\r\r\n4,5\n6,7\r\n8,9\r",
            "a,b,\n1,2,\n3,\"4\",\n", "a,b\n1,2,\n3,4,,\"\"\r\n", "a\n\n \n,\n\"\"\n",
            "sep=;\r\na;b,c\r\n1;2\r\n", "sep=,\ra,b\r1,2\r", "\"a,b\";c;d\n1;2;3\n4;5;6\n",
            "a|b\n1|2\n3|4\n", "'a';'b'\n'it''s';'1;2'\n", "a,b,a\n1,2,3\n", "", "\n\r\n", "a,b\r\n", "a,b\r",
            "a,b\n1,\"2\" ,3\n", "a,b\n1,\"2\"é日本語\n3,4\n", "a,b\n1,2\n3,\"x\"\"\n\n5,6\n",
            "a,b\n1,2\n3,\u{0}\n",
            "a,b\n1,\"\n\u{0}\"x\n", "a,b\n1,\"2\"3\u{0}\n", "a;b,c\n", "a,b\n\"1\"\r\r\n2,3\n",
        ].map { Case(text: $0) } + [
            Case(text: "#x\na,b\n#1,\"2\r#\n3,4\n##", dialect: .with { $0.comment = UInt8(ascii: "#") }),
            Case(text: "x\r\n\r\ny\rz\na,b\n1,2\n", dialect: .with { $0.headerRow = 5 }),
            Case(text: "x\na,b\n1,2\n", dialect: .with { $0.headerRow = 9 }),
            Case(text: "a,b\n1\n2,3,4\n5,6,\n7\n", dialect: .with { $0.ragged = .pad }),
            Case(text: "a,b\n1\n2,3,4\n\"5\",6,7\n7\n", dialect: .with { $0.ragged = .ignore }),
            Case(text: "a,b\n\"1,2\n3,4\"\n", dialect: .with { $0.quote = CSVDialect.Quote.none }),
            Case(text: "a,b\n12345678,\"12345678\"\n1,123456789\n", limits: narrow),
            Case(text: "a,b\n1,\"123456\"\"\"\n1,\"1234567\"\"\"\n", limits: narrow),
            Case(text: "a,b\n1,\"2\n3456789012345678\n9,9\n", limits: narrow),
            Case(text: "a,b,c\n1234567,123456,12345\n1234567,123456,123456\n", limits: narrow),
            Case(text: "a,b\n1,2,3,4\n1,2,3,4,5\n", limits: narrow),
            Case(
                text: "a,b\n#\n#4567890123456789012\n1,2\n#45678901234567890123\n",
                dialect: .with { $0.comment = UInt8(ascii: "#") }, limits: narrow),
            Case(text: "a,b\n1,2345678\u{0}\n", limits: narrow),
            Case(text: "a,b\n1,23456789\u{0}\n", limits: narrow),
        ]

    @Test(arguments: cases.indices)
    func everyBufferSizeGivesTheSame(_ index: Int) {
        let given = Self.cases[index]
        let whole = CSVOutcome(of: given.text, given.dialect, limits: given.limits)
        for size in 1...(given.text.utf8.count + 1) {
            let split = CSVOutcome(of: given.text, given.dialect, limits: given.limits, bufferSize: size)
            #expect(split == whole, "in buffers of \(size) bytes")
        }
    }

    @Test(arguments: cases.indices)
    func everySourceGivesTheSame(_ index: Int) {
        let given = Self.cases[index]
        let whole = CSVOutcome(of: given.text, given.dialect, limits: given.limits)
        for trickle in 1...(given.text.utf8.count + 1) {
            for size in [7, 65_536] {
                let split = CSVOutcome(
                    of: given.text, given.dialect, limits: given.limits, bufferSize: size, trickle: trickle)
                #expect(split == whole, "from \(trickle) bytes at a time in buffers of \(size)")
            }
        }
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func theTextIsReadInOnePiece(_ lineEnd: String) {
        let outcome = CSVOutcome(of: Self.features.replacing("\n", with: lineEnd))
        let values = [
            ["1", "plain", "x"], ["2", "with, comma", "line one\nline two"], ["3", "say \"hi\"", ""],
            ["4", "é—日本 😀", "\""], ["", "", ""], ["5\" pipe", "\"\"", "\n\n"], ["ragged", "row", ""],
            ["6", "last", "end"],
        ]
        #expect(outcome.values == values.map { $0.map { $0.replacing("\n", with: lineEnd) } })
        #expect(outcome.lines == [2, 3, 6, 7, 8, 9, 12, 13])
        #expect(outcome.records.map(\.number) == Array(1...8))
        #expect(outcome.records.map(\.fieldCount) == [3, 3, 3, 3, 3, 3, 2, 3])
    }

    /// A batch ends where its table of fields is full; what is left is read on without more bytes.
    @Test func wideHeadersOfShortRowsMakeMoreBatches() throws {
        let header = (1...2000).map { "c\($0)" }.joined(separator: ",")
        let text = header + "\n" + (1...1000).map { "\($0)\n" }.joined()
        try withFile(text) { path in
            let parts = try batches(of: CSVCatalog(path: path, name: "c.csv"))
            #expect(parts.allSatisfy { $0.fields.count < 300_000 })
            let numbers = parts.flatMap { batch in (0..<batch.count).map { batch.copy(of: 0, in: $0).text } }
            #expect(numbers == (1...1000).map(String.init))
        }
    }
}
