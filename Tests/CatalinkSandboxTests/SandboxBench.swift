import CatalinkCore
import CatalinkHash
import CatalinkSandbox
import CatalinkTestSupport
import CatalinkTransport
import Testing

/// A sandbox on a clock of the test's own, and a client of it.
struct SandboxBench: Sendable {
    static let minimal = #"{"title":"Mug","url":"mug","linkType":"PRODUCT","amount":29.90}"#

    let clock = JumpingClock()
    private(set) var port = 0
    private var settings: SandboxSettings
    private var transport: CurlTransport?

    init(limit: Int = 1000, _ change: (inout SandboxSettings) throws -> Void = { _ in }) rethrows {
        settings = SandboxSettings(
            keys: SandboxKeys(key: "key", secret: "secret"),
            rate: RateLimit(requests: limit, window: .seconds(60), reserve: 0))
        try change(&settings)
    }

    /// With switches as `--behave` writes them.
    init(behaving switches: String..., limit: Int = 1000) throws {
        try self.init(limit: limit) { settings in
            for text in switches { try settings.behavior.set(text) }
        }
    }

    /// With faults as `--fault` writes them.
    init(failing faults: String..., behaving switches: [String] = []) throws {
        try self.init { settings in
            for text in faults { try settings.faults.add(text) }
            for text in switches { try settings.behavior.set(text) }
        }
    }

    func serve(_ body: @Sendable @escaping (SandboxBench) async throws -> Void) async throws {
        let server = try SandboxServer(settings, now: { clock.now() })
        try await server.serve { port in
            var bench = self
            bench.port = port
            bench.transport = try bench.client("key", "secret")
            try await body(bench)
        }
    }

    func client(_ key: String, _ secret: String, timeout: Duration = .seconds(10)) throws -> CurlTransport {
        CurlTransport(
            .init(target: try Target("http://127.0.0.1:\(port)"), timeout: timeout, connections: 4),
            credentials: Credentials(key: key, secret: secret))
    }

    static func key(_ number: Int) -> IdempotencyKey {
        let identity = Identity(origin: "sandbox", account: "default", job: "test")
        let item = ItemKey(key: Array(String(number).utf8), segment: [])
        return identity.idempotencyKey(for: item, generation: 1, attempt: 1, body: [])
    }

    func send(_ method: LinkCall.Method, _ path: String, _ body: String = "", key: Int = 1) async
        -> CallResult
    {
        let call = LinkCall(method: method, path: path, idempotencyKey: Self.key(key), body: Array(body.utf8))
        return await transport?.send(call) ?? .notSent("no transport")
    }

    func create(_ body: String = minimal, key: Int = 1) async -> CallResult {
        await send(.post, "/api/v0/payment-links", body, key: key)
    }

    /// A create with an answer.
    func post(_ body: String = minimal, key: Int = 1) async throws -> (status: Int, body: JSONValue) {
        let answer = try #require(await create(body, key: key).answer)
        return (answer.status, try JSONValue(parsing: answer.body))
    }

    func get(_ path: String) async throws -> (status: Int, body: JSONValue) {
        let answer = try #require(await send(.get, path).answer)
        return (answer.status, try JSONValue(parsing: answer.body))
    }

    func statistic(_ name: String) async throws -> Int {
        try #require(try await get("/_sandbox/stats").body[name]?.integer)
    }

    /// The raw answer to raw bytes, headers and all.
    func raw(_ request: String) async throws -> String {
        try await RawClient(port: port).exchange(request)
    }

    /// A create as raw bytes.
    static func request(_ body: String = minimal, key: Int = 1, more: String = "Connection: close\r\n")
        -> String
    {
        "POST /api/v0/payment-links HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "x-client-key: key\r\nx-client-secret: secret\r\nidempotency-key: \(Self.key(key).uuid)\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\(more)\r\n\(body)"
    }
}

extension CallResult {
    var answer: Answer? {
        if case .answered(let answer) = self { return answer }
        return nil
    }

    var isLost: Bool {
        if case .lost = self { return true }
        return false
    }
}
