import CatalinkCore
import CatalinkHash
import CatalinkTestSupport
import Testing

struct CatalogMapperTests {
    @Test func aRowBecomesARequest() throws {
        let pair = try SampleJob().planned(["sku": "MK-1", "title": " Tin mug "])
        let body = #"""
            {"title":"Tin mug","url":"mk-1","linkType":"PRODUCT","allowQuantityAdjustment":true,\#
            "allowMobilePayment":false,"currency":"usdc","collectTax":false,"collectAddress":false}
            """#
        #expect(pair.canonical.text == body)
        #expect(pair.item == ItemKey(key: utf8("MK-1"), segment: []))
        #expect(pair.slug == utf8("mk-1"))
        #expect(pair.location == Location(file: "catalog.csv", line: 2, record: 1))
        #expect(pair.fingerprint == SHA256.digest(of: pair.canonical))
        #expect(pair.currency == .usdc)
        #expect(pair.amount == nil)
    }

    @Test func theAmountComesFromThePricing() throws {
        var job = try SampleJob()
        job.pricing = PricingPolicy(
            price: try job.template("{{price | decimal: comma}}"), place: SampleJob.place)
        let pair = try job.planned(["price": "1.299,50"])
        let expected = try decimal("1299.5")
        #expect(pair.amount == expected)
        #expect(pair.canonical.text.hasSuffix(#""amount":1299.5}"#))
    }

    @Test(arguments: [PricingPolicy.ZeroPrice.free, PricingPolicy.ZeroPrice.skip])
    func aRowWithoutPriceIsFreeOrFiltered(_ zeroPrice: PricingPolicy.ZeroPrice) throws {
        var job = try SampleJob()
        var pricing = PricingPolicy(price: try job.template("{{price}}"), place: SampleJob.place)
        pricing.zeroPrice = zeroPrice
        job.pricing = pricing
        let pairs = try job.pairs(["price": ""])
        #expect(pairs.map(\.wasFiltered) == [zeroPrice == .skip])
        #expect(pairs.first?.planned?.amount == nil)
    }

    @Test func allProblemsOfARowAreReportedTogether() throws {
        var job = try SampleJob()
        job.link.currency = try job.template("{{currency}}")
        job.pricing = PricingPolicy(price: try job.template("{{price}}"), place: SampleJob.place)
        let objections = try job.objections(["sku": " ", "title": "ab", "currency": "usd", "price": "abc"])
        #expect(objections == ["key", "title", "url", "currency", "price"])
    }

    @Test func aProblemNamesBothEnds() throws {
        let batch = makeBatch(columns: ["sku", "title"], rows: [["A-1", "Tin mug"], ["A-2", "ab"]])
        let pairs = try SampleJob().pairs(of: 1, in: batch)
        guard case .invalid(let item, let location, let problems) = try #require(pairs.first) else {
            Issue.record("expected a problem")
            return
        }
        #expect(item == ItemKey(key: utf8("A-2"), segment: []))
        #expect(location == Location(file: "catalog.csv", line: 3, record: 2))
        #expect(
            problems == [
                Problem(
                    subject: "title",
                    location: Location(file: "catalog.csv", line: 3, column: 5, record: 2, field: "title"),
                    rule: SampleJob.place, expected: "at least 3 characters", got: "\"ab\"")
            ])
        #expect(
            problems.first?.message(jobFile: "job.yaml")
                == "catalog.csv:3:5 (title): title: expected at least 3 characters, got: \"ab\" [job.yaml:12]"
        )
    }

    @Test(arguments: [["A-1"], ["A-1", "Tin mug", "left over"]])
    func aRaggedRecordIsOneProblem(_ row: [String]) throws {
        var job = try SampleJob()
        job.segments = .list([utf8("standard"), utf8("premium")])
        let batch = makeBatch(columns: ["sku", "title"], rows: [row])
        let pairs = try job.pairs(of: 0, in: batch)
        #expect(pairs.count == 1)
        #expect(
            pairs.flatMap(\.problems) == [
                Problem(
                    subject: "row", location: Location(file: "catalog.csv", line: 2, record: 1), rule: nil,
                    expected: "2 fields as in the header", got: "\(row.count)",
                    hint: "an unquoted delimiter or a missing one?")
            ])
    }

    @Test func everySegmentMakesAPair() throws {
        var job = try SampleJob()
        job.segments = .list([utf8("standard"), utf8("premium")])
        job.link.url = try job.template("{{sku | slug}}-{{segment}}")
        let pairs = try job.pairs().compactMap(\.planned)
        #expect(pairs.map(\.slug.text) == ["a-1-standard", "a-1-premium"])
        #expect(pairs.map(\.item.segment.text) == ["standard", "premium"])
    }

    @Test func theSegmentMayStandInTheRow() throws {
        var job = try SampleJob()
        job.segments = .template(try job.template("{{group}}"))
        let pair = try job.planned(["group": " e\u{301}lite "])
        #expect(pair.item.segment == utf8("\u{E9}lite"))
    }

    private func condition(_ subject: Subject, _ text: String) -> Condition {
        Condition(tests: [
            Condition.Test(subject: subject, predicate: .equals(utf8(text)), place: SampleJob.place)
        ])
    }

    @Test func aRowFilteredForEverySegmentCountsOnce() throws {
        var job = try SampleJob()
        job.segments = .list([utf8("standard"), utf8("premium")])
        job.condition = condition(.column(job.slot("status")), "active")
        let pairs = try job.pairs(["status": "draft"])
        #expect(pairs.map(\.wasFiltered) == [true])
    }

    @Test func aRowFilteredForOneSegmentKeepsTheOther() throws {
        var job = try SampleJob()
        job.segments = .list([utf8("standard"), utf8("premium")])
        job.condition = condition(.segment, "premium")
        let pairs = try job.pairs()
        #expect(pairs.map(\.wasFiltered) == [true, false])
    }

    @Test func aFilteredRowHasNoProblems() throws {
        var job = try SampleJob()
        job.condition = condition(.column(job.slot("status")), "active")
        let pairs = try job.pairs(["sku": "", "title": "", "status": "draft"])
        #expect(pairs.map(\.wasFiltered) == [true])
    }

    @Test func aConditionThatCannotBeAskedIsAProblem() throws {
        var job = try SampleJob()
        let predicate = Predicate.between(minimum: FixedDecimal.zero, maximum: nil)
        job.condition = Condition(tests: [
            Condition.Test(subject: .column(job.slot("stock")), predicate: predicate, place: SampleJob.place)
        ])
        let problems = try job.problems(["stock": "many"])
        #expect(problems.map(\.subject) == ["where"])
        #expect(problems.compactMap(\.location.field) == ["stock"])
    }

    @Test(arguments: [
        ("e\u{301}1", "\u{E9}1"), (" \u{A0}A-1\t", "A-1"), ("\u{E9}1", "\u{E9}1"), ("A 1", "A 1"),
    ])
    func keysAreComposedAndTrimmed(_ sku: String, _ key: String) throws {
        var job = try SampleJob()
        job.link.url = try job.template("mug")
        let pair = try job.planned(["sku": sku])
        #expect(pair.item.key == utf8(key))
    }

    @Test func titlesAreComposedToo() throws {
        let (decomposed, composed) = (
            try SampleJob().planned(["title": "Cafe\u{301}"]), try SampleJob().planned(["title": "Caf\u{E9}"])
        )
        #expect(decomposed.fingerprint == composed.fingerprint)
    }

    @Test func aRowWithoutAKeyIsToldWhatToDo() throws {
        let problem = try #require(try SampleJob().problems(["sku": "", "title": "Tin mug"]).first)
        #expect(problem.subject == "key")
        #expect(problem.expected == "a key")
        #expect(problem.got == "nothing")
        #expect(problem.hint == "rows without one can be left out: `where: {COLUMN: {empty: false}}`")
    }

    /// A price's template, a row, and the column that is told.
    private static let places: [(String, KeyValuePairs<String, String>, String)] = [
        ("{{sale ?? price | decimal}}", ["sale": " ", "price": "x"], "price"),
        ("{{sale ?? price | decimal}}", ["sale": "x", "price": "1"], "sale"),
        ("{{sale ?? price}}", ["sale": "", "price": "x"], "price"),
        ("{{units}}.{{cents | minor: 0}}", ["units": "1", "cents": "x"], "cents"),
    ]

    @Test(arguments: places.indices)
    func aProblemIsToldOfTheColumnThatHasIt(_ index: Int) throws {
        let (source, row, field) = Self.places[index]
        var job = try SampleJob()
        job.pricing = PricingPolicy(price: try job.template(source), place: SampleJob.place)
        let problems = try job.problems(row)
        #expect(problems.compactMap(\.location.field) == [field])
    }

    @Test(arguments: [("usdc", ["currency"]), ("eurc", [])])
    func convertedPricesAreInOneCurrency(_ currency: String, _ subjects: [String]) throws {
        var job = try SampleJob()
        job.link.currency = try job.template("{{currency}}")
        var pricing = PricingPolicy(price: try job.template("{{price}}"), place: SampleJob.place)
        pricing.conversion = .constant(try decimal("2"))
        pricing.conversionTarget = .eurc
        job.pricing = pricing
        let problems = try job.problems(["currency": currency, "price": "1"])
        #expect(problems.map(\.subject) == subjects)
        #expect(
            problems.map(\.expected) == subjects.map { _ in "eurc, to which `convert` brings every price" })
    }

    @Test func oneMapperMapsRowAfterRowAlike() throws {
        let row = ["A-1", "Tin mug"]
        let batch = makeBatch(columns: ["sku", "title"], rows: [row, ["A-2", "x"], row])
        let pairs = try SampleJob().allPairs(in: batch)
        let first = try #require(pairs[0].first?.planned)
        let third = try #require(pairs[2].first?.planned)
        #expect(first.fingerprint == third.fingerprint)
        #expect(pairs[1].flatMap(\.problems).count == 1)
        #expect(third.location == Location(file: "catalog.csv", line: 4, record: 3))
    }
}
