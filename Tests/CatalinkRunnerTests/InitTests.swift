import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

/// What `catalink init` makes of a file: a draft that names what it is, and a job that plans.
@Suite(.timeLimit(.minutes(10)))
struct InitTests {
    struct Fixture: Sendable, CustomTestStringConvertible {
        var file: String
        var bytes: [UInt8]
        /// Parts of the first finding: format, encoding, delimiter, records.
        var findings: [String]
        /// The second finding.
        var preset: String
        var lines: [String]
        var creations: Int

        init(
            _ file: String, _ bytes: [UInt8], findings: [String], preset: String = guessed, lines: [String],
            creations: Int
        ) {
            (self.file, self.bytes, self.findings, self.preset) = (file, bytes, findings, preset)
            (self.lines, self.creations) = (lines, creations)
        }

        var testDescription: String { file }
        static let guessed = "no preset fits; the mapping is guessed"
    }

    /// Bytes of windows-1252: every letter here is the same in Unicode.
    private static func western(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { $0 == "€" ? 0x80 : UInt8($0.value) }
    }

    private static let fixtures = [
        Fixture(
            "Artikel 2026.csv",
            western(
                """
                Artikelnummer;Bezeichnung;Preis;Bild
                K-1;Käsebrett groß;1.299,50;https://img.example.com/1.jpg
                K-2;Brotkörbchen für €;12,00;
                K-3;"Löffel; klein";7,5;https://img.example.com/3.jpg
                """),
            findings: ["CSV", "windows-1252 (guessed)", "delimiter ;", "4 columns"],
            lines: [
                "  format: csv", "  encoding: windows-1252 ", "  delimiter: \";\"",
                "key: \"{{Artikelnummer | unguard}}\"",
                "  url: \"{{Bezeichnung | slug}}-{{Artikelnummer | unguard | slug}}\"",
                "  coverImage: \"{{Bild}}\"", "  price: \"{{Preis | decimal: comma}}\"",
            ], creations: 3),
        Fixture(
            "stock.txt",
            Array(
                """
                sku\tname\tdescription\tprice
                S-1\tTin mug\tA mug, of tin\t5.00
                S-2\tTin cup\tA cup, of tin\t
                S-3\tTin pot\tA pot, of tin\t7.25
                """.utf8),
            findings: ["CSV", "delimiter TAB", "4 columns"],
            lines: [
                "  format: csv", "  delimiter: \"\\t\"",
                "  \"price\": {empty: false, reason: rows without a price}", "key: \"{{sku | unguard}}\"",
                "  price: \"{{price | decimal}}\"",
            ], creations: 2),
        Fixture(
            "feed.xml",
            Array(
                """
                <?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>
                <title>Shop</title><link>https://shop.example.com/</link>
                <item><g:id>G-1</g:id><title>Kettle</title><g:price>39.00 EUR</g:price>
                <g:availability>in stock</g:availability></item>
                <item><g:id>G-2</g:id><title>Lid</title><g:price>9.00 EUR</g:price>
                <g:availability>in stock</g:availability></item></channel></rss>
                """.utf8),
            findings: ["XML", "records /rss/channel/item"],
            preset: "preset google-merchant-rss: Google Merchant feed, RSS 2.0",
            lines: ["  preset: google-merchant-rss", "  price: \"{{g:price | money: EUR}}\""], creations: 2),
        Fixture(
            "single.xml",
            Array(
                """
                <rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>
                <item><g:id>G-1</g:id><title>Kettle</title><g:price>39.00 EUR</g:price></item></channel></rss>
                """.utf8),
            findings: ["XML", "records /rss/channel/item"],
            preset: "preset google-merchant-rss: Google Merchant feed, RSS 2.0",
            lines: ["  preset: google-merchant-rss"], creations: 1),
        Fixture(
            "house.xml",
            Array(
                """
                <!-- our own --><warehouse><shelves><shelf code="A1"><thing no="T-1"><title>Lamp</title>
                <price>25.00</price></thing><thing no="T-2"><title>Shade</title><price>14.50</price></thing>
                </shelf></shelves></warehouse>
                """.utf8),
            findings: ["XML", "records /warehouse/shelves/shelf/thing"],
            lines: [
                "  format: xml", "  records: \"/warehouse/shelves/shelf/thing\"",
                "key: \"{{@no | unguard}}\"",
                "  title: \"{{title | trim | truncate: 100}}\"", "  price: \"{{price | decimal}}\"",
            ], creations: 2),
        Fixture(
            "shop.yml",
            Array(
                """
                currency: EUR
                products:
                  - {id: 007, name: Чайник, price: "1.299,00"}
                  - {id: 008, name: Mug, price: "5,00"}
                """.utf8),
            findings: ["YAML", "records /products"],
            lines: [
                "  format: yaml", "  records: \"/products\"", "key: \"{{id | unguard}}\"",
                "  currency: eurc ",
                "  url: \"{{id | unguard | slug}}\"", "  price: \"{{price | decimal: comma}}\"",
            ], creations: 2),
        Fixture(
            "house.json",
            Array(
                """
                {"shop": {"name": "Shop"}, "items": [
                {"sku": "J-1", "name": "Lamp", "price": 25.5, "image": "https://img.example.com/j1.jpg"},
                {"sku": "J-2", "name": "Shade", "price": 14}]}
                """.utf8),
            findings: ["JSON", "records /items"],
            lines: [
                "  format: json", "  records: \"/items\"", "key: \"{{sku | unguard}}\"",
                "  price: \"{{price | decimal}}\"",
            ], creations: 2),
        Fixture(
            "house.ndjson",
            Array(
                """
                {"sku": "L-1", "name": "Lamp", "price": "25.50 EUR"}
                {"sku": "L-2", "name": "Shade", "price": "14.00 EUR"}
                """.utf8),
            findings: ["JSONL"],
            lines: ["  format: jsonl", "key: \"{{sku | unguard}}\"", "  price: \"{{price | money: EUR}}\""],
            creations: 2),
        Fixture(
            "retail.jsonl",
            Array(
                """
                {"id": "R-1", "title": "Chair", "priceInfo": {"currencyCode": "USD", "price": 120.5}}
                {"id": "R-2", "title": "Stool", "priceInfo": {"currencyCode": "USD", "price": 60}}
                """.utf8),
            findings: ["JSONL"],
            preset: "preset google-retail: Google Retail catalog (JSON Lines)",
            lines: ["  preset: google-retail", "pricing: {price: \"{{priceInfo/price | decimal: point}}\"}"],
            creations: 2),
    ]

