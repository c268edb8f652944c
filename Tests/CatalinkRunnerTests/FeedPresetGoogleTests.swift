import CatalinkRunner
import Testing

/// Presets for feeds of Google's kind, each on a small feed that has the kind's traps.
@Suite(.timeLimit(.minutes(10)))
struct FeedPresetGoogleTests {
    private static let reasons = [
        "sold out, or of an availability that is not known": 2, "items without a price": 1,
        "contracts, whose price is a first payment": 1,
    ]

    /// The prefix is another than usual, which makes no difference.
    private static let items = """
        <p:id>K-1</p:id><title>Kettle &amp; lid</title><p:price>39.00 EUR</p:price>
          <p:shipping><p:price>4.90 EUR</p:price></p:shipping><p:availability>in_stock</p:availability>
          <p:image_link> https://img.example.com/k1.jpg </p:image_link>
        --
        <p:id>K-2</p:id><p:title>Kettle, red</p:title><p:price>39.00 EUR</p:price>
          <p:availability>in stock</p:availability>
          <p:sale_price>29.50 EUR</p:sale_price>
          <p:sale_price_effective_date>2001-01-01T00:00-0800/2099-01-31T23:59-0800</p:sale_price_effective_date>
        --
        <p:id>K-3</p:id><p:title>Kettle, blue</p:title><p:price>39.00 EUR</p:price>
          <p:availability>preorder</p:availability>
          <p:sale_price>9.50 EUR</p:sale_price>
          <p:sale_price_effective_date>2001-01-01T00:00+0100/2002-01-01T00:00+0100</p:sale_price_effective_date>
        --
        <p:id>K-4</p:id><p:title>Чайник</p:title><p:price>EUR 40</p:price><p:sale_price>35 EUR</p:sale_price>
        --
        <p:id>K-5</p:id><p:title>Kettle, sold</p:title><p:price>39.00 EUR</p:price>
          <p:availability>out of stock</p:availability>
        --
        <p:id>K-6</p:id><p:title>Kettle, odd</p:title><p:price>39.00 EUR</p:price>
          <p:availability>w magazynie</p:availability>
        --
        <p:id>K-7</p:id><p:title>Kettle, unpriced</p:title><p:availability>in stock</p:availability>
        --
        <p:id>K-8</p:id><p:title>Phone</p:title><p:price>1.00 EUR</p:price>
          <p:availability>in stock</p:availability>
          <p:subscription_cost><p:period>month</p:period><p:amount>29.90 EUR</p:amount></p:subscription_cost>
        --
        <p:id>K-9</p:id><p:title>Kettle in dollars</p:title><p:price>39.00 USD</p:price>
          <p:availability>in stock</p:availability>
        --
        <p:id>K-10</p:id><p:title>Kettle for thousands</p:title><p:price>1.299 EUR</p:price>
          <p:availability>in stock</p:availability>
        """
    private static let links = [
        "item-k-4 | Чайник | 35 eurc", "kettle-blue-k-3 | Kettle, blue | 39 eurc",
        "kettle-lid-k-1 | Kettle & lid | 39 eurc", "kettle-red-k-2 | Kettle, red | 29.5 eurc",
    ]

    private static func feed(_ open: String, _ item: String, _ close: String) -> String {
        let elements = items.split(separator: "\n--\n").map { "<\(item)>\($0)</\(item)>" }
        return open + elements.joined(separator: "\n") + close
    }

    private static func expectLinks(_ run: PresetRun) {
        #expect(run.links == links)
        #expect(run.filtered == reasons)
        #expect(run.problems.count == 2)
        #expect(run.problems.contains { $0.contains("a price in EUR") && $0.contains("39.00 USD") })
        #expect(run.problems.contains { $0.contains("1.299 EUR") })
        #expect(run.coverImages == ["https://img.example.com/k1.jpg"])
    }

    @Test func aFeedInRSS() async throws {
        let feed = Self.feed(
            "<rss version=\"2.0\" xmlns:p=\"http://base.google.com/ns/1.0\"><channel><title>Shop</title>",
            "item",
            "</channel></rss>")
        Self.expectLinks(try await PresetRun("google-merchant-rss", file: "feed.xml", feed))
    }

    @Test(arguments: ["", "a:"])
    func aFeedInAtom(_ prefix: String) async throws {
        let bound = prefix.isEmpty ? "xmlns" : "xmlns:a"
        let feed = Self.feed(
            "<\(prefix)feed \(bound)=\"http://www.w3.org/2005/Atom\" xmlns:p=\"http://base.google.com/ns/1.0\">",
            prefix + "entry", "</\(prefix)feed>"
        ).replacing(
            "<title>Kettle &amp; lid</title>", with: "<\(prefix)title>Kettle &amp; lid</\(prefix)title>")
        Self.expectLinks(try await PresetRun("google-merchant-atom", file: "feed.xml", feed))
    }

