import CatalinkCore
import CatalinkRead
import Testing

struct CSVFailureTests {
    private static let doubled = "(a quotation mark inside a quoted field is written twice)"
    private static let behindQuote = "expected a delimiter or a line end after a closing quotation mark"
    private static let unclosed =
        "expected a closing quotation mark, got: the end of the file (the field that opens here is never closed)"
    private static let neverClosed = "(is the quotation mark that opens here never closed?)"
    private static let zero = "expected text, got: a NUL byte (the file may be UTF-16 or damaged)"

    private static let texts: [(String, String)] = [
        ("", "c.csv: expected a header and records, got: an empty file"),
        ("\n\n\r\n", "c.csv: expected a header and records, got: an empty file"),
        ("sep=;\r\n", "c.csv: expected a header and records, got: an empty file"),
        ("a,b\n1,\"x\n2,y\n", "c.csv:2:3: \(unclosed)"),
        ("a,b\n1,2\n\"3\n4\",\"x\n", "c.csv:4:4: \(unclosed)"),
        ("\"a,b\n1,2\n", "c.csv:1:1: \(unclosed)"),
        ("a,b\n1,\"x\"\"\n", "c.csv:2:3: \(unclosed)"),
        ("a,b\n\"x\"y,2\n", "c.csv:2:4: \(behindQuote), got: \"y,2\\n\" \(doubled)"),
        ("a,b\n1,2\n\"x\ny\" ,2\n", "c.csv:4:3: \(behindQuote), got: \" ,2\\n\" \(doubled)"),
        ("a,b\n\"5\" pipe\",2\n", "c.csv:2:4: \(behindQuote), got: \" pipe\\\",2\\n\" \(doubled)"),
        ("a,b\n1,\"x\"日本語日本語\n", "c.csv:2:6: \(behindQuote), got: \"日本語日\" \(doubled)"),
        ("a,b\r\"x\"é\r", "c.csv:2:4: \(behindQuote), got: \"é\\r\" \(doubled)"),
        ("a,b\n1,\u{0}2\n", "c.csv:2:3: \(zero)"),
        ("a,\u{0}b\n", "c.csv:1:3: \(zero)"),
        ("a,b\n1,2\né,\"\r\nx\u{0}\"\n", "c.csv:4:2: \(zero)"),
        (
            "a;b,c\n",
            "c.csv:1: expected a delimiter that stands out, got: \",\" (49 %) and \";\" (49 %) \(sayWhich)"
        ),
        (
            "\n\na,b;c,d\n1,2;3,4\n",
            "c.csv:3: expected a delimiter that stands out, got: \",\" (57 %) and \";\" (40 %) \(sayWhich)"
        ),
    ]
    private static let sayWhich = "(say which it is with `delimiter:`)"

    @Test(arguments: texts)
    func aFileThatIsNoCSVIsToldWithItsPlace(_ text: String, _ message: String) {
        let outcome = CSVOutcome(of: text)
        #expect(outcome.error?.replacing("\\\"", with: "\"") == message.replacing("\\\"", with: "\""))
    }

    private static let narrow: ReadLimits = {
        var limits = ReadLimits()
        (limits.fieldSize, limits.recordSize, limits.columns) = (8, 20, 4)
        return limits
    }()

    private static let largeTexts: [(String, String?)] = [
        ("a,b\n12345678,\"12345678\"\n", nil),
        (
            "a,b\n1,123456789\n",
            "c.csv:2:3: expected a field of at most 8 bytes, got: a longer one (`source.limits: {field: …}` allows more)"
        ),
        (
            "a,b\n1,\"12345678\n\"",
            "c.csv:2:3: expected a field of at most 8 bytes, got: a longer one \(neverClosed)"
        ),
        ("a,b,c\n123456,123456,123456\n", nil),
        (
            "a,b,c\n123456,123456,1234567\n",
            "c.csv:2:1: expected a record of at most 20 bytes, got: a longer one (`source.limits: {record: …}` allows more)"
        ),
        (
            "a,b,c\n12345678,1234567,\"\n\n\n\n\n\"\n",
            "c.csv:2:18: expected a record of at most 20 bytes, got: a longer one \(neverClosed)"
        ),
        ("a,b\n1,2,3,4\n", nil),
        (
            "a,b\n1,2,3,4,5\n",
            "c.csv:2:9: expected at most 4 columns, got: more (`source.limits: {columns: …}` allows more)"
        ),
        (
            "a,b,c,d,e\n",
            "c.csv:1:9: expected at most 4 columns, got: more (`source.limits: {columns: …}` allows more)"
        ),
    ]

    @Test(arguments: largeTexts)
    func aLimitIsToldWithThePlaceThatBreaksIt(_ text: String, _ message: String?) {
        #expect(CSVOutcome(of: text, limits: Self.narrow).error == message)
    }

    @Test(arguments: [
        ("", "c.csv: expected a header on line 3, got: a file that ends on line 1"),
        ("a\nb", "c.csv: expected a header on line 3, got: a file that ends on line 2"),
    ])
    func aHeaderRowBehindTheEndIsTold(_ text: String, _ message: String) {
        let outcome = CSVOutcome(of: text, .with { $0.headerRow = 3 })
        #expect(outcome.error == message + " (`headerRow:` is the number of a line)")
    }

    /// Bytes before 0xFF, and the place of it.
    @Test(arguments: [
        ("a,b\nx,", "2:3"), ("a,b\né,", "2:3"), ("a,b\n1,2\n", "3:1"), ("a,b\r\n1,2\r\nab", "3:3"),
        ("a,", "1:3"),
        ("a,b\n\"x\ny", "3:2"), ("a,b\r1,2\rx,", "3:3"),
    ])
    func textThatIsNotUTF8IsToldWithItsPlace(_ before: String, _ place: String) throws {
        var bytes = Array(before.utf8)
        bytes.append(0xFF)
        bytes.append(
            contentsOf: (before.contains("\"") ? "\",2\n" : before.contains("\n") ? "\n" : "\r").utf8)
        let told = try withFile(bytes) { path in
            complaint(about: CSVCatalog(path: path, name: "catalog.csv"))
        }
        let message = "catalog.csv:\(place): expected UTF-8 text, got: the byte 0xFF ("
        #expect(told?.hasPrefix(message) == true)
    }

    @Test func aFieldWithoutEndIsNotReadForEver() throws {
        let mebibyte = 1024 * 1024
        var bytes = Array("a,b\n\"1\n\",\"".utf8)
        bytes.append(contentsOf: [UInt8](repeating: UInt8(ascii: "\n"), count: 32 * mebibyte))
        let told = try withFile(bytes) { path in
            complaint(about: CSVCatalog(path: path, name: "catalog.csv"))
        }
        let message =
            "catalog.csv:3:3: expected a field of at most 8 MiB, got: a longer one \(Self.neverClosed)"
        #expect(told == message)
    }
}
