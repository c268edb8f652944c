package import CatalinkHash

/// The key pair of one account. Never printed: it has no description of its own.
package struct Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package let key: String
    package let secret: String

    package init(key: String, secret: String) {
        self.key = key
        self.secret = secret
    }

    package var description: String { "credentials" }
    package var debugDescription: String { "credentials" }

    /// What the ledger remembers of a key.
    package var keyDigest: Digest { SHA256.digest(of: Array(key.utf8)) }
}
