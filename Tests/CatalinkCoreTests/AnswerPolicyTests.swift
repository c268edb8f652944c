@testable import CatalinkCore
import Testing

struct AnswerPolicyTests {
    private static let echo = LinkEcho(body: utf8(#"{"url":"mug","amount":12.50,"currency":"usdc"}"#))

    /// One row a cell of the table in EXACTLY-ONCE.md, §4: status, body, and the judgement of a first send and of one
    /// after an unknown attempt.
    private static let cells: [(Int, String, String, String)] = [
        (201, #"{"id":"pl_1"}"#, "created", "created"),
        (200, #"{"id":"pl_1","url":"mug"}"#, "created", "created"),
        (202, #"{"id":"pl_1","url":"other"}"#, "created", "created"),
        (201, #"{"url":"mug"}"#, "unknown", "unknown"),
        (201, #"{"id":""}"#, "unknown", "unknown"),
        (201, "", "unknown", "unknown"),
        (201, "<html>", "unknown", "unknown"),
        (408, "", "unknown", "unknown"),
        (425, "", "unknown", "unknown"),
        (500, #"{"statusCode":500,"message":"Internal server error"}"#, "unknown", "unknown"),
        (502, "<html>Bad Gateway</html>", "unknown", "unknown"),
        (503, "", "unknown", "unknown"),
        (504, "", "unknown", "unknown"),
        (301, "", "unknown", "unknown"),
        (302, "", "unknown", "unknown"),
        (308, "", "unknown", "unknown"),
        (
            429, #"{"statusCode":429,"message":"Rate limit exceeded","retryAfter":45}"#, "throttled",
            "throttled"
        ),
        (401, #"{"statusCode":401,"message":"Unauthorized"}"#, "stop: credentials", "stop: credentials"),
        (403, #"{"statusCode":403,"message":"Forbidden"}"#, "stop: credentials", "stop: credentials"),
        (403, "<html>Request blocked</html>", "failed", "failed"),
        (403, "", "failed", "failed"),
        (404, "", "stop: target", "stop: target"),
        (404, "<html>Not Found</html>", "stop: target", "stop: target"),
        (
            404, #"{"statusCode":404,"message":"Cannot POST /api/v0/payment-links"}"#, "stop: target",
            "stop: target"
        ),
        (404, #"{"statusCode":404,"message":"Product not found"}"#, "refused", "lookUp"),
        (405, "", "stop: target", "stop: target"),
        (407, "", "stop: target", "stop: target"),
        (415, "", "stop: target", "stop: target"),
        (
            400, #"{"statusCode":400,"message":["Title must be at least 3 characters long"]}"#, "refused",
            "lookUp"
        ),
        (
            400, #"{"statusCode":400,"message":["URL must be a valid URL or slug format"]}"#, "refused",
            "lookUp"
        ),
        (413, "", "refused", "lookUp"),
        (422, #"{"message":"expiration_date has passed"}"#, "refused", "lookUp"),
        (409, "", "lookUp", "lookUp"),
        (409, #"{"message":"Idempotency key already used with different request data"}"#, "lookUp", "lookUp"),
        (400, #"{"message":"URL is already taken"}"#, "lookUp", "lookUp"),
        (422, #"{"message":["slug must be unique"]}"#, "lookUp", "lookUp"),
        (500, #"{"message":"Duplicate entry for key payment_links.url"}"#, "lookUp", "lookUp"),
        (503, #"{"message":"A link with this slug exists"}"#, "lookUp", "lookUp"),
    ]

    @Test(arguments: cells)
    func everyAnswerHasItsJudgement(_ status: Int, _ body: String, _ first: String, _ afterUnknown: String) {
        let result = CallResult.answered(Answer(status: status, body: utf8(body)))
        let judgements = [false, true].map {
            AnswerPolicy.judge(result, request: Self.echo, afterUnknown: $0).kind
        }
        #expect(judgements == [first, afterUnknown])
    }

    @Test(arguments: [false, true])
    func withoutAnAnswerItIsNotSentOrUnknown(_ afterUnknown: Bool) {
        let unsent = AnswerPolicy.judge(
            .notSent("no such host"), request: Self.echo, afterUnknown: afterUnknown)
        let lost = AnswerPolicy.judge(.lost("timed out"), request: Self.echo, afterUnknown: afterUnknown)
        #expect(unsent == Judgement.notSent("no such host"))
        #expect(lost == Judgement.unknown("timed out"))
    }

    private func judge(_ answer: Answer) -> Judgement {
        AnswerPolicy.judge(.answered(answer), request: Self.echo, afterUnknown: false)
    }

    @Test func aCreatedLinkIsKeptWithWhatTheServerSays() {
        let body = #"{"id":"pl_1","url":"https://checkout.devdraft.ai/mug","appId":"app_1","amount":12.51}"#
        let facts = LinkFacts(
            id: "pl_1", url: "https://checkout.devdraft.ai/mug", appID: "app_1",
            mismatch: "amount 12.51 for 12.5")
        #expect(judge(Answer(status: 201, body: utf8(body))) == Judgement.created(facts))
    }

    @Test func aThrottledRequestWaitsAsTold() {
        let judgement = judge(
            Answer(status: 429, body: utf8(#"{"message":"slow"}"#), retryAfter: .seconds(45)))
        #expect(judgement == Judgement.throttled("429: slow", retryAfter: .seconds(45)))
    }

    private static let messages: [(String, String)] = [
        (#"{"message":"one text"}"#, "400: one text"), (#"{"message":["one","two"]}"#, "400: one; two"),
        (#"{"message":[]}"#, #"400: {"message":[]}"#),
        (#"{"error":"Bad Request"}"#, #"400: {"error":"Bad Request"}"#),
        ("<html><p>Request  blocked</p>\n</html>", "400: Request blocked"),
        ("<html></html>", "400: a page without text"), ("", "400"), (#"{"message":""}"#, "400"),
        (#"{"message":"a\u202eb"}"#, #"400: a\u{202E}b"#),
    ]

    @Test(arguments: messages)
    func theServersWordsAreToldInAnyForm(_ body: String, _ message: String) {
        let parsed = try? JSONValue(parsing: utf8(body))
        #expect(APIMessage.text(status: 400, body: parsed, raw: utf8(body)) == message)
    }

    @Test func longWordsAreCut() {
        let text = APIMessage.text(
            status: 500, body: nil, raw: Array(repeating: UInt8(ascii: "x"), count: 100_000))
        #expect(text == "500: " + String(repeating: "x", count: 300) + "…")
    }
}

extension Judgement {
    fileprivate var kind: String {
        switch self {
        case .created: "created"
        case .refused: "refused"
        case .notSent: "notSent"
        case .throttled: "throttled"
        case .unknown: "unknown"
        case .lookUp: "lookUp"
        case .failed: "failed"
        case .stop(.credentials): "stop: credentials"
        case .stop(.target): "stop: target"
        case .stop: "stop: another reason"
        }
    }
}
