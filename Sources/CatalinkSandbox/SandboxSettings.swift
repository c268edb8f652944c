package import CatalinkCore

/// How the sandbox behaves.
package struct SandboxSettings: Sendable {
    /// Secrets by client key.
    package var keys: [String: String]
    package var rate: RateLimit
    package var keyLifetime: Duration = .seconds(24 * 3600)
    /// Decides the ids of links.
    package var seed = 1
    /// Keeps links and keys beyond a restart; `nil` for memory only.
    package var store: String?
    package var host = "127.0.0.1"
    /// 0 for any free port.
    package var port = 0

    package init(keys: [String: String], rate: RateLimit) {
        self.keys = keys
        self.rate = rate
    }
}
