/// Writes whole numbers one after another, small ones in few bytes (zigzag and base 128, the lowest seven bits first).
struct WordWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ word: Int64) {
        var rest = UInt64(bitPattern: (word << 1) ^ (word >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func put(_ flag: Bool) {
        put(flag ? 1 : 0)
    }

    mutating func put(_ words: [Int64]) {
        for word in words { put(word) }
    }

    mutating func put(_ word: Int64?) {
        put(word != nil)
        if let word { put(word) }
    }

    mutating func put<Element>(_ list: [Element], _ each: (inout WordWriter, Element) -> Void) {
        put(Int64(list.count))
        for element in list { each(&self, element) }
    }
}

/// Reads what a `WordWriter` wrote; bytes that it cannot have written are a failure, never a trap.
struct WordReader {
    struct Failure: Error {}

    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func word() throws(Failure) -> Int64 {
        var word: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard index < bytes.count else { throw Failure() }
            let byte = bytes[index]
            index += 1
            word |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int64(bitPattern: word >> 1) ^ -Int64(bitPattern: word & 1) }
        }
        throw Failure()
    }

    mutating func flag() throws(Failure) -> Bool {
        try word() != 0
    }

    /// A number from zero on.
    mutating func count() throws(Failure) -> Int {
        let word = try word()
        guard word >= 0 else { throw Failure() }
        return Int(word)
    }

    mutating func optional() throws(Failure) -> Int64? {
        try flag() ? try word() : nil
    }

    mutating func list<Element>(
        _ each: (inout WordReader) throws(Failure) -> Element
    ) throws(Failure) -> [Element] {
        let count = try count()
        guard count <= bytes.count - index else { throw Failure() }
        var list: [Element] = []
        for _ in 0..<count { list.append(try each(&self)) }
        return list
    }
}
