import CatalinkCore
import CatalinkTransport
import Foundation

/// Hands messages to a job's receivers; what goes wrong with one is said and nothing more.
struct Notifier: Sendable {
    private let job: Job
    private let variables: [String: String]
    private static let timeLimit = Duration.seconds(10)
    private static let tries = 2
    private static let atOnce = 4

    init(_ job: Job, _ variables: [String: String]) {
        self.job = job
        self.variables = variables
    }

    /// - Returns: what could not be told, and why.
    func tell(_ message: RunMessage) async -> [String] {
        let gate = Turnstile(Self.atOnce)
        return await withTaskGroup(of: String?.self) { group in
            for notification in job.notify where notification.occasions.contains(message.occasion) {
                group.addTask { await gate.pass { await deliver(message, notification) } }
            }
            var troubles: [String] = []
            for await trouble in group { troubles += [trouble].compactMap(\.self) }
            return troubles.sorted()
        }
    }

    private func deliver(_ message: RunMessage, _ notification: Notification) async -> String? {
        let trouble: String?
        do {
            trouble =
                switch notification.way {
                case .webhook(let url, let body, let headers):
                    try await post(message, to: url, body, headers)
                case .heartbeat(let url): try await beat(message, at: url)
                case .command(let words):
                    try await CommandNotification(words, job, variables).run(message.document, Self.timeLimit)
                }
        } catch {
            trouble = RunFailure(error).messages.joined(separator: "; ")
        }
        return trouble.map { "\(notification.place.text(in: job.file)): notify: \($0)" }
    }

    private func post(
        _ message: RunMessage, to url: SecretText, _ body: NotificationBody?,
        _ headers: [(name: String, value: SecretText)]
    ) async throws -> String? {
        let json = body.json(message)
        let lines = try headers.map { "\($0.name): \(try header($0.name, $0.value))" }
        return try await send(json.bytes, ["Content-Type: application/json"] + lines, to: address(url))
    }

    /// `URL/start?rid=…` at the begin, `URL/<exit status>?rid=…` at the end.
    private func beat(_ message: RunMessage, at url: SecretText) async throws -> String? {
        let part = message.exit.map { String($0.rawValue) } ?? "start"
        let base = try address(url)
        guard let address = base.appending(part, query: "rid=" + message.id) else {
            return "\(base.shown): expected an address to which a path can be added, got: another"
        }
        let text = message.values["message"] ?? ""
        return await send(Array(text.utf8), ["Content-Type: text/plain; charset=utf-8"], to: address)
    }

    private func address(_ url: SecretText) throws -> WebAddress {
        if let address = WebAddress(try url.value(variables)) { return address }
        throw RunFailure(
            .configuration, "expected an address such as https://example.com/…, got: another text")
    }

    /// A line end would let a value write headers of its own.
    private func header(_ name: String, _ value: SecretText) throws -> String {
        let text = try value.value(variables)
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw RunFailure(
                .configuration, "header \(name): expected visible characters and spaces, got: others")
        }
        return text
    }

    private func send(_ body: [UInt8], _ headers: [String], to address: WebAddress) async -> String? {
        let post = WebPost(
            to: address, headers: headers, body: body, timeout: Self.timeLimit,
            surroundings: Surroundings(variables))
        var got = ""
        for _ in 0..<Self.tries {
            switch await post.outcome() {
            case .answered(200...299): return nil
            case .answered(let status):
                got = String(status)
                // Asked again it would say the same.
                guard status == 429 || status >= 500 else { return trouble(address, got) }
            case .failed(let reason): got = reason
            }
        }
        return trouble(address, got)
    }

    private func trouble(_ address: WebAddress, _ got: String) -> String {
        "\(address.shown): expected an answer of 2xx, got: \(got)"
    }
}

extension NotificationBody? {
    fileprivate func json(_ message: RunMessage) -> JSONValue {
        self?.json(message.values) ?? NotificationBody.plain(message.values["message"] ?? "")
    }
}

extension WebPost {
    /// Off the pool, whose threads may not block.
    fileprivate func outcome() async -> Outcome {
        await withCheckedContinuation { continuation in
            Thread.begin("catalink-notify") { continuation.resume(returning: send()) }
        }
    }
}
