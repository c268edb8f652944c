import CatalinkCore
import CatalinkHash
import CatalinkSandbox
import CatalinkTestSupport
import CatalinkTransport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SandboxTests {
    private static let minimal = #"{"title":"Mug","url":"mug","linkType":"PRODUCT","amount":29.90}"#

    @Test func aCreatedLinkHasEveryDocumentedField() async throws {
        try await SandboxBench().serve { bench in
            let (status, body) = try await bench.post(Self.minimal)
            #expect(status == 201)
            guard case .object(let members) = body else {
                Issue.record("expected an object")
                return
            }
            #expect(
                members.map(\.name) == [
                    "id", "title", "url", "description", "coverImage", "linkType", "status", "amount",
                    "paymentForId",
                    "currency", "allowQuantityAdjustment", "allowMobilePayment", "collectTax",
                    "collectAddress",
                    "limitPayments", "maxPayments", "customFields", "paymentLinkProducts", "isForAllProduct",
                    "appId",
                    "customerId", "taxId", "expiration_date", "createdAt", "updatedAt",
                ])
            #expect(body["url"]?.string == "https://checkout.devdraft.ai/mug")
            #expect(body["amount"] == .number("29.90"))
            #expect(body["status"]?.string == "ACTIVE")
            #expect(body["createdAt"]?.string == "2027-01-15T08:00:00.000Z")
            #expect(body["paymentLinkProducts"] == .array([]))
        }
    }

    @Test func theDocumentedRefusalIsGivenByteForByte() async throws {
        try await SandboxBench().serve { bench in
            let body = #"{"title":"ab","url":"no good","linkType":"PRODUCT"}"#
            let result = await bench.send(.post, "/api/v0/payment-links", body)
            guard case .answered(let answer) = result else {
                Issue.record("expected an answer")
                return
            }
            #expect(answer.status == 400)
            #expect(
                answer.body.text
                    == #"{"statusCode":400,"message":["Title must be at least 3 characters long","#
                    + #""URL must be a valid URL or slug format"],"error":"Bad Request"}"#)
        }
    }

    private static let refusals: [(String, String)] = [
        (#"{"url":"mug","linkType":"PRODUCT"}"#, "Title must be a string"),
        (
            #"{"title":"Mug","url":"mug"}"#,
            "linkType must be one of the following values: PRODUCT, DONATION, SUBSCRIPTION"
        ),
        (
            #"{"title":"Mug","url":"mug","linkType":"PRODUCT","currency":"usd"}"#,
            "currency must be one of the following values: usdc, eurc"
        ),
        (
            #"{"title":"Mug","url":"mug","linkType":"PRODUCT","amount":0.001}"#,
            "amount must not be less than 0.01"
        ),
        (
            #"{"title":"Mug","url":"mug","linkType":"PRODUCT","amount":"5"}"#,
            "amount must be a number conforming to the specified constraints"
        ),
        (
            #"{"title":"Mug","url":"mug","linkType":"PRODUCT","collectTax":"yes"}"#,
            "collectTax must be a boolean value"
        ),
        (#"{"title":"Mug","url":"mug","linkType":"PRODUCT","customerId":"7"}"#, "customerId must be a UUID"),
        (
            #"{"title":"Mug","url":"mug","linkType":"PRODUCT","maxPayments":0}"#,
            "maxPayments must not be less than 1"
        ),
        (
            #"{"title":"Mug","url":"mug","linkType":"PRODUCT","expiration_date":"soon"}"#,
            "expiration_date must be a valid ISO 8601 date string"
        ),
        (
            #"{"title":"Mug","url":"mug","linkType":"PRODUCT","paymentLinkProducts":[{"productId":"x"}]}"#,
            "paymentLinkProducts.0.productId must be a UUID"
        ),
    ]

    @Test(arguments: refusals)
    func wrongFieldsAreRefused(_ body: String, _ message: String) async throws {
        try await SandboxBench().serve { bench in
            let (status, answer) = try await bench.post(body)
            #expect(status == 400)
            #expect(answer["message"] == .array([.string(message)]))
        }
    }

    @Test func theSameKeyGivesTheSameLinkUntilItExpires() async throws {
        try await SandboxBench(keyLifetime: .seconds(3600)).serve { bench in
            let first = try await bench.post(Self.minimal, key: 1)
            let replay = try await bench.post(Self.minimal, key: 1)
            #expect(replay.status == 201)
            #expect(replay.body == first.body)
            let conflict = try await bench.post(Self.minimal.replacing("Mug", with: "Cup"), key: 1)
            #expect(conflict.status == 409)
            #expect(
                conflict.body["message"]?.string
                    == "Conflict: Idempotency key already used with different request data")
            bench.clock.advance(by: .seconds(3601))
            let late = try await bench.post(Self.minimal.replacing("\"mug\"", with: "\"mug-2\""), key: 1)
            #expect(late.status == 201)
            #expect(late.body["id"] != first.body["id"])
        }
    }

    @Test func aSlugIsTakenOnlyOnce() async throws {
        try await SandboxBench().serve { bench in
            #expect(try await bench.post(Self.minimal, key: 1).status == 201)
            let second = try await bench.post(Self.minimal, key: 2)
            #expect(second.status == 400)
            #expect(
                second.body["message"] == .array([.string("A payment link with this url already exists")]))
        }
    }

    @Test func wrongCredentialsAreRefused() async throws {
        try await SandboxBench().serve { bench in
            let stranger = try CurlTransport(
                .init(target: Target("http://127.0.0.1:\(bench.port)"), timeout: .seconds(5), connections: 1),
                credentials: Credentials(key: "key", secret: "wrong"))
            guard
                case .answered(let answer) = await stranger.send(
                    LinkCall(method: .get, path: "/api/v0/health"))
            else {
                Issue.record("expected an answer")
                return
            }
            #expect(answer.status == 401)
            #expect(answer.rate == nil)
        }
    }

    @Test func aWindowLetsInItsLimitAndSaysSo() async throws {
        try await SandboxBench(limit: 3).serve { bench in
            var remaining: [Int?] = []
            for _ in 1...3 {
                guard case .answered(let answer) = await bench.send(.get, "/api/v0/health") else { continue }
                remaining.append(answer.rate?.remaining)
                #expect(answer.rate?.limit == 3)
                #expect(answer.rate?.reset == Timestamp(seconds: 1_800_000_060))
            }
            #expect(remaining == [2, 1, 0])
            guard case .answered(let refusal) = await bench.send(.get, "/api/v0/health") else { return }
            #expect(refusal.status == 429)
            #expect(refusal.retryAfter == .seconds(60))
            #expect(
                refusal.body.text == #"{"statusCode":429,"message":"Rate limit exceeded","retryAfter":60}"#)
            bench.clock.advance(by: .seconds(60))
            guard case .answered(let next) = await bench.send(.get, "/api/v0/health") else { return }
            #expect(next.status == 200)
            let stats = try await bench.page("/_sandbox/stats")
            #expect(stats["throttled"] == .number("1"))
            #expect(stats["windows"]?.elements?.compactMap { $0["count"]?.integer } == [3, 1])
        }
    }

    @Test func linksAreListedNewestFirst() async throws {
        try await SandboxBench().serve { bench in
            for number in 1...12 {
                _ = try await bench.post(
                    Self.minimal.replacing("\"mug\"", with: "\"mug-\(number)\""), key: number)
            }
            func slugs(_ query: String) async throws -> [String] {
                let list = try await bench.page("/api/v0/payment-links\(query)").elements ?? []
                return list.compactMap { $0["url"]?.string?.split(separator: "/").last.map(String.init) }
            }
            #expect(try await slugs("").count == 10)
            #expect(try await slugs("?skip=1&take=2") == ["mug-11", "mug-10"])
            #expect(try await slugs("?skip=12") == [])
            let all = try await bench.page("/_sandbox/links").elements ?? []
            let id = try #require(all.first?["id"]?.string)
            #expect(try await bench.page("/api/v0/payment-links/\(id)")["id"]?.string == id)
            guard case .answered(let missing) = await bench.send(.get, "/api/v0/payment-links/pl_none") else {
                return
            }
            #expect(missing.status == 404)
        }
    }

    @Test func aStoreKeepsLinksAndKeysBeyondARestart() async throws {
        try await withTemporaryDirectory { directory in
            let store = directory + "/sandbox.sqlite"
            let made = Mutex<JSONValue?>(nil)
            try await SandboxBench(store: store).serve { bench in
                let first = try await bench.post(Self.minimal, key: 1)
                made.withLock { $0 = first.body }
            }
            try await SandboxBench(store: store).serve { bench in
                let replay = try await bench.post(Self.minimal, key: 1)
                #expect(replay.body == made.withLock { $0 })
                #expect(try await bench.page("/_sandbox/links").elements?.count == 1)
            }
        }
    }

    private static let broken = ["", "{", "[]", "{\"title\":}", "null"]

    @Test(arguments: broken)
    func aBodyThatIsNoObjectIsRefused(_ body: String) async throws {
        try await SandboxBench().serve { bench in
            let (status, _) = try await bench.post(body)
            #expect(status == 400)
        }
    }
}

