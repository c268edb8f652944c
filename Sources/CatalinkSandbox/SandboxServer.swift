package import CatalinkCore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// The payment-links API on a real socket.
package struct SandboxServer: Sendable {
    private let settings: SandboxSettings
    private let state: SandboxStateBox
    private let store: SandboxStore?
    private let now: @Sendable () -> Timestamp
    private static let largestBody = 1024 * 1024

    /// - Parameter now: the server's clock.
    package init(_ settings: SandboxSettings, now: @escaping @Sendable () -> Timestamp) throws {
        self.settings = settings
        self.now = now
        var state = SandboxState(settings)
        store = try settings.store.map { try SandboxStore(path: $0) }
        try store?.load(into: &state)
        self.state = SandboxStateBox(state)
    }

    /// Serves while `body` runs, which is given the port.
    package func serve<Result: Sendable>(_ body: @Sendable (Int) async throws -> Result) async throws
        -> Result
    {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { announce.finish() }
                try await run { announce.yield($0) }
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await group.next()
                throw SandboxError(message: "the sandbox stopped before it was ready")
            }
            defer { group.cancelAll() }
            return try await body(port)
        }
    }

    /// Serves until the task is cancelled.
    package func run(onRunning: @escaping @Sendable (Int) -> Void) async throws {
        var logger = Logger(label: "sandbox")
        logger.logLevel = .critical
        let application = Application(
            router: router(),
            configuration: .init(
                address: .hostname(settings.host, port: settings.port), serverName: "catalink-sandbox"),
            onServerRunning: { channel in onRunning(channel.localAddress?.port ?? 0) }, logger: logger)
        // Signals are the command's own business.
        let group = ServiceGroup(
            configuration: .init(services: [application], gracefulShutdownSignals: [], logger: logger))
        try await group.run()
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.post("/api/v0/payment-links") { request, _ in
            try await create(request)
        }
        router.get("/api/v0/payment-links") { request, _ in
            admitted(request) { state, account in
                let skip = Int(request.uri.queryParameters["skip"] ?? "") ?? 0
                let take = Int(request.uri.queryParameters["take"] ?? "") ?? 10
                return state.list(account: account, skip: max(0, skip), take: min(max(1, take), 100))
            }
        }
        router.get("/api/v0/payment-links/:id") { request, context in
            let id = context.parameters.get("id") ?? ""
            return admitted(request) { state, account in state.link(id, account: account) }
        }
        router.get("/api/v0/health") { request, _ in
            admitted(request) { _, _ in
                let body: [(name: String, value: JSONValue)] = [
                    ("status", .string("ok")), ("authenticated", .bool(true)),
                    ("database", .string("connected")),
                ]
                return SandboxAnswer(status: 200, body: .object(body))
            }
        }
        router.get("/_sandbox/stats") { _, _ in
            response(SandboxAnswer(status: 200, body: state.withLock { $0.statistics }), [])
        }
        router.get("/_sandbox/links") { _, _ in
            response(SandboxAnswer(status: 200, body: state.withLock { $0.allLinks }), [])
        }
        return router
    }

    private func create(_ request: Request) async throws -> Response {
        let caller = caller(of: request)
        let (refusal, headers) = state.withLock { $0.admit(caller, at: now()) }
        if let refusal { return response(refusal, headers) }
        guard request.headers[.contentType]?.hasPrefix("application/json") ?? false else {
            return response(.error(415, .string("Unsupported Media Type"), nil), headers)
        }
        var request = request
        let body = try await request.collectBody(upTo: Self.largestBody)
        let (answer, change) = state.withLock { state in
            state.create(
                Array(body.readableBytesView), account: caller.key ?? "",
                idempotencyKey: request.headers[.idempotencyKey], at: now())
        }
        if let change { try await store?.save(change) }
        return response(answer, headers)
    }

    private func admitted(
        _ request: Request, _ answer: (SandboxState, String) -> SandboxAnswer
    ) -> Response {
        let caller = caller(of: request)
        let (given, headers) = state.withLock { state in
            let (refusal, headers) = state.admit(caller, at: now())
            return (refusal ?? answer(state, caller.key ?? ""), headers)
        }
        return response(given, headers)
    }

    private func caller(of request: Request) -> SandboxCaller {
        SandboxCaller(key: request.headers[.clientKey], secret: request.headers[.clientSecret])
    }

    private func response(_ answer: SandboxAnswer, _ rate: [(String, String)]) -> Response {
        var headers: HTTPFields = [.contentType: "application/json; charset=utf-8"]
        for (name, value) in rate + answer.headers.map({ ($0.name, $0.value) }) {
            if let field = HTTPField.Name(name) { headers[field] = value }
        }
        return Response(
            status: .init(code: answer.status), headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body.bytes)))
    }
}

/// What keeps a sandbox from serving.
package struct SandboxError: Error {
    package var message: String
}

/// The state behind a lock, shared by all connections.
private final class SandboxStateBox: Sendable {
    private let state: Mutex<SandboxState>

    init(_ state: SandboxState) {
        self.state = Mutex(state)
    }

    func withLock<Result: Sendable>(_ body: (inout SandboxState) -> Result) -> Result {
        state.withLock { body(&$0) }
    }
}

extension HTTPField.Name {
    fileprivate static let clientKey = name("x-client-key")
    fileprivate static let clientSecret = name("x-client-secret")
    fileprivate static let idempotencyKey = name("idempotency-key")

    private static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("a header's name is a token") }
        return name
    }
}
