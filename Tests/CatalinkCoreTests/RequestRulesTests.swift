import CatalinkCore
import Testing

struct RequestRulesTests {
    @Test(arguments: [(1, false), (2, false), (3, true), (100, true), (101, false)])
    func titlesHaveThreeToAHundredCharacters(_ length: Int, _ isValid: Bool) throws {
        let objections = try SampleJob().objections(["title": String(repeating: "x", count: length)])
        #expect(objections == (isValid ? [] : ["title"]))
    }

    /// Counted as the larger of UTF-16 units and scalars: an emoji has two units.
    @Test(arguments: [("é", 2, false), ("é", 3, true), ("é", 100, true), ("é", 101, false)])
    func lettersCountOnceWhateverTheirBytes(_ letter: String, _ count: Int, _ isValid: Bool) throws {
        let objections = try SampleJob().objections(["title": String(repeating: letter, count: count)])
        #expect(objections == (isValid ? [] : ["title"]))
    }

    @Test(arguments: [(1, false), (2, true), (50, true), (51, false)])
    func emojiCountTwice(_ count: Int, _ isValid: Bool) throws {
        let problems = try SampleJob().problems(["title": String(repeating: "😀", count: count)])
        #expect(problems.isEmpty == isValid)
        if count > 50 { #expect(problems.map(\.got) == ["102"]) }
    }

    @Test(arguments: [(0, true), (500, true), (501, false)])
    func descriptionsHaveAtMostFiveHundredCharacters(_ length: Int, _ isValid: Bool) throws {
        var job = try SampleJob()
        job.link.description = try job.template("{{text}}")
        let problems = try job.problems(["text": String(repeating: "x", count: length)])
        #expect(problems.map(\.subject) == (isValid ? [] : ["description"]))
        #expect(problems.allSatisfy { $0.hint == "`| truncate: 500` cuts it" })
    }

    private static let urls: [(String, Bool)] = [
        ("tin-mug", true), ("a", true), ("a/b_c.d-e", true), ("https://shop.example/a?b=c#d", true),
        ("http://shop.example", true), ("https://", false), ("https://./x", false), ("https:///x", false),
        ("https://a b", false), ("https://a\"b", false), ("-mug", false), ("mug-", false), ("tin mug", false),
        ("mug!", false), ("tasse-é", false), ("ftp://shop.example", false),
    ]

    @Test(arguments: urls)
    func urlsAreSlugsOrAddresses(_ url: String, _ isValid: Bool) throws {
        var job = try SampleJob()
        job.link.url = try job.template("{{link}}")
        let objections = try job.objections(["link": url])
        #expect(objections == (isValid ? [] : ["url"]))
    }

    @Test func anEmptySlugIsToldWhy() throws {
        let problem = try #require(try SampleJob().problems(["sku": "東京"]).first)
        #expect(problem.subject == "url")
        #expect(problem.hint == "a slug keeps Latin letters and digits only; add another column to it")
    }

    @Test(arguments: [
        ("https://x.example/a.jpg", true), ("photo.jpg", false), ("//x.example/a.jpg", false), ("", true),
    ])
    func imagesHaveAddresses(_ image: String, _ isValid: Bool) throws {
        var job = try SampleJob()
        job.link.coverImage = try job.template("{{image}}")
        let objections = try job.objections(["image": image])
        #expect(objections == (isValid ? [] : ["coverImage"]))
    }

    @Test func aNearChoiceIsSuggested() throws {
        var job = try SampleJob()
        job.link.linkType = try job.template("{{type}}")
        let problem = try #require(try job.problems(["type": "PRODUKT"]).first)
        #expect(
            problem.explanation
                == "linkType: expected PRODUCT, DONATION, SUBSCRIPTION, got: \"PRODUKT\" (did you mean PRODUCT?)"
        )
    }

    @Test(arguments: ["true", "TRUE", "yes", "1"])
    func flagsAreReadAsPeopleWriteThem(_ flag: String) throws {
        var job = try SampleJob()
        job.link.collectAddress = try job.template("{{address}}")
        let pair = try job.planned(["address": flag])
        #expect(pair.canonical.text.contains(#""collectAddress":true"#))
    }

    @Test(arguments: ["maybe", "2", "y"])
    func whatIsNoFlagIsAProblem(_ flag: String) throws {
        var job = try SampleJob()
        job.link.collectAddress = try job.template("{{address}}")
        let objections = try job.objections(["address": flag])
        #expect(objections == ["collectAddress"])
    }

    private static let uuids: [(String, Bool)] = [
        ("00000000-0000-4000-8000-00000000000a", true), ("ABCDEF01-2345-4678-9ABC-DEF012345678", true),
        ("00000000-0000-4000-8000-00000000000", false), ("00000000-0000-4000-8000-00000000000g", false),
        ("000000000000-4000-8000-00000000000a0", false), ("{0000000-0000-4000-8000-00000000000}", false),
    ]

    @Test(arguments: uuids)
    func productsHaveUUIDs(_ text: String, _ isValid: Bool) throws {
        var job = try SampleJob()
        job.link.products = [LinkMapping.Product(productID: try job.template("{{product}}"), quantity: nil)]
        let pairs = try job.pairs(["product": text])
        #expect(pairs.flatMap(\.problems).map(\.subject) == (isValid ? [] : ["paymentLinkProducts"]))
        if isValid {
            let members = #""paymentLinkProducts":[{"productId":"\#(text.lowercased())","quantity":1}]"#
            #expect(pairs.first?.planned?.canonical.text.contains(members) == true)
        }
    }

    @Test(arguments: [
        ("1", true), ("12", true), ("", true), ("0", false), ("-1", false), ("1.5", false), ("x", false),
    ])
    func quantitiesAreWholeAndPositive(_ quantity: String, _ isValid: Bool) throws {
        var job = try SampleJob()
        let id = try job.template("00000000-0000-4000-8000-00000000000a")
        job.link.products = [LinkMapping.Product(productID: id, quantity: try job.template("{{quantity}}"))]
        let objections = try job.objections(["quantity": quantity])
        #expect(objections == (isValid ? [] : ["paymentLinkProducts"]))
    }
}
