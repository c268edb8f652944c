import CatalinkCore
import CatalinkRunner
import Testing

/// What a job that `catalink init` begins sells at: never at a price that the catalog leaves open.
@Suite(.timeLimit(.minutes(10)))
struct InitPricingTests {
    private static func job(_ columns: String, _ rows: [String]) async throws -> BegunJob {
        let lines = rows.enumerated().map { "A-\($0),Tin mug \($0),\($1)\n" }
        return try await BegunJob("c.csv", "sku,name,\(columns)\n" + lines.joined())
    }

    private static func price(_ filter: String, of column: String = "price") -> String {
        "  price: \"{{\(column) | \(filter)}}\""
    }

    // MARK: Numbers

    @Test(
        arguments: [
            (["12.50", "7"], "decimal"),
            (["1.299", "2.500", "3"], "decimal"),
            (["1.299", "12.50"], "decimal"),
            (["\"1,299\"", "12.50"], "decimal"),
            (["\"12,50\"", "12.50"], "decimal"),
            (["\"1,299.00\"", "12.50"], "decimal: point"),
            (["\"12,50\"", "1.299"], "decimal: comma"),
            (["\"1.299,00\"", "12"], "decimal: comma"),
            (["1.299 EUR", "5 EUR"], "money: EUR"),
            (["\"1.299,00 EUR\"", "5 EUR"], "money: EUR, comma"),
        ] as [([String], String)])
    func numbersAreReadAsTheColumnShowsWithoutADoubt(_ values: [String], _ filter: String) async throws {
        let job = try await Self.job("price", values)
        #expect(job.line("  price:") == Self.price(filter))
        #expect(job.line("  round:") == nil)
    }