/// A sandbox on a clock of the test's own, and a client of it.
private struct SandboxBench: Sendable {
    let clock = JumpingClock()
    var port = 0
    private let settings: SandboxSettings
    private var transport: CurlTransport?

    init(limit: Int = 1000, keyLifetime: Duration = .seconds(86_400), store: String? = nil) {
        var settings = SandboxSettings(
            keys: ["key": "secret"], rate: RateLimit(requests: limit, window: .seconds(60), reserve: 0))
        settings.keyLifetime = keyLifetime
        settings.store = store
        self.settings = settings
    }

    func serve(_ body: @Sendable @escaping (SandboxBench) async throws -> Void) async throws {
        let server = try SandboxServer(settings, now: { clock.now() })
        try await server.serve { port in
            var bench = self
            bench.port = port
            bench.transport = CurlTransport(
                .init(target: try Target("http://127.0.0.1:\(port)"), timeout: .seconds(10), connections: 4),
                credentials: Credentials(key: "key", secret: "secret"))
            try await body(bench)
        }
    }

    func send(_ method: LinkCall.Method, _ path: String, _ body: String = "", key: Int = 1) async
        -> CallResult
    {
        let item = ItemKey(key: Array(String(key).utf8), segment: [])
        let identity = Identity(origin: "sandbox", account: "default", job: "test")
        let call = LinkCall(
            method: method, path: path,
            idempotencyKey: identity.idempotencyKey(for: item, generation: 1, attempt: 1, body: []),
            body: Array(body.utf8))
        return await transport?.send(call) ?? .notSent("no transport")
    }

    func post(_ body: String, key: Int = 1) async throws -> (status: Int, body: JSONValue) {
        guard case .answered(let answer) = await send(.post, "/api/v0/payment-links", body, key: key) else {
            Issue.record("expected an answer")
            return (0, .null)
        }
        return (answer.status, try JSONValue(parsing: answer.body))
    }

    func page(_ path: String) async throws -> JSONValue {
        guard case .answered(let answer) = await send(.get, path) else { return .null }
        return try JSONValue(parsing: answer.body)
    }
}
