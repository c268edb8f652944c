/// The key pairs that the sandbox lets in.
package struct SandboxKeys: Sendable {
    package enum Scope: String, Sendable, CaseIterable {
        case create, read, update
    }

    package struct Pair: Sendable {
        package var secret: String
        /// Keys of one account share its links and slugs, not its windows.
        package var account: String
        package var scopes = Set(Scope.allCases)
        /// The status that a revoked key is answered with: 401 or 403.
        package var revokedStatus: Int?

        package init(secret: String, account: String) {
            self.secret = secret
            self.account = account
        }
    }

    package var pairs: [String: Pair] = [:]

    /// One pair, of an account that is called like its key.
    package init(key: String, secret: String) {
        pairs[key] = Pair(secret: secret, account: key)
    }

    /// Reads a file of one pair a line: `KEY SECRET [account=NAME] [scopes=create,read,update] [revoked=401|403]`.
    ///
    /// Empty lines and those that begin with `#` are left out.
    package init(file path: String) throws(SandboxError) {
        for line in try WordFile(path, kind: "a file of key pairs").lines {
            pairs[line.words[0]] = try Self.pair(line.words, at: line.place)
        }
        if pairs.isEmpty { throw SandboxError(message: "\(path): expected at least one key pair, got: none") }
    }

    private static func pair(_ words: [String], at place: String) throws(SandboxError) -> Pair {
        guard words.count >= 2 else {
            throw SandboxError(message: "\(place): expected a key and a secret, got: one word")
        }
        var pair = Pair(secret: words[1], account: words[0])
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            switch (parts.first, parts.dropFirst().first) {
            case ("account", let name?): pair.account = name
            case ("revoked", let status?) where status == "401" || status == "403":
                pair.revokedStatus = Int(status)
            case ("scopes", let names?):
                let scopes = names.split(separator: ",").map { Scope(rawValue: String($0)) }
                guard !scopes.contains(nil) else { fallthrough }
                pair.scopes = Set(scopes.compactMap { $0 })
            default:
                throw SandboxError(
                    message:
                        "\(place): expected account=NAME, scopes=create,read,update or revoked=401|403, got: \(word)"
                )
            }
        }
        return pair
    }
}

/// What keeps a sandbox from serving.
package struct SandboxError: Error, Equatable {
    package var message: String

    package init(message: String) {
        self.message = message
    }
}
