/// The parts of an `http` or `https` address that tell where it leads.
struct WebAddress {
    private let isSecure: Bool
    private let user: [UInt8]?
    private let host: [UInt8]
    private let path: [UInt8]

    /// - Parameter address: one that `isWebAddress`.
    init(_ address: [UInt8]) {
        isSecure = address.starts(with: "https".utf8)
        let rest = address.dropFirst(isSecure ? 8 : 7)
        let end = rest.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        path = Array(rest[end...].prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        let at = authority.lastIndex(of: UInt8(ascii: "@"))
        user = at.map { Array(authority[..<$0]) }
        let named = at.map { authority[authority.index(after: $0)...] } ?? authority
        if named.first == UInt8(ascii: "[") {
            host = Array(named.dropFirst().prefix { $0 != UInt8(ascii: "]") })
        } else {
            host = named.prefix { $0 != UInt8(ascii: ":") }.map(\.asciiLowercased)
        }
    }

    /// Why not everybody can open it, or should.
    var flaw: String? {
        if !isSecure { return "http" }
        if user != nil { return "a user in the address" }
        return isPrivate ? "the private host \(host.text.shown())" : nil
    }

    var endsAsImage: Bool {
        let name = path.map(\.asciiLowercased).text
        return [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg"].contains { name.hasSuffix($0) }
    }

    /// Hosts that mean another machine for everybody, or none (RFC 1918, 3927, 4193, 6598, 6761).
    private var isPrivate: Bool {
        let name = host.text.hasSuffix(".") ? String(host.text.dropLast()) : host.text
        if name.contains(":") { return isPrivateIPv6(name.lowercased()) }
        if let numbers { return isPrivate(numbers) }
        guard name.contains(".") else { return true }
        return [".local", ".localhost", ".internal", ".lan", ".home.arpa"].contains {
            name.hasSuffix($0)
        }
    }

    /// The four numbers of an IPv4 address, which may be written as one, in hexadecimal or octal.
    private var numbers: [Int]? {
        let parts = host.text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard (1...4).contains(parts.count) else { return nil }
        var values: [Int] = []
        for part in parts {
            guard let value = Self.number(part) else { return nil }
            values.append(value)
        }
        let last = values.removeLast()
        var all = values + Array(repeating: 0, count: 4 - values.count)
        for place in values.count..<4 { all[place] = (last >> (8 * (3 - place))) & 0xFF }
        return all
    }

    private static func number(_ part: String) -> Int? {
        if part.hasPrefix("0x") || part.hasPrefix("0X") { return Int(part.dropFirst(2), radix: 16) }
        if part.count > 1, part.hasPrefix("0") { return Int(part, radix: 8) }
        return part.utf8.allSatisfy(\.isDigit) ? Int(part) : nil
    }

    private func isPrivate(_ address: [Int]) -> Bool {
        switch (address[0], address[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (192, 168): true
        case (172, 16...31), (100, 64...127), (198, 18...19), (224..., _): true
        default: false
        }
    }

    private func isPrivateIPv6(_ address: String) -> Bool {
        address == "::" || address == "::1" || address.hasPrefix("::ffff:") || address.hasPrefix("fc")
            || address.hasPrefix("fd") || address.hasPrefix("fe8") || address.hasPrefix("fe9")
            || address.hasPrefix("fea") || address.hasPrefix("feb") || address.hasPrefix("ff")
    }
}
