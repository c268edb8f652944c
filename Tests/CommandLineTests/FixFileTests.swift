import CatalinkCore
import Foundation
import Testing

/// Rows that need a change: written by one run, corrected, and read by the next.
@Suite(.timeLimit(.minutes(10)))
struct FixFileTests {
    /// A job in a project of its own, and what became of its rows.
    struct Workshop: Sendable {
        let command: CommandLine
        var target = "{sandbox: {limit: 100000, window: 1s}}"
        var state: String { "state/sandbox/default/job" }

        static func with(_ body: (Workshop) async throws -> Void) async throws {
            try await CommandLine.withProject { try await body(Workshop(command: $0)) }
        }

        @discardableResult
        func run(
            _ expected: Int32, _ words: String..., says: String = "",
            at place: SourceLocation = #_sourceLocation
        ) async throws -> JSONValue {
            let outcome = try await command.start(["run", "job.yaml"] + words).expectEnd(
                expected, says: says, at: place)
            _ = outcome
            return try JSONValue(parsing: Array(try command.read("\(state)/latest/summary.json").utf8))
        }

        func fix(_ end: String) throws -> String { try command.read("\(state)/latest/fix.\(end)") }

        func hasFix(_ end: String) -> Bool {
            FileManager.default.fileExists(atPath: "\(command.directory)/\(state)/latest/fix.\(end)")
        }

        /// Keys of all items with a link, each once.
        func created() async throws -> [String] {
            let results = try await command.run("results", "job.yaml", "--format", "jsonl")
            return try results.output.split(separator: "\n").compactMap { line in
                let item = try JSONValue(parsing: Array(line.utf8))
                return item["link_id"]?.string == nil ? nil : item["key"]?.string
            }.sorted()
        }
    }

    // MARK: Formats

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
        try await Workshop.with { shop in
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

    // MARK: Which rows

    @Test func rowsThatOnlyNeedAnotherTryAreNotInIt() async throws {
        try await Scene.with(rows: 10) { scene in
            try await scene.server.makeForeignLink(slug: "sku-4", title: "Mug number 4")
            try scene.command.write("slug:sku-5 1 firewall\n", to: "script")
            await scene.server.kill()
            try await scene.server.start("--fault-script", "script")
            let first = try await scene.run(75)
            #expect(first.count("rejected") == 1)
            #expect(first.count("failed") == 1)
            let fix = try scene.command.read("\(scene.state)/latest/fix.csv")
            #expect(fix.split(separator: "\n").count == 2)
            #expect(
                fix.hasPrefix(
                    "sku,title,price,_item,_problem,_field,_place\nSKU-4,Mug number 4,12.50,SKU-4,"
                        + "rejected: "))
            // A row that the API has refused says why in each later run, too.
            let second = try await scene.run(2)
            #expect(second.count("rejected") == 1)
            #expect(try scene.command.read("\(scene.state)/latest/fix.csv") == fix)
            try scene.command.write(fix.replacing("SKU-4,", with: "SKU-44,"), to: "fix.csv")
            try await scene.run(0, "--fix", "fix.csv")
        }
    }

    @Test func ofRowsWithOneKeyAllAreInItAndOneIsLeftOrAllAreRenamed() async throws {
        try await Workshop.with { shop in
            try shop.command.write(
                "sku,title,price\nA,Tin mug,1\nB,Tin cup,2\nA,Tin pot,3\nA,Tin mug,1\n", to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            try await shop.run(2)
            let fix = try shop.fix("csv")
            #expect(
                fix == """
                    sku,title,price,_item,_problem,_field,_place
                    A,Tin mug,1,,"key: ""A"": another row has the same key with other contents (leave out all but one, or give each its own key)",sku,c.csv:2
                    A,Tin pot,3,,"key: ""A"": the same key with other contents stands at c.csv:2 (leave out all but one, or give each its own key)",sku,c.csv:4
                    A,Tin mug,1,,"key: ""A"": the same row stands at c.csv:2 (leave out all but one, or give each its own key)",sku,c.csv:5

                    """)
            try shop.command.write(fix.replacing("A,Tin pot", with: "C,Tin pot"), to: "fix.csv")
            let fixed = try await shop.run(0, "--fix", "fix.csv")
            #expect(fixed.count("created") == 2)
            #expect(fixed.count("merged") == 1)
            #expect(try await shop.created() == ["A", "B", "C"])
        }
    }

