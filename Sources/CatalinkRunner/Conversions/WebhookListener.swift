package import CatalinkCore
import CatalinkHash
import CatalinkLedger
import CatalinkRead
import CatalinkWebhook
import Foundation
import Synchronization

/// Records payments that are delivered by webhooks.
package struct WebhookListener: Sendable {
    package struct Options: Sendable {
        package var host = "127.0.0.1"
        /// 0 for any free port.
        package var port = 0
        package var signatureHeader: String?
        package var idHeader: String?
        /// The largest body, in bytes.
        package var mostBytes: Int?

        package init() {}
    }

    private let job: Job
    private let options: Options
    private let variables: [String: String]
    private let clock: any WallClock
    private let secrets: [[UInt8]]

    /// - Throws: `RunFailure` where there is no secret: without one anybody could record payments.
    package init(
        _ job: Job, _ options: Options, variables: [String: String], clock: any WallClock = SystemClock()
    ) throws {
        self.job = job
        self.options = options
        self.variables = variables
        self.clock = clock
        secrets = try CredentialFinder(environment: variables).webhookSecrets(of: job.account)
    }

    /// Serves until SIGTERM or SIGINT; what has been received then is recorded and answered first.
    ///
    /// - Parameter onTrouble: told why deliveries cannot be recorded.
    package func run(
        onRunning: @escaping @Sendable (Int) -> Void, onTrouble: @escaping @Sendable (String) -> Void
    ) async throws -> ListenReport {
        let directory = try StateDirectory(of: job, environment: variables)
        let ledger = try directory.openLedger(of: job)
        let store = try directory.beginConversions(of: job)
        let mapper = ConversionMapper(job.conversion.mapping, now: clock.now())
        let writer = DeliveryWriter(store, mapper, clock, onTrouble: onTrouble) {
            try LinkNames(ledger)
        }
        let counts = Mutex(ListenReport(job: job.name))
        let reader = DeliveryReader(job.conversion.mapping, job.conversion.settings.limits, clock)
        let server = try server { delivery in
            let answer = await Self.received(delivery, reader, writer)
            counts.withLock { $0.add(answer) }
            return answer.answer
        } refused: { refusal in
            counts.withLock { $0.refused[refusal, default: 0] += 1 }
        }
        do {
            try await server.run(stopsOnSignals: true, onStopping: store.hurry, onRunning: onRunning)
        } catch let error as WebhookError {
            throw RunFailure(.configuration, error.message)
        }
        try await onOwnThread { writer.close() }
        return counts.withLock { $0 }
    }

    private func server(
        _ receive: @escaping @Sendable (Delivery) async -> WebhookAnswer,
        refused: @escaping @Sendable (DeliveryRefusal) -> Void
    ) throws -> WebhookServer {
        var settings = WebhookServer.Settings()
        settings.host = options.host
        settings.port = options.port
        settings.signatureHeader = options.signatureHeader ?? settings.signatureHeader
        settings.idHeader = options.idHeader ?? settings.idHeader
        let gate = DeliveryGate(secrets: secrets, mostBytes: options.mostBytes ?? 256 * 1024)
        do throws(WebhookError) {
            return try WebhookServer(
                settings, gate, now: { [clock] in clock.now() }, receive: receive,
                refused: refused)
        } catch {
            throw RunFailure(.usage, "conversions listen: \(error.message)")
        }
    }

    /// What became of a delivery that was let in.
    struct Received: Sendable {
        var books = ConversionBooks()
        var withoutID = 0
        var refusal: DeliveryRefusal?
        var answer: WebhookAnswer
    }

    private static func received(
        _ delivery: Delivery, _ reader: DeliveryReader, _ writer: DeliveryWriter
    ) async -> Received {
        guard let read = reader.read(delivery) else {
            return Received(refusal: .unreadable, answer: WebhookAnswer(.unreadable))
        }
        switch await writer.record(read.parcel) {
        case .replaced: return Received(refusal: .replaced, answer: WebhookAnswer(.replaced))
        case .failed: return Received(refusal: .unrecorded, answer: WebhookAnswer(.unrecorded))
        case .recorded(let books, let withoutID, let others):
            let isWhole = books.invalid + books.unmatched == 0
            let problems = (read.problems.map(\.explanation) + others).prefix(5).map { JSONValue.string($0) }
            let body = JSONValue.object([
                ("books", books.json), ("problems", .array(Array(problems))),
            ])
            return Received(
                books: books, withoutID: withoutID, refusal: isWhole ? nil : .unprocessable,
                answer: WebhookAnswer(
                    status: isWhole ? 200 : DeliveryRefusal.unprocessable.status, body: body))
        }
    }
}

