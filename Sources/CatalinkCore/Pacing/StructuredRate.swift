/// One item of a structured rate field: `"default";q=100;w=60` or `"default";r=50;t=30`.
struct StructuredRate: Sendable, Equatable {
    private(set) var name: [UInt8]
    private var quota: Int?
    private var remaining: Int?
    private var secondsLeft: Int?
    private var seconds: Int?
    /// A window of more than a month is none that a run could keep.
    private static let longest = 31 * 86_400

    /// The items of a field, in their order; those without a name or number are left out.
    static func items(_ value: [UInt8]) -> [StructuredRate] {
        split(value, at: UInt8(ascii: ",")).compactMap { StructuredRate($0) }
    }

    private init?(_ item: [UInt8]) {
        let parts = Self.split(item, at: UInt8(ascii: ";"))
        guard let name = parts.first, !name.isEmpty else { return nil }
        // Earlier drafts write the quota itself where the name stands now: `100;w=60`.
        quota = Int(digits: name)
        self.name = quota == nil ? name : []
        for part in parts.dropFirst() {
            let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1).map(Array.init)
            guard sides.count == 2, let number = Int(digits: sides[1]) else { continue }
            switch sides[0] {
            case Array("q".utf8): quota = number
            case Array("r".utf8): remaining = number
            case Array("t".utf8): secondsLeft = number
            case Array("w".utf8): seconds = number
            default: break
            }
        }
    }

    /// The window that this item and its policy speak of.
    func window(_ policy: StructuredRate?) -> RateHeaders.Window {
        let length = policy?.seconds ?? seconds
        return RateHeaders.Window(
            limit: policy?.quota ?? quota, remaining: remaining,
            reset: secondsLeft.flatMap { $0 <= Self.longest ? .after(.seconds($0)) : nil },
            length: length.flatMap { (1...Self.longest).contains($0) ? .seconds($0) : nil })
    }

    /// The parts between separators that are not in quotation marks, without blanks around them.
    private static func split(_ text: [UInt8], at separator: UInt8) -> [[UInt8]] {
        var parts: [[UInt8]] = [[]]
        var isQuoted = false
        for byte in text {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == separator, !isQuoted {
                parts.append([])
            } else {
                parts[parts.count - 1].append(byte)
            }
        }
        return parts.map { part in
            var part = part
            part.trim()
            return part
        }
    }
}
