/// Where requests go: an origin that may be sent a secret.
package struct Target: Sendable, Equatable {
    /// Scheme, host and port, without a slash at the end.
    package let base: String
    package let host: String
    package let isLoopback: Bool

    /// What is wrong with a target's address.
    package struct Failure: Error, Equatable {
        package var expected: String
        package var hint: String?
    }

    /// `https` anywhere, `http` to loopback only; no user, path or query.
    package init(_ address: String) throws(Failure) {
        let isPlain = address.hasPrefix("http://")
        guard isPlain || address.hasPrefix("https://") else {
            throw Failure(expected: "an address that begins with https://")
        }
        var rest = address.dropFirst(isPlain ? 7 : 8)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard !rest.isEmpty, !rest.contains(where: { "/?#@ \\".contains($0) }) else {
            throw Failure(expected: "a host and nothing after it, such as https://api.devdraft.ai")
        }
        let isBracketed = rest.hasPrefix("[")
        let portColon =
            isBracketed
            ? rest.firstRange(of: "]:")?.upperBound : rest.firstIndex(of: ":").map { rest.index(after: $0) }
        if let portColon {
            guard let port = UInt16(rest[portColon...]), port > 0 else {
                throw Failure(expected: "a port from 1 to 65535")
            }
            rest = rest[..<rest.index(before: portColon)]
        }
        host = rest.lowercased()
        isLoopback = host == "localhost" || host == "[::1]" || Target.isLoopbackAddress(host)
        guard !isPlain || isLoopback else {
            throw Failure(expected: "https", hint: "only loopback addresses are reached by http")
        }
        base =
            (isPlain ? "http://" : "https://") + address.dropFirst(isPlain ? 7 : 8).lowercased().trimmedSlash
    }

    private static func isLoopbackAddress(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The name of the origin in paths and keys: `api.devdraft.ai`, `127.0.0.1-8787`.
    package var origin: String {
        let afterScheme = base.drop { $0 != "/" }.dropFirst(2)
        return String(afterScheme.map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "-" })
            .trimmingPrefix("-").description
    }
}

extension String {
    fileprivate var trimmedSlash: String {
        hasSuffix("/") ? String(dropLast()) : self
    }
}
