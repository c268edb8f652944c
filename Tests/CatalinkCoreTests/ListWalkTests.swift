import CatalinkCore
import Testing

struct ListWalkTests {
    /// A page of links by their numbers, the newest first, a second apart.
    private func page(_ numbers: some Sequence<Int>) throws -> [ListedLink] {
        try numbers.map { number in
            let createdAt = CivilTime(Timestamp(seconds: Int64(number))).iso8601
            return try #require(
                ListedLink(.object([("id", .string("pl_\(number)")), ("createdAt", .string(createdAt))])))
        }
    }

    @Test func itGoesOnByWhatItReceivedUntilAnEmptyPage() throws {
        var walk = ListWalk()
        #expect(walk.call.path == "/api/v0/payment-links?skip=0&take=100")
        #expect(walk.take(try page((1...30).reversed())) == .next)
        #expect(walk.call.path == "/api/v0/payment-links?skip=30&take=100")
        #expect(walk.take([]) == .complete)
    }

    @Test func itEndsAtLinksThatAreTooOld() throws {
        var walk = ListWalk()
        walk.oldest = Timestamp(seconds: 50)
        #expect(walk.take(try page((60...99).reversed())) == .next)
        #expect(walk.take(try page((50...59).reversed())) == .next)
        #expect(walk.take(try page((45...49).reversed())) == .complete)
    }

    /// Where the newest do not come first, an old link says nothing of those behind it.
    @Test func aListWithoutOrderIsReadToItsEnd() throws {
        var walk = ListWalk()
        walk.oldest = Timestamp(seconds: 50)
        #expect(walk.take(try page([10, 20, 30])) == .next)
        #expect(walk.take(try page([90, 1])) == .next)
        #expect(walk.take([]) == .complete)
    }

    @Test func aListThatIgnoresSkipIsBroken() throws {
        var walk = ListWalk()
        let links = try page((1...10).reversed())
        #expect(walk.take(links) == .next)
        #expect(walk.take(links) == .broken("the list ignores `skip`: the same page came twice"))
    }

    private static let pages: [(String, Int?)] = [
        ("[]", 0), (#"[{"id":"a"},{"id":7}]"#, 2), (#"{"data":[{"id":"a"}]}"#, 1), (#"{"links":[]}"#, nil),
        (#"[{"title":"no id"}]"#, nil), ("<html>", nil), ("", nil),
    ]

    @Test(arguments: pages)
    func bothEnvelopesAreRead(_ body: String, _ count: Int?) {
        #expect(ListedLink.page(utf8(body))?.count == count)
    }
}

struct LookUpTests {
    private static let marker = Marker(job: "54e9c7d81438", item: "e9ce7a8bf681a47ae52fe8e0", generation: 1)

    private func sought(_ number: Int, marker: Marker?, slug: String = "mug", amount: String = "12.5") throws
        -> SoughtItem
    {
        let body =
            #"{"url":"\#(slug)","amount":\#(amount)"#
            + (marker.map { #","paymentForId":"\#($0.text)"}"# } ?? "}")
        return SoughtItem(
            number: number, item: ItemKey(key: utf8("A"), segment: []), generation: 1, attempt: 1,
            marker: marker,
            contents: [.init(slug: slug, body: try JSONValue(parsing: utf8(body)))], linkID: nil,
            firstSentAt: Timestamp(seconds: 0), lastSentAt: Timestamp(seconds: 0), message: nil)
    }

    private func link(_ text: String) throws -> ListedLink {
        try #require(ListedLink(try JSONValue(parsing: utf8(text))))
    }

    /// What the list shows, and whether the item with a marker, and the one without, is found or has it in its way.
    private static let links: [(String, Bool, Bool, Bool)] = [
        (
            #"{"id":"pl_1","url":"https://checkout.devdraft.ai/mug","amount":12.50,"paymentForId":"catalink-54e9c7d81438-e9ce7a8bf681a47ae52fe8e0-1"}"#,
            true, false, false
        ),
        (#"{"id":"pl_1","url":"mug","amount":12.5}"#, true, true, false),
        (#"{"id":"pl_1","url":"mug","amount":13}"#, false, false, true),
        (
            #"{"id":"pl_1","url":"mug","amount":12.5,"paymentForId":"catalink-54e9c7d81438-e9ce7a8bf681a47ae52fe8e0-2"}"#,
            false, true, true
        ),
        (#"{"id":"pl_1","url":"https://checkout.devdraft.ai/blue/mug","amount":12.5}"#, false, false, false),
        (#"{"id":"pl_1","url":"other","amount":12.5}"#, false, false, false),
    ]

    @Test(arguments: links.indices)
    func aLinkIsOursByMarkerElseBySlugAndContent(_ index: Int) throws {
        let (text, marked, unmarked, isInTheWay) = Self.links[index]
        var lookUp = LookUp([try sought(1, marker: Self.marker)])
        lookUp.take([try link(text)])
        // A link that says nothing of paymentForId is compared by content.
        #expect((lookUp.found[1] != nil) == marked)
        #expect((lookUp.inTheWay[1] != nil) == isInTheWay)
        var other = LookUp([try sought(1, marker: nil)])
        other.take([try link(text)])
        #expect((other.found[1] != nil) == (unmarked || index == 0))
    }

    @Test func anotherContentByTheSameMarkerIsAMismatch() throws {
        let item = try sought(1, marker: Self.marker)
        let found = try link(#"{"id":"pl_1","url":"mug","amount":13,"paymentForId":"\#(Self.marker.text)"}"#)
        #expect(item.mismatch(with: found) == "amount differ")
    }
}

struct LinkContentTests {
    private static let pairs: [(String, String, [String])] = [
        (
            #"{"url":"https://c.example/a/mug","amount":12.50,"currency":"USDC"}"#,
            #"{"url":"a/mug","amount":12.5,"currency":"usdc"}"#, []
        ),
        (#"{"amount":"12.50"}"#, #"{"amount":12.5}"#, []),
        (#"{"amount":12.51}"#, #"{"amount":12.5}"#, ["amount"]),
        (
            #"{"expiration_date":"2026-12-31T23:59:59.000Z"}"#,
            #"{"expiration_date":"2026-12-31T23:59:59Z"}"#, []
        ),
        (#"{"expiration_date":null}"#, #"{"expiration_date":"2026-12-31T23:59:59Z"}"#, ["expiration_date"]),
        (#"{"title":"Café"}"#, #"{"title":"Cafe\u0301"}"#, []),
        // What the server adds says nothing, what it leaves out is not held against it.
        (#"{"id":"pl_1","title":"Mug","collectTax":false}"#, #"{"title":"Mug"}"#, []),
        (#"{}"#, #"{"title":"Mug"}"#, []),
        (#"{"customFields":{"b":"2","a":"1"}}"#, #"{"customFields":{"a":"1","b":"2"}}"#, []),
        (#"{"customFields":{"a":"1"}}"#, #"{"customFields":{"a":"1","b":"2"}}"#, ["customFields"]),
        (
            #"{"paymentLinkProducts":[{"productId":"x","quantity":2.0,"name":"n"}]}"#,
            #"{"paymentLinkProducts":[{"productId":"x","quantity":2}]}"#, []
        ),
        (#"{"description":"old"}"#, #"{"description":null}"#, ["description"]),
    ]

    @Test(arguments: pairs)
    func contentsAreComparedByValue(_ link: String, _ body: String, _ differences: [String]) throws {
        let (link, body) = (try JSONValue(parsing: utf8(link)), try JSONValue(parsing: utf8(body)))
        #expect(LinkContent.differences(of: link, from: body) == differences)
    }

    private static let old =
        #"{"title":"Mug","url":"mug","linkType":"PRODUCT","description":"A mug","amount":12,"paymentForId":"m"}"#

    @Test func anUpdateSetsWhatIsWantedAndTakesBackTheRest() throws {
        let new = #"{"title":"Cup","url":"mug","linkType":"PRODUCT","amount":9}"#
        let body = try #require(LinkUpdate.body(from: utf8(Self.old), to: utf8(new), slugOfLink: "mug"))
        #expect(body.text == #"{"title":"Cup","amount":9,"description":null}"#)
    }

    @Test(arguments: [
        #"{"title":"Cup","url":"cup","linkType":"PRODUCT"}"#,
        #"{"title":"Cup","url":"mug","linkType":"DONATION"}"#,
    ])
    func slugAndTypeCannotBeUpdated(_ new: String) {
        #expect(LinkUpdate.body(from: utf8(Self.old), to: utf8(new), slugOfLink: "mug") == nil)
    }
}
