import CatalinkCore
import Testing

/// Rules about slugs, images and descriptions that the API does not state.
struct AddressRulesTests {
    private func warnings(
        _ rule: PolicyRule, _ change: (inout SampleJob) throws -> Void, _ value: String
    ) throws -> [String] {
        var job = try SampleJob()
        job.allowed = Set(PolicyRule.allCases).subtracting([rule])
        job.warned = [rule]
        try change(&job)
        return try job.planned(["value": value]).warnings.map { "\($0.subject): \($0.got)" }
    }

    private func isFine(_ image: String) throws -> [String] {
        try warnings(.imageAddress, { $0.link.coverImage = try $0.template("{{value}}") }, image)
    }

    @Test(arguments: [
        "https://cdn.example.com/a.jpg", "https://example.com./a.jpg", "https://8.8.8.8/a.png",
        "https://[2606:4700::1111]/a.png", "https://172.32.0.1/a.jpg",
    ])
    func imagesThatAnybodyCanOpenAreFine(_ image: String) throws {
        let warnings = try isFine(image)
        #expect(warnings.isEmpty)
    }

    @Test(arguments: [
        ("http://cdn.example.com/a.jpg", "http"),
        ("https://me:pw@example.com/a.jpg", "a user in the address"),
        ("https://localhost/a.jpg", "the private host localhost"),
        ("https://shop.local/a.jpg", "the private host shop.local"),
        ("https://10.1.2.3/a.jpg", "the private host 10.1.2.3"),
        ("https://192.168.0.9:8443/a.jpg", "the private host 192.168.0.9"),
        ("https://172.16.0.1/a.jpg", "the private host 172.16.0.1"),
        ("https://169.254.169.254/latest", "the private host 169.254.169.254"),
        ("https://2130706433/a.jpg", "the private host 2130706433"),
        ("https://0x7f.1/a.jpg", "the private host 0x7f.1"),
        ("https://0177.0.0.1/a.jpg", "the private host 0177.0.0.1"),
        ("https://[::1]/a.jpg", "the private host ::1"),
        ("https://[fd00::1]/a.jpg", "the private host fd00::1"),
        ("https://intranet/a.jpg", "the private host intranet"),
    ])
    func othersAreToldWhy(_ image: String, _ flaw: String) throws {
        let warnings = try isFine(image)
        #expect(warnings == ["coverImage: \(flaw)"])
    }

    @Test(arguments: [
        ("https://e.com/a.JPG?v=1", true), ("https://e.com/a.webp#x", true), ("https://e.com/a", false),
        ("https://e.com/a.html?f=b.png", false),
    ])
    func anImageIsNamedLikeOne(_ image: String, _ isNamed: Bool) throws {
        let warnings = try warnings(.imageForm, { $0.link.coverImage = try $0.template("{{value}}") }, image)
        #expect(warnings.isEmpty == isNamed)
    }

    @Test(arguments: [
        ("summer-hat-2", true), ("Summer-hat", false), ("a--b", false), ("a_b", false), ("a/b", false),
        ("https://shop.example.com/Hat", true),
    ])
    func theSafestSlugIsPlain(_ slug: String, _ isPlain: Bool) throws {
        let warnings = try warnings(.slugForm, { $0.link.url = try $0.template("{{value}}") }, slug)
        #expect(warnings.isEmpty == isPlain)
    }

    @Test(arguments: [(60, true), (61, false)])
    func aSlugHasAUsefulLength(_ length: Int, _ isShort: Bool) throws {
        let slug = String(repeating: "a", count: length)
        let warnings = try warnings(.slugLength, { $0.link.url = try $0.template("{{value}}") }, slug)
        #expect(warnings == (isShort ? [] : ["url: 61"]))
    }

    @Test(arguments: [
        ("**Bold**, 3 < 4, <3, [shop](https://example.com) <https://example.com>", nil),
        ("a <b>bold</b> hat", "description: the HTML tag \"<b>\""),
        ("x</p>", "description: the HTML tag \"</p>\""), ("line<br/>", "description: the HTML tag \"<br>\""),
        ("[now](javascript:alert(1))", "description: a link to \"javascript:alert(1\""),
        ("[home](/index.html)", "description: a link to \"/index.html\""),
    ])
    func aDescriptionIsMarkdown(_ text: String, _ warning: String?) throws {
        let warnings = try warnings(
            .markdown, { $0.link.description = try $0.template("{{value}}") }, text)
        #expect(warnings == [warning].compactMap { $0 })
    }

    @Test func aRuleIsAnErrorAWarningOrNothing() throws {
        var job = try SampleJob()
        job.link.coverImage = try job.template("http://example.com/a.jpg")
        let objections = try job.objections()
        #expect(objections == ["coverImage"])
        job.warned = [.imageAddress]
        let warned = try job.planned()
        #expect(
            warned.warnings.map(\.explanation).first
                == "coverImage: expected an address that anybody can open, by https, got: http "
                + "(`| replace: 'http://', 'https://'` where the host serves both; "
                + "`policy.rules: {imageAddress: off}` lifts this rule)")
        job.warned = []
        job.allowed = [.imageAddress]
        let free = try job.planned()
        #expect(!free.warnings.contains { $0.subject == "coverImage" })
    }

    @Test func aProductWithoutAmountIsTold() throws {
        var job = try SampleJob()
        let told = try job.planned().warnings.map(\.explanation)
        #expect(
            told == [
                "amount: expected an amount or products, as linkType is PRODUCT, got: neither (the payer chooses what "
                    + "to pay; `policy.rules: {amountPair: off}` lifts this rule)"
            ])
        job.link.linkType = try job.template("DONATION")
        let none = try job.planned().warnings
        #expect(none.isEmpty)
    }

    @Test func allProductsAndSomeContradictEachOther() throws {
        var job = try SampleJob()
        job.link.isForAllProduct = try job.template("true")
        job.link.products = [
            LinkMapping.Product(
                productID: try job.template("00000000-0000-4000-8000-000000000001"), quantity: nil)
        ]
        let objections = try job.objections()
        #expect(objections == ["isForAllProduct"])
    }

    @Test(arguments: ["INVOICE", "COLLECTION"])
    func otherLinkTypesNeedTheJobsWord(_ type: String) throws {
        var job = try SampleJob()
        job.link.linkType = try job.template(type)
        let objections = try job.objections()
        #expect(objections == ["linkType"])
        job.allowed = [.linkTypes]
        let pair = try job.planned()
        #expect(pair.canonical.text.contains("\"linkType\":\"\(type)\""))
    }
}
