import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

struct Sandbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the payment-links API locally.",
        discussion: """
            It listens on loopback until it is stopped, and says where:

              catalink sandbox --port 8787
              catalink sandbox --limit 1000 --window 10s --fault cut-after=10%

            Its own pages, which need no key and are not counted:
              GET  /_sandbox/stats                    counts of requests, links, windows
              GET  /_sandbox/links                    every link made, in order
              GET  /_sandbox/posts?least=1            creates by idempotency key
              POST /_sandbox/reset                    forget all
              POST /_sandbox/outage?seconds=N         503 for so long; 0 ends it
              POST /_sandbox/revoke?key=K&status=401  revoke a client key

            Faults: \(LocalSandbox.faultNames).
              --fault cut-after=10%       a tenth of all requests, drawn by --seed
              --fault cut-after@3         the third POST
              --fault latency=5ms..80ms   how long an answer takes
              --fault-script FILE         lines `SELECTOR NTH FAULT`; a selector is
                                          any, post, get, put or slug:NAME

            Switches of --behave, for what the API's documentation leaves open; the
            default comes first:
            \(LocalSandbox.behaviorHelp)
            """)

    @Option(help: "The port; 0 for any that is free.")
    var port = 8787

    @Option(help: "The client key that is let in.")
    var clientKey = "sandbox"

    @Option(help: "Its secret.")
    var clientSecret = "sandbox"

    @Option(
        help:
            "A file of key pairs instead: KEY SECRET [account=NAME] [scopes=create,read,update] [revoked=401|403].",
        completion: .file())
    var keys: String?

    @Option(help: "Requests a window, for each key.")
    var limit = 100

    @Option(help: "The window, such as 60s.")
    var window: WrittenDuration = "60s"

    @Option(help: "How long an idempotency key lives, such as 24h.")
    var keyLifetime: WrittenDuration = "24h"

    @Option(help: "Keep links, keys and windows in this file.", completion: .file())
    var store: String?

    @Option(help: "Decides the ids of links and which requests the faults hit.")
    var seed = 1

    @Option(parsing: .singleValue, help: "NAME=VALUE; see above. May be repeated.")
    var behave: [String] = []

    @Option(parsing: .singleValue, help: "NAME=SHARE or NAME@NUMBER; see above. May be repeated.")
    var fault: [String] = []

    @Option(help: "Names exactly which requests fail how.", completion: .file())
    var faultScript: String?

    func run() async throws {
        try await reporting("sandbox") {
            try await LocalSandbox(options).run { port in
                Terminal.print(["listening on http://127.0.0.1:\(port)"])
            }
            return .settled
        }
    }

    private var options: LocalSandbox.Options {
        var options = LocalSandbox.Options()
        options.port = port
        options.key = clientKey
        options.secret = clientSecret
        options.keys = keys
        options.limit = limit
        options.window = window.duration
        options.keyLifetime = keyLifetime.duration
        options.store = store
        options.seed = seed
        options.behaviors = behave
        options.faults = fault
        options.script = faultScript
        return options
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
