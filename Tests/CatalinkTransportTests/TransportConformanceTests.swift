import CatalinkCore
import CatalinkSandbox
import CatalinkTestSupport
import CatalinkTransport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct TransportConformanceTests {
    @Test(arguments: TransportConformance.promises.indices)
    func twinKeepsThePromise(_ index: Int) async throws {
        let twin = ScriptedTransport { call, _ in ScriptedTransport.created(call) }
        try await TransportConformance.promises[index].check(TransportConformance(twin))
    }

    @Test(arguments: TransportConformance.promises.indices)
    func curlKeepsThePromise(_ index: Int) async throws {
        try await withSandbox { port in
            let transport = try CurlTransport.local(port)
            try await TransportConformance.promises[index].check(TransportConformance(transport))
        }
    }
}

func withSandbox(
    _ rate: RateLimit = RateLimit(requests: 10_000, window: .seconds(60), reserve: 0),
    _ body: @Sendable @escaping (Int) async throws -> Void
) async throws {
    let settings = SandboxSettings(keys: SandboxKeys(key: "key", secret: "secret"), rate: rate)
    let server = try SandboxServer(settings, now: { Timestamp(seconds: 1_800_000_000) })
    try await server.serve(body)
}

extension CurlTransport {
    static func local(_ port: Int, key: String = "key", timeout: Duration = .seconds(10)) throws
        -> CurlTransport
    {
        CurlTransport(
            .init(target: try Target("http://127.0.0.1:\(port)"), timeout: timeout, connections: 8),
            credentials: Credentials(key: key, secret: "secret"))
    }
}
