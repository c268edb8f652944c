import CatalinkRunner
import Testing

/// Presets for feeds of price comparison and trade, each on a small feed that has its kind's traps.
@Suite(.timeLimit(.minutes(10)))
struct FeedPresetShoppingTests {
    @Test func aCatalogOfYandex() async throws {
        let run = try await PresetRun(
            "yandex-yml", file: "catalog.yml",
            """
            <!DOCTYPE yml_catalog SYSTEM "shops.dtd"><yml_catalog date="2026-01-05 10:00"><shop>
            <currencies><currency id="RUR" rate="1"/></currencies><offers>
            <offer id="11" available="true" group_id="5"><name>Кружка</name><price>1 000,50</price>
              <oldprice>9000</oldprice><currencyId>RUR</currencyId><picture>https://img.example.com/1.jpg</picture>
              <picture>https://img.example.com/2.jpg</picture></offer>
            <offer id="12" type="vendor.model" available="true"><vendor>Tarn</vendor><model>Mug 300</model>
              <price>500</price><currencyId>RUB</currencyId></offer>
            <offer id="13" available="false"><name>Gone</name><price>500</price><currencyId>RUB</currencyId></offer>
            <offer id="14"><name>Dollars</name><price>500</price><currencyId>USD</currencyId></offer>
            <offer id="15"><name>From</name><price from="true">500</price><currencyId>RUB</currencyId></offer>
            <offer id="16"><name>Unpriced</name><currencyId>RUB</currencyId></offer>
            <offer id="17"><name>Thousands</name><price>1.500</price><currencyId>RUB</currencyId></offer>
            <offer id="18"><name>Off</name><price>500</price><currencyId>RUB</currencyId><disabled>true</disabled></offer>
            </offers></shop></yml_catalog>
            """)
        #expect(run.links == ["mug-300-12 | Mug 300 | 6 usdc", "offer-11 | Кружка | 12.01 usdc"])
        #expect(
            run.filtered == [
                "not available": 1, "prices in another currency than roubles": 1,
                "offers whose price is only the lowest of several": 1, "offers without a price": 1,
                "offers that are switched off": 1,
            ])
        #expect(run.problems.count == 1)
        #expect(run.coverImages == ["https://img.example.com/1.jpg"])
    }

    @Test func aFeedOfHeureka() async throws {
        let run = try await PresetRun(
            "heureka", file: "feed.xml",
            """
            <?xml version="1.0" encoding="utf-8"?><SHOP>
            <SHOPITEM><ITEM_ID>h1</ITEM_ID><PRODUCTNAME>Hrnek žlutý</PRODUCTNAME><PRODUCT>Hrnek + dárek</PRODUCT>
              <PRICE>1</PRICE><PRICE_VAT>5\u{A0}000,50</PRICE_VAT><IMGURL>https://img.example.com/h1.jpg</IMGURL></SHOPITEM>
            <SHOPITEM><ITEM_ID>h2</ITEM_ID><PRODUCT>Hrnek</PRODUCT><PRICE_VAT>250.00</PRICE_VAT></SHOPITEM>
            <SHOPITEM><ITEM_ID>h3</ITEM_ID><PRODUCT>Bez ceny</PRODUCT><PRICE>100</PRICE></SHOPITEM>
            <SHOPITEM><ITEM_ID>h4</ITEM_ID><PRODUCT>Skryto</PRODUCT><PRICE_VAT>100</PRICE_VAT>
              <VISIBILITY>0</VISIBILITY></SHOPITEM>
            <SHOPITEM><ITEM_ID>h5</ITEM_ID><PRODUCT>Dvoje</PRODUCT><PRICE_VAT>1,299</PRICE_VAT></SHOPITEM>
            </SHOP>
            """)
        #expect(run.links == ["hrnek-h2 | Hrnek | 10 eurc", "hrnek-zluty-h1 | Hrnek žlutý | 200.02 eurc"])
        #expect(run.filtered == ["items without a price that includes tax": 1, "hidden items": 1])
        #expect(run.problems.count == 1)
    }

    @Test func aFeedOfCeneo() async throws {
        let run = try await PresetRun(
            "ceneo", file: "feed.xml",
            """
            <offers version="1">
            <o id="c1" price="100.00" avail="1" stock="5"><name><![CDATA[ Kubek żółty ]]></name>
              <imgs><main url="https://img.example.com/c1.jpg"/><i url="https://img.example.com/c2.jpg"/></imgs>
              <attrs><a name="Producent">Tarn</a><a name="EAN">5901234123457</a></attrs></o>
            <!-- <o id="c0" price="1"><name>Nothing</name></o> -->
            <o id="c2" price="100,00" avail="14"><name>Talerz</name></o>
            <o id="c3" price="100" avail="99"><name>Na zapytanie</name></o>
            <o id="c4" price="100" avail="1" stock="0"><name>Wyprzedany</name></o>
            <o id="c5" price="" avail="1"><name>Bez ceny</name></o>
            </offers>
            """)
        #expect(run.links == ["kubek-zolty-c1 | Kubek żółty | 23 eurc", "talerz-c2 | Talerz | 23 eurc"])
        #expect(
            run.filtered == [
                "offers that are available only on enquiry": 1, "sold out": 1, "offers without a price": 1,
            ])
        #expect(run.coverImages == ["https://img.example.com/c1.jpg"])
    }

    @Test func aFeedOfTradeTracker() async throws {
        let run = try await PresetRun(
            "tradetracker", file: "feed.xml",
            """
            <products><product><productID>t1</productID><name>Fiets</name><price currency="EUR">499.95</price>
              <productURL>https://shop.example.com/t1</productURL><imageURL>https://img.example.com/t1.jpg</imageURL>
              <additional><field name="fromPrice">599.95</field><field name="stock">12</field></additional></product>
            <product><productID>t2</productID><name>Bel</name><price currency="GBP">9.95</price></product>
            <product><productID>t3</productID><name>Zadel</name><price currency="EUR">9.95</price>
              <additional><field name="ean">1</field><field name="stock">Niet op voorraad</field></additional></product>
            <product><productID>t4</productID><name>Slot</name><price currency="EUR"/></product></products>
            """)
        #expect(run.links == ["fiets-t1 | Fiets | 499.95 eurc"])
        #expect(
            run.filtered == ["prices in another currency": 1, "sold out": 1, "products without a price": 1])
    }

    @Test(arguments: [
        ("ARTICLE", "AID", "<EAN>4012345678901</EAN>"), ("PRODUCT", "PID", "<INTERNATIONAL_PID/>"),
    ])
    func aCatalogOfBMEcat(_ kind: String, _ id: String, _ code: String) async throws {
        func record(_ number: String, _ name: String, order: String = "", _ prices: String) -> String {
            """
            <\(kind)><SUPPLIER_\(id)>\(number)</SUPPLIER_\(id)>
            <\(kind)_DETAILS><DESCRIPTION_SHORT>\(name)</DESCRIPTION_SHORT>\(code)</\(kind)_DETAILS>
            <\(kind)_ORDER_DETAILS><ORDER_UNIT>C62</ORDER_UNIT>\(order)</\(kind)_ORDER_DETAILS>
            <\(kind)_PRICE_DETAILS>\(prices)</\(kind)_PRICE_DETAILS>
            <MIME_INFO><MIME><MIME_SOURCE>\(number).jpg</MIME_SOURCE></MIME></MIME_INFO></\(kind)>
            """
        }
        func price(_ type: String, _ amount: String, _ currency: String = "") -> String {
            "<\(kind)_PRICE price_type=\"\(type)\"><PRICE_AMOUNT>\(amount)</PRICE_AMOUNT>"
                + (currency.isEmpty ? "" : "<PRICE_CURRENCY>\(currency)</PRICE_CURRENCY>")
                + "<LOWER_BOUND>1</LOWER_BOUND></\(kind)_PRICE>"
        }
        let records = [
            record("b1", "Klemme 4 mm²", price("nrp", "20.00") + price("net_list", "10.0000")),
            record("b2", "Dübel", order: "<PRICE_QUANTITY>100</PRICE_QUANTITY>", price("net_list", "5")),
            record("b3", "Franken", price("net_list", "5", "CHF")),
            record("b4", "Nur brutto", price("gros_list", "5")),
            record("b5", "Nicht dabei", ""),
            record(
                "b6", "Zehntel",
                price("net_list", "5").replacing(
                    "</PRICE_AMOUNT>", with: "</PRICE_AMOUNT><PRICE_FACTOR>0.1</PRICE_FACTOR>")),
            // What holds for another price of the article says nothing of this one.
            record(
                "b8", "Staffel",
                price("nrp", "9", "CHF").replacing("BOUND>1", with: "BOUND>48") + price("net_list", "20")),
            record(
                "b9", "Buch",
                price("nrp", "9")
                    + price("net_list", "5").replacing(
                        "</PRICE_AMOUNT>", with: "</PRICE_AMOUNT><TAX>0.07</TAX>")),
            record(
                "b10", "Rohr",
                price("net_list", "30").replacing(
                    "</PRICE_AMOUNT>", with: "</PRICE_AMOUNT><TAX>0.19</TAX>")),
            record("b7", "Paletten", price("net_list", "5").replacing("BOUND>1", with: "BOUND>48")),
        ]
        let run = try await PresetRun(
            "bmecat", file: "catalog.xml",
            "<BMECAT xmlns=\"urn:x\"><HEADER><CATALOG><CURRENCY>EUR</CURRENCY></CATALOG></HEADER><T_NEW_CATALOG>"
                + records.joined(separator: "\n") + "</T_NEW_CATALOG></BMECAT>")
        #expect(
            run.links == [
                "klemme-4-mm2-b1 | Klemme 4 mm² | 11.9 eurc", "rohr-b10 | Rohr | 35.7 eurc",
                "staffel-b8 | Staffel | 23.8 eurc",
            ])
        #expect(
            run.filtered == [
                "prices for more than one piece": 1, "prices with a factor": 1,
                "articles whose price is for a larger quantity": 1, "articles of another tax than 19 %": 1,
                "prices in another currency than euro": 1,
                "no price, or one that is not above zero (`zero: skip`)": 2,
            ])
        #expect(run.problems.isEmpty)
    }

    @Test func aCatalogOfBMEcatAtAnotherTypeOfPrice() async throws {
        func record(_ number: String, _ net: String, _ gross: String) -> String {
            """
            <ARTICLE><SUPPLIER_AID>\(number)</SUPPLIER_AID><ARTICLE_DETAILS><DESCRIPTION_SHORT>Rohr</DESCRIPTION_SHORT></ARTICLE_DETAILS>
            <ARTICLE_PRICE_DETAILS>\(price("net_list", net))\(price("gros_list", gross))</ARTICLE_PRICE_DETAILS></ARTICLE>
            """
        }
        func price(_ type: String, _ details: String) -> String {
            "<ARTICLE_PRICE price_type=\"\(type)\"><PRICE_AMOUNT>5</PRICE_AMOUNT>\(details)</ARTICLE_PRICE>"
        }
        let (pallet, books) = ("<LOWER_BOUND>48</LOWER_BOUND>", "<TAX>0.07</TAX>")
        let (tenth, francs) = ("<PRICE_FACTOR>0.1</PRICE_FACTOR>", "<PRICE_CURRENCY>CHF</PRICE_CURRENCY>")
        let kinds = [pallet, books, tenth, francs]
        let records =
            kinds.enumerated().map { record("g\($0.offset)", "", $0.element) } + [
                record("n", kinds.joined(), "")
            ]
        let run = try await PresetRun(
            "bmecat", file: "catalog.xml",
            "<BMECAT><T_NEW_CATALOG>\(records.joined(separator: "\n"))</T_NEW_CATALOG></BMECAT>",
            job: #require(Preset.named("bmecat")).job.replacing("net_list", with: "gros_list"))
        #expect(run.links == ["rohr-n | Rohr | 5.95 eurc"])
        #expect(
            run.filtered == [
                "prices with a factor": 1, "articles whose price is for a larger quantity": 1,
                "articles of another tax than 19 %": 1, "prices in another currency than euro": 1,
            ])
        #expect(run.problems.isEmpty)
    }
}
