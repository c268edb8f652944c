import CatalinkCore
import Testing

struct JSONParserTests {
    private static let texts: [(String, JSONValue)] = [
        ("null", .null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .number("0")),
        ("-0", .number("-0")),
        ("29.990", .number("29.990")), ("1e2", .number("1e2")), ("-1.5E-10", .number("-1.5E-10")),
        ("12345678901234567890.123", .number("12345678901234567890.123")),
        (#""""#, .string("")), (#""a b""#, .string("a b")), ("[]", .array([])), ("{}", .object([])),
        ("[ 1 , \"2\" ]", .array([.number("1"), .string("2")])),
        (
            "{ \"b\" : 1 , \"a\" : true }\n",
            .object([(name: "b", value: .number("1")), (name: "a", value: .bool(true))])
        ),
        ("[[],{\"c\":[null]}]", .array([.array([]), .object([(name: "c", value: .array([.null]))])])),
    ]

    @Test(arguments: texts)
    func textsAreRead(_ text: String, _ value: JSONValue) throws {
        let read = try JSONValue(parsing: utf8(text))
        #expect(read == value)
    }

    private static let strings: [(String, String)] = [
        (#""\"\\\/""#, "\"\\/"), (#""\b\f\n\r\t""#, "\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u00E9""#, "Aéé"),
        (#""\ud83d\ude00""#, "😀"), (#""x\uD83D\uDE00y""#, "x😀y"), (#""é日😀""#, "é日😀"),
        // A lone surrogate has no UTF-8 form.
        (#""\ud83d""#, "\u{FFFD}"), (#""\ude00""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
        (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\u0000""#, "\u{0}"),
    ]

    @Test(arguments: strings)
    func escapesAreUndone(_ text: String, _ string: String) throws {
        let read = try JSONValue(parsing: utf8(text))
        #expect(read.string == string)
    }

    private static let mistakes: [(String, String, Int)] = [
        ("", "a value", 0), ("  ", "a value", 2), ("tru", "a value", 0), ("nul", "a value", 0),
        ("+1", "a value", 0),
        (".5", "a value", 0), ("-", "a value", 1), ("1.", "a digit", 2), ("1e", "a digit", 2),
        ("1e+", "a digit", 3),
        ("1 2", "the end", 2), ("{} x", "the end", 3), ("[1,]", "a value", 3), ("[1", "`]`", 2),
        ("[1 2]", "`]`", 3),
        ("{\"a\" 1}", "`:`", 5), ("{\"a\":1,}", "`\"`", 7), ("{a:1}", "`\"`", 1), ("{\"a\":1", "`}`", 6),
        ("\"abc", "a closing quotation mark", 4), ("'a'", "a value", 0), ("NaN", "a value", 0),
    ]

    @Test(arguments: mistakes)
    func mistakesAreToldWithTheirByte(_ text: String, _ expected: String, _ offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: utf8(text)) }
        #expect(error?.expected == expected)
        #expect(error?.offset == offset)
    }

    @Test(arguments: [
        "01", "-01", "1.2.3", "\"\u{1}\"", "\"\n\"", #""\x""#, #""\u12""#, #""\u12g4""#, #""\u+041""#,
        #""\""#, "[1}",
        "\u{FEFF}1", "// 1", "[,1]", "{\"a\"}", "\u{A0}1",
    ])
    func whatIsNoJSONIsRefused(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: utf8(text)) }
    }

    @Test func aSignIsNoHexadecimalDigit() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: utf8(#""\u-000""#)) }
    }

    @Test func textMustBeUTF8() {
        let bytes: [UInt8] = [0x22, 0xFF, 0x22]
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        #expect(error?.expected == "UTF-8 text")
    }

    private func nested(_ levels: Int) -> [UInt8] {
        utf8(String(repeating: "[", count: levels) + String(repeating: "]", count: levels))
    }

    @Test func sixtyFourLevelsAreEnough() {
        let (deepest, deeper) = (nested(64), nested(65))
        #expect(throws: Never.self) { try JSONValue(parsing: deepest) }
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: deeper) }
        #expect(error?.expected == "at most 64 levels")
        #expect(error?.offset == 64)
    }

    @Test func aHundredThousandLevelsDoNoHarm() {
        let bytes = nested(100_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }
}
