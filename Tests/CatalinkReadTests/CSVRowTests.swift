import CatalinkCore
import CatalinkRead
import Testing

/// Rows, lines and headers as exports write them beyond RFC 4180.
struct CSVRowTests {
    /// Rows under the header `a,b`, and how many fields each counts as having by each rule.
    private static let ragged: [(String, [Int], CSVDialect.Ragged)] = [
        ("1\n1,2\n1,2,3\n", [1, 2, 3], .error), ("1\n1,2\n1,2,3\n", [2, 2, 3], .pad),
        ("1\n1,2\n1,2,3\n", [2, 2, 2], .ignore), ("1,2,\n1,2,,\"\",\n1,2,,x\n", [2, 2, 4], .error),
        ("1,2, \n", [3], .error), ("\"1\"\n\"1\",2,3,4\n", [1, 4], .error),
    ]

    @Test(arguments: ragged)
    func aRaggedRowIsWhatTheDialectSays(_ rows: String, _ counts: [Int], _ rule: CSVDialect.Ragged) {
        let outcome = CSVOutcome(of: "a,b\n" + rows, .with { $0.ragged = rule })
        #expect(outcome.records.map(\.fieldCount) == counts)
        #expect(outcome.values.allSatisfy { $0.count == 2 && $0[0] == "1" })
    }

    private static let notes: [(String, CSVDialect.Ragged, [String])] = [
        (
            "1,2\n\n1\n1,2\n1\n", .pad,
            ["c.csv:4: 2 rows have fewer fields than the header and were filled up"]
        ),
        (
            "1,2,3\n1\n1,2,\n", .ignore,
            [
                "c.csv:3: 1 row has fewer fields than the header and was filled up",
                "c.csv:2: 1 row has more fields than the header and was cut",
            ]
        ),
        ("1,2,3\n1,2,3\n", .ignore, ["c.csv:2: 2 rows have more fields than the header and were cut"]),
        ("1\n1,2,3\n", .error, []), ("1,2,3\n1,2,\n", .pad, []),
    ]

    @Test(arguments: notes)
    func rowsThatWereMendedAreNoted(_ rows: String, _ rule: CSVDialect.Ragged, _ notes: [String]) {
        #expect(CSVOutcome(of: "a,b\n" + rows, .with { $0.ragged = rule }).notes == notes)
    }

    @Test func columnsWithoutNameAtTheEndMayBeMissing() {
        let outcome = CSVOutcome(of: "a,b,,\n1,2\n1,2,3\n1,2,3,4\n1\n")
        #expect(outcome.records.map(\.fieldCount) == [4, 4, 4, 1])
        #expect(outcome.columns == ["a", "b", "", ""])
    }

    @Test func rowsOfBlanksAndDelimitersAreRows() {
        let outcome = CSVOutcome(of: "a,b\n , \n,\n \n\n\r\n\"\"\n")
        #expect(outcome.values == [[" ", " "], ["", ""], [" ", ""], ["", ""]])
    }

    /// A text, and the lines of its records: LF, CRLF and CR are one line each, as in an editor.
    private static let lines: [(String, [String], [Int])] = [
        ("a,b\n1\r2,x\n3,x\n", ["1\r2", "3"], [2, 4]),
        ("a,b\r\n1\r2,\"\r\"\r\n3,x\r\n", ["1\r2", "3"], [2, 5]),
        ("a,b\n\"1\r\",x\n\r\n3,x", ["1\r", "3"], [2, 5]),
        ("a,b\r\"1\n\",x\r2,x\r", ["1\n", "2"], [2, 4]),
        ("a,b\n1,x\r\n\n2,x\n", ["1", "2"], [2, 4]),
        ("\r\n\"a\",b\r\n1,x", ["1"], [3]),
    ]

    @Test(arguments: lines)
    func linesAreThoseOfAnEditor(_ text: String, _ values: [String], _ lines: [Int]) {
        let outcome = CSVOutcome(of: text)
        #expect(outcome.values.map { $0[0] } == values)
        #expect(outcome.lines == lines)
        // The last record's second field stands behind one character and a delimiter.
        #expect(outcome.places.last == TextPosition(line: lines.last ?? 0, column: 3))
    }

    @Test func filesOfReturnsMayGoOnWithLineFeeds() {
        let rows = String(repeating: "1,x\r", count: 20_000)
        let outcome = CSVOutcome(of: "a,b\r" + rows + "2,x\r\n3,x\n\r4,x\r")
        #expect(outcome.values.suffix(3) == [["2", "x"], ["3", "x"], ["4", "x"]])
        #expect(outcome.lines.suffix(3) == [20_002, 20_003, 20_005])
    }

    @Test func commentsArePassedOver() {
        let text = "# made by a shop\r\na,b\r\n#1,\"2\r\n1,#\r\n #,2\r\n#"
        let outcome = CSVOutcome(of: text, .with { $0.comment = UInt8(ascii: "#") })
        #expect(outcome.columns == ["a", "b"])
        #expect(outcome.values == [["1", "#"], [" #", "2"]])
        #expect(outcome.lines == [4, 5])
        #expect(CSVOutcome(of: "a,b\n#1,2\n").values == [["#1", "2"]])
    }

    @Test func theHeaderMayStandBelowOtherLines() {
        let text =
            "TemplateType=fptcustom\tVersion=2021.1\tX\r\nSKU; \"Titel\r\nitem_sku\titem_name\r\n1\t2;3\r\n"
        let outcome = CSVOutcome(of: text, .with { $0.headerRow = 3 })
        #expect(outcome.columns == ["item_sku", "item_name"])
        #expect(outcome.values == [["1", "2;3"]])
        #expect(outcome.lines == [4])
        #expect(
            outcome.notes == [
                "c.csv:3: delimiter \"\\t\" found, confidence 98 % (say `delimiter:` to be sure)"
            ])
    }

    @Test func longPreamblesArePassedOverToo() {
        let text = String(repeating: "some text\r\n", count: 20_000) + "\n\na,b\n1,2\n"
        let outcome = CSVOutcome(of: text, .with { $0.headerRow = 20_001 })
        #expect(outcome.columns == ["a", "b"])
        #expect(outcome.lines == [20_004])
    }

    @Test func columnsNamedMoreThanOnceAreNoted() {
        let outcome = CSVOutcome(of: "\na,b,a,,c,b,,a\n")
        #expect(outcome.columns == ["a", "b", "a", "", "c", "b", "", "a"])
        #expect(
            outcome.notes == [
                "c.csv:2: the first column of each name is read; repeated: \"a\" (3 times), \"b\" (2 times)"
            ])
    }

    @Test func aHeaderCellOfTwoLinesIsFoundAsOne() {
        let header = Header(columns: CSVOutcome(of: "sku,\"price\r\n(EUR)\"\r\n1,2\r\n").columns)
        #expect(header.index(of: "price (EUR)") == 1)
    }

    @Test func aHeaderWithoutRecordsIsNoError() {
        for text in ["a,b\n", "a,b", "a,b\r\n\r\n", "a,b\r"] {
            #expect(CSVOutcome(of: text) == CSVOutcome(columns: ["a", "b"]))
        }
    }
}
