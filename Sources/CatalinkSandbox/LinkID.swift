/// The ids of links: opaque to clients, but the sandbox reads a link's number from its id and needs no index of them.
enum LinkID {
    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    /// The number that undoes a multiplication by `factor` modulo 2^64.
    private static let inverse = (0..<6).reduce(factor) { inverse, _ in inverse &* (2 &- factor &* inverse) }

    /// `pl_` and 24 hexadecimal digits; one to one for numbers from 1.
    static func text(of number: Int, seed: Int) -> String {
        "pl_" + hexadecimal(mixed(UInt64(bitPattern: Int64(seed)))).prefix(8)
            + hexadecimal(mixed(UInt64(number)))
    }

    static func number(in id: String) -> Int? {
        guard id.utf8.count == 27, id.hasPrefix("pl_"), let mixed = UInt64(id.suffix(16), radix: 16) else {
            return nil
        }
        return Int(exactly: (mixed ^ (mixed >> 32)) &* inverse)
    }

    private static func mixed(_ number: UInt64) -> UInt64 {
        let product = number &* factor
        return product ^ (product >> 32)
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
