import CatalinkCore
import CatalinkRead
import Testing

struct CSVSnifferTests {
    private static func found(_ delimiter: String, _ percent: Int, line: Int = 1) -> String {
        "c.csv:\(line): delimiter \"\(delimiter)\" found, confidence \(percent) % (say `delimiter:` to be sure)"
    }

    /// A text, its header, its first record, what is noted.
    private static let texts: [(String, [String], [String], [String])] = [
        ("a;b\n1,5;2\n", ["a", "b"], ["1,5", "2"], [found(";", 98)]),
        ("a\tb\n1\t2,3\n", ["a", "b"], ["1", "2,3"], [found("\\t", 98)]),
        ("\na|b\n1|2\n", ["a", "b"], ["1", "2"], [found("|", 98, line: 2)]),
        ("\"a;b;c\",d\n1,2\n", ["a;b;c", "d"], ["1", "2"], []),
        (
            "price (a,b);size;colour\n1;2;3\n", ["price (a,b)", "size", "colour"], ["1", "2", "3"],
            [found(";", 97)]
        ),
        ("a,b,c;d\n1,2,3;4\n1,2,3\n", ["a", "b", "c;d"], ["1", "2", "3;4"], [found(",", 83)]),
        ("a,b\n1\n", ["a", "b"], ["1", ""], []),
        ("a\n1;2\n", ["a"], ["1;2"], []),
        ("\"two\nlines\";b\n1;2\n", ["two\nlines", "b"], ["1", "2"], [found(";", 98)]),
        // Every row one wider than the header: a comma all the same.
        ("a,b,c\n1,2,3,4\n5,6;7,8,9\n", ["a", "b", "c"], ["1", "2", "3"], []),
        ("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", ["a", "b", "c"], ["1,5", "2,5", "3,5"], [found(";", 98)]),
        ("a;b\n\"x;y\";2\n\"v,w\";\"3\"\n", ["a", "b"], ["x;y", "2"], [found(";", 98)]),
    ]

    @Test(arguments: texts)
    func theDelimiterIsTheOneThatFitsTheRecords(
        _ text: String, _ header: [String], _ values: [String], _ notes: [String]
    ) {
        let outcome = CSVOutcome(of: text)
        #expect(outcome.error == nil)
        #expect(outcome.columns == header)
        #expect(outcome.values.first == values)
        #expect(outcome.notes == notes)
    }

    private static let apostrophe = "c.csv:1: quotation mark ' found (say `quote:` to be sure)"

    private static let quotes: [(String, [[String]], [String])] = [
        ("'a','b'\n'1,2','it''s'\n", [["1,2", "it's"]], [apostrophe]),
        ("a,b\n'1,2',3\n4,'5\n6'\n", [["1,2", "3"], ["4", "5\n6"]], [apostrophe]),
        ("a,b\n'8720892119308,'-1\n", [["'8720892119308", "'-1"]], []),
        ("a,b\n'so called',2\n", [["'so called'", "2"]], []),
        ("a,b\n\"x,y\",'2'\n", [["x,y", "'2'"]], []),
    ]

    @Test(arguments: quotes)
    func theQuotationMarkIsTheOneThatFits(_ text: String, _ values: [[String]], _ notes: [String]) {
        let outcome = CSVOutcome(of: text)
        #expect(outcome.values == values)
        #expect(outcome.notes == notes)
    }

    @Test func whatIsGivenIsTheOnlyOne() {
        let tab = CSVOutcome(of: "a;b,c\td\n1;2,3\t4\n", CSVDialect(delimiter: UInt8(ascii: "\t")))
        #expect(tab.columns == ["a;b,c", "d"])
        #expect(tab.values == [["1;2,3", "4"]])
        #expect(tab.notes == [])
        let plain = CSVOutcome(of: "\"a\",'b'\n\"1\",2\"\n", .with { $0.quote = CSVDialect.Quote.none })
        #expect(plain.columns == ["\"a\"", "'b'"])
        #expect(plain.values == [["\"1\"", "2\""]])
        let other = CSVOutcome(of: "a,b\n~1,2~,\"3\"\n", .with { $0.quote = .byte(UInt8(ascii: "~")) })
        #expect(other.values == [["1,2", "\"3\""]])
    }

    private static let separators: [(String, [[String]])] = [
        ("sep=;\na,x;b\n1;2\n", [["1", "2"]]), ("sep=,\r\na;x,b;\r\n1,2\r\n", [["1", "2"]]),
        ("sep=\t\ra,\tb\r1\t2\r", [["1", "2"]]),
    ]

    @Test(arguments: separators)
    func aFirstLineMayNameTheDelimiter(_ text: String, _ values: [[String]]) {
        let outcome = CSVOutcome(of: text)
        #expect(outcome.values == values)
        #expect(outcome.lines == [3])
        #expect(outcome.notes == [])
    }

    @Test func aHeaderThatBeginsLikeItIsAHeader() {
        #expect(
            CSVOutcome(of: "sep=;;,b\n1,2\n", CSVDialect(delimiter: UInt8(ascii: ","))).columns == [
                "sep=;;", "b",
            ])
        #expect(CSVOutcome(of: "sep=\n1\n").columns == ["sep="])
    }

    /// What lies behind the first 64 KiB has no say.
    @Test func theFirstRecordsDecide() {
        let rows = String(repeating: "1;2,3\n", count: 20_000)
        let outcome = CSVOutcome(of: "a;b\n" + rows + String(repeating: "1,2,3\n", count: 90_000))
        #expect(outcome.columns == ["a", "b"])
        #expect(outcome.notes == [Self.found(";", 98)])
    }
}