    private static let table = """
        id,title,price,sale_price,sale_price_effective_date,availability,image_link,subscription_cost
        K-1,Kettle & lid,39.00 EUR,,,in_stock,https://img.example.com/k1.jpg,
        K-2,"Kettle, red",39.00 EUR,29.50 EUR,2001-01-01T00:00-0800/2099-01-31T23:59-0800,in stock,,
        K-3,"Kettle, blue",39.00 EUR,9.50 EUR,2001-01-01T00:00+0100/2002-01-01T00:00+0100,preorder,,
        K-4,Чайник,EUR 40,35 EUR,,,,
        K-5,"Kettle, sold",39.00 EUR,,,out of stock,,
        K-6,"Kettle, odd",39.00 EUR,,,w magazynie,,
        K-7,"Kettle, unpriced",,,,in stock,,
        K-8,Phone,1.00 EUR,,,in stock,,DE:month:12:29.90 EUR
        K-9,Kettle in dollars,39.00 USD,,,in stock,,
        K-10,Kettle for thousands,1.299 EUR,,,in stock,,
        """

    @Test func aFeedInText() async throws {
        Self.expectLinks(try await PresetRun("google-merchant", file: "feed.csv", Self.table))
        let tabs = Self.table.replacing("\"Kettle, ", with: "\"Kettle; ").replacing(",", with: "\t")
            .replacing("\"Kettle; ", with: "\"Kettle, ")
        Self.expectLinks(try await PresetRun("google-merchant", file: "feed.txt", tabs))
    }

    @Test func namesOfATextFeedMayHaveBlanks() async throws {
        let lines = Self.table.split(separator: "\n").map(String.init)
        let table = ([lines[0].replacing("_", with: " ")] + lines.dropFirst()).joined(
            separator: "\n")
        Self.expectLinks(try await PresetRun("google-merchant", file: "feed.csv", table))
    }

    @Test func aTextFeedMayBeWithoutSalePrices() async throws {
        let run = try await PresetRun(
            "google-merchant", file: "feed.csv",
            "id,title,price,availability\n\"'0012\",Kettle,39.00 EUR,in stock\nK-0,Leaflet,0 EUR,in stock\n")
        #expect(run.links == ["kettle-0012 | Kettle | 39 eurc"])
        #expect(run.filtered == ["no price, or one that is not above zero (`zero: skip`)": 1])
    }

    @Test func aCatalogOfMeta() async throws {
        let run = try await PresetRun(
            "meta-catalog", file: "catalog.csv",
            """
            id,title,description,availability,price,image_link,fb_product_category,status,visibility,sale_price
            S-1,Scarf,Warm,in stock,24.90 EUR,https://img.example.com/s1.jpg,178,active,published,
            S-2,Scarf long,Warm,available for order,24.90,,178,,,19.90
            S-3,Scarf old,Warm,in stock,24.90 EUR,,178,archived,published,
            S-4,Scarf secret,Warm,in stock,24.90 EUR,,178,active,hidden,
            S-5,Scarf gone,Warm,discontinued,24.90 EUR,,178,active,published,
            S-6,Scarf unpriced,Warm,in stock,,,178,active,published,
            S-7,Scarf of pounds,Warm,in stock,£24.90,,178,active,published,
            """)
        #expect(run.links == ["scarf-long-s-2 | Scarf long | 19.9 eurc", "scarf-s-1 | Scarf | 24.9 eurc"])
        #expect(
            run.filtered == [
                "archived items": 1, "hidden items": 1, "items without a price": 1,
                "sold out, or of an availability that is not known": 1,
            ])
        #expect(run.problems.count == 1)
    }

    @Test func aCatalogOfGoogleRetail() async throws {
        let run = try await PresetRun(
            "google-retail", file: "catalog.jsonl",
            """
            {"id": "R-1", "title": "Chair", "priceInfo": {"currencyCode": "USD", "price": 120.50, "originalPrice": 150}, \
            "availability": "IN_STOCK", "images": [{"uri": "https://img.example.com/r1.jpg"}, {"uri": "x"}]}
            {"id": "R-2", "type": "VARIANT", "primaryProductId": "R-1", "title": "木の椅子", \
            "priceInfo": {"currencyCode": "USD", "price": 99}}
            {"id": "R-3", "title": "Stool", "priceInfo": {"currencyCode": "JPY", "price": 9000}}
            {"id": "R-4", "title": "Bench", "priceInfo": {"currencyCode": "USD", "price": 80}, "availability": "OUT_OF_STOCK"}
            {"id": "R-5", "title": "Set", "type": "COLLECTION", "priceInfo": {"currencyCode": "USD", "price": 300}}
            {"id": "R-6", "title": "Unpriced", "priceInfo": {"currencyCode": "USD"}}
            {"id": "R-7", "title": "Leaflet", "priceInfo": {"currencyCode": "USD", "price": 0}}
            """)
        #expect(run.links == ["chair-r-1 | Chair | 120.5 usdc", "product-r-2 | 木の椅子 | 99 usdc"])
        #expect(
            run.filtered == [
                "prices in another currency": 1, "sold out": 1, "collections of other products": 1,
                "products without a price": 1, "no price, or one that is not above zero (`zero: skip`)": 1,
            ])
        #expect(run.coverImages == ["https://img.example.com/r1.jpg"])
    }
}
