package import CatalinkCore
import Glibc
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

    /// - Parameter header: the one that is at fault.
    package init(_ refusal: DeliveryRefusal, header: String? = nil) {
        let place = header.map { $0 + ": " } ?? ""
        self.init(
            status: refusal.status,
            body: .object([
                ("error", .string(refusal.rawValue)), ("message", .string(place + refusal.meaning)),
            ]))
    }
}

/// Why the server does not serve.
package struct WebhookError: Error {
    package var message: String
}

/// Tells that the services beside it are to stop.
private struct StopNotice: Service {
    let onStopping: @Sendable () -> Void

    func run() async throws {
        try? await gracefulShutdown()
        onStopping()
    }
}

/// Takes deliveries on a socket, as many at a time as there is memory for.
package struct WebhookServer: Sendable {
    package struct Settings: Sendable {
        package var host = "127.0.0.1"
        /// 0 for any free port.
        package var port = 0
        package var signatureHeader = "Catalink-Signature"
        package var idHeader = "Webhook-Id"
        /// How long a connection waits for a head, for the body behind it, and for its answer to be taken.
        package var patience: Duration = .seconds(30)
        /// How long requests that are on their way may take once the server is to stop; then they are cut.
        package var shutdown: Duration = .seconds(10)
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

    /// Serves until the task is cancelled or, with `stopsOnSignals`, until SIGTERM or SIGINT. What has been received
    /// then is answered first; what is still being received is waited for as long as the settings say, and cut.
    ///
    /// - Parameter onStopping: called as soon as it is to stop.
    package func run(
        stopsOnSignals: Bool, onStopping: @escaping @Sendable () -> Void = {},
        onRunning: @escaping @Sendable (Int) -> Void
    ) async throws {
        var logger = Logger(label: "webhook")
        logger.logLevel = .critical
        let server = try HTTPServerBuilder.http1(
            configuration: .init(additionalChannelHandlers: [ConnectionDeadline(settings.patience)])
        ).buildServer(
            configuration: .init(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(settings.mostConnections)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            responder: { request, writer, channel in try await answer(request, writer, on: channel) },
            onServerRunning: { channel in onRunning(channel.localAddress?.port ?? 0) })
        var configuration = ServiceGroupConfiguration(
            services: [server, StopNotice(onStopping: onStopping)],
            gracefulShutdownSignals: stopsOnSignals ? [.sigterm, .sigint] : [],
            logger: logger)
        configuration.maximumGracefulShutdownDuration = settings.shutdown
        let group = ServiceGroup(configuration: configuration)
        do {
            // Cancellation alone would cut what has been received.
            try await withTaskCancellationHandler {
                try await Task { try await group.run() }.value
            } onCancel: {
                Task { await group.triggerGracefulShutdown() }
            }
        } catch let error as IOError {
            throw notListening(unsafe String(cString: strerror(error.errnoCode)))
        } catch is SocketAddressError.UnknownHost {
            throw notListening("a name without an address")
        }
    }

    private func notListening(_ got: String) -> WebhookError {
        WebhookError(message: "\(settings.host):\(settings.port): expected to listen there, got: \(got)")
    }

    // Concurrent as the writer's own functions are: it cannot be sent to another isolation.
    @concurrent
    private func answer(
        _ request: Request, _ writer: consuming ResponseWriter, on channel: any Channel
    ) async throws {
        channel.tell(.receiving)
        var isRead = false
        let answer: WebhookAnswer
        do {
            let delivery = try await delivery(request, writer, &isRead)
            channel.tell(.recording)
            answer = await receive(delivery)
        } catch let refusal as DeliveryRefusal {
            refused(refusal)
            answer = WebhookAnswer(refusal, header: refusal == .invalidID ? settings.idHeader : nil)
        } catch {
            refused(.incomplete)
            throw error
        }
        channel.tell(.answering)
        // A body that nobody wants is not waited for. Hummingbird itself knows the word in small letters alone.
        let isLast = !isRead || request.headers[.connection]?.lowercased() == "close"
        let body = answer.body.bytes
        try await writer.write(
            response: Self.head(answer, size: body.count, isLast: isLast),
            body: request.method == .head ? .init() : .init(byteBuffer: ByteBuffer(bytes: body)))
        if isLast { try await channel.close(mode: .output) }
    }

    private static func head(_ answer: WebhookAnswer, size: Int, isLast: Bool) -> HTTPResponse {
        var headers = HTTPFields()
        headers.append(HTTPField(name: .contentType, value: "application/json"))
        headers.append(HTTPField(name: .contentLength, value: String(size)))
        if answer.status == DeliveryRefusal.method.status {
            headers.append(HTTPField(name: .allow, value: "POST"))
        }
        if isLast { headers.append(HTTPField(name: .connection, value: "close")) }
        return HTTPResponse(status: .init(code: answer.status), headerFields: headers)
    }

    /// - Parameter isRead: whether the request has been read to its end.
    /// - Throws: `DeliveryRefusal`, and what has ended the connection before its body was whole.
    @concurrent
    private func delivery(
        _ request: Request, _ writer: borrowing ResponseWriter, _ isRead: inout Bool
    ) async throws -> Delivery {
        let head = DeliveryGate.Head(
            isPost: request.method == .post, signature: request.headers[names.signature],
            id: request.headers[names.id],
            // One that no number holds is too large.
            size: request.headers[.contentLength].map { Int($0) ?? .max })
        let claim = try gate.claim(head, at: now())
        if request.headers[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: gate.mostBytes)
        } catch is NIOTooManyBytesError {
            throw DeliveryRefusal.tooLarge
        }
        isRead = true
        return try gate.delivery(claim, Array(body.readableBytesView))
    }
}
