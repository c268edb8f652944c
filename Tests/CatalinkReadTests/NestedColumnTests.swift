import Testing

/// Columns as paths below a record, in YAML and in JSON.
struct NestedColumnTests {
    private static let record = """
        {"name": "Mug", "images": ["a", "b", null, ""], "variants": [{"sku": "s1", "price": 17.50}, {"price": 3},
        {"sku": "s3"}], "prices": {"EUR": 5, "USD": 6}, "null": null, "text": "null", "deep": [[1, 2], [3]], "no": false}
        """

    private static let columns: [(String, String)] = [
        ("name", "Mug"), ("images/0", "a"), ("images/2", ""), ("images/*", "a|b|"), ("images", ""),
        ("variants/0/price", "17.50"), ("variants/2/price", ""), ("variants/*/sku", "s1|s3"),
        ("variants/*/price", "17.50|3"), ("variants/1/*", "3"), ("*", "Mug|null|false"), ("prices/*", "5|6"),
        ("prices/USD", "6"), ("null", ""), ("text", "null"), ("deep/*/*", "1|2|3"), ("deep/*/0", "1|3"),
        ("deep/0/*", "1|2"), ("/name", "Mug"), ("no", "false"), (".", ""), ("missing/*", ""), ("@key", ""),
    ]

    @Test(arguments: [NestedCase.Format.yaml, .json])
    func columnsArePaths(_ format: NestedCase.Format) {
        let outcome = NestedCase(
            format: format, text: "[\(Self.record)]", columns: Self.columns.map(\.0)
        ).outcome()
        #expect(outcome.message == nil)
        #expect(outcome.values == [Self.columns.map(\.1)])
    }

    @Test(arguments: [NestedCase.Format.yaml, .json])
    func columnsThatWereFoundAreSeenByTheirOwnSpelling(_ format: NestedCase.Format) {
        let requested = [
            "/name", "variants/*/sku", "images/*", "images/9", "missing/*", "@key", ".", "prices",
        ]
        let outcome = NestedCase(
            format: format, text: "{\"list\": [\(Self.record), \"x\"]}", records: "/list", columns: requested
        ).outcome()
        #expect(outcome.message == nil)
        #expect(
            outcome.seen.sorted() == [
                ".", "/name", "deep/0/0", "deep/0/1", "deep/1/0", "images/*", "images/0", "images/1",
                "images/2", "images/3", "name", "no", "null", "prices/EUR", "prices/USD", "text",
                "variants/*/sku", "variants/0/price", "variants/0/sku", "variants/1/price",
                "variants/2/sku",
            ])
    }

    @Test(arguments: [NestedCase.Format.yaml, .json])
    func aRecordInAMappingHasItsName(_ format: NestedCase.Format) {
        let outcome = NestedCase(
            format: format, text: #"{"x": {"p 1": {"a": 1}, "p2": "text", "p3": null}}"#, records: "/x/*",
            columns: ["@key", "a", "."]
        ).outcome()
        #expect(outcome.values == [["p 1", "1", ""], ["p2", "", "text"], ["p3", "", ""]])
        #expect(outcome.places[0] == ["1:8", "1:21", "1:0"])
        #expect(outcome.seen.sorted() == [".", "@key", "a"])
    }

    @Test(arguments: [NestedCase.Format.yaml, .json])
    func textsAreRecordsToo(_ format: NestedCase.Format) {
        let outcome = NestedCase(format: format, text: #"["x", 17.50, null]"#, columns: ["."]).outcome()
        #expect(outcome.values == [["x"], ["17.50"], [""]])
    }

    /// Beyond what the table of paths holds, columns that are asked for are still read and names told apart.
    @Test(arguments: [NestedCase.Format.yaml, .json])
    func moreNamesThanAreRememberedAreRead(_ format: NestedCase.Format) {
        let names = (1...6000).map { "\"n\($0)\": {\"v\": \($0), \"w\": 0}" }.joined(separator: ", ")
        let list = (1...500).map(String.init).joined(separator: ", ")
        var text = "[{\"x\": {\(names)}, \"list\": [\(list)], \"late\": 1}, {\"x\": {\"n7000\": {\"v\": 9}}}]"
        let columns = ["x/*/v", "list/*", "list/300", "late"]
        let outcome = NestedCase(format: format, text: text, columns: columns).outcome()
        #expect(outcome.message == nil)
        #expect(outcome.values.first?[0] == (1...6000).map(String.init).joined(separator: "|"))
        #expect(outcome.values.first?[1] == (1...500).map(String.init).joined(separator: "|"))
        #expect(outcome.values.first?[2...] == ["301", "1"])
        #expect(outcome.values.last == ["9", "", "", ""])
        #expect(outcome.seen.count < 5000)
        text.replace("\"n5999\"", with: "\"n5998\"")
        let repeated = NestedCase(format: format, text: text, columns: columns).outcome()
        #expect(repeated.message?.hasSuffix("each name once in a mapping, got: a second \"n5998\"") == true)
    }
}
