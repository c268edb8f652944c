import CatalinkCore
import CatalinkTransport
import Foundation

/// Finds the key pair of an account: files in `$CREDENTIALS_DIRECTORY`, else the environment.
///
/// Secrets are never flags and never in a job file, which names only the account. They go to the API's own host and to
/// loopback; any other host must be named beside the secret.
struct CredentialFinder {
    private let environment: [String: String]
    private static let knownHost = "api.devdraft.ai"

    init(environment: [String: String]) {
        self.environment = environment
    }

    func credentials(for account: String, at target: Target) throws -> Credentials {
        let suffix =
            account == "default"
            ? "" : "_" + account.uppercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
        let names = (key: "DEVDRAFT_CLIENT_KEY" + suffix, secret: "DEVDRAFT_CLIENT_SECRET" + suffix)
        let key = try file(account, "key") ?? variable(names.key)
        let secret = try file(account, "secret") ?? variable(names.secret)
        guard let key, let secret else {
            throw RunFailure(
                .configuration,
                "credentials \(account): expected a client key and secret, got: \(key == nil ? "no key" : "no secret") "
                    + "(set \(names.key) and \(names.secret), their _FILE forms, or put \(account).key and \(account).secret "
                    + "into $CREDENTIALS_DIRECTORY)")
        }
        guard isHeaderValue(key), isHeaderValue(secret) else {
            throw RunFailure(
                .configuration, "credentials \(account): expected visible characters, got: others")
        }
        try checkHost(target, account, suffix)
        return Credentials(key: key, secret: secret)
    }

    private func checkHost(_ target: Target, _ account: String, _ suffix: String) throws {
        guard !target.isLoopback, target.host != Self.knownHost else { return }
        let hosts = (try file(account, "hosts") ?? variable("DEVDRAFT_CLIENT_HOSTS" + suffix) ?? "").split(
            whereSeparator: \.isWhitespace)
        guard hosts.contains(where: { $0.lowercased() == target.host }) else {
            throw RunFailure(
                .configuration,
                "credentials \(account): expected a target that the secret may go to, got: \(target.host) (name it in "
                    + "\(account).hosts beside the secret, or in DEVDRAFT_CLIENT_HOSTS\(suffix))")
        }
    }

    private func file(_ account: String, _ kind: String) throws -> String? {
        guard let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty else { return nil }
        let path = "\(directory)/\(account).\(kind)"
        return FileManager.default.fileExists(atPath: path) ? try contents(path) : nil
    }

    private func variable(_ name: String) throws -> String? {
        if let value = environment[name], !value.isEmpty { return value }
        guard let path = environment[name + "_FILE"], !path.isEmpty else { return nil }
        return try contents(path)
    }

    private func contents(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw RunFailure(.configuration, "\(path): expected a file to read, got: none")
        }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A line end in a secret would let it write headers of its own.
    private func isHeaderValue(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