    @Test(arguments: fixtures)
    func aFileIsToldAndItsJobPlans(_ fixture: Fixture) async throws {
        try await withTemporaryDirectory { directory in
            try Data(fixture.bytes).write(to: URL(filePath: "\(directory)/\(fixture.file)"))
            let output = directory + "/jobs.yaml"
            let beginning = JobBeginning(catalog: "\(directory)/\(fixture.file)", output: output)
            let draft = try await beginning.draft()
            #expect(draft.findings[0].hasPrefix(fixture.file + ": "))
            for finding in fixture.findings { #expect(draft.findings[0].contains(finding)) }
            #expect(draft.findings[1] == fixture.preset)
            let lines = draft.text.split(separator: "\n")
            for line in fixture.lines {
                #expect(lines.contains { $0.hasPrefix(line) }, "\(line)\n\(draft.text)")
            }
            try beginning.write(draft)
            let environment = RunEnvironment(
                variables: [:], clock: SystemClock(), random: { 0.5 }, stop: StopSwitch())
            let report = try await Pipeline(JobFile.load(output), environment).check()
            #expect(!report.hasProblems, "\(report.problems.groups.flatMap(\.examples))")
            #expect(report.totals.creations == fixture.creations)
        }
    }

    @Test func aJobFileIsNotOverwritten() async throws {
        try await withTemporaryDirectory { directory in
            try write("sku,price\nA,1\nB,2\n", to: directory + "/c.csv")
            try write("mine\n", to: directory + "/job.yaml")
            let beginning = JobBeginning(catalog: directory + "/c.csv", output: directory + "/job.yaml")
            let draft = try await beginning.draft()
            do {
                try beginning.write(draft)
                Issue.record("the file was overwritten")
            } catch let failure as RunFailure {
                #expect(
                    failure.messages == [
                        "\(directory)/job.yaml: expected a file that is not there yet, got: one "
                            + "(say another with --output)"
                    ])
            }
            #expect(try String(contentsOfFile: directory + "/job.yaml", encoding: .utf8) == "mine\n")
        }
    }

    @Test(
        arguments: [
            (
                "page.csv",
                Array("\n<!DOCTYPE html>\n<html><head><title>Log in</title></head></html>\n".utf8),
                "expected a catalog, got: an HTML page (the shop may have answered with a login or an error page)"
            ),
            ("empty.csv", [], "expected a catalog, got: an empty file"),
            ("blank.csv", Array(" \n\n".utf8), "expected a catalog, got: nothing but blanks"),
            (
                "book.xlsx", [0x50, 0x4B, 0x03, 0x04, 0x14, 0x00, 0x06, 0x00],
                "expected text, got: a ZIP archive or an .xlsx workbook (save the export as CSV, or unpack it first)"
            ),
        ] as [(String, [UInt8], String)])
    func whatIsNoCatalogIsRefused(_ file: String, _ bytes: [UInt8], _ message: String) async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/\(file)"
            try Data(bytes).write(to: URL(filePath: path))
            do {
                _ = try await JobBeginning(catalog: path, output: nil).draft()
                Issue.record("the file was taken for a catalog")
            } catch {
                #expect(RunFailure(error).messages == ["\(path): \(message)"])
            }
        }
    }

    @Test func aCatalogElsewhereIsNamedFromTheJobFile() async throws {
        try await withTemporaryDirectory { directory in
            try FileManager.default.createDirectory(
                atPath: directory + "/jobs", withIntermediateDirectories: true)
            try write("sku,name,price\nA-1,Tin mug,1\nB-1,Tin cup,2\n", to: directory + "/c.csv")
            let beginning = JobBeginning(
                catalog: directory + "/c.csv", output: directory + "/jobs/tin.yaml")
            let draft = try await beginning.draft()
            #expect(draft.text.contains("\njob: tin\n"))
            #expect(draft.text.contains("\n  path: \"../c.csv\"\n"))
        }
    }
}
