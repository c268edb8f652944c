import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

/// What stands in a job file that `catalink init` writes, whatever a catalog's names are.
@Suite(.timeLimit(.minutes(10)))
struct InitWritingTests {
    @Test(
        arguments: [
            "Men's price", "'90s price", "price|x", "price {x}", "price ?? x", "price \"x\"",
            "\"price\" 'x' |",
            " price ", "price\r\nx: y", "price\n# x", "price # x", "price: x", "price\u{1}x",
            "price\u{2028}x",
            "price\u{85}x", "{{price}}", "price\\x",
        ])
    func anyNameOfAColumnCanBeWritten(_ name: String) async throws {
        let cell = "\"" + name.replacing("\"", with: "\"\"") + "\""
        let job = try await BegunJob(
            "c.csv", "sku,name,\(cell)\nA-1,Tin mug,5.00\nB-1,Tin cup,7.00\nC-1,Tin pot,\n")
        #expect(job.refusals.isEmpty)
        #expect(job.totals.creations == 2, "\(job.problems)")
        #expect(job.totals.money["usdc"]?.sum?.plain == "12")
        #expect(job.filtered == ["rows without a price": 1])
    }

    @Test func namesAreQuotedInComments() async throws {
        let job = try await BegunJob(
            "c.csv",
            "sku,name,price,\"x\njob: other\",# y,yaml-language-server: $schema=z\nA-1,Tin mug,5,1,2,3\n")
        #expect(
            job.lines.filter { $0.hasPrefix("# Columns:") } == [
                "# Columns: \"sku\", \"name\", \"price\", \"x\\njob: other\", \"# y\", \"yaml-language-server: $schema=z\""
            ])
        #expect(!job.lines.contains { $0.hasPrefix("job: other") })
        #expect(job.totals.creations == 1)
    }

    @Test func whatIsGuessedIsMarked() async throws {
        let job = try await BegunJob(
            "c.csv", "Liste\nsku;name;price;currency\nA-1;Tin mug;5;EUR\nB-1;Tin cup;;EUR\n")
        for name in ["  delimiter:", "  headerRow:", "where:", "key:", "link:", "  currency:", "  price:"] {
            #expect(job.lines.contains { $0.hasPrefix(name) && $0.contains("# guessed") }, "\(name)")
        }
        #expect(job.lines[1].hasPrefix("# READ `pricing`, `link.currency` AND `key` BEFORE THE FIRST RUN"))
    }

    // MARK: Presets

    private static func heureka(_ domain: String) -> String {
        """
        <SHOP><SHOPITEM><ITEM_ID>1</ITEM_ID><PRODUCTNAME>Hrnek</PRODUCTNAME><URL>https://www.shop.\(domain)/a</URL>
        <PRICE_VAT>5,50</PRICE_VAT></SHOPITEM><SHOPITEM><ITEM_ID>2</ITEM_ID><PRODUCTNAME>Talíř</PRODUCTNAME>
        <URL>https://www.shop.\(domain)/b</URL><PRICE_VAT>7</PRICE_VAT></SHOPITEM></SHOP>
        """
    }

    @Test func aFeedOfSlovakPagesIsInEuros() async throws {
        let job = try await BegunJob("feed.xml", Self.heureka("sk"))
        #expect(job.line("    convert:") == nil)
        #expect(job.line("  convert:") == nil)
        #expect(job.totals.money["eurc"]?.sum?.plain == "12.5")
    }

    @Test(arguments: [("cz", "CZK"), ("com", "FILL IN")])
    func aRateThatIsAnExampleIsForAPersonToSay(_ domain: String, _ code: String) async throws {
        let job = try await BegunJob("feed.xml", Self.heureka(domain))
        #expect(job.line("  convert:") == "  convert: {from: \(code), to: eurc, rate: FILL IN}")
        #expect(
            job.refusals.last
                == "pricing.convert.rate: expected a number above zero such as 0.01, got: \"FILL IN\"")
        #expect(job.warnings == ["fill in what is marked FILL IN"])
        let filled = try await BegunJob(
            "feed.xml", Self.heureka(domain),
            changes: ["from: FILL IN": "from: CZK", "rate: FILL IN": "rate: \"0.04\""])
        #expect(filled.totals.money["eurc"]?.sum?.plain == "0.5")
    }

    @Test func noExampleOfAPresetIsARate() {
        for preset in Preset.all where preset.job.contains("convert:") {
            let isOne =
                preset.job.contains("to: usdc, rate: \"1.00\"")
                || preset.job.contains("The rate is an example")
            #expect(isOne, "\(preset.name)")
        }
    }

    @Test func eurosOfAPresetAreNoDollars() async throws {
        let job = try await BegunJob(
            "c.csv", "ordernumber;mainnumber;name;price_EK\nSW1;SW1;Tasse;5,00\nSW2;SW2;Teller;7,00\n")
        #expect(job.line("  preset:") == "  preset: shopware5")
        #expect(job.line("link:") == "link: {currency: eurc}")
        #expect(job.line("pricing:") == "pricing: {convert: {from: EUR, to: eurc, rate: \"1.00\"}}")
        #expect(job.totals.money["eurc"]?.sum?.plain == "12")
    }
}
