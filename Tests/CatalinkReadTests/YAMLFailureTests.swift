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
                + "(name the list in it, as in `records: /products`, or end with `/*` if its values are the records)"
        ),
        (
            "products: text\n", "/products",
            "catalog.yaml:1:11: expected a list of records at `records: /products`, got: the text \"text\""
        ),
        (
            "- a: 1\n- [x]\n", "/",
            "catalog.yaml:2:3: expected a mapping or a text for each record, got: a list"
        ),
        ("- a: 1\n- [a]: 1\n", "/", "catalog.yaml:2:3: expected a name, got: a list"),
        (
            "products:\n  - a: 1\n    a: 2\n", "/products",
            "catalog.yaml:3:5: expected each name once in a mapping, got: a second \"a\""
        ),
        (
            "- b: {c: 1}\n  b: {c: 2}\n", "/",
            "catalog.yaml:2:3: expected each name once in a mapping, got: a second \"b\""
        ),
        (
            "x: {y: {z: 1, z: 2}}\nlist: []\n", "/list",
            "catalog.yaml:1:15: expected each name once in a mapping, got: a second \"z\""
        ),
        (
            "- a: 1\n---\nb: 2\n", "/",
            "catalog.yaml:3:1: expected a list of records at `records: /`, got: a mapping (name the list in it, as in "
                + "`records: /products`, or end with `/*` if its values are the records)"
        ),
        (
            "- a: 1\n---\n", "/",
            "catalog.yaml:3:1: expected a list of records at `records: /`, got: nothing"
        ),
        (
            "- a: *x\n- b: &x 1\n", "/",
            "catalog.yaml:1:6: expected the anchor \"&x\" before its alias, got: none"
        ),
        (
            "- &x\n  a: [*x]\n", "/",
            "catalog.yaml:2:7: expected an alias of another value, got: \"*x\" within its own anchor"
        ),
        (
            "- <<: &x 1\n", "/",
            "catalog.yaml:1:7: expected a mapping, or a list of mappings, to merge, got: the text \"1\""
        ),
        (
            "- &x {a: 1}\n- <<: [*x, [*x]]\n", "/",
            "catalog.yaml:2:12: expected a mapping, or a list of mappings, to merge, got: a list"
        ),
        (
            "- &x {a: 1}\n- <<: *x\n  <<: *x\n", "/",
            "catalog.yaml:3:3: expected each name once in a mapping, got: a second \"<<\""
        ),
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

    @Test(arguments: [(126, true), (127, false), (2000, false)])
    func levelsAreNestedToALimit(_ levels: Int, _ isRead: Bool) throws {
        let nested = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        let told = try told(about: "- x: \(nested)\n", at: "/")
        let message = """
            catalog.yaml:1:132: expected at most 128 levels of mappings and lists, got: more \
            (`source.limits: {depth: …}` allows more)
            """
        #expect(told == (isRead ? nil : message))
    }

    /// libyaml alone takes minutes for the last.
    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            "", "- x: ", "- <<: {a: ", "a: &x ", "- {a: ",
        ])
    func aHundredThousandBracketsAreRefusedAtOnce(_ start: String) throws {
        let told = try told(about: start + String(repeating: "[", count: 100_000), at: "/list")
        #expect(told != nil)
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
