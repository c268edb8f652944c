/// The 32 bytes of a SHA-256 digest, compared and hashed as a value.
package struct Digest: Hashable, Sendable {
    private let words: [4 of UInt64]

    /// `nil` unless there are exactly 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        var words: [4 of UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() {
            words[index / 8] = words[index / 8] << 8 | UInt64(byte)
        }
        self.words = words
    }

    package var bytes: [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64(56 - ($0 % 8) * 8)) }
    }

    /// The first sixteen bytes.
    package var short: ShortDigest {
        ShortDigest(high: words[0], low: words[1])
    }

    /// Lower-case hexadecimal, 64 characters.
    package var hexadecimal: String {
        bytes.hexadecimal
    }

    package static func == (first: Digest, second: Digest) -> Bool {
        first.words[0] == second.words[0] && first.words[1] == second.words[1]
            && first.words[2] == second.words[2] && first.words[3] == second.words[3]
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words[0])
    }
}

/// The first sixteen bytes of a digest: enough that no two names of anything share them, and half as wide.
package struct ShortDigest: Hashable, Comparable, Sendable {
    /// The first eight bytes, the first one highest; so digests sort as their bytes do.
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package var bytes: [UInt8] {
        [high, low].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
    }

    @inlinable
    package static func == (first: ShortDigest, second: ShortDigest) -> Bool {
        first.high == second.high && first.low == second.low
    }

    @inlinable
    package static func < (first: ShortDigest, second: ShortDigest) -> Bool {
        first.high == second.high ? first.low < second.low : first.high < second.high
    }
}

extension [UInt8] {
    /// Lower-case hexadecimal, two characters a byte.
    package var hexadecimal: String {
        let digits = Array<UInt8>("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(count * 2)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
