import CatalinkCore
import CatalinkRead
import Testing

struct YAMLFailureTests {
    private func told(about text: String, at path: String) throws -> String? {
        try withFile(text) { file in
            complaint(
                about: YAMLCatalog(path: file, name: "catalog.yaml", recordPath: path), columns: ["a", "b/c"])
        }
    }

    /// A text, the path to its records, and what is told.
    private static let texts: [(String, String, String)] = [
        ("", "/", "catalog.yaml:1:1: expected records, got: an empty file"),
        ("# nothing\n", "/", "catalog.yaml:2:1: expected records, got: an empty file"),
        (
            "products:\n  - a: 1\nother: 2\n", "/items",
            "catalog.yaml:4:1: expected \"items\" on the way of `records: /items`, got: none "
                + "(there is products, other)"
        ),
        (
            "products: text\n", "/products/items",
            "catalog.yaml:1:11: expected \"items\" on the way of `records: /products/items`, got: the text \"text\""
        ),
        (
            "products:\n  a: 1\n", "/products",
            "catalog.yaml:2:3: expected a list of records at `records: /products`, got: a mapping "
                + "(name the list in it, as in `records: /products`)"
        ),
        (
            "products: text\n", "/products",
            "catalog.yaml:1:11: expected a list of records at `records: /products`, got: the text \"text\""
        ),
        ("- 1\n- 2\n", "/", "catalog.yaml:1:3: expected a mapping for each record, got: the text \"1\""),
        ("- a: 1\n- [x]\n", "/", "catalog.yaml:2:3: expected a mapping for each record, got: a list"),
        ("- a: 1\n- [a]: 1\n", "/", "catalog.yaml:2:3: expected a name, got: a list"),
        (
            "products:\n  - a: 1\n    a: 2\n", "/products",
            "catalog.yaml:3:8: expected each name once in a record, got: a second \"a\""
        ),
        (
            "- b: {c: 1}\n  b: {c: 2}\n", "/",
            "catalog.yaml:2:10: expected each name once in a record, got: a second \"c\""
        ),
        (
            "products:\n  - a: &x 1\n  - a: *x\n", "/products",
            "catalog.yaml:3:8: expected a value, got: an alias (write the value out)"
        ),
        ("- a: 1\n---\n- a: 2\n", "/", "catalog.yaml:2:1: expected one document, got: a second one"),
        (
            "products:\n\t- a: 1\n", "/products",
            "catalog.yaml:2:1: expected YAML, got: found character that cannot start any token while scanning for the "
                + "next token"
        ),
        (
            "products:\n  - a: [1, 2\n", "/products",
            "catalog.yaml:3:1: expected YAML, got: did not find expected ',' or ']' while parsing a flow sequence"
        ),
        (
            "products:\n  - a: 1\nb: [\n", "/products",
            "catalog.yaml:4:1: expected YAML, got: did not find expected node content while parsing a flow node"
        ),
        (
            "- a: \"x\n", "/",
            "catalog.yaml:2:1: expected YAML, got: found unexpected end of stream while scanning a quoted scalar"
        ),
    ]

    @Test(arguments: texts)
    func whatIsNoListOfRecordsIsToldWithItsPlace(_ text: String, _ path: String, _ message: String) throws {
        let told = try told(about: text, at: path)
        #expect(told == message)
    }

    @Test(arguments: [(64, true), (65, false), (2000, false)])
    func levelsAreNestedToALimit(_ levels: Int, _ isRead: Bool) throws {
        let nested = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        let told = try told(about: "- x: \(nested)\n", at: "/")
        let expected: String? = isRead ? nil : "catalog.yaml:1:70: expected at most 64 levels, got: more"
        #expect(told == expected)
    }

    @Test func bytesThatAreNotUTF8AreRefused() throws {
        var bytes = Array("- a: 1\n- a: ".utf8)
        bytes.append(0xFF)
        let message = try withFile(bytes) { file in
            complaint(about: YAMLCatalog(path: file, name: "catalog.yaml", recordPath: "/"), columns: ["a"])
        }
        #expect(message?.hasPrefix("catalog.yaml:2:6: expected UTF-8 text, got: the byte 0xFF") == true)
    }
}
