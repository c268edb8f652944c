import CatalinkCore
import CatalinkSandbox

/// The sandbox as a server of its own.
package struct LocalSandbox: Sendable {
    /// What the command line says of it, as it was written.
    package struct Options: Sendable {
        package var port = 8787
        package var key = "sandbox"
        package var secret = "sandbox"
        /// A file of key pairs; takes the place of `key` and `secret`.
        package var keys: String?
        package var limit = 100
        package var window: Duration = .seconds(60)
        package var keyLifetime: Duration = .seconds(24 * 3600)
        package var store: String?
        package var seed = 1
        package var behaviors: [String] = []
        package var faults: [String] = []
        package var script: String?

        package init() {}
    }

    private let settings: SandboxSettings

    /// - Throws: `RunFailure` for options that cannot be.
    package init(_ options: Options) throws {
        do throws(SandboxError) {
            let keys =
                if let file = options.keys { try SandboxKeys(file: file) } else {
                    SandboxKeys(key: options.key, secret: options.secret)
                }
            var settings = SandboxSettings(
                keys: keys, rate: RateLimit(requests: options.limit, window: options.window, reserve: 0))
            settings.keyLifetime = options.keyLifetime
            settings.port = options.port
            settings.store = options.store
            settings.seed = options.seed
            for behavior in options.behaviors { try settings.behavior.set(behavior) }
            for fault in options.faults { try settings.faults.add(fault) }
            if let script = options.script { try settings.faults.add(script: script) }
            self.settings = settings
        } catch {
            throw RunFailure(.usage, error.message)
        }
    }

    /// Serves until SIGTERM or SIGINT; what is being answered then is answered first.
    package func run(onRunning: @escaping @Sendable (Int) -> Void) async throws {
        Allocator.growInLargePieces()
        let clock = SystemClock()
        try await SandboxServer(settings, now: { clock.now() }).run(
            stopsOnSignals: true, onRunning: onRunning)
    }

    /// The switches of `--behave` for its help: a line each.
    package static var behaviorHelp: String {
        SandboxBehavior.switches.map { "  \($0.name)=\($0.values)\n      \($0.meaning)" }.joined(
            separator: "\n")
    }

    /// The names that `--fault` takes.
    package static var faultNames: String {
        SandboxFault.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