    @Test func rowsOfTwoItemsWithOneSlugKeepTheirKeys() async throws {
        try await Workshop.with { shop in
            try shop.command.write("sku,title,price\na b,Tin mug,1\nA-B,Tin cup,2\n", to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            try await shop.run(2)
            #expect(
                try shop.fix("csv").contains(
                    "a b,Tin mug,1,a b,\"url: \"\"a-b\"\", which c.csv:3 has too\",sku"))
        }
    }

    // MARK: Keys

    @Test func aRowWhoseKeyIsAnotherThanItsItemIsRefused() async throws {
        try await Workshop.with { shop in
            try shop.command.write("sku,title,price\nA-1,Tin mug,x\nA-2,Tin cup,x\n,Tin pot,3\n", to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            try await shop.run(2)
            var fix = try shop.fix("csv").replacing(",x,", with: ",5,")
            fix = fix.replacing("A-1,Tin", with: "A-9,Tin").replacing("\n,Tin pot", with: "\nA-3,Tin pot")
            try shop.command.write(fix, to: "fix.csv")
            let summary = try await shop.run(
                2, "--fix", "fix.csv",
                says:
                    "fix.csv:2:1 (sku): _item: expected the key that the row had, got: \"A-9\" where it was \"A-1\" "
                    + "(the key of a row stays; a spreadsheet may have changed it. To make another item of the row, empty "
                    + "`_item`) [job.yaml:3]")
            #expect(summary.count("created") == 2)
            // It says so again, and still knows the item.
            #expect(
                try shop.fix("csv").contains("A-9,Tin mug,5,A-1,\"_item: expected the key that the row had"))
            try shop.command.write(shop.fix("csv").replacing("A-9,Tin", with: "A-1,Tin"), to: "fix.csv")
            try await shop.run(0, "--fix", "fix.csv")
            #expect(try await shop.created() == ["A-1", "A-2", "A-3"])
        }
    }

