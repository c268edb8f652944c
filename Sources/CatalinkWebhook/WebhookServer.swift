package import CatalinkCore
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// What is answered to a delivery.
package struct WebhookAnswer: Sendable {
    package var status: Int
    package var body: JSONValue

    package init(status: Int, body: JSONValue) {
        self.status = status
        self.body = body
    }

    package init(_ refusal: DeliveryRefusal) {
        self.init(
            status: refusal.status,
            body: .object([("error", .string(refusal.rawValue)), ("message", .string(refusal.meaning))]))
    }
}

/// Why the server does not serve.
package struct WebhookError: Error {
    package var message: String
}

/// Takes deliveries on a socket, as many at a time as there is memory for.
package struct WebhookServer: Sendable {
    package struct Settings: Sendable {
        package var host = "127.0.0.1"
        /// 0 for any free port.
        package var port = 0
        package var signatureHeader = "Catalink-Signature"
        package var idHeader = "Webhook-Id"
        /// A connection on which nothing moves for so long is closed.
        package var idleTimeout: Duration = .seconds(30)
        /// More connections than this wait until one is closed; each may hold one body.
        package var mostConnections = 256

        package init() {}
    }

    private let settings: Settings
    private let gate: DeliveryGate
    private let now: @Sendable () -> Timestamp
    private let receive: @Sendable (Delivery) async -> WebhookAnswer
    private let refused: @Sendable (DeliveryRefusal) -> Void
    private let names: (signature: HTTPField.Name, id: HTTPField.Name)

    /// - Parameters:
    ///   - receive: given each delivery that is let in; answers once it is recorded.
    ///   - refused: told of each that is not.
    package init(
        _ settings: Settings, _ gate: DeliveryGate, now: @escaping @Sendable () -> Timestamp,
        receive: @escaping @Sendable (Delivery) async -> WebhookAnswer,
        refused: @escaping @Sendable (DeliveryRefusal) -> Void
    ) throws(WebhookError) {
        guard let signature = HTTPField.Name(settings.signatureHeader),
            let id = HTTPField.Name(settings.idHeader)
        else {
            throw WebhookError(
                message:
                    "expected names of headers, got: \(settings.signatureHeader.quoted) and \(settings.idHeader.quoted)"
            )
        }
        self.settings = settings
        self.gate = gate
        self.now = now
        self.receive = receive
        self.refused = refused
        names = (signature, id)
    }

    /// Serves until the task is cancelled or, with `stopsOnSignals`, until SIGTERM or SIGINT; what is being received
    /// then is answered first.
    package func run(
        stopsOnSignals: Bool, onRunning: @escaping @Sendable (Int) -> Void
    ) async throws {
        var logger = Logger(label: "webhook")
        logger.logLevel = .critical
        let server = try HTTPServerBuilder.http1(
            configuration: .init(idleTimeout: .microseconds(settings.idleTimeout.inMicroseconds))
        ).buildServer(
            configuration: .init(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(settings.mostConnections)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            responder: { request, writer, _ in
                let answer = await answer(request)
                let body = answer.body.bytes
                var headers = HTTPFields()
                headers.append(HTTPField(name: .contentType, value: "application/json"))
                headers.append(HTTPField(name: .contentLength, value: String(body.count)))
                try await writer.write(
                    response: HTTPResponse(status: .init(code: answer.status), headerFields: headers),
                    body: .init(byteBuffer: ByteBuffer(bytes: body)))
            },
            onServerRunning: { channel in onRunning(channel.localAddress?.port ?? 0) })
        let group = ServiceGroup(
            configuration: .init(
                services: [server], gracefulShutdownSignals: stopsOnSignals ? [.sigterm, .sigint] : [],
                logger: logger))
        do {
            try await group.run()
        } catch let error as IOError {
            throw WebhookError(
                message:
                    "\(settings.host):\(settings.port): expected to listen there, got: \(error.description.shown())"
            )
        }
    }

    private func answer(_ request: Request) async -> WebhookAnswer {
        do throws(DeliveryRefusal) {
            return await receive(try await delivery(request))
        } catch {
            refused(error)
            return WebhookAnswer(error)
        }
    }

    private func delivery(_ request: Request) async throws(DeliveryRefusal) -> Delivery {
        let head = DeliveryGate.Head(
            isPost: request.method == .post, signature: request.headers[names.signature],
            id: request.headers[names.id], size: request.headers[.contentLength].flatMap { Int($0) })
        let claim = try gate.claim(head, at: now())
        let body: [UInt8]
        do {
            body = Array(try await request.body.collect(upTo: gate.mostBytes).readableBytesView)
        } catch {
            // Also where the connection has broken, when nobody reads the answer.
            throw .tooLarge
        }
        return try gate.delivery(claim, body)
    }
}
