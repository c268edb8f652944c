import CatalinkCore
import CatalinkTransport
import Foundation
import Synchronization
import Testing

/// The sandbox as a process that can be killed and started again at the same port, with the same links.
final class Server: Sendable {
    struct NotStarted: Error {
        var text: String
    }

    let port: Int
    private let command: CommandLine
    private let store: String
    private let process: Mutex<StartedCommand>

    /// - Parameter arguments: beside the port and the store.
    static func start(_ command: CommandLine, _ arguments: [String]) async throws -> Server {
        let store = "store-\(UUID().uuidString).sqlite"
        // Below the ports that the system gives to others, so that it is free again after a kill.
        for _ in 0..<5 {
            do {
                let port = Int.random(in: 10_000..<32_000)
                let process = try await begin(command, store, port: port, arguments).0
                return Server(command, store, process, port)
            } catch is NotStarted {
                continue
            }
        }
        throw NotStarted(text: "no port was free")
    }

    private init(_ command: CommandLine, _ store: String, _ process: StartedCommand, _ port: Int) {
        (self.command, self.store, self.port) = (command, store, port)
        self.process = Mutex(process)
    }

    private static func begin(
        _ command: CommandLine, _ store: String, port: Int, _ arguments: [String]
    ) async throws -> (StartedCommand, port: Int) {
        let limit = arguments.contains("--limit") ? [] : ["--limit", "100000"]
        let process = try command.start(
            ["sandbox", "--port", "\(port)", "--store", store] + limit + arguments)
        for _ in 0..<500 {
            let words = try process.output().split(whereSeparator: { $0 == ":" || $0.isNewline })
            if let port = words.last.flatMap({ Int($0) }) { return (process, port) }
            try await Task.sleep(for: .milliseconds(20))
        }
        process.signal(SIGKILL)
        throw NotStarted(text: try process.errors())
    }

    func signal(_ number: Int32) {
        process.withLock { $0.signal(number) }
    }

    func kill() async {
        let process = process.withLock { $0 }
        process.signal(SIGKILL)
        _ = await process.ended()
    }

    /// Starts it again after it was killed.
    func start(_ arguments: String...) async throws { try await start(arguments) }

    func start(_ arguments: [String]) async throws {
        let (process, _) = try await Self.begin(command, store, port: port, arguments)
        self.process.withLock { $0 = process }
    }

    func restart() async throws {
        await kill()
        try await start()
    }

    // MARK: Talking to it

    var target: String { "{url: \"http://127.0.0.1:\(port)\"}" }

    @discardableResult
    func send(_ method: LinkCall.Method, _ path: String, _ body: String = "") async throws -> JSONValue {
        let transport = CurlTransport(
            .init(target: try Target("http://127.0.0.1:\(port)"), timeout: .seconds(10), connections: 1),
            credentials: Credentials(key: "sandbox", secret: "sandbox"))
        var call = LinkCall(method: method, path: path, body: Array(body.utf8))
        if method == .post { call.idempotencyKey = IdempotencyKey(bytes: Self.freshKey()) }
        guard case .answered(let answer) = await transport.send(call) else { return .null }
        return try JSONValue(parsing: answer.body)
    }

    private static func freshKey() -> [UInt8] {
        withUnsafeBytes(of: UUID().uuid) { Array($0) }
    }

    func links() async throws -> [JSONValue] {
        try await send(.get, "/_sandbox/links").elements ?? []
    }

    func count(_ name: String) async throws -> Int {
        try await send(.get, "/_sandbox/stats")[name]?.integer ?? 0
    }

    func waitUntilMade(_ count: Int) async throws {
        for _ in 0..<2000 {
            if try await self.count("created") >= count { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("no \(count) links were made in time")
    }

    /// A link that no run has made.
    @discardableResult
    func makeForeignLink(slug: String, amount: String = "12.50", title: String = "Foreign") async throws
        -> String
    {
        let made = try await send(
            .post, "/api/v0/payment-links",
            """
            {"title": "\(title)", "url": "\(slug)", "linkType": "PRODUCT", "amount": \(amount), "currency": "usdc",
             "allowMobilePayment": false, "allowQuantityAdjustment": true, "collectAddress": false, "collectTax": false}
            """)
        return made["id"]?.string ?? "\(made)"
    }
}
