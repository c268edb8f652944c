import CatalinkCore
import CatalinkSandbox
import CatalinkTestSupport
import Synchronization
import Testing

/// What the API's documentation states.
@Suite(.timeLimit(.minutes(10)))
struct SandboxTests {
    private static let minimal = SandboxBench.minimal

    @Test func aCreatedLinkHasEveryDocumentedField() async throws {
        try await SandboxBench().serve { (bench) async throws in
            let (status, body) = try await bench.post()
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
            #expect(body["customFields"] == .null)
        }
    }

    @Test func theDocumentedRefusalIsGivenByteForByte() async throws {
        try await SandboxBench().serve { (bench) async throws in
            let answer = try #require(
                await bench.create(#"{"title":"ab","url":"no good","linkType":"PRODUCT"}"#).answer)
            #expect(answer.status == 400)
            #expect(
                answer.body.text
                    == #"{"statusCode":400,"message":["Title must be at least 3 characters long","#
                    + #""URL must be a valid URL or slug format"],"error":"Bad Request"}"#)
        }
    }

    private static let refusals: [(String, String)] = [
        ("Title must be a string", #"{"url":"mug","linkType":"PRODUCT"}"#),
        (
            "linkType must be one of the following values: PRODUCT, DONATION, SUBSCRIPTION",
            #"{"title":"Mug","url":"mug"}"#
        ),
        ("currency must be one of the following values: usdc, eurc", with(#""currency":"usd""#)),
        ("amount must not be less than 0.01", with(#""amount":0.001"#)),
        ("amount must not be less than 0.01", with(#""amount":-5"#)),
        ("amount must be a number conforming to the specified constraints", with(#""amount":"5""#)),
        ("collectTax must be a boolean value", with(#""collectTax":"yes""#)),
        ("customerId must be a UUID", with(#""customerId":"7""#)),
        ("taxId must be a UUID", with(#""taxId":7"#)),
        ("maxPayments must not be less than 1", with(#""maxPayments":0"#)),
        ("maxPayments must not be less than 1", with(#""maxPayments":1.5"#)),
        ("expiration_date must be a valid ISO 8601 date string", with(#""expiration_date":"soon""#)),
        ("paymentLinkProducts must be an array", with(#""paymentLinkProducts":{}"#)),
        (
            "paymentLinkProducts.0.productId must be a UUID",
            with(#""paymentLinkProducts":[{"productId":"x"}]"#)
        ),
        ("customFields must be an object", with(#""customFields":[]"#)),
        ("coverImage must be a URL address", with(#""coverImage":"photo.jpg""#)),
        ("paymentForId must be a string", with(#""paymentForId":5"#)),
        (
            "Description must be at most 500 characters long",
            with(#""description":"\#(String(repeating: "d", count: 501))""#)
        ),
    ]

    private static func with(_ member: String) -> String {
        #"{"title":"Mug","url":"mug","linkType":"PRODUCT",\#(member)}"#
    }

    @Test(arguments: refusals.indices)
    func aWrongFieldIsRefused(_ index: Int) async throws {
        let (message, body) = Self.refusals[index]
        try await SandboxBench().serve { (bench) async throws in
            let (status, answer) = try await bench.post(body)
            #expect(status == 400)
            #expect(answer["message"] == .array([.string(message)]))
        }
    }

    private static let broken = ["", "{", "{\"title\":}", "[]", "null"]

    @Test(arguments: broken)
    func aBodyThatIsNoObjectIsRefused(_ body: String) async throws {
        try await SandboxBench().serve { (bench) async throws in
            let (status, answer) = try await bench.post(body)
            #expect(status == 400)
            #expect(answer["error"]?.string == "Bad Request")
        }
    }

    @Test func theSameKeyGivesTheSameLinkUntilItExpires() async throws {
        try await SandboxBench { $0.keyLifetime = .seconds(3600) }.serve { (bench) async throws in
            let first = try await bench.post()
            let replay = try await bench.post()
            #expect(replay.status == 201)
            #expect(replay.body == first.body)
            let conflict = try await bench.post(Self.minimal.replacing("Mug", with: "Cup"))
            #expect(conflict.status == 409)
            #expect(
                conflict.body["message"]?.string
                    == "Conflict: Idempotency key already used with different request data")
            bench.clock.advance(by: .seconds(3601))
            let late = try await bench.post(Self.minimal.replacing("\"mug\"", with: "\"mug-2\""))
            #expect(late.status == 201)
            #expect(late.body["id"] != first.body["id"])
        }
    }

    @Test func aReplayIsTheFirstAnswerEvenAfterAnUpdate() async throws {
        try await SandboxBench().serve { (bench) async throws in
            let first = try await bench.post()
            let id = try #require(first.body["id"]?.string)
            _ = await bench.send(.put, "/api/v0/payment-links/\(id)", #"{"title":"Other mug"}"#)
            #expect(try await bench.post().body == first.body)
            #expect(try await bench.get("/api/v0/payment-links/\(id)").body["title"]?.string == "Other mug")
        }
    }

    @Test func anUpdateChangesWhatItNamesAndNothingElse() async throws {
        try await SandboxBench().serve { (bench) async throws in
            let first = try await bench.post()
            let path = "/api/v0/payment-links/" + (try #require(first.body["id"]?.string))
            bench.clock.advance(by: .seconds(5))
            let put = try #require(
                await bench.send(.put, path, #"{"amount":19.5,"status":"INACTIVE"}"#).answer)
            #expect(put.status == 200)
            let link = try JSONValue(parsing: put.body)
            #expect(link["amount"] == .number("19.5"))
            #expect(link["status"]?.string == "INACTIVE")
            #expect(link["title"]?.string == "Mug")
            #expect(link["createdAt"]?.string == "2027-01-15T08:00:00.000Z")
            #expect(link["updatedAt"]?.string == "2027-01-15T08:00:05.000Z")
            for refused in [
                #"{"url":"cup"}"#, #"{"linkType":"DONATION"}"#, #"{"title":"ab"}"#, #"{"status":"GONE"}"#,
            ] {
                #expect(await bench.send(.put, path, refused).answer?.status == 400, "\(refused)")
            }
            #expect(
                await bench.send(.put, path, #"{"url":"mug","linkType":"PRODUCT"}"#).answer?.status == 200)
            #expect(await bench.send(.put, "/api/v0/payment-links/pl_none", "{}").answer?.status == 404)
        }
    }

    @Test func anExpiryThatHasPassedShowsInTheStatus() async throws {
        try await SandboxBench().serve { (bench) async throws in
            let made = try await bench.post(Self.with(#""expiration_date":"2027-01-15T09:00:00Z""#))
            #expect(made.body["expiration_date"]?.string == "2027-01-15T09:00:00.000Z")
            #expect(made.body["status"]?.string == "ACTIVE")
            bench.clock.advance(by: .seconds(3600))
            let id = try #require(made.body["id"]?.string)
            #expect(try await bench.get("/api/v0/payment-links/\(id)").body["status"]?.string == "EXPIRED")
        }
    }

    @Test func linksAreListedNewestFirst() async throws {
        try await SandboxBench().serve { (bench) async throws in
            for number in 1...12 {
                _ = try await bench.post(
                    Self.minimal.replacing("\"mug\"", with: "\"mug-\(number)\""), key: number)
            }
            func slugs(_ query: String) async throws -> [String] {
                let list = try await bench.get("/api/v0/payment-links\(query)").body.elements ?? []
                return list.compactMap { $0["url"]?.string?.split(separator: "/").last.map(String.init) }
            }
            #expect(try await slugs("").count == 10)
            #expect(try await slugs("?skip=1&take=2") == ["mug-11", "mug-10"])
            #expect(try await slugs("?skip=12") == [])
            #expect(try await slugs("?take=100").count == 12)
            let missing = try await bench.get("/api/v0/payment-links/pl_none")
            #expect(missing.status == 404)
            #expect(missing.body["message"]?.string == "Payment link not found.")
        }
    }

    private static let elsewhere: [(String, String)] = [
        ("GET", "/api/v0/payment-linkz"), ("DELETE", "/api/v0/payment-links"), ("GET", "/"),
        ("POST", "/api/v0/health"),
    ]

    @Test(arguments: elsewhere)
    func unknownRoutesAndMethodsGet404(_ method: String, _ path: String) async throws {
        try await SandboxBench().serve { (bench) async throws in
            let text = try await bench.raw(
                "\(method) \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 404 "))
            #expect(
                text.hasSuffix(
                    #"{"statusCode":404,"message":"Cannot \#(method) \#(path)","error":"Not Found"}"#))
        }
    }

    @Test func otherMediaTypesAndLargeBodiesAreRefused() async throws {
        try await SandboxBench().serve { (bench) async throws in
            let form = SandboxBench.request().replacing("application/json", with: "text/plain")
            #expect(try await bench.raw(form).hasPrefix("HTTP/1.1 415 "))
            let large = #"{"title":""# + String(repeating: "x", count: 1_100_000) + "\"}"
            #expect(await bench.create(large).answer?.status == 413)
            #expect(try await bench.post().status == 201)
        }
    }

    @Test func healthNeedsAKeyAndPublicHealthDoesNot() async throws {
        try await SandboxBench().serve { (bench) async throws in
            let health = try await bench.get("/api/v0/health")
            #expect(health.status == 200)
            #expect(health.body["authenticated"] == .bool(true))
            #expect(health.body["database"]?.string == "connected")
            let open = try await bench.raw(
                "GET /api/v0/health/public HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(open.hasPrefix("HTTP/1.1 200 "))
            let closed = try await bench.raw(
                "GET /api/v0/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(closed.hasPrefix("HTTP/1.1 401 "))
        }
    }

    @Test func aWindowLetsInItsLimitAndSaysSo() async throws {
        try await SandboxBench(limit: 3).serve { (bench) async throws in
            var remaining: [Int?] = []
            for _ in 1...3 {
                let rate = await bench.send(.get, "/api/v0/health").answer?.rate
                remaining.append(rate?.remaining)
                #expect(rate?.windows.first?.limit == 3)
                #expect(rate?.windows.first?.reset == .at(Timestamp(seconds: 1_800_000_060)))
            }
            #expect(remaining == [2, 1, 0])
            let refusal = try #require(await bench.send(.get, "/api/v0/health").answer)
            #expect(refusal.status == 429)
            #expect(refusal.retryAfter == .seconds(60))
            #expect(
                refusal.body.text == #"{"statusCode":429,"message":"Rate limit exceeded","retryAfter":60}"#)
            bench.clock.advance(by: .seconds(60))
            #expect(await bench.send(.get, "/api/v0/health").answer?.status == 200)
            let stats = try await bench.get("/_sandbox/stats").body
            #expect(stats["throttled"]?.integer == 1)
            #expect(stats["windows"]?.elements?.compactMap { $0["count"]?.integer } == [3, 1])
        }
    }

    @Test func moreThanOneLiveLinkOfAPaymentIsCounted() async throws {
        try await SandboxBench().serve { (bench) async throws in
            func make(_ number: Int, payment: String) async throws -> String {
                let body =
                    #"{"title":"Mug","url":"mug-\#(number)","linkType":"PRODUCT","paymentForId":"\#(payment)"}"#
                return try #require(try await bench.post(body, key: number).body["id"]?.string)
            }
            let first = try await make(1, payment: "a")
            _ = try await make(2, payment: "a")
            _ = try await make(3, payment: "b")
            #expect(try await bench.statistic("doubles") == 1)
            _ = await bench.send(.put, "/api/v0/payment-links/\(first)", #"{"status":"INACTIVE"}"#)
            #expect(try await bench.statistic("doubles") == 0)
        }
    }

    @Test func resetForgetsAll() async throws {
        try await SandboxBench().serve { (bench) async throws in
            _ = try await bench.post()
            #expect(await bench.send(.post, "/_sandbox/reset").answer?.status == 200)
            #expect(try await bench.statistic("links") == 0)
            #expect(try await bench.post().status == 201)
            #expect(try await bench.statistic("created") == 1)
        }
    }

    @Test func aStoreKeepsLinksKeysAndWindowsBeyondARestart() async throws {
        try await withTemporaryDirectory { directory in
            let made = Mutex<JSONValue?>(nil)
            let bench = SandboxBench(limit: 5) { $0.store = directory + "/sandbox.sqlite" }
            try await bench.serve { (bench) async throws in
                let first = try await bench.post()
                made.withLock { $0 = first.body }
                let id = try #require(first.body["id"]?.string)
                _ = await bench.send(.put, "/api/v0/payment-links/\(id)", #"{"amount":5}"#)
            }
            try await bench.serve { (bench) async throws in
                #expect(try await bench.post().body == made.withLock { $0 })
                let links = try await bench.get("/_sandbox/links").body.elements
                #expect(links?.compactMap { $0["amount"]?.decimal } == [FixedDecimal("5")])
                // Two requests before, one since: the window goes on.
                #expect(await bench.send(.get, "/api/v0/health").answer?.rate?.remaining == 1)
            }
        }
    }
}
