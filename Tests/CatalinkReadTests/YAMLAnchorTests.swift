import CatalinkCore
import Testing

/// Anchors, aliases and merge keys.
struct YAMLAnchorTests {
    /// A text, its path, and the values of `a`, `b` and `c/d`.
    private static let texts: [(String, String, [[String]])] = [
        ("- a: &x 1\n- a: *x\n", "/", [["1", "", ""], ["1", "", ""]]),
        ("- &x {a: 1, c: {d: 2}}\n- *x\n", "/", [["1", "", "2"], ["1", "", "2"]]),
        ("d: &x {d: 5}\nlist:\n  - c: *x\n", "/list", [["", "", "5"]]),
        ("x: {y: [&x {d: 5}]}\nlist:\n  - c: *x\n", "/list", [["", "", "5"]]),
        ("all: &all [{a: 1}, {a: 2}]\nlist: *all\n", "/list", [["1", "", ""], ["2", "", ""]]),
        ("- &x {a: 1, b: 2}\n- {<<: *x, b: 3}\n", "/", [["1", "2", ""], ["1", "3", ""]]),
        ("- &x {a: 1, b: 2}\n- {b: 3, <<: *x}\n", "/", [["1", "2", ""], ["1", "3", ""]]),
        // Only names of the mapping itself are merged, not those of mappings in it.
        ("- &x {c: {d: 1}}\n- {<<: *x, c: {e: 3}}\n", "/", [["", "", "1"], ["", "", ""]]),
        (
            "- &x {a: 1}\n- &y {a: 2, b: 2}\n- <<: [*x, *y]\n- <<: [*y, *x]\n", "/",
            [["1", "", ""], ["2", "2", ""], ["1", "2", ""], ["2", "2", ""]]
        ),
        (
            "- &x {a: 1, c: {d: 1}}\n- &y {<<: *x, a: 2, b: 2}\n- {<<: *y}\n", "/",
            [["1", "", "1"], ["2", "2", "1"], ["2", "2", "1"]]
        ),
        // What a merged mapping merges comes before the next of the list.
        (
            "- &x {a: 1}\n- &y {<<: *x}\n- &z {a: 3, b: 3}\n- <<: [*y, *z]\n", "/",
            [["1", "", ""], ["1", "", ""], ["3", "3", ""], ["1", "3", ""]]
        ),
        ("- <<: {a: 1, b: 2}\n  b: 3\n", "/", [["1", "3", ""]]),
        (
            "- &x {c: {<<: [{d: 4}, {d: 5}]}}\n- *x\n- {<<: *x}\n", "/",
            [["", "", "4"], ["", "", "4"], ["", "", "4"]]
        ),
        ("- &x {d: 7}\n- <<: {a: 1, c: *x}\n", "/", [["", "", ""], ["1", "", "7"]]),
        ("- &l [{a: 1}, {a: 2, b: 2}]\n", "/*/*", [["1", "", ""], ["2", "2", ""]]),
        ("l: &l [{a: 1}, {a: 2, b: 2}]\nlist: [{<<: *l}]\n", "/list", [["1", "2", ""]]),
        ("x: &x {list: [{a: 1}]}\ny: {<<: *x}\n", "/y/list", [["1", "", ""]]),
        ("x: &x {list: [{a: 1}]}\ny: {<<: *x, list: [{a: 2}]}\n", "/y/list", [["2", "", ""]]),
        ("x: &x {p: {a: 1}, q: {a: 2}}\ny: {<<: *x, p: {a: 3}}\n", "/y/*", [["3", "", ""], ["2", "", ""]]),
        ("- {\"<<\": x, a: 1}\n", "/", [["1", "", ""]]),
        ("- a: &x 1\n- a: &x 2\n- a: *x\n", "/", [["1", "", ""], ["2", "", ""], ["2", "", ""]]),
        ("- &k a: 1\n- *k : 2\n", "/", [["1", "", ""], ["2", "", ""]]),
        (
            "- a: &x ~\n- a: *x\n- a: &y 'null'\n- a: *y\n", "/",
            [["", "", ""], ["", "", ""]] + [["null", "", ""], ["null", "", ""]]
        ),
        (
            "- a: !!python/object:os.system x\n  b: !!binary aGk=\n  c: !custom {d: !!str null}\n", "/",
            [["x", "aGk=", "null"]]
        ),
        (
            "- a: 17.50\n  b: no\n  c: {d: 1e3}\n- {a: 0x0, b: Null, c: {d: NULL}}\n", "/",
            [["17.50", "no", "1e3"], ["0x0", "", ""]]
        ),
    ]

