import CatalinkCore
import CatalinkRead
import Testing

struct YAMLNodeTests {
    private func load(_ text: String) throws -> YAMLNode {
        try withFile(text) { path in try YAMLNode.load(path: path, name: "job.yaml") }
    }

    @Test func everyNodeKnowsItsPlace() throws {
        let node = try load("a:\n  - 1\n  - {b: c}\n\"d\": é x\ne: \"1\"\nf:\n")
        #expect(
            node.outline
                == "{a@1:1: [1@2:5, {b@3:6: c@3:9}@3:5]@2:3, d@4:1: é x@4:6, e@5:1: \"1\"@5:4, f@6:1: @6:3}@1:1"
        )
    }

    @Test(arguments: [
        ("no", "no@1:1"), ("0x0", "0x0@1:1"), ("17.50", "17.50@1:1"), ("'no'", "\"no\"@1:1"),
        ("|\n  a\n", "\"a\n\"@1:1"),
        ("---\ntext\n...\n", "text@2:1"), ("[]", "[]@1:1"), ("{}", "{}@1:1"),
    ])
    func scalarsStayTextAndTellWhetherTheyArePlain(_ text: String, _ outline: String) throws {
        let node = try load(text)
        #expect(node.outline == outline)
    }

    @Test func aliasesAreTheValuesOfTheirAnchors() throws {
        let node = try load("a: &x {b: 1, c: &y [2]}\nd: *x\ne: *y\n")
        #expect(
            node.outline
                == "{a@1:1: {b@1:8: 1@1:11, c@1:14: [2@1:21]@1:17}@1:4, d@2:1: {b@2:4: 1@2:4, c@2:4: [2@2:4]@2:4}@2:4, "
                + "e@3:1: [2@3:4]@3:4}@1:1")
    }

    @Test func aliasesRepeatLittle() throws {
        let lists = (1...9).map {
            "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 9).joined(separator: ", "))]\n"
        }
        let error = #expect(throws: CatalogError.self) { try load("a0: &a0 x\n" + lists.joined()) }
        #expect(error?.expected == "aliases that repeat little")
    }

    private static let mistakes: [(String, String)] = [
        ("", "job.yaml:1:1: expected a YAML document, got: an empty file"),
        ("# only a comment\n", "job.yaml:2:1: expected a YAML document, got: an empty file"),
        ("a: 1\nb: 2\na: 3\n", "job.yaml:3:1: expected each name once, got: a second \"a\""),
        ("a: *x\n", "job.yaml:1:4: expected the anchor \"&x\" before its alias, got: none"),
        ("a: 1\n---\nb: 2\n", "job.yaml:2:1: expected one document, got: a second one"),
        ("[1]: 2\n", "job.yaml:1:1: expected a name, got: a list or a mapping"),
        (
            "a: 1\n b: 2\n",
            "job.yaml:2:3: expected YAML, got: mapping values are not allowed in this context"
        ),
        (
            "a:\n  - b: 1\n  c: 2\n",
            "job.yaml:3:3: expected YAML, got: did not find expected '-' indicator while parsing a block collection"
        ),
    ]

    @Test(arguments: mistakes)
    func mistakesAreToldWithTheirPlace(_ text: String, _ message: String) {
        let error = #expect(throws: CatalogError.self) { try load(text) }
        #expect(error?.message == message)
    }

    @Test func levelsAreNestedToALimit() throws {
        let (deepest, deeper) = (String(repeating: "[", count: 64), String(repeating: "[", count: 65))
        let closed = deepest + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try load(closed) }
        let error = #expect(throws: CatalogError.self) { try load(deeper) }
        #expect(error?.expected == "at most 64 levels")
    }

    @Test func aMissingFileIsTold() {
        let error = #expect(throws: CatalogError.self) {
            try YAMLNode.load(path: "/nowhere/job.yaml", name: "job.yaml")
        }
        #expect(error?.got == "No such file or directory")
    }
}

extension YAMLNode {
    /// The tree in one line, each node with its place; scalars that are not plain in quotation marks.
    fileprivate var outline: String {
        let at = "@\(place.line):\(place.column)"
        return switch content {
        case .scalar(let text, let isPlain): (isPlain ? text : "\"\(text)\"") + at
        case .sequence(let nodes): "[" + nodes.map(\.outline).joined(separator: ", ") + "]" + at
        case .mapping(let entries): "{" + entries.map(\.outline).joined(separator: ", ") + "}" + at
        }
    }
}

extension YAMLNode.Entry {
    fileprivate var outline: String {
        "\(name)@\(place.line):\(place.column): " + value.outline
    }
}