    @Test func anAmountOfTwoMeaningsIsAProblemOfItsRow() async throws {
        let job = try await Self.job("price", ["1.299", "2.50"])
        #expect(
            job.problems == [
                "price: price: expected a decimal number, got: \"1.299\" "
                    + "(the point may group thousands or begin decimals; say `decimal: point` or `decimal: comma`)"
            ])
        #expect(job.totals.creations == 1)
        #expect(job.warnings.contains("\"1.299\" may be read in two ways: say `decimal: point` or `comma`"))
    }

    // MARK: Columns

    @Test(
        arguments: [
            "shipping price", "purchase_price", "purchaseprice", "cost", "Wholesale Price", "Cost price",
            "VAT",
            "Price excl. VAT", "tax price", "Compare-at price", "MSRP", "list_price", "oldPrice",
            "price per 100",
            "Price currency rate", "Nettopreis", "Einkaufspreis", "EK Preis", "Versandkosten", "min price",
        ])
    func anotherAmountIsNeverThePrice(_ other: String) async throws {
        let beside = try await Self.job("\(other),price", ["4.99,on request", "4.99,12.50"])
        #expect(beside.line("  price:") == Self.price("decimal"))
        #expect(beside.problems == ["price: price: expected a decimal number, got: \"on request\""])
        #expect(beside.totals.creations == 1)

        let alone = try await Self.job(other, ["4.99", "4.99"])
        #expect(
            alone.refusals == ["pricing.price: expected a column name in `{{ }}`, got: \"{{ }}\""])
        #expect(alone.warnings == ["no column is named as the price that is paid: say it in `pricing:`"])
    }

    @Test(
        arguments: [
            ("price,price_vat", "price_vat"), ("Price excl. VAT,Price incl. VAT", "Price incl. VAT"),
            ("sale_price,price", "price"), ("Preis,Bruttopreis", "Bruttopreis"),
            ("price_gbp,price_usd", "price_usd"),
            ("Men's price,x", "Men's price"), ("Retail price,Wholesale price", "Retail price"),
            ("VK,EK", "VK"),
        ])
    func thePriceIsTheOneThatIsPaid(_ columns: String, _ price: String) async throws {
        let job = try await Self.job(columns, ["5.00,6.00", "7.00,8.00"])
        #expect(job.line("  price:") == Self.price("decimal", of: price))
        #expect(job.totals.creations == 2, "\(job.refusals)")
    }

    @Test func amountsThatAreNotTakenAreNamed() async throws {
        let job = try await Self.job("price,MSRP,stock", ["5.00,9.00,3", "7.00,9.00,3"])
        #expect(job.lines.contains("  # other amounts, which are not taken: \"MSRP\""))
        let none = try await Self.job("MSRP,stock", ["9.00,3", "9.00,3"])
        #expect(none.lines.contains("# Not taken, as each may be another amount: \"MSRP\""))
    }

    @Test(arguments: ["pricegroup", "Price Type", "productPriceTypeId", "Kundengruppe"])
    func pricesOfSeveralKindsAreTold(_ column: String) async throws {
        let job = try await Self.job("price,\(column)", ["5.00,EK", "4.00,H"])
        #expect(job.warnings.contains("prices are of several kinds, by \"\(column)\""))
        let one = try await Self.job("price,\(column)", ["5.00,EK", "4.00,EK"])
        #expect(!one.warnings.contains { $0.contains("kinds") })
    }

    @Test func aPriceOfOneVariantIsNotThatOfAll() async throws {
        let job = try await BegunJob(
            "c.json",
            """
            [{"id": "A", "name": "Tin mug", "variants": [{"size": "S", "price": 5}, {"size": "L", "price": 9}]},
             {"id": "B", "name": "Tin cup", "variants": [{"size": "S", "price": 5}]}]
            """)
        #expect(job.refusals == ["pricing.price: expected a column name in `{{ }}`, got: \"{{ }}\""])
        let feed = try await BegunJob(
            "c.xml",
            """
            <shop><item><sku>A</sku><name>Tin mug</name><price per="1">5</price><price per="100">4</price></item>
            <item><sku>B</sku><name>Tin cup</name><price per="1">5</price></item></shop>
            """)
        #expect(feed.refusals == ["pricing.price: expected a column name in `{{ }}`, got: \"{{ }}\""])
    }

    // MARK: Cents

    @Test(arguments: [
        "price_cents", "amount_cents", "unit_amount", "Preis in Cent", "priceMinor", "Price (pence)",
    ])
    func amountsInCentsAreNoUnits(_ column: String) async throws {
        let job = try await Self.job(column, ["1250", "750"])
        #expect(job.line("  price:") == Self.price("minor: 2", of: column))
        #expect(job.totals.creations == 2)
        #expect(job.totals.money["usdc"]?.sum?.plain == "20")
    }

    @Test func wholeAmountsAreMaybeCents() async throws {
        let remark = "  # all amounts are whole and from 100 up: if they are cents, say `minor: 2` instead"
        #expect(try await Self.job("price", ["1250", "750"]).lines.contains { $0 == remark })
        #expect(try await !Self.job("price", ["1250", "7.50"]).lines.contains { $0 == remark })
    }

    // MARK: Currencies

    @Test(
        arguments: [
            ("price", ["€5", "€7"], "eurc", "money: EUR"), ("price", ["5 EUR", "£7"], "eurc", "money: EUR"),
            ("price", ["$5", "$7"], "usdc", "money: USD"),
            ("price", ["5 USDC", "7 USDC"], "usdc", "money: USDC"),
            ("Price (EUR)", ["5", "7"], "eurc", "decimal"), ("price_eur", ["5", "7"], "eurc", "decimal"),
            ("Preis in €", ["5", "7"], "eurc", "decimal"), ("priceUSD", ["5", "7"], "usdc", "decimal"),
            ("price", ["5", "7"], "usdc", "decimal"),
        ] as [(String, [String], String, String)])
    func aLinkIsPaidInTheCurrencyOfThePrice(
        _ column: String, _ values: [String], _ currency: String, _ filter: String
    ) async throws {
        let job = try await Self.job(column, values)
        #expect(job.line("  currency:") == "  currency: \(currency)")
        #expect(job.line("  price:") == Self.price(filter, of: column))
        #expect(job.lines.contains { $0.hasPrefix("  # convert: {from: GBP, to: \(currency), rate: ") })
        #expect(job.refusals.isEmpty)
    }

    @Test(
        arguments: [
            ("price", ["£5", "£7"], "GBP"), ("price", ["JP¥1250", "JP¥700"], "JPY"),
            ("price_chf", ["5", "7"], "CHF"),
            ("price,currency", ["1250,JPY", "700,JPY"], "JPY"), ("price,Währung", ["5,CHF", "7,CHF"], "CHF"),
            ("price,currencyUomId", ["5,CHF", "7,CHF"], "CHF"),
        ] as [(String, [String], String)])
    func anotherCurrencyNeedsARate(_ columns: String, _ values: [String], _ code: String) async throws {
        let job = try await Self.job(columns, values)
        #expect(job.line("  convert:") == "  convert: {from: \(code), to: usdc, rate: FILL IN}")
        #expect(
            job.refusals == [
                "pricing.convert.rate: expected a number above zero such as 0.01, got: \"FILL IN\""
            ])
    }

    @Test(
        arguments: [
            ("price", ["¥1250", "¥700"]), ("price", ["5 kr", "7 kr"]),
            ("price_usd,currency", ["5,EUR", "7,EUR"]),
            ("price,currency", ["5,Taler", "7,Taler"]),
        ] as [(String, [String])])
    func aCurrencyThatIsNotClearIsForAPersonToSay(_ columns: String, _ values: [String]) async throws {
        let job = try await Self.job(columns, values)
        #expect(
            job.refusals == [
                "pricing.convert.from: expected a currency code such as EUR, got: \"FILL IN\"",
                "pricing.convert.rate: expected a number above zero such as 0.01, got: \"FILL IN\"",
            ])
    }

    @Test func rowsInAnotherCurrencyMakeNoLinks() async throws {
        let job = try await Self.job("price,currency", ["5,EUR", "7,eur", "1250,JPY", "8,"])
        #expect(
            job.line("  \"currency\":")
                == "  \"currency\": {in: [\"EUR\", \"eur\"], reason: rows in another currency than EUR}")
        #expect(job.line("  currency:") == "  currency: eurc")
        #expect(job.filtered == ["rows in another currency than EUR": 2])
        #expect(job.totals.creations == 2)
    }

    @Test(
        arguments: [
            (
                "c.yaml",
                "currency: EUR\nitems:\n- {id: A, name: Tin mug, price: 5}\n- {id: B, name: Tin cup, price: 7}\n"
            ),
            (
                "c.xml",
                "<shop currency=\"EUR\"><item id=\"A\"><name>Tin mug</name><price>5</price></item>"
                    + "<item id=\"B\"><name>Tin cup</name><price>7</price></item></shop>"
            ),
        ])
    func theDocumentMaySayTheCurrency(_ file: String, _ text: String) async throws {
        let job = try await BegunJob(file, text)
        #expect(job.line("  currency:") == "  currency: eurc")
        #expect(job.totals.creations == 2, "\(job.refusals)")
        let other = try await BegunJob(file, text.replacing("EUR", with: "CHF"))
        #expect(other.line("  convert:") == "  convert: {from: CHF, to: usdc, rate: FILL IN}")
    }
}
