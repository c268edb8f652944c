import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

struct Sandbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the payment-links API locally.",
        discussion: """
            GET /_sandbox/stats tells requests, created, replays, throttled and the count of every window;
            GET /_sandbox/links every link made, in order.
            """)

    @Option(help: "The port; 0 for any that is free.")
    var port = 8787

    @Option(help: "The client key that is let in.")
    var clientKey = "sandbox"

    @Option(help: "Its secret.")
    var clientSecret = "sandbox"

    @Option(help: "Requests a window.")
    var limit = 100

    @Option(help: "The window, such as 60s.")
    var window: WrittenDuration = "60s"

    @Option(help: "How long an idempotency key lives, such as 24h.")
    var keyLifetime: WrittenDuration = "24h"

    @Option(help: "Keep links and keys in this file.")
    var store: String?

    @Option(help: "Decides the ids of links.")
    var seed = 1

    func run() async throws {
        try await reporting("sandbox") {
            let sandbox = LocalSandbox(
                keys: [clientKey: clientSecret], limit: limit, window: window.duration,
                keyLifetime: keyLifetime.duration, port: port, store: store, seed: seed)
            try await sandbox.run { port in
                Terminal.print(["listening on http://127.0.0.1:\(port)"])
            }
            return .settled
        }
    }

    func validate() throws {
        guard (0...65535).contains(port) else {
            throw ValidationError("--port: expected 0 to 65535, got: \(port)")
        }
        guard limit >= 1 else { throw ValidationError("--limit: expected at least 1, got: \(limit)") }
    }
}

/// `500ms`, `30s`, `1m`, `24h`
struct WrittenDuration: ExpressibleByArgument, ExpressibleByStringLiteral {
    let duration: Duration
    private let text: String

    init?(argument: String) {
        guard let duration = Duration(written: argument), duration > .zero else { return nil }
        self.duration = duration
        text = argument
    }

    init(stringLiteral text: String) {
        self.text = text
        duration = Duration(written: text) ?? .zero
    }

    var defaultValueDescription: String { text }
}
