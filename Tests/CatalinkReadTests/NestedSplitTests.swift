import Testing

/// A read may end anywhere, and so may a batch: all must give what one large read gives.
struct NestedSplitTests {
    private static let yaml = """
        %YAML 1.1
        ---
        defaults: &d {currency: usdc, tags: [x, &t "é 😀"]}
        skipped: {deep: [{<<: *d}, "line\\nend", 'it''s']}
        list:
          - a: 1
            <<: *d
            text: |
              one
              日本
          - {<<: [*d, {b: 2}], "a": "\\u00e9\\U0001F600", tags: [*t, ~, null]}
          - *d
          - ? a
            : 17.50
        ---
        list: [{a: 3}]
        ...
        """
    private static let json = """
        {"skipped": {"deep": [1, {"x": "\\ud83d\\ude00"}]}, "é": null,\r
         "list": [ {"a": 17.50, "b": "é 日本 😀 \\u00e9\\n\\"x\\"", "tags": ["x", null, ""]},\r\n\t{"a":-1e+3,"b":true},
          {"\\u0061": "plain text that is longer than a word", "currency": "日本日本日本日本", "tags": []} ] }
        """
    private static let lines = """
        {"a": 1, "b": "x\\ty"}\r

         {"a": "\\ud83d\\ude00 é", "tags": [1, [2]]}
        "text"
        """
    private static let columns = ["a", "b", "tags/*", "tags/1", "currency", "text", "."]

    private static let broken = [
        NestedCase(format: .yaml, text: "- a: [1, {b: *x}]\n"),
        NestedCase(format: .yaml, text: "- {a: 1, a: 2}\n"),
        NestedCase(format: .yaml, text: "- a: \"é\\q\"\n"),
        NestedCase(format: .json, text: #"[{"a": "é\ud83d x"}]"#),
        NestedCase(format: .json, text: #"[{"a": "é", "b": 017}]"#),
        NestedCase(format: .json, text: #"[{"é": True}]"#),
        NestedCase(format: .json, text: #"["日本 \x"]"#),
        NestedCase(format: .json, text: "[\"\\n\\t日本\u{1}\"]"),
        NestedCase(format: .json, text: #"[{"a": 1}] 日本"#),
        NestedCase(format: .json, text: #"[{"a": "\u00e9"#),
        NestedCase(format: .lines, text: "{\"a\":\r\n1}"),
        NestedCase(format: .lines, text: "{\"a\": 1} é"),
    ]

    private static let whole = [
        NestedCase(format: .yaml, text: yaml, records: "/list", columns: columns),
        NestedCase(
            format: .yaml, text: yaml.replacing("\n", with: "\r\n"), records: "/list", columns: columns),
        NestedCase(format: .json, text: json, records: "/list", columns: columns),
        NestedCase(format: .lines, text: lines, columns: columns),
    ]

    @Test(arguments: whole + broken)
    func everyReadSizeGivesTheSame(_ nested: NestedCase) {
        let whole = nested.outcome()
        for size in 1...64 {
            let split = nested.outcome(chunk: size)
            #expect(split == whole, "\(size) bytes at a time")
        }
    }

    @Test(arguments: whole + broken)
    func everyBatchSizeGivesTheSame(_ nested: NestedCase) {
        let whole = nested.outcome()
        for size in 1...5 {
            let split = nested.outcome(batchSize: size)
            // Records before a failure may have been given already.
            #expect(split.message == whole.message)
            if whole.message == nil { #expect(split == whole, "\(size) records at a time") }
        }
    }

    @Test(arguments: whole)
    func theTextsAreReadInOnePiece(_ nested: NestedCase) {
        let whole = nested.outcome()
        #expect(whole.message == nil)
        #expect(whole.values.count >= 3)
    }

    /// Cut anywhere, a file is an error or is what it was.
    @Test func everyCutOfJSONIsToldOrHarmless() {
        let whole = Self.whole[2].outcome()
        let characters = Array(Self.json.unicodeScalars)
        for length in 0..<characters.count {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: characters[..<length])
            let outcome = NestedCase(
                format: .json, text: String(text), records: "/list", columns: Self.columns
            ).outcome()
            #expect(outcome.message != nil || outcome == whole, "\(length) characters")
        }
    }
}
