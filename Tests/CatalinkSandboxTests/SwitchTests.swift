import CatalinkCore
import CatalinkSandbox
import CatalinkTestSupport
import CatalinkTransport
import Testing

/// What the API's documentation leaves open, each way; and who is let in.
@Suite(.timeLimit(.minutes(10)))
struct SwitchTests {
    @Test(arguments: [("201", 201), ("200", 200)])
    func aReplayHasTheStatus(_ value: String, _ status: Int) async throws {
        try await SandboxBench(behaving: "replay-status=\(value)").serve { (bench) async throws in
            #expect(try await bench.post().status == 201)
            #expect(try await bench.post().status == status)
        }
    }

    @Test(arguments: [true, false])
    func aReplayIsMarkedOrNot(_ isMarked: Bool) async throws {
        try await SandboxBench(behaving: "mark-replays=\(isMarked)").serve { (bench) async throws in
            #expect(try await !bench.raw(SandboxBench.request()).contains("Idempotent-Replayed"))
            #expect(
                try await bench.raw(SandboxBench.request()).contains("Idempotent-Replayed: true") == isMarked)
        }
    }

    @Test(arguments: [true, false])
    func aRefusalIsStoredOrNot(_ isStored: Bool) async throws {
        try await SandboxBench(behaving: "store-4xx=\(isStored)", "duplicate-slug=400").serve {
            (bench) async throws in
            let taken = try await bench.post(key: 1)
            #expect(try await bench.post(key: 2).status == 400)
            // The link that was in the way changes nothing for a stored refusal.
            #expect(taken.status == 201)
            #expect(try await bench.post(key: 2).status == 400)
            #expect(try await bench.statistic("replays") == (isStored ? 1 : 0))
        }
    }

    @Test(arguments: [true, false])
    func aServerErrorIsStoredOrNot(_ isStored: Bool) async throws {
        try await SandboxBench(failing: "error-before@1", behaving: ["store-5xx=\(isStored)"]).serve {
            (bench) async throws in
            #expect(try await bench.post().status == 500)
            #expect(try await bench.post().status == (isStored ? 500 : 201))
        }
    }

    @Test(arguments: [("plain", false), ("named", true)])
    func aConflictNamesItsErrorOrNot(_ value: String, _ isNamed: Bool) async throws {
        try await SandboxBench(behaving: "conflict-envelope=\(value)").serve { (bench) async throws in
            _ = try await bench.post()
            let conflict = try await bench.post(SandboxBench.minimal.replacing("Mug", with: "Cup"))
            #expect(conflict.status == 409)
            #expect(conflict.body["error"]?.string == (isNamed ? "Conflict" : nil))
        }
    }

    @Test(arguments: [("conflict", [201, 409]), ("wait", [201, 201])])
    func twoAtOnceWithOneKey(_ value: String, _ statuses: [Int]) async throws {
        try await SandboxBench(failing: "latency=300ms", behaving: ["concurrent=\(value)"]).serve {
            (bench) async throws in
            let answers = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
                for _ in 1...2 {
                    group.addTask {
                        let (status, body) = try await bench.post()
                        return (status, body["id"]?.string)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map(\.0).sorted() == statuses)
            #expect(Set(answers.compactMap(\.1)).count == 1)
            #expect(try await bench.statistic("links") == 1)
        }
    }

    @Test(arguments: [("400", 400), ("409", 409), ("500", 500), ("accept", 201)])
    func aTakenSlugGets(_ value: String, _ status: Int) async throws {
        try await SandboxBench(behaving: "duplicate-slug=\(value)").serve { (bench) async throws in
            #expect(try await bench.post(key: 1).status == 201)
            #expect(try await bench.post(key: 2).status == status)
            #expect(try await bench.statistic("links") == (status == 201 ? 2 : 1))
        }
    }

    @Test(arguments: [("accept", 200, "INACTIVE"), ("refuse", 400, "ACTIVE")])
    func anUpdateMayTakeTheStatusOrNot(_ value: String, _ status: Int, _ after: String) async throws {
        try await SandboxBench(behaving: "put-status=\(value)").serve { (bench) async throws in
            let path = "/api/v0/payment-links/" + (try #require(try await bench.post().body["id"]?.string))
            #expect(await bench.send(.put, path, #"{"status":"INACTIVE"}"#).answer?.status == status)
            #expect(try await bench.get(path).body["status"]?.string == after)
            // An expiry is taken either way.
            let expiry = #"{"expiration_date":"2027-01-15T07:59:59Z"}"#
            #expect(await bench.send(.put, path, expiry).answer?.status == 200)
            let link = try await bench.get(path).body
            #expect(link["status"]?.string == "EXPIRED")
            #expect(link["expiration_date"]?.string == "2027-01-15T07:59:59.000Z")
        }
    }

    @Test func theListMayBeWrapped() async throws {
        try await SandboxBench(behaving: "list=data").serve { (bench) async throws in
            _ = try await bench.post()
            #expect(try await bench.get("/api/v0/payment-links").body["data"]?.elements?.count == 1)
        }
    }

    @Test func theListMayIgnoreSkip() async throws {
        try await SandboxBench(behaving: "ignore-skip=true").serve { (bench) async throws in
            _ = try await bench.post()
            #expect(try await bench.get("/api/v0/payment-links?skip=50").body.elements?.count == 1)
        }
    }

    @Test func theURLMayBeTheBareSlug() async throws {
        try await SandboxBench(behaving: "url=slug").serve { (bench) async throws in
            #expect(try await bench.post().body["url"]?.string == "mug")
        }
    }

    @Test func theMessageMayBeOneString() async throws {
        try await SandboxBench(behaving: "messages=string").serve { (bench) async throws in
            let refusal = try await bench.post(#"{"title":"ab","url":"no good","linkType":"PRODUCT"}"#)
            #expect(
                refusal.body["message"]?.string
                    == "Title must be at least 3 characters long, URL must be a valid URL or slug format")
        }
    }

    @Test(arguments: [(true, 1), (false, 2)])
    func readsCountOrNot(_ isCounted: Bool, _ remaining: Int) async throws {
        try await SandboxBench(behaving: "count-reads=\(isCounted)", limit: 2).serve { (bench) async throws in
            #expect(await bench.send(.get, "/api/v0/payment-links").answer?.rate?.remaining == remaining)
        }
    }

    @Test(arguments: [(true, 3), (false, 1)])
    func throttledRequestsCountOrNot(_ isCounted: Bool, _ count: Int) async throws {
        try await SandboxBench(behaving: "count-throttled=\(isCounted)", limit: 1).serve {
            (bench) async throws in
            for _ in 1...3 { _ = await bench.send(.get, "/api/v0/health") }
            let windows = try await bench.get("/_sandbox/stats").body["windows"]?.elements
            #expect(windows?.compactMap { $0["count"]?.integer } == [count])
        }
    }

    private static let families: [(String, [String])] = [
        ("x", ["X-RateLimit-Limit: 100", "X-RateLimit-Remaining: 99", "X-RateLimit-Reset: 1800000060"]),
        ("draft", ["RateLimit-Limit: 100", "RateLimit-Remaining: 99", "RateLimit-Reset: 60"]),
        ("structured", ["RateLimit-Policy: \"default\";q=100;w=60", "RateLimit: \"default\";r=99;t=60"]),
        ("x+draft", ["X-RateLimit-Limit: 100", "\r\nRateLimit-Limit: 100"]), ("none", []),
    ]

    @Test(arguments: families.indices)
    func theRateIsToldInTheFamily(_ index: Int) async throws {
        let (value, lines) = Self.families[index]
        try await SandboxBench(behaving: "rate-headers=\(value)", limit: 100).serve { (bench) async throws in
            let text = try await bench.raw(SandboxBench.request())
            for line in lines { #expect(text.contains(line), "\(text)") }
            if lines.isEmpty { #expect(!text.lowercased().contains("ratelimit")) }
            if value == "draft" { #expect(!text.contains("X-RateLimit")) }
        }
    }

    @Test func retryAfterMayBeADate() async throws {
        try await SandboxBench(behaving: "retry-after=date", limit: 1).serve { (bench) async throws in
            _ = try await bench.post()
            let text = try await bench.raw(SandboxBench.request())
            #expect(text.contains("Retry-After: Fri, 15 Jan 2027 08:01:00 GMT"), "\(text)")
        }
    }

    @Test(arguments: [("0s", "08:00:00"), ("3s", "08:00:03"), ("-3s", "07:59:57")])
    func theServersClockMayBeAheadOrBehind(_ value: String, _ time: String) async throws {
        try await SandboxBench(behaving: "skew=\(value)").serve { (bench) async throws in
            #expect(
                try await bench.raw(SandboxBench.request()).contains("Date: Fri, 15 Jan 2027 \(time) GMT"))
            let windows = try await bench.get("/_sandbox/stats").body["windows"]?.elements
            let start = value == "-3s" ? "2027-01-15T07:59:00.000Z" : "2027-01-15T08:00:00.000Z"
            #expect(windows?.first?["start"]?.string == start)
        }
    }

    @Test(arguments: ["", "speed=9", "replay-status=202", "list", "url=short", "skew=soon", "rate-headers=y"])
    func wrongSwitchesAreRefused(_ text: String) {
        var behavior = SandboxBehavior()
        #expect(throws: SandboxError.self) { try behavior.set(text) }
    }

    /// Every switch has a test above: a new one has to be named here too.
    @Test func everySwitchIsCovered() {
        #expect(
            Set(SandboxBehavior.switches.map(\.name)) == [
                "replay-status", "mark-replays", "store-4xx", "store-5xx", "concurrent", "conflict-envelope",
                "duplicate-slug", "put-status", "list", "ignore-skip", "url", "messages", "count-reads",
                "count-throttled",
                "rate-headers", "retry-after", "skew",
            ])
    }

    // MARK: Keys

    private static let keyFile = """
        # merchants
        one secret-1 account=shop
        two secret-2 account=shop
        other secret-3
        reader secret-4 account=shop scopes=read
        gone secret-5 revoked=403
        """

    @Test func eachKeyHasItsAccountScopesAndWindow() async throws {
        try await withTemporaryDirectory { directory in
            try write(Self.keyFile, to: directory + "/keys")
            try await SandboxBench(limit: 2) { $0.keys = try SandboxKeys(file: directory + "/keys") }.serve {
                (bench) async throws in
                func status(_ key: String, _ secret: String, _ call: LinkCall) async throws -> Int? {
                    await (try bench.client(key, secret)).send(call).answer?.status
                }
                let create = LinkCall.create(Array(SandboxBench.minimal.utf8), key: SandboxBench.key(1))
                let list = LinkCall(method: .get, path: "/api/v0/payment-links")
                #expect(try await status("one", "secret-1", create) == 201)
                // The same slug: taken in the account, free in another.
                #expect(
                    try await status(
                        "two", "secret-2", .create(Array(SandboxBench.minimal.utf8), key: SandboxBench.key(2))
                    ) == 400)
                #expect(try await status("other", "secret-3", create) == 201)
                #expect(try await status("reader", "secret-4", list) == 200)
                #expect(try await status("reader", "secret-4", create) == 403)
                #expect(try await status("gone", "secret-5", list) == 403)
                #expect(try await status("one", "secret-9", list) == 401)
                #expect(try await status("none", "secret-1", list) == 403)
                // A window of two: one's is spent with this, two's is not touched by it.
                #expect(try await status("one", "secret-1", list) == 200)
                #expect(try await status("one", "secret-1", list) == 429)
                #expect(try await status("two", "secret-2", list) == 200)
            }
        }
    }

    @Test(arguments: [401, 403])
    func aKeyCanBeRevokedInTheMiddle(_ status: Int) async throws {
        try await SandboxBench().serve { (bench) async throws in
            #expect(try await bench.post().status == 201)
            #expect(
                await bench.send(.post, "/_sandbox/revoke?key=key&status=\(status)").answer?.status == 200)
            #expect(try await bench.post().status == status)
            #expect(await bench.send(.post, "/_sandbox/revoke?key=nobody").answer?.status == 404)
        }
    }

    @Test(arguments: ["", "one", "one two scopes=dance", "one two revoked=500", "one two three"])
    func wrongKeyFilesAreRefused(_ text: String) async throws {
        try await withTemporaryDirectory { directory in
            try write(text, to: directory + "/keys")
            #expect(throws: SandboxError.self) { try SandboxKeys(file: directory + "/keys") }
        }
    }
}
