@testable import CatalinkCore
import Testing

struct LinkRequestTests {
    private func minimal() -> LinkRequest {
        var request = LinkRequest()
        request.title = utf8("Tin mug")
        request.url = utf8("tin-mug")
        return request
    }

    private static let minimalText = #"""
        {"title":"Tin mug","url":"tin-mug","linkType":"PRODUCT","allowQuantityAdjustment":true,\#
        "allowMobilePayment":false,"currency":"usdc","collectTax":false,"collectAddress":false}
        """#

    @Test func aMinimalRequestSendsTheEightRequiredFields() {
        let text = minimal().canonicalBytes().text
        #expect(text == Self.minimalText)
    }

    @Test func aFullRequestHasOneFixedForm() throws {
        var request = LinkRequest()
        request.title = utf8("Tin \"mug\" \\ é")
        request.url = utf8("tin-mug")
        request.linkType = .donation
        request.allowQuantityAdjustment = false
        request.allowMobilePayment = true
        request.currency = .eurc
        request.collectTax = true
        request.collectAddress = true
        request.description = utf8("one\ntwo\t\u{1}")
        request.coverImage = utf8("https://x.example/a.jpg")
        request.amount = try decimal("12.50")
        request.customerID = utf8("11111111-1111-4111-8111-111111111111")
        request.products = [
            LinkRequest.Product(productID: utf8("22222222-2222-4222-8222-222222222222"), quantity: 1),
            LinkRequest.Product(productID: utf8("33333333-3333-4333-8333-333333333333"), quantity: 3),
        ]
        request.isForAllProduct = false
        request.taxID = utf8("44444444-4444-4444-8444-444444444444")
        request.limitPayments = true
        request.maxPayments = 7
        request.customFields = [(utf8("brand"), utf8("Tarn")), (utf8("sku"), utf8("A\"1"))]
        request.expiration = Timestamp(microseconds: 1_798_761_599_900_000)
        request.paymentForID = utf8("order-1")
        let text = request.canonicalBytes().text
        let expected = #"""
            {"title":"Tin \"mug\" \\ é","url":"tin-mug","linkType":"DONATION","allowQuantityAdjustment":false,\#
            "allowMobilePayment":true,"currency":"eurc","collectTax":true,"collectAddress":true,\#
            "description":"one\ntwo\t\u0001","coverImage":"https://x.example/a.jpg","amount":12.5,\#
            "customerId":"11111111-1111-4111-8111-111111111111",\#
            "paymentLinkProducts":[{"productId":"22222222-2222-4222-8222-222222222222","quantity":1},\#
            {"productId":"33333333-3333-4333-8333-333333333333","quantity":3}],"isForAllProduct":false,\#
            "taxId":"44444444-4444-4444-8444-444444444444","limitPayments":true,"maxPayments":7,\#
            "customFields":{"brand":"Tarn","sku":"A\"1"},"expiration_date":"2026-12-31T23:59:59Z",\#
            "paymentForId":"order-1"}
            """#
        #expect(text == expected)
    }

    @Test(arguments: [
        ("12.50", "12.5"), ("12.00", "12"), ("0.010", "0.01"), ("1299", "1299"), ("100.0", "100"),
    ])
    func amountsHaveNoTrailingZeros(_ amount: String, _ written: String) throws {
        var request = minimal()
        request.amount = try decimal(amount)
        let value = try JSONValue(parsing: request.canonicalBytes())
        let expected = JSONValue.number(written)
        #expect(value["amount"] == expected)
    }

    @Test func canonicalBytesAreJSONInTheOrderOfTheAPI() throws {
        var request = minimal()
        request.customFields = [(utf8("a"), utf8("1")), (utf8("b"), utf8("2"))]
        request.maxPayments = 1
        let value = try JSONValue(parsing: request.canonicalBytes())
        guard case .object(let members) = value else {
            Issue.record("expected an object")
            return
        }
        let names = members.map { $0.name }
        let expected = [
            "title", "url", "linkType", "allowQuantityAdjustment", "allowMobilePayment", "currency",
            "collectTax",
            "collectAddress", "maxPayments", "customFields",
        ]
        #expect(names == expected)
        #expect(value["customFields"]?.bytes.text == #"{"a":"1","b":"2"}"#)
    }

    @Test func requestsAreEqualByTheirCanonicalForm() throws {
        var (first, second) = (minimal(), minimal())
        first.amount = try decimal("12.5")
        second.amount = try decimal("12.50")
        #expect(first == second)
        second.maxPayments = 3
        #expect(first != second)
    }

    private static let marker = Marker(job: "54e9c7d81438", item: "e9ce7a8bf681a47ae52fe8e0", generation: 1)

    @Test func theMarkerIsTheLastMember() throws {
        let canonical = minimal().canonicalBytes()
        let marked = LinkRequest.marked(canonical, with: Self.marker).text
        let expected = String(Self.minimalText.dropLast()) + #","paymentForId":"\#(Self.marker.text)"}"#
        #expect(marked == expected)
        #expect(throws: Never.self) { try JSONValue(parsing: utf8(marked)) }
    }

    /// A title that looks like the member must not be taken for it.
    @Test(arguments: ["Mug", #"a","url":"mug"#, #"\","url":"mug","#])
    func aLaterGenerationHasASlugOfItsOwn(_ title: String) throws {
        var request = minimal()
        request.title = utf8(title)
        request.url = utf8("mug")
        let canonical = request.canonicalBytes()
        #expect(LinkRequest.canonical(canonical, slug: request.url, generation: 1) == canonical)
        let second = LinkRequest.canonical(canonical, slug: request.url, generation: 2)
        request.url = utf8("mug-2")
        #expect(second == request.canonicalBytes())
    }
}
