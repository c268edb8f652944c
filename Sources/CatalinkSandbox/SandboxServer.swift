package import CatalinkCore
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// The payment-links API on a real socket.
///
/// Built on Hummingbird's server without its router: faults need the connection itself, and the `Date` header is the
/// sandbox's own.
package struct SandboxServer: Sendable {
    private let settings: SandboxSettings
    private let responder: SandboxResponder

    /// - Parameter now: the machine's clock, before any skew.
    package init(_ settings: SandboxSettings, now: @escaping @Sendable () -> Timestamp) throws {
        self.settings = settings
        responder = try SandboxResponder(settings, clock: now)
    }

    /// Serves while `body` runs, which is given the port.
    package func serve<Result>(_ body: (Int) async throws -> Result) async throws -> Result {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { announce.finish() }
                try await run(stopsOnSignals: false) { announce.yield($0) }
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await group.next()
                throw SandboxError(message: "expected to serve, got: an early end")
            }
            defer { group.cancelAll() }
            return try await body(port)
        }
    }

    /// Serves until the task is cancelled or, with `stopsOnSignals`, until SIGTERM or SIGINT; requests that are being
    /// answered are answered first.
    package func run(stopsOnSignals: Bool, onRunning: @escaping @Sendable (Int) -> Void) async throws {
        var logger = Logger(label: "sandbox")
        logger.logLevel = .critical
        let server = try HTTPServerBuilder.http1(
            configuration: .init(idleTimeout: .microseconds(settings.idleTimeout.inMicroseconds))
        ).buildServer(
            configuration: .init(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(settings.mostConnections)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            responder: { [responder, settings] request, writer, channel in
                switch try await responder.ending(request) {
                case .answer(let answer):
                    try await writer.write(
                        response: responder.head(answer),
                        body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
                case .cut: try await channel.close().get()
                case .stall:
                    // Whether the client is still there cannot be seen without writing to it; so this ends as any
                    // connection does on which nothing moves, or with the server.
                    try await cancelWhenGracefulShutdown { try await Task.sleep(for: settings.idleTimeout) }
                    try await channel.close().get()
                }
            },
            onServerRunning: { channel in onRunning(channel.localAddress?.port ?? 0) })
        let group = ServiceGroup(
            configuration: .init(
                services: [server], gracefulShutdownSignals: stopsOnSignals ? [.sigterm, .sigint] : [],
                logger: logger))
        do {
            try await group.run()
        } catch let error as IOError {
            throw SandboxError(
                message:
                    "\(settings.host):\(settings.port): expected to listen there, got: \(error.description.shown())"
            )
        }
    }
}
