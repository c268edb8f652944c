/// HMAC with SHA-256 (RFC 2104) for one key.
package struct HMACSHA256: Sendable {
    private let inner: [UInt8]
    private let outer: [UInt8]
    private static let blockSize = 64

    package init(key: [UInt8]) {
        var block = key.count > Self.blockSize ? SHA256.digest(of: key).bytes : key
        block += Array(repeating: 0, count: Self.blockSize - block.count)
        inner = block.map { $0 ^ 0x36 }
        outer = block.map { $0 ^ 0x5C }
    }

    /// The code of all parts, one after the other.
    package func code(of parts: [UInt8]...) -> Digest {
        var hasher = SHA256()
        hasher.update(inner)
        for part in parts { hasher.update(part) }
        let message = hasher.finish()
        hasher.update(outer)
        hasher.update(message.bytes)
        return hasher.finish()
    }
}

extension Digest {
    /// Compares in a time that tells nothing of where they differ.
    package func isEqualInConstantTime(to other: Digest) -> Bool {
        var difference: UInt8 = 0
        for (one, two) in zip(bytes, other.bytes) { difference |= one ^ two }
        return difference == 0
    }

    /// By 64 hexadecimal digits of either case.
    package init?(hexadecimal text: some Collection<UInt8>) {
        guard text.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        var high: UInt8?
        for character in text {
            guard let digit = character.hexadecimalDigit else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        self.init(bytes: bytes)
    }
}

extension UInt8 {
    fileprivate var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
