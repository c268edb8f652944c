import CatalinkCore
import CatalinkRead
import Testing

struct YAMLTests {
    private static let text = """
        products:
          - sku: "00417"
            price: 17.50
            code: no
            hex: 0x0
            empty:
            null: ~
            variants:
              - price: 1
              - price: "2"
            text: |
              one
              two
            folded: >-
              one
              two
          - {price: 8, sku: 'it''s', tags: [é, b]}
        after: 1
        """

    private func read(_ text: String, at path: String = "/", _ columns: [String]) throws -> [ReadRecord] {
        try withFile(text) { file in
            try records(of: YAMLCatalog(path: file, name: "catalog.yaml", recordPath: path), columns: columns)
        }
    }

    @Test func scalarsStayTheTextTheyAre() throws {
        let columns = ["sku", "price", "code", "hex", "empty", "null", "text", "folded", "missing"]
        let records = try read(Self.text, at: "/products", columns)
        #expect(
            records.map(\.values) == [
                ["00417", "17.50", "no", "0x0", "", "", "one\ntwo\n", "one two", ""],
                ["it's", "8", "", "", "", "", "", "", ""],
            ])
        #expect(records.map(\.line) == [2, 17])
        #expect(records.map(\.number) == [1, 2])
    }

    @Test func columnsArePathsOfNamesAndIndexes() throws {
        let columns = [
            "variants/0/price", "variants/1/price", "variants/2/price", "tags/0", "tags/1", "variants",
        ]
        let records = try read(Self.text, at: "/products", columns)
        #expect(records.map(\.values) == [["1", "2", "", "", "", ""], ["", "", "", "é", "b", ""]])
    }

    @Test func fieldsHaveLineAndColumn() throws {
        let batch = try withFile(Self.text) { file in
            try batches(
                of: YAMLCatalog(path: file, name: "catalog.yaml", recordPath: "/products"),
                columns: ["price", "variants/1/price", "text", "tags/1", "missing"])[0]
        }
        #expect(batch.position(of: 0, in: 0) == TextPosition(line: 3, column: 12))
        #expect(batch.position(of: 1, in: 0) == TextPosition(line: 10, column: 16))
        #expect(batch.position(of: 2, in: 0) == TextPosition(line: 11, column: 11))
        #expect(batch.position(of: 0, in: 1) == TextPosition(line: 17, column: 13))
        #expect(batch.position(of: 3, in: 1) == TextPosition(line: 17, column: 40))
        #expect(batch.position(of: 4, in: 0) == TextPosition(line: 2))
    }

    @Test func everyPathWithAValueIsSeen() throws {
        let seen = try withFile(Self.text) { file in
            let reader = try YAMLCatalog(path: file, name: "catalog.yaml", recordPath: "/products")
                .open(columns: ["sku", "colour"])
            while try reader.next() != nil {}
            return reader.seenColumns
        }
        #expect(
            seen.sorted() == [
                "code", "empty", "folded", "hex", "null", "price", "sku", "tags/0", "tags/1", "text",
                "variants/0/price", "variants/1/price",
            ])
    }

    private static let paths: [(String, String)] = [
        ("- a: 1\n", "/"), ("- a: 1\n", ""), ("- a: 1\n", "/*"), ("list:\n  - a: 1\n", "/list"),
        ("list:\n  - a: 1\n", "list"), ("list:\n  - a: 1\n", "/list/*"), ("list: [{a: 1}]\n", "/list"),
        (
            "other: {list: [{a: 2}]}\nshop:\n  more: [1, {b: [2]}]\n  list:\n  - a: 1\n  end: x\n",
            "/shop/list"
        ),
        ("%YAML 1.1\n---\n- a: 1\n...\n# end\n", "/"), ("\u{FEFF}- a: 1\n", "/"), ("- a: &anchor 1\n", "/"),
    ]

    @Test(arguments: paths)
    func thePathLeadsToTheList(_ text: String, _ path: String) throws {
        let records = try read(text, at: path, ["a"])
        #expect(records.map(\.values) == [["1"]])
    }

    @Test func anEmptyListHasNoRecords() throws {
        let records = try read("products: []\n", at: "/products", ["a"])
        #expect(records.isEmpty)
    }

    @Test func recordsOverSeveralBatchesAreWhole() throws {
        let items = (1...10_000).map { "- {id: \($0), name: \"é \($0)\", tags: [x, t\($0)]}\n" }
        let records = try read(items.joined(), ["name", "tags/1", "id"])
        #expect(records.count == 10_000)
        let areWhole = records.allSatisfy { record in
            record.values == ["é \(record.number)", "t\(record.number)", "\(record.number)"]
                && record.line == record.number
        }
        #expect(areWhole)
    }
}
