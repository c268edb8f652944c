import CatalinkCore
package import CatalinkTransport
import Foundation

/// Finds the key pair of an account: files in `$CREDENTIALS_DIRECTORY`, else the environment.
///
/// Secrets are never flags and never in a job file, which names only the account. They go to the API's own host and to
/// loopback; any other host must be named beside the secret. The unnamed pair of the environment is for a run of one
/// account, so that no merchant's links are made with another one's key.
package struct CredentialFinder {
    private let environment: [String: String]
    private let accounts: Set<String>
    static let knownHost = "api.devdraft.ai"

    /// - Parameter accounts: those of all jobs of the run; empty for a run of one job.
    package init(environment: [String: String], accounts: Set<String> = []) {
        self.environment = environment
        self.accounts = accounts
    }

    package func credentials(for account: String, at target: Target) throws -> Credentials {
        let key = try part("key", "KEY", of: account)
        let secret = try part("secret", "SECRET", of: account)
        guard let key, !key.isEmpty, let secret, !secret.isEmpty else { throw missing(key, account) }
        guard isHeaderValue(key), isHeaderValue(secret) else {
            throw failure(account, "expected visible characters and no space or line end, got: others")
        }
        try checkHost(target, account)
        return Credentials(key: key, secret: secret)
    }

    /// Those by which webhooks of an account may be signed: one, or two while it is being changed, parted by blanks.
    func webhookSecrets(of account: String) throws -> [[UInt8]] {
        let name = "CATALINK_WEBHOOK_SECRET"
        let text = try file(account, "webhook") ?? variable(name) ?? ""
        let secrets = text.split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }
        guard !secrets.isEmpty, secrets.allSatisfy({ $0.count >= 16 }) else {
            throw failure(
                account,
                "expected a secret for webhooks of at least 16 bytes, got: \(secrets.isEmpty ? "none" : "a shorter one") "
                    + "(set \(name) or \(name)_FILE, or put \(account).webhook into $CREDENTIALS_DIRECTORY)")
        }
        return secrets
    }

    private func missing(_ key: String?, _ account: String) -> RunFailure {
        failure(
            account,
            "expected a client key and secret, got: \((key ?? "").isEmpty ? "no key" : "no secret") "
                + "(set \(usualName("KEY", of: account)) and \(usualName("SECRET", of: account)), their _FILE forms, "
                + "or put \(account).key and \(account).secret into $CREDENTIALS_DIRECTORY)")
    }

    private func checkHost(_ target: Target, _ account: String) throws {
        guard !target.isLoopback, target.host != Self.knownHost else { return }
        let hosts = (try part("hosts", "HOSTS", of: account) ?? "").split(whereSeparator: \.isWhitespace)
        guard hosts.contains(where: { $0.lowercased() == target.host }) else {
            throw failure(
                account,
                "expected a target that the secret may go to, got: \(target.host) (name it in \(account).hosts beside "
                    + "the secret, or in \(usualName("HOSTS", of: account)))")
        }
    }

    // MARK: Where a part may be

    private func part(_ fileKind: String, _ variableKind: String, of account: String) throws -> String? {
        if let text = try file(account, fileKind) { return text }
        for name in variableNames(variableKind, of: account) where try variable(name) != nil {
            try checkName(name, of: account)
            return try variable(name)
        }
        return nil
    }

    /// `DEVDRAFT_CLIENT_KEY_SHOP`; for the default account also without a name.
    private func variableNames(_ kind: String, of account: String) -> [String] {
        let named = "DEVDRAFT_CLIENT_\(kind)_" + Self.variableForm(account)
        return account == "default" ? [named, usualName(kind, of: account)] : [named]
    }

    private func usualName(_ kind: String, of account: String) -> String {
        "DEVDRAFT_CLIENT_\(kind)" + (account == "default" ? "" : "_" + Self.variableForm(account))
    }

    private static func variableForm(_ account: String) -> String {
        account.uppercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
    }

    /// A variable must mean one account of the run and no other.
    private func checkName(_ name: String, of account: String) throws {
        let form = Self.variableForm(account)
        guard name.hasSuffix("_" + form) else {
            guard accounts.count > 1 else { return }
            throw failure(
                account,
                "expected a pair with a name in a run of \(accounts.count) accounts, got: \(name) (call it "
                    + "\(name)_\(form), or put it into \(account).key and \(account).secret in $CREDENTIALS_DIRECTORY)"
            )
        }
        let others = accounts.filter { $0 != account && Self.variableForm($0) == form }
        guard others.isEmpty, form != "FILE", !form.hasSuffix("_FILE") else {
            throw failure(
                account,
                "expected a variable of one account, got: \(name), which may also be meant for another (put the pair into "
                    + "\(account).key and \(account).secret in $CREDENTIALS_DIRECTORY)")
        }
    }

    private func failure(_ account: String, _ message: String) -> RunFailure {
        RunFailure(.configuration, "credentials \(account): \(message)")
    }

    // MARK: Reading

    /// The files that hold the account's key and secret, where `credentials(for:at:)` finds them.
    func files(of account: String) -> [String] {
        [("key", "KEY"), ("secret", "SECRET")].compactMap { kind, variable in
            if let path = path(account, kind) { return path }
            let names = variableNames(variable, of: account)
            guard !names.contains(where: { !(environment[$0] ?? "").isEmpty }) else { return nil }
            return names.compactMap { environment[$0 + "_FILE"] }.first { !$0.isEmpty }
        }
    }

    private func file(_ account: String, _ kind: String) throws -> String? {
        try path(account, kind).map(contents)
    }

    private func path(_ account: String, _ kind: String) -> String? {
        guard let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty else { return nil }
        let path = "\(directory)/\(account).\(kind)"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    func variable(_ name: String) throws -> String? {
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
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
