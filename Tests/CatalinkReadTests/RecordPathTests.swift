import Testing

/// Where records stand, in YAML and in JSON.
struct RecordPathTests {
    /// A text that is both YAML and JSON, the path, and the values of `a`.
    private static let both: [(String, String, [String])] = [
        (#"[{"a": 1}, {"a": 2}]"#, "/", ["1", "2"]),
        (#"[{"a": 1}, {"a": 2}]"#, "", ["1", "2"]),
        (#"[{"a": 1}, {"a": 2}]"#, "/*", ["1", "2"]),
        (#"[]"#, "/", []),
        (#"{"a": 1}"#, ".", ["1"]),
        (#"{"list": [{"a": 1}, {"a": 2}]}"#, "/list", ["1", "2"]),
        (#"{"list": [{"a": 1}, {"a": 2}]}"#, "list", ["1", "2"]),
        (#"{"list": [{"a": 1}, {"a": 2}]}"#, "/list/*", ["1", "2"]),
        (#"{"list": [{"a": 1}, {"a": 2}]}"#, "list[]", ["1", "2"]),
        (#"{"list": {"x": {"a": 1}, "y": {"a": 2}}}"#, "/list/*", ["1", "2"]),
        (#"{"list": {"x": {"a": 1}, "y": {"a": 2}}}"#, "list.*", ["1", "2"]),
        (#"{"x": {"a": 1}, "y": {"a": 2}}"#, "/*", ["1", "2"]),
        (#"{"shop": {"x": [1], "list": [{"a": 1}], "y": {"z": 2}}, "list": 3}"#, "shop.list", ["1"]),
        (#"{"v1.0": [{"a": 1}]}"#, "/v1.0", ["1"]),
        (#"{"list": []}"#, "/list", []),
        (#"{"list": {}}"#, "/list/*", []),
        (#"[{"list": [{"a": 1}]}, {"b": 1}, 5, {"list": [{"a": 2}]}]"#, "/*/list", ["1", "2"]),
        (
            #"{"s": {"x": {"o": {"c": [{"a": 1}]}}, "y": {"o": 1}, "z": {"o": {"c": {"k": {"a": 2}}}}}}"#,
            "s.*.o.c[]", ["1", "2"]
        ),
        (#"{"s": {"x": {"c": [{"a": 1}]}, "y": {"c": {"a": 2}}}}"#, "/s/*/c", ["1"]),
        (#"{"shop": {"item": {"a": 1}}}"#, "/shop/*", ["1"]),
    ]

    @Test(arguments: both)
    func pathsLeadToRecords(_ text: String, _ path: String, _ values: [String]) {
        for format in [NestedCase.Format.yaml, .json] {
            let outcome = NestedCase(format: format, text: text, records: path).outcome()
            #expect(outcome.message == nil)
            #expect(outcome.values == values.map { [$0] })
        }
    }

    /// A text, the path, and what is told.
    private static let missing: [(String, String, String)] = [
        (
            #"{"s": {"x": [[{"a": 1}]]}}"#, "/s/*/*",
            "c:1:14: expected a mapping or a text for each record, got: a list"
        ),
        (
            #"{"x": 1, "y": 2}"#, "/list",
            #"c:1:16: expected "list" on the way of `records: /list`, got: none (there is x, y)"#
        ),
        (#"{"list": null}"#, "/list", "c:1:10: expected a list of records at `records: /list`, got: nothing"),
        (
            #"{"list": 5}"#, "/list/*",
            "c:1:10: expected a mapping or a list at `records: /list/*`, got: the text \"5\""
        ),
        (
            #"{"s": {"x": {"y": 1}, "y": {"b": {"d": 1}}}}"#, "s.*.b.c[]",
            #"c:1:41: expected "c" on the way of `records: s.*.b.c[]`, got: none (there is d)"#
        ),
    ]

    @Test(arguments: missing)
    func aPathThatLeadsNowhereIsToldWithWhatThereIs(_ text: String, _ path: String, _ message: String) {
        for format in [NestedCase.Format.yaml, .json] {
            let outcome = NestedCase(format: format, text: text, records: path).outcome()
            #expect(outcome.message == message)
        }
    }

    @Test func noBranchAtAllIsToldToo() {
        let outcome = NestedCase(format: .json, text: #"{"s": {}}"#, records: "/s/*/list").outcome()
        #expect(
            outcome.message
                == "c:1:9: expected records at `records: /s/*/list`, got: no branch that leads there")
    }

    /// YAML of several documents, or JSON Lines; the path, values of `a` and their lines.
    private static let documents: [(NestedCase.Format, String, String, [String], [Int])] = [
        (.yaml, "- a: 1\n- a: 2\n---\n- a: 3\n...\n---\n[]\n", "/", ["1", "2", "3"], [1, 2, 4]),
        (.yaml, "a: 1\n---\na: 2\n", ".", ["1", "2"], [1, 3]),
        (.yaml, "---\nx: {a: 1}\n---\nx: {a: 2}\n", "/*", ["1", "2"], [2, 4]),
        (.lines, "{\"a\": 1}\n\n \t\r\n{\"a\": 2}", "/", ["1", "2"], [1, 4]),
        (.lines, "{\"a\": 1}\r\n{\"a\": 2}\r\n", ".", ["1", "2"], [1, 2]),
        (.lines, "\n{\"x\": [{\"a\": 1}, {\"a\": 2}]}\n{\"x\": []}\n", "/x", ["1", "2"], [2, 2]),
    ]

    @Test(arguments: documents)
    func everyDocumentIsSearched(
        _ format: NestedCase.Format, _ text: String, _ path: String, _ values: [String], _ lines: [Int]
    ) {
        let outcome = NestedCase(format: format, text: text, records: path).outcome()
        #expect(outcome.message == nil)
        #expect(outcome.values == values.map { [$0] })
        #expect(outcome.lines == lines)
    }

    @Test func aDocumentWithoutThePathIsToldWithItsLine() {
        let yaml = NestedCase(format: .yaml, text: "x: [{a: 1}]\n---\ny: 1\n", records: "/x").outcome()
        #expect(yaml.message == "c:4:1: expected \"x\" on the way of `records: /x`, got: none (there is y)")
        let lines = NestedCase(format: .lines, text: "{\"a\": 1}\n[]\n").outcome()
        #expect(lines.message == "c:2:1: expected a mapping or a text for each record, got: a list")
    }

    @Test(arguments: [NestedCase.Format.yaml, .json, .lines])
    func anEmptyFileHasNoRecords(_ format: NestedCase.Format) {
        let outcome = NestedCase(format: format, text: "  \n").outcome()
        #expect(outcome.message == "c:2:1: expected records, got: an empty file")
    }
}