    @Test func whatASpreadsheetDoesToTheFileIsUndoneOrFound() async throws {
        try await Workshop.with { shop in
            try shop.command.write(
                "sku,title,price,note\n8720000000001,Tin mug,x,=A1\n8720000000002,Tin cup,x,+49\n"
                    + "00417,Tin \"pot\",x,-\n8720000000004,Tin pan,x,\n", to: "c.csv")
            try shop.command.writeJob(
                "job", source: "{path: c.csv, delimiter: \",\", encoding: utf-8}", target: shop.target,
                more: "where: {note: {not: x}}")
            try await shop.run(2)
            let fix = try shop.fix("csv")
            #expect(fix.contains("\n'8720000000001,Tin mug,x,'=A1,'8720000000001,\"price: "))
            #expect(fix.contains("\n'00417,\"Tin \"\"pot\"\"\",x,'-,'00417,\"price: "))
            // Written by a spreadsheet that has semicolons: a mark, line ends of two bytes, columns at the end.
            let lines = fix.replacing(",x,", with: ",5.00,").split(separator: "\n").map { line in
                "\(line);;".replacing(
                    /"(?:[^"]|"")*"|,/, with: { $0.output == "," ? ";" : String($0.output) })
            }
            var saved = "\u{FEFF}" + lines.joined(separator: "\r\n") + "\r\n"
            // One guard was lost and nothing happened, one key was rounded.
            saved = saved.replacing("'8720000000002;Tin cup", with: "8720000000002;Tin cup")
            saved = saved.replacing("'8720000000004;Tin pan", with: "8,72E+12;Tin pan")
            try shop.command.write(saved, to: "fix.csv")
            let summary = try await shop.run(
                2, "--fix", "fix.csv",
                says: "key: expected a key as it was before a spreadsheet, got: \"8,72E+12\"")
            #expect(summary.count("created") == 3)
            #expect(try await shop.created() == ["00417", "8720000000001", "8720000000002"])
        }
    }

    // MARK: Shapes of rows

    @Test func rowsOfTooManyOrTooFewFieldsStayAligned() async throws {
        try await Workshop.with { shop in
            try shop.command.write(
                "sku,title,price,stock\nA-1,Tin mug, blue,5.00,40\nA-2,Tin cup 6.00,40\nA-3,Tin pot,7.00,1\n",
                to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            try await shop.run(2)
            let fix = try shop.fix("csv")
            #expect(
                fix == """
                    sku,title,price,stock,_item,_problem,_field,_place
                    A-1,Tin mug, blue,5.00,,"row: expected 4 fields as in the header, got: 5 (an unquoted delimiter or a missing one?)",,c.csv:2,40
                    A-2,Tin cup 6.00,40,,,"row: expected 4 fields as in the header, got: 3 (an unquoted delimiter or a missing one?)",3 of 4 fields,c.csv:3

                    """)
            // Though filled up it would do as a row of four.
            try shop.command.write(fix, to: "fix.csv")
            let summary = try await shop.run(
                2, "--fix", "fix.csv",
                says:
                    "row: expected all fields of the header, got: 3 of 4, as before (an unquoted delimiter or a missing one? "
                    + "If the row is right as it is, empty `_field`)")
            #expect(summary.count("invalid") == 2)
            #expect(try shop.fix("csv").contains(",3 of 4 fields,"))
            let corrected =
                fix.replacing("Tin mug, blue,5.00,", with: "\"Tin mug, blue\",5.00,40,").replacing(
                    "2,40", with: "2"
                )
                .replacing("Tin cup 6.00,40,", with: "Tin cup,6.00,40")
            try shop.command.write(corrected, to: "fix.csv")
            #expect(try await shop.run(0, "--fix", "fix.csv").count("created") == 2)
            #expect(try await shop.created() == ["A-1", "A-2", "A-3"])
        }
    }

    @Test func rowsOfSeveralFilesStandInTheColumnsOfAll() async throws {
        try await Workshop.with { shop in
            try shop.command.write("sku,title,price\nA-1,Tin mug,x\n", to: "a.csv")
            try shop.command.write("price,extra,sku,title\ny,more,A-2,Tin cup\n3,,A-3,Tin pot\n", to: "b.csv")
            try shop.command.writeJob("job", source: "{path: [a.csv, b.csv]}", target: shop.target)
            try await shop.run(2)
            let fix = try shop.fix("csv").replacing(/"price[^\n]*:13\n|"price[^\n]*:1\n/, with: "…\n")
            #expect(
                fix == "sku,title,price,extra,_item,_problem,_field,_place\n"
                    + "A-1,Tin mug,x,,A-1,…\nA-2,Tin cup,y,more,A-2,…\n")
        }
    }

    /// What rows take from each other they have in it: the rows above and below are not.
    @Test(arguments: [
        "fillDown: {by: group, columns: [title]}", "fillDown: {columns: [title]}",
        "fillDown: {by: group, columns: [title], reach: file}",
    ])
    func whatRowsInheritIsWrittenOut(_ kinship: String) async throws {
        try await Workshop.with { shop in
            try shop.command.write(
                "group,sku,title,price\nm,A-1,Tin mug,1\nm,A-2,,x\nc,B-1,Tin cup,2\nc,B-2,,y\n", to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target, more: kinship)
            try await shop.run(2)
            let fix = try shop.fix("csv")
            #expect(fix.contains("\nm,A-2,Tin mug,x,") && fix.contains("\nc,B-2,Tin cup,y,"))
            try shop.command.write(
                fix.replacing(",x,", with: ",3,").replacing(",y,", with: ",4,"), to: "fix.csv")
            try await shop.run(0, "--fix", "fix.csv")
            #expect(try await shop.created() == ["A-1", "A-2", "B-1", "B-2"])
        }
    }

    @Test func foldedRowsComeOutOneByOne() async throws {
        try await Workshop.with { shop in
            try shop.command.write("sku,title,price\n\"A, B\",Tin mug,\"1, x\"\nC,Tin cup,2\n", to: "c.csv")
            try shop.command.writeJob(
                "job", source: "{path: c.csv}", target: shop.target, more: "unfold: {columns: [sku, price]}")
            try await shop.run(2)
            let fix = try shop.fix("csv")
            #expect(fix.split(separator: "\n").count == 2)
            #expect(fix.contains("\nB,Tin mug,x,B,"))
            try shop.command.write(fix.replacing(",x,", with: ",3,"), to: "fix.csv")
            try await shop.run(0, "--fix", "fix.csv")
            #expect(try await shop.created() == ["A", "B", "C"])
        }
    }

    @Test func recordsOfPathsBringWhatTheyTookFromElsewhere() async throws {
        try await Workshop.with { shop in
            try shop.command.write(
                """
                <shop date="2026"><name>Ünï</name><offers>
                  <offer><group>m</group><sku>A-1</sku><title>Tin mug</title><price>1</price></offer>
                  <offer><group>m</group><sku>A-2</sku><title></title><price>x</price></offer>
                </offers></shop>
                """, to: "c.xml")
            try shop.command.write(
                """
                job: job
                source: {path: c.xml, records: /shop/offers/offer}
                fillDown: {by: group, columns: [title]}
                key: "{{/shop/@date}}-{{sku}}"
                link: {title: "{{title}}", url: "{{/shop/name | slug}}-{{sku | slug}}", linkType: PRODUCT}
                pricing: {price: "{{price}}"}
                target: \(shop.target)
                """, to: "job.yaml")
            try await shop.run(2)
            let fix = try shop.fix("xml")
            for part in [
                "<_item>2026-A-2</_item>", "<_given column=\"title\">Tin mug</_given>",
                "<_given column=\"/shop/@date\">2026</_given>", "<_given column=\"/shop/name\">Ünï</_given>",
            ] { #expect(fix.contains(part), "\(fix)") }
            try shop.command.write(fix.replacing(">x<", with: ">y<"), to: "fix.xml")
            try await shop.run(2, "--fix", "fix.xml")
            #expect(try shop.fix("xml").contains("<_given column=\"title\">Tin mug</_given>"))
            try shop.command.write(shop.fix("xml").replacing(">y<", with: ">2<"), to: "fix.xml")
            try await shop.run(0, "--fix", "fix.xml")
            #expect(try await shop.created() == ["2026-A-1", "2026-A-2"])
        }
    }

    @Test func recordsUnderNamesKeepThem() async throws {
        try await Workshop.with { shop in
            try shop.command.write(
                "p:\n  A: {sku: A, title: Tin mug, price: x}\n  B: {sku: B, title: Tin cup, price: 1}\n",
                to: "c.yml")
            try shop.command.write(
                """
                job: job
                source: {path: c.yml, records: "/p/*"}
                key: "{{@key}}"
                link: {title: "{{title}}", url: "{{@key | slug}}", linkType: PRODUCT}
                pricing: {price: "{{price}}"}
                target: \(shop.target)
                """, to: "job.yaml")
            try await shop.run(2)
            try shop.command.write(shop.fix("yaml").replacing("price: x", with: "price: 2"), to: "fix.yaml")
            try await shop.run(0, "--fix", "fix.yaml")
            #expect(try await shop.created() == ["A", "B"])
        }
    }

    @Test func rowsOfSegmentsAreOneRow() async throws {
        try await Workshop.with { shop in
            try shop.command.write("sku,title,price\nA-1,Tin mug,x\nA-2,Tin cup,5\n,Tin pot,5\n", to: "c.csv")
            try shop.command.write(
                """
                job: job
                source: {path: c.csv}
                key: "{{sku}}"
                segments: [new, old]
                link: {title: "{{title}}", url: "{{sku | slug}}-{{segment}}", linkType: PRODUCT}
                pricing: {price: "{{price}}", rules: [{name: r, when: {segment: old, sku: A-2}, add: "-9"}]}
                target: \(shop.target)
                """, to: "job.yaml")
            try await shop.run(2)
            let fix = try shop.fix("csv")
            #expect(fix.contains("\nA-1,Tin mug,x,\"A-1 (new, old)\",\"price: expected "))
            #expect(fix.contains("\nA-2,Tin cup,5,A-2 (old),\""))
            #expect(fix.contains("\n,Tin pot,5,,\"key: expected a key"))
            try shop.command.write(
                fix.replacing(",x,", with: ",3,").replacing("cup,5", with: "cup,20").replacing(
                    "\n,Tin", with: "\nA-3,Tin"), to: "fix.csv")
            // The link of the other segment carries the former price.
            let summary = try await shop.run(2, "--fix", "fix.csv")
            #expect(summary.count("created") == 5)
            #expect(summary.count("changed") == 1)
        }
    }

    // MARK: Encodings and places

    @Test func aFixFileIsInUTF8WhateverTheCatalogIsIn() async throws {
        try await Workshop.with { shop in
            let text = "sku;title;price\r\nA-1;Tasse grün;x\r\n"
            let bytes = text.unicodeScalars.map { UInt8($0.value) }
            try Data(bytes).write(to: URL(filePath: shop.command.directory + "/c.csv"))
            try shop.command.writeJob(
                "job", source: "{path: c.csv, encoding: windows-1252, delimiter: \";\"}", target: shop.target)
            try await shop.run(2)
            let fix = try shop.fix("csv")
            let head = FileManager.default.contents(
                atPath: "\(shop.command.directory)/\(shop.state)/latest/fix.csv")
            #expect(head?.starts(with: [0xEF, 0xBB, 0xBF]) == true)
            #expect(
                fix.hasPrefix("sku;title;price;_item;_problem;_field;_place\r\nA-1;Tasse grün;x;A-1;")
            )
            try shop.command.write(fix.replacing(";x;", with: ";5;"), to: "fix.csv")
            try await shop.run(0, "--fix", "fix.csv")
        }
    }

    @Test func linesAboveTheHeaderAreNotExpectedInIt() async throws {
        try await Workshop.with { shop in
            try shop.command.write("Export\n# note\nsku,title,price\nA-1,Tin mug,x\n", to: "c.csv")
            try shop.command.writeJob(
                "job", source: "{path: c.csv, headerRow: 3, comment: \"#\"}", target: shop.target)
            try await shop.run(2)
            try shop.command.write(shop.fix("csv").replacing(",x,", with: ",5,"), to: "fix.csv")
            try await shop.run(0, "--fix", "fix.csv")
        }
    }

    @Test func whatIsNoFixFileIsRefused() async throws {
        try await Workshop.with { shop in
            try shop.command.write("sku,title,price\nA-1,Tin mug,5\n", to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            let outcome = try await shop.command.run("run", "job.yaml", "--fix", "c.csv")
            #expect(outcome.status == 65)
            #expect(
                outcome.errors
                    == "c.csv: expected a fix file, which has `_item`, got: a file without (runs and imports write them; "
                    + "its own columns must stay)\n")
            try shop.command.write("[{\"sku\": \"A\", \"title\": \"Tin\", \"price\": 1}]", to: "c.json")
            try shop.command.writeJob("other", source: "{path: c.json}", target: shop.target)
            let nested = try await shop.command.run("check", "other.yaml", "--fix", "c.json")
            #expect(nested.status == 65)
            let several = try await shop.command.run("run", "job.yaml", "other.yaml", "--fix", "c.csv")
            #expect(several.status == 64)
            #expect(several.errors.contains("--fix: expected one job, got: 2"))
        }
    }

    @Test func checkWritesOneToo() async throws {
        try await Workshop.with { shop in
            try shop.command.write("sku,title,price\nA-1,Tin mug,x\nA-2,Tin cup,5\n", to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            let outcome = try await shop.command.run("check", "job.yaml", "--write-fix", "mine.csv")
            #expect(outcome.status == 2)
            #expect(outcome.output.contains("  fix        mine.csv (1 row)\n"))
            try shop.command.write(
                shop.command.read("mine.csv").replacing(",x,", with: ",5,"), to: "mine.csv")
            #expect(try await shop.run(0, "--fix", "mine.csv").count("created") == 1)
        }
    }

    // MARK: Nights after

    @Test func aRowThatIsCorrectedOnlyInTheFixFileStaysInvalidInTheCatalog() async throws {
        try await Workshop.with { shop in
            let rows = (1...40).map { "A-\($0),Tin mug \($0),\($0 > 20 ? "x" : "5")\n" }.joined()
            try shop.command.write("sku,title,price\n" + rows, to: "c.csv")
            try shop.command.writeJob("job", source: "{path: c.csv}", target: shop.target)
            try await shop.run(2)
            try shop.command.write(shop.fix("csv").replacing(",x,", with: ",5,"), to: "fix.csv")
            // As many new items as the ledger has: no brake, as a person has seen each.
            #expect(try await shop.run(0, "--fix", "fix.csv").count("created") == 20)
            let night = try await shop.run(2)
            #expect(night.count("invalid") == 20)
            #expect(night.count("unchanged") == 20)
            #expect(night["ledger"]?["missing"]?.integer == 0)
            #expect(night["ledger"]?["stillSelling"]?.integer == 20)
        }
    }

    // MARK: A whole catalog

    /// Twelve ways to get a row wrong; `{}` is its number.
    private static let mistakes: [(wrong: String, right: String)] = [
        (",Row {},9.50,", ",Row {},\"9,5x\","), (",Row {},", ",,"), (",9.50,", ",,"), (",9.50,", ",0.00,"),
        (",9.50,", ",-1.00,"), ("SKU-{},", ","), (",PRODUCT,", ",PRODUKT,"), (",usdc,", ",usd,"),
        (",2030-06-30T00:00:00Z", ",2030-13-45"), (",40,", ",many,"), (",Row {},", ",Row, {},"),
        (",usdc,PRODUCT,40,2030-06-30T00:00:00Z", ""),
    ].map { (wrong: $0.1, right: $0.0) }

    @Test func twoThousandRowsWithTwelveKindsOfMistakesAreAllCreatedOnce() async throws {
        try await Workshop.with { shop in
            let header = "sku,title,price,currency,type,stock,expires"
            func row(_ number: Int) -> String {
                "SKU-\(number),Row \(number),9.50,usdc,PRODUCT,40,2030-06-30T00:00:00Z"
            }
            // Every second row is wrong.
            let rows = (1...2000).map { number -> String in
                guard number % 2 == 0 else { return row(number) }
                let mistake = Self.mistakes[number / 2 % Self.mistakes.count]
                return row(number).replacing(
                    mistake.right.replacing("{}", with: "\(number)"),
                    with: mistake.wrong.replacing("{}", with: "\(number)"))
            }
            try shop.command.write(([header] + rows).joined(separator: "\n") + "\n", to: "c.csv")
            try shop.command.write(
                """
                job: job
                source: {path: c.csv, delimiter: ","}
                key: "{{sku}}"
                link:
                  title: "{{title}}"
                  url: "row-{{sku | slug}}"
                  linkType: "{{type}}"
                  currency: "{{currency}}"
                  limitPayments: true
                  maxPayments: "{{stock}}"
                  expiration_date: "{{expires}}"
                pricing: {price: "{{price}}", zero: problem}
                target: \(shop.target)
                """, to: "job.yaml")
            let first = try await shop.run(2)
            #expect(first.count("created") == 1000)
            #expect(first.count("invalid") == 1000)
            let fix = try shop.fix("csv")
            let lines = fix.split(separator: "\n")
            #expect(lines.count == 1001)
            // As a script would: each row is written anew by its number, what was added stays behind it.
            let corrected = lines.dropFirst().enumerated().map { index, line in
                guard
                    let place = line.firstMatch(
                        of: /,(SKU-\d+)?,("(?:[^"]|"")*",[^,]*(?:"[^"]*")?,c\.csv:[0-9:]+)/)
                else { return String(line) }
                return row((index + 1) * 2) + "," + (place.output.1 ?? "") + "," + place.output.2
            }
            let text = ([String(lines[0])] + corrected).joined(separator: "\n") + "\n"
            try shop.command.write(text.replacing(",7 of 7 fields,", with: ",,"), to: "fix.csv")
            let second = try await shop.run(0, "--fix", "fix.csv")
            #expect(second.count("created") == 1000)
            #expect(second["ledger"]?["after"]?.integer == 2000)
            let keys = try await shop.created()
            #expect(Set(keys) == Set((1...2000).map { "SKU-\($0)" }))
            #expect(keys.count == 2000)
        }
    }
}