/// Makes payments of the body of a delivery.
struct DeliveryReader: Sendable {
    private let mapping: ConversionMapping
    private let limits: ReadLimits
    private let clock: any WallClock

    init(_ mapping: ConversionMapping, _ limits: ReadLimits, _ clock: any WallClock) {
        self.mapping = mapping
        self.limits = limits
        self.clock = clock
    }

    /// - Returns: `nil` for a body that is no JSON, or no records.
    func read(_ delivery: Delivery) -> (parcel: DeliveryWriter.Parcel, problems: [Problem])? {
        var parcel = DeliveryWriter.Parcel(
            id: delivery.id, body: SHA256.digest(of: delivery.body).short, payments: [], invalid: 0)
        var problems: [Problem] = []
        let mapper = ConversionMapper(mapping, now: clock.now())
        do throws(CatalogError) {
            let reader = try JSONRecords(delivery.body, name: "the body", limits: limits).open(
                columns: mapping.columns.names)
            let slots = Array(mapping.columns.names.indices)
            while let batch = try reader.next() {
                for record in 0..<batch.count {
                    let location = batch.location(of: record)
                    var payment = Conversion.blank
                    let found = mapper.read(batch, record: record, slots: slots, into: &payment, location)
                    if found.isEmpty {
                        parcel.payments.append((payment, location))
                    } else {
                        parcel.invalid += 1
                        if problems.count < 5 { problems += found }
                    }
                }
            }
        } catch {
            return nil
        }
        return (parcel, problems)
    }
}

/// What a listener did until it was stopped.
package struct ListenReport: Sendable {
    package var job: String
    package var deliveries = 0
    package var books = ConversionBooks()
    /// Payments of links of this job that are known by what they say, as they have no id.
    package var withoutID = 0
    var refused: [DeliveryRefusal: Int] = [:]

    init(job: String) {
        self.job = job
    }

    mutating func add(_ received: WebhookListener.Received) {
        books += received.books
        withoutID += received.withoutID
        if let refusal = received.refusal { refused[refusal, default: 0] += 1 } else { deliveries += 1 }
    }

    package var text: [String] {
        var lines = [
            "\(job): \(deliveries.grouped) deliveries taken, \(refused.values.reduce(0, +).grouped) refused"
        ]
        for (name, count) in books.counts where count > 0 {
            lines.append("  " + name.padding(toLength: 16, withPad: " ", startingAt: 0) + count.grouped)
        }
        if withoutID > 0 { lines.append(ReportText.ids(withoutID, "payments", width: 16)) }
        for refusal in DeliveryRefusal.allCases {
            guard let count = refused[refusal] else { continue }
            lines.append(
                "  " + refusal.rawValue.padding(toLength: 16, withPad: " ", startingAt: 0) + count.grouped)
        }
        return lines
    }

    package var json: JSONValue {
        .object([
            ("job", .string(job)), ("deliveries", .integer(deliveries)), ("books", books.json),
            ("withoutId", .integer(withoutID)),
            (
                "refused",
                .object(DeliveryRefusal.allCases.map { ($0.rawValue, .integer(refused[$0] ?? 0)) })
            ),
        ])
    }
}
