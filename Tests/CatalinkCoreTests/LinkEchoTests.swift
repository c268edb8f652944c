@testable import CatalinkCore
import Testing

struct LinkEchoTests {
    private static let body = #"""
        {"title":"Mug","url":"mug","currency":"usdc","amount":12.50,"expiration_date":"2026-12-31T23:59:59Z"}
        """#

    /// What the server echoes, and how that differs by value.
    private static let echoes: [(String, String?)] = [
        ("{}", nil),
        (#"{"url":"mug","amount":12.5,"currency":"usdc","expiration_date":"2026-12-31T23:59:59.000Z"}"#, nil),
        (#"{"url":"https://checkout.devdraft.ai/mug","amount":"12.50","currency":"USDC"}"#, nil),
        (#"{"url":null,"amount":null,"currency":null,"expiration_date":null}"#, nil),
        (#"{"expiration_date":"2027-01-01T00:59:59+01:00"}"#, nil),
        (#"{"title":"Another"}"#, nil),
        (#"{"url":"tin-mug"}"#, #"url "tin-mug" for "mug""#),
        (
            #"{"url":"https://checkout.devdraft.ai/tin-mug"}"#,
            #"url "https://checkout.devdraft.ai/tin-mug" for "mug""#
        ),
        (#"{"amount":12.51}"#, "amount 12.51 for 12.5"),
        (#"{"amount":1250}"#, "amount 1250 for 12.5"),
        (#"{"amount":"12,50"}"#, "amount ? for 12.5"),
        (#"{"currency":"eurc"}"#, #"currency "eurc" for usdc"#),
        (#"{"expiration_date":"2026-12-31T23:59:58Z"}"#, #"expiration_date "2026-12-31T23:59:58Z""#),
        (#"{"expiration_date":"soon"}"#, #"expiration_date "soon""#),
        (#"{"url":"cup","amount":1}"#, #"url "cup" for "mug", amount 1 for 12.5"#),
    ]

    @Test(arguments: echoes)
    func anEchoIsComparedByValue(_ echo: String, _ mismatch: String?) throws {
        let request = LinkEcho(body: utf8(Self.body))
        let value = try JSONValue(parsing: utf8(echo))
        #expect(request.mismatch(with: value) == mismatch)
    }

    @Test func aFreeLinkIsOneWithoutAmount() throws {
        let request = LinkEcho(body: utf8(#"{"url":"mug","currency":"usdc"}"#))
        let (free, priced) = (
            try JSONValue(parsing: utf8(#"{"amount":null}"#)), try JSONValue(parsing: utf8(#"{"amount":5}"#))
        )
        #expect(request.mismatch(with: free) == nil)
        #expect(request.mismatch(with: priced) == "amount 5 for none")
    }

    @Test func theEchoOfARequestIsReadFromItsBytes() throws {
        let request = LinkEcho(body: utf8(Self.body))
        let amount = try decimal("12.5")
        #expect(request.slug == "mug")
        #expect(request.currency == "usdc")
        #expect(request.amount == amount)
        #expect(request.expiration == Timestamp(seconds: 1_798_761_599))
    }
}
