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

    /// A text, and what is told after `c:1:`.
    private static let texts: [(String, String?)] = [
        (#"[{"abcde": "12345678"}]"#, nil),
        (#"[{"abcdef": 1}]"#, "3: expected a name of at most 5 bytes, got: a longer one"),
        (#"[{"b": "123456789"}]"#, "8: expected a text of at most 8 bytes, got: a longer one"),
        (#"[{"a": "123456789"}]"#, "8: expected a text of at most 8 bytes, got: a longer one"),
        (#"[{"a": "1234567", "b": "12345"}]"#, nil),
        (
            #"[{"a": "1234567", "b": "123456"}]"#,
            "24: expected a record of at most 12 bytes, got: a larger one"
        ),
        (#"[{"c": ["1234", "123"]}]"#, nil),
        (#"[{"c": ["1234", "1234"]}]"#, "17: expected a text of at most 8 bytes, got: a longer one"),
        (#"[{"a": 1, "x": 2, "y": 3}]"#, nil),
        (#"[{"a": 1, "x": 2, "y": 3, "z": 4}]"#, "27: expected at most 3 names in a mapping, got: more"),
        (#"[{"x": [[1]]}]"#, nil),
        (#"[{"x": [[[]]]}]"#, "10: expected at most 4 levels of mappings and lists, got: more"),
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