    @Test(arguments: texts)
    func anchorsHoldWhereTheyAreReferredTo(_ text: String, _ path: String, _ values: [[String]]) {
        let outcome = NestedCase(format: .yaml, text: text, records: path, columns: ["a", "b", "c/d"])
            .outcome()
        #expect(outcome.values == values)
        #expect(outcome.message == nil)
    }

    @Test func whatAnAliasStandsForHasItsPlace() {
        let text = "- &x {a: 1, b: &y 2}\n-   *x\n- <<: *x\n  a: *y\n- <<: {a: 5}\n"
        let outcome = NestedCase(format: .yaml, text: text, columns: ["a", "b"]).outcome()
        #expect(outcome.places == [["1:10", "1:16"], ["2:5", "2:5"], ["4:6", "3:7"], ["5:11", "5:0"]])
        #expect(outcome.lines == [1, 2, 3, 5])
    }

    @Test func anAnchorEndsWithItsDocument() {
        let outcome = NestedCase(format: .yaml, text: "- a: &x 1\n---\n- a: *x\n").outcome()
        #expect(outcome.message == "c:3:6: expected the anchor \"&x\" before its alias, got: none")
    }

    @Test func manyRecordsMayShareAnAnchor() {
        let names = (0..<10).map { "k\($0): \($0)" }.joined(separator: ", ")
        let text =
            "- &x {\(names), a: 1}\n" + String(repeating: "- *x\n", count: 100_000)
            + String(repeating: "- <<: *x\n", count: 100_000)
        let reader = NestedCase(format: .yaml, text: text).reader()
        var count = 0
        #expect(throws: Never.self) {
            while let batch = try reader.next() { count += batch.count }
        }
        #expect(count == 200_001)
    }

    /// Nine levels of nine, in a column, in a part that is passed over and by merging.
    @Test(.timeLimit(.minutes(10)), arguments: ["- x: ", "y: ", "- <<: "])
    func aliasesThatGrowWithoutEndAreRefused(_ start: String) {
        let isMerge = start == "- <<: "
        let levels = (1...9).map { level in
            let many = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            return start.replacing("y", with: "y\(level)")
                + (isMerge ? "[\(many)]\n  k: &a\(level) {<<: [\(many)]}\n" : "&a\(level) [\(many)]\n")
        }
        let first = isMerge ? "- &a0 {a: 1}\n" : start + "&a0 [x, x, x, x, x, x, x, x, x]\n"
        let outcome = NestedCase(
            format: .yaml, text: first + levels.joined(), records: start == "y: " ? "/list" : "/"
        ).outcome()
        #expect(
            outcome.message?.hasSuffix(
                "expected aliases that repeat little, got: ones that make the file many times as long "
                    + "(write the values out)") == true)
    }

    @Test func longTextsAreRepeatedWithinReason() {
        let text =
            "- &x {a: \(String(repeating: "x", count: 1_000_000))}\n"
            + String(repeating: "- *x\n", count: 2000)
        let outcome = NestedCase(format: .yaml, text: text, columns: []).outcome()
        #expect(outcome.message?.contains("aliases that repeat little") == true)
    }

    @Test func anchorsAreKeptToALimit() {
        let large =
            "- &large\n" + String(repeating: "  - {a: 1, b: xxxxxxxxxxxxxxxxxxxxxxxxxxxx}\n", count: 30_000)
        let unused = NestedCase(
            format: .yaml, text: "\(large)- &y {a: 2}\n- *y\n", records: "/*/*", columns: ["a", "."]
        ).outcome()
        #expect(unused.message == nil)
        #expect(unused.values.count == 30_002)
        let used = NestedCase(format: .yaml, text: "\(large)- *large\n", records: "/*/*").outcome()
        #expect(
            used.message
                == "c:30002:3: expected anchored values of at most 4 MiB in a document, got: more (write the values out)"
        )
    }
}
