import CatalinkCore
import CatalinkSandbox

/// The sandbox as a server of its own.
package struct LocalSandbox: Sendable {
    private let settings: SandboxSettings

    package init(
        keys: [String: String], limit: Int, window: Duration, keyLifetime: Duration, port: Int,
        store: String?,
        seed: Int
    ) {
        var settings = SandboxSettings(
            keys: keys, rate: RateLimit(requests: limit, window: window, reserve: 0))
        settings.keyLifetime = keyLifetime
        settings.port = port
        settings.store = store
        settings.seed = seed
        self.settings = settings
    }

    /// Serves until the process ends.
    package func run(onRunning: @escaping @Sendable (Int) -> Void) async throws {
        let clock = SystemClock()
        try await SandboxServer(settings, now: { clock.now() }).run(onRunning: onRunning)
    }
}
