import CatalinkCore
import CatalinkRead
import Testing

struct JSONTests {
    private static let texts: [(String, String)] = [
        (#""x""#, "x"), (#""""#, ""), ("17.50", "17.50"), ("1e3", "1e3"), ("-0.0E+10", "-0.0E+10"),
        ("0", "0"),
        ("true", "true"), ("false", "false"), ("null", ""), (#""null""#, "null"),
        (#""é日本 😀 and some more text""#, "é日本 😀 and some more text"),
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""a\u00e9b\u65E5c""#, "aéb日c"),
        (#""\ud83d\ude00!\uD83D\uDE00""#, "😀!😀"), (#""\u0041\u0042 plain \u0043""#, "AB plain C"),
        (#""\u007f\u0080\uffff""#, "\u{7F}\u{80}\u{FFFF}"),
        ("123456789012345678901234567890.10", "123456789012345678901234567890.10"),
    ]

    @Test(arguments: texts)
    func scalarsAreTheTextTheyStandFor(_ written: String, _ text: String) {
        for document in ["[{\"a\":\(written)}]", "\r\n [ { \"x\" : 0 ,\t\"a\" : \(written) } ] \n"] {
            let outcome = NestedCase(format: .json, text: document).outcome()
            #expect(outcome.message == nil)
            #expect(outcome.values == [[text]])
        }
        let lines = NestedCase(format: .lines, text: "\(written)\n\(written)", columns: ["."]).outcome()
        #expect(lines.values == [[text], [text]])
    }

    @Test func placesCountCharacters() {
        let text = "[{\"é\": \"日本\", \"a\": 1},\r\n  {\"a\": \"\\u00e9 x\", \"b\": 2},\r {\"b\": [\"😀\", 3]}]"
        let outcome = NestedCase(format: .json, text: text, columns: ["a", "b", "b/1"]).outcome()
        #expect(
            outcome.places == [["1:19", "1:0", "1:0"], ["2:9", "2:26", "2:0"], ["3:0", "3:0", "3:14"]])
        #expect(outcome.lines == [1, 2, 3])
    }

    @Test func namesHaveEscapesToo() {
        let outcome = NestedCase(
            format: .json, text: #"[{"\u0061": 1, "<<": {"a": 2}}]"#, columns: ["a", "<</a"]
        ).outcome()
        #expect(outcome.values == [["1", "2"]])
    }

    @Test func aFileIsReadAsSuch() throws {
        let text = "{\"products\": [{\"id\": \"A\", \"priceUsd\": {\"units\": 19}}]}"
        let read = try withFile(text) { file in
            try records(
                of: JSONCatalog(path: file, name: "c.json", recordPath: "/products"),
                columns: ["id", "priceUsd/units"])
        }
        #expect(read.map(\.values) == [["A", "19"]])
        let lines = try withFile("{\"id\": 1}\n{\"id\": 2}\n") { file in
            try records(of: JSONCatalog(path: file, name: "c.jsonl", isLines: true), columns: ["id"])
        }
        #expect(lines.map(\.values) == [["1"], ["2"]])
        #expect(lines.map(\.line) == [1, 2])
    }

    @Test func longTextsAndManyRecordsAreWhole() {
        let long = String(repeating: "é\\n", count: 50_000)
        let items = (1...5000).map { "{\"a\": \"\($0)\", \"b\": \"\($0 % 1000 == 0 ? long : "x")\"}" }
        let outcome = NestedCase(
            format: .json, text: "[\(items.joined(separator: ",\n"))]", columns: ["a", "b"]
        ).outcome()
        #expect(outcome.message == nil)
        #expect(outcome.values.map { $0[0] } == (1...5000).map(String.init))
        #expect(outcome.lines == Array(1...5000))
        #expect(outcome.values[999][1] == String(repeating: "é\n", count: 50_000))
    }
}
