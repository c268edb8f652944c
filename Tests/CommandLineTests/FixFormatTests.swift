import CatalinkCore
import Foundation
import Testing

/// Fix files of every format go round.
@Suite(.timeLimit(.minutes(10)))
struct FixFormatTests {
    private static let formats: [(end: String, name: String, source: String, text: String, fixed: String)] = [
        (
            "csv", "c.csv", "{path: c.csv}",
            "sku,title,price,note\nA-1,Tin mug,x,\"one, two\"\nA-2,Tin cup,2.00,\nA-3,T,3.00,=1\n",
            #"""
            sku,title,price,note,_item,_problem,_field,_place
            A-1,Tin mug,x,"one, two",A-1,"price: expected a price in plain notation such as 1299.00, got: ""x""",price,c.csv:2:13
            A-3,T,3.00,'=1,A-3,"title: expected at least 3 characters, got: ""T""",title,c.csv:4:5

            """#
        ),
        (
            "tsv", "c.tsv", "{path: c.tsv}",
            "sku\\ttitle\\tprice\\r\\nA-1\\tTin mug\\tx\\r\\nA-2\\tTin cup\\t2\\r\\nA-3\\tT\\t3\\r\\n"
                .replacing("\\t", with: "\t").replacing("\\r\\n", with: "\r\n"),
            [
                "sku title price _item _problem _field _place".replacing(" ", with: "\t"),
                "A-1\tTin mug\tx\tA-1\t\"price: expected a price in plain notation such as 1299.00, got: \"\"x\"\"\"\tprice\tc.tsv:2:13",
                "A-3\tT\t3\tA-3\t\"title: expected at least 3 characters, got: \"\"T\"\"\"\ttitle\tc.tsv:4:5",
                "",
            ]
            .joined(separator: "\r\n")
        ),
        (
            "xml", "c.xml", "{path: c.xml, records: /shop/offer}",
            """
            <shop>
              <offer id="1"><sku>A-1</sku><title>Tin mug</title><price>x</price><note>one</note></offer>
              <offer id="2"><sku>A-2</sku><title>Tin cup</title><price>2.00</price></offer>
              <offer id="3"><sku>A-3</sku><title>T</title><price>3.00</price></offer>
            </shop>
            """,
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <shop>
              <offer id="1"><sku>A-1</sku><title>Tin mug</title><price>x</price><note>one</note><_item>A-1</_item>\
            <_problem>price: expected a price in plain notation such as 1299.00, got: "x"</_problem>\
            <_field>price</_field><_place>c.xml:2</_place></offer>
              <offer id="3"><sku>A-3</sku><title>T</title><price>3.00</price><_item>A-3</_item>\
            <_problem>title: expected at least 3 characters, got: "T"</_problem><_field>title</_field>\
            <_place>c.xml:4</_place></offer>
            </shop>

            """
        ),
        (
            "yaml", "c.yaml", "{path: c.yaml, records: /products}",
            """
            products:
              - {sku: A-1, title: "Tin mug", price: x, tags: [a, b]}
              - {sku: A-2, title: Tin cup, price: 2}
              - {sku: A-3, title: T, price: 3}
            """,
            """
            products:
              - sku: A-1
                title: "Tin mug"
                price: x
                tags:
                  - a
                  - b
                _item: "A-1"
                _problem: "price: expected a price in plain notation such as 1299.00, got: \\"x\\""
                _field: "price"
                _place: "c.yaml:2:41"
              - sku: A-3
                title: T
                price: 3
                _item: "A-3"
                _problem: "title: expected at least 3 characters, got: \\"T\\""
                _field: "title"
                _place: "c.yaml:4:23"

            """
        ),
        (
            "json", "c.json", "{path: c.json}",
            #"[{"sku": "A-1", "title": "Tin mug", "price": "x"}, {"sku": "A-2", "title": "Tin cup", "price": 2}, "#
                + #"{"sku": "A-3", "title": "T", "price": 3.00}]"#,
            #"""
            [
            {"sku": "A-1", "title": "Tin mug", "price": "x", "_item": "A-1", "_problem": "price: expected a price in plain notation such as 1299.00, got: \"x\"", "_field": "price", "_place": "c.json:1:46"},
            {"sku": "A-3", "title": "T", "price": 3.00, "_item": "A-3", "_problem": "title: expected at least 3 characters, got: \"T\"", "_field": "title", "_place": "c.json:1:124"}
            ]

            """#
        ),
        (
            "jsonl", "c.jsonl", "{path: c.jsonl}",
            #"{"sku": "A-1", "title": "Tin mug", "price": "x", "n": null}"# + "\n"
                + #"{"sku": "A-2", "title": "Tin cup", "price": 2}"# + "\n"
                + #"{"sku": "A-3", "title": "T", "price": 3.00}"# + "\n",
            #"""
            {"sku": "A-1", "title": "Tin mug", "price": "x", "n": null, "_item": "A-1", "_problem": "price: expected a price in plain notation such as 1299.00, got: \"x\"", "_field": "price", "_place": "c.jsonl:1:45"}
            {"sku": "A-3", "title": "T", "price": 3.00, "_item": "A-3", "_problem": "title: expected at least 3 characters, got: \"T\"", "_field": "title", "_place": "c.jsonl:3:25"}

            """#
        ),
    ]

    @Test(arguments: formats.indices)
    func wrongRowsComeOutInTheCatalogsFormatAndGoBackIn(_ index: Int) async throws {
        let (end, name, source, text, expected) = Self.formats[index]
        try await FixWorkshop.with { shop in
            try shop.command.write(text, to: name)
            try shop.command.writeJob("job", source: source, target: shop.target)
            let summary = try await shop.run(2, says: "then: catalink run job.yaml --fix /")
            #expect(summary["fix"]?["rows"]?.integer == 2)
            #expect(try shop.fix(end) == expected)
            // As it is, it says the same once more.
            try shop.command.write(shop.fix(end), to: "fix.\(end)")
            #expect(try await shop.run(2, "--fix", "fix.\(end)").count("invalid") == 2)
            let again = try shop.fix(end).replacing(/fix\.\w+:[0-9:]+/, with: "PLACE")
            #expect(again == expected.replacing(/c\.\w+:[0-9:]+/, with: "PLACE"))

            var corrected = expected
            for (wrong, right) in [
                (",x,", ",1.50,"), ("\tx\t", "\t1.50\t"), (">x<", ">1.50<"), ("price: x", "price: 1.50"),
                ("\"price\": \"x\"", "\"price\": 1.50"), (",T,", ",Tin,"), ("\tT\t", "\tTin\t"),
                (">T<", ">Tin<"), ("title: T\n", "title: Tin\n"), ("\"title\": \"T\"", "\"title\": \"Tin\""),
            ] { corrected = corrected.replacing(wrong, with: right) }
            try shop.command.write(corrected, to: "fix.\(end)")
            let planned = try await shop.command.run("plan", "job.yaml", "--fix", "fix.\(end)")
            #expect(planned.output.contains("to send    2 new"))
            let checked = try await shop.command.run("check", "job.yaml", "--fix", "fix.\(end)")
            #expect(checked.status == 0)
            let fixed = try await shop.run(0, "--fix", "fix.\(end)")
            #expect(fixed.count("created") == 2)
            #expect(fixed["ledger"]?["missing"]?.integer == 0)
            #expect(fixed["ledger"]?["stillSelling"]?.integer == 0)
            #expect(fixed["fix"]?.isNull == true)
            #expect(!shop.hasFix(end))
            #expect(try await shop.created() == ["A-1", "A-2", "A-3"])
            #expect(try await shop.run(0, "--fix", "fix.\(end)").count("unchanged") == 2)
        }
    }
}
