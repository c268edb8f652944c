import CatalinkCore
import CatalinkTestSupport
import Testing

struct BundlingTests {
    private static func id(_ number: Int) -> String {
        "00000000-0000-4000-8000-00000000000\(number)"
    }

    private static let columns = ["sku", "title", "price", "part", "pieces"]

    private func pairs(_ rows: [[String]], amount: Bundling.Amount = .same) throws -> [MappedPair] {
        var job = try SampleJob()
        job.bundling = Bundling(amount: amount, place: SampleJob.place)
        job.link.products = [
            LinkMapping.Product(
                productID: try job.template("{{part}}"), quantity: try job.template("{{pieces}}"))
        ]
        job.pricing = PricingPolicy(price: try job.template("{{price}}"), place: SampleJob.place)
        return try job.allPairs(in: makeBatch(columns: Self.columns, rows: rows)).flatMap { $0 }
    }

    /// `K-1: 2 lines 2 3` and so on: what became of which lines.
    private func told(_ pairs: [MappedPair]) -> [String] {
        pairs.map { pair in
            switch pair {
            case .filtered: "filtered"
            case .invalid(_, let location, let problems):
                "invalid \(location.line): \(problems.map(\.explanation).joined(separator: "; "))"
            case .request(let planned):
                "request \(planned.location.line): \(planned.item.key.text) \(planned.amount?.plain ?? "-")"
            case .merged(let item, let location): "merged \(location.line): \(item.key.text)"
            }
        }
    }

    @Test func neighboursOfOneKeyAreOneLink() throws {
        let pairs = try pairs([
            ["K-1", "Kit one", "9", Self.id(1), "1"], ["K-1", "Kit one", "9", Self.id(2), "2"],
            ["K-2", "Kit two", "5", Self.id(1), "1"], ["K-1 ", "Kit one", "9", Self.id(1), "4"],
        ])
        #expect(
            told(pairs) == [
                "request 2: K-1 9", "merged 3: K-1", "request 4: K-2 5", "request 5: K-1 9",
            ])
        let first = try #require(pairs.first?.planned)
        #expect(
            first.canonical.text.contains(
                """
                "paymentLinkProducts":[{"productId":"\(Self.id(1))","quantity":1},\
                {"productId":"\(Self.id(2))","quantity":2}]
                """))
    }

    @Test func oneProductTwiceIsMoreOfIt() throws {
        let pairs = try pairs([
            ["K-1", "Kit one", "9", Self.id(1), "1"], ["K-1", "Kit one", "9", Self.id(1), "2"],
        ])
        let first = try #require(pairs.first?.planned)
        #expect(first.canonical.text.contains(#"[{"productId":"\#(Self.id(1))","quantity":3}]"#))
    }

    @Test func theBundleIsTheSameHoweverItsFingerprintIsMade() throws {
        let rows = [["K-1", "Kit one", "9", Self.id(1), "1"]]
        var job = try SampleJob()
        job.link.products = [
            LinkMapping.Product(
                productID: try job.template("{{part}}"), quantity: try job.template("{{pieces}}"))
        ]
        job.pricing = PricingPolicy(price: try job.template("{{price}}"), place: SampleJob.place)
        let alone = try job.allPairs(in: makeBatch(columns: Self.columns, rows: rows)).flatMap { $0 }
        let bundled = try pairs(rows)
        #expect(alone.first?.planned?.fingerprint == bundled.first?.planned?.fingerprint)
        #expect(alone.first?.planned?.canonical == bundled.first?.planned?.canonical)
    }

    @Test func pricesAreAddedUpWhereTheJobSaysSo() throws {
        let pairs = try pairs(
            [["K-1", "Kit one", "9.10", Self.id(1), "1"], ["K-1", "Kit one", "0.95", Self.id(2), "1"]],
            amount: .sum)
        #expect(told(pairs) == ["request 2: K-1 10.05", "merged 3: K-1"])
    }

    @Test func rowsThatDifferInMoreThanProductsSpoilTheBundle() throws {
        let pairs = try pairs([
            ["K-1", "Kit one", "9", Self.id(1), "1"], ["K-1", "Kit won", "9", Self.id(2), "2"],
        ])
        #expect(
            told(pairs) == [
                "invalid 2: bundle: expected a bundle whose rows are all right, got: a problem at catalog.csv:3",
                "invalid 3: bundle: expected the same title in all rows of a bundle, got: another than at catalog.csv:2",
            ])
    }

    @Test func aPriceThatDiffersIsToldWithTheOtherWay() throws {
        let pairs = try pairs([
            ["K-1", "Kit one", "9", Self.id(1), "1"], ["K-1", "Kit one", "8", Self.id(2), "2"],
        ])
        #expect(
            told(pairs).last
                == "invalid 3: bundle: expected the same amount in all rows of a bundle, got: another than at "
                + "catalog.csv:2 (`bundle: {amount: sum}` adds the rows' prices up)")
    }

    @Test func aRowThatIsWrongItselfKeepsItsProblem() throws {
        let pairs = try pairs([
            ["K-1", "Kit one", "9", "x", "1"], ["K-1", "Kit one", "9", Self.id(2), "2"],
            ["K-2", "Kit two", "9", Self.id(2), "2"],
        ])
        #expect(
            told(pairs) == [
                #"invalid 2: paymentLinkProducts: expected a UUID, got: "x""#,
                "invalid 3: bundle: expected a bundle whose rows are all right, got: a problem at catalog.csv:2",
                "request 4: K-2 9",
            ])
    }
}
