import CatalinkCore
@testable import CatalinkRead
import Testing

/// How far a nested catalog may go.
struct NestedLimitTests {
    private static var limits: ReadLimits {
        var limits = ReadLimits()
        (limits.nameSize, limits.fieldSize, limits.recordSize) = (5, 8, 12)
        (limits.columns, limits.depth) = (3, 4)
        return limits
    }

    private static func hint(_ name: String) -> String { "(`source.limits: {\(name): …}` allows more)" }

    /// A text, and what is told after `c:1:`.
    private static let texts: [(String, String?)] = [
        (#"[{"abcde": "12345678"}]"#, nil),
        (#"[{"abcdef": 1}]"#, "3: expected a name of at most 5 bytes, got: a longer one \(hint("name"))"),
        (
            #"[{"b": "123456789"}]"#,
            "8: expected a text of at most 8 bytes, got: a longer one \(hint("field"))"
        ),
        (
            #"[{"a": "123456789"}]"#,
            "8: expected a text of at most 8 bytes, got: a longer one \(hint("field"))"
        ),
        (#"[{"a": "1234567", "b": "12345"}]"#, nil),
        (
            #"[{"a": "1234567", "b": "123456"}]"#,
            "24: expected a record of at most 12 bytes, got: a larger one \(hint("record"))"
        ),
        (#"[{"c": ["1234", "123"]}]"#, nil),
        (
            #"[{"c": ["1234", "1234"]}]"#,
            "17: expected a text of at most 8 bytes, got: a longer one \(hint("field"))"
        ),
        (#"[{"a": 1, "x": 2, "y": 3}]"#, nil),
        (
            #"[{"a": 1, "x": 2, "y": 3, "z": 4}]"#,
            "27: expected at most 3 names in a mapping, got: more \(hint("columns"))"
        ),
        (#"[{"x": [[1]]}]"#, nil),
        (
            #"[{"x": [[[]]]}]"#,
            "10: expected at most 4 levels of mappings and lists, got: more \(hint("depth"))"
        ),
    ]

    @Test(arguments: texts)
    func whatGoesTooFarIsToldWithItsPlace(_ text: String, _ message: String?) {
        for format in [NestedCase.Format.yaml, .json] {
            let outcome = NestedCase(
                format: format, text: text, columns: ["a", "b", "c/*"], limits: Self.limits
            ).outcome()
            #expect(outcome.message == message.map { "c:1:" + $0 })
        }
    }

    @Test(arguments: [NestedCase.Format.yaml, .json])
    func soManyNamesAreRememberedAtOnce(_ format: NestedCase.Format) {
        // The first dozen of each mapping is beside the point.
        let names = (0..<30).map { #""n\#($0)": {"a": 1}"# }.joined(separator: ", ")
        var limits = ReadLimits()
        limits.openNames = 18
        let few = NestedCase(format: format, text: "{\(names)}", records: "/*", limits: limits).outcome()
        #expect(few.message == nil)
        #expect(few.values.count == 30)
        limits.openNames = 17
        let more = NestedCase(format: format, text: "{\(names)}", records: "/*", limits: limits).outcome()
        let message = """
            : expected at most 17 names in open mappings, got: more (each name is remembered, as none may come twice; \
            write so many records as a list, or as JSON Lines)
            """
        #expect(more.message?.hasSuffix(message) == true, "\(more.message ?? "")")
        // What is closed is forgotten.
        limits.openNames = 18
        let lists = NestedCase(
            format: format, text: "[{\(names)}, {\(names)}, {\(names)}]", records: "/*/*", limits: limits
        ).outcome()
        #expect(lists.message == nil)
        #expect(lists.values.count == 90)
    }

    /// It would make two values of one.
    @Test(arguments: [NestedCase.Format.yaml, .json])
    func aTextWithTheMarkBetweenValuesIsInNoList(_ format: NestedCase.Format) {
        let text = #"[{"a": "x\u001Fy", "c": ["x", "y\u001Fz"]}]"#
        let plain = NestedCase(format: format, text: text, columns: ["a", "c/1"]).outcome()
        #expect(plain.values == [["x|y", "y|z"]])
        let list = NestedCase(format: format, text: text, columns: ["a", "c/*"]).outcome()
        let message = """
            c:1:31: expected a text that may stand in a list, got: one with the control character U+001F (values of a \
            list are parted by it; the export must leave control characters out)
            """
        #expect(list.message == message)
    }

    /// libyaml would keep all of it in memory.
    @Test func aTextWithoutEndIsNotReadToItsEnd() {
        let text = "- a: \"" + String(repeating: "x", count: 30_000_000)
        let source = ChunkedSource(Array(text.utf8), size: .max)
        let reader = YAMLReader(
            source, name: "c", recordPath: RecordPath("/"), columns: ["a"], limits: ReadLimits())
        let error = #expect(throws: CatalogError.self) { _ = try reader.next() }
        #expect(error?.expected == "a text, name or comment of at most 16842752 bytes")
    }
}
