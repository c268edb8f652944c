import CatalinkCore

/// Names of runs, which sort by time.
enum RunID {
    /// `20261121T031500Z-7f3a`
    static func make(_ start: Timestamp, _ random: () -> Double) -> String {
        let tail = String(Int(random() * 65536), radix: 16)
        return CivilTime(start).compact + "-" + String(repeating: "0", count: 4 - tail.count) + tail
    }

    static func isOne(_ name: String) -> Bool {
        let form = "ddddddddTddddddZ-xxxx"
        return name.utf8.count == form.utf8.count
            && zip(name.utf8, form.utf8).allSatisfy { byte, kind in
                switch kind {
                case UInt8(ascii: "d"): byte.isDigit
                case UInt8(ascii: "x"): byte.isDigit || (0x61...0x66).contains(byte)
                default: byte == kind
                }
            }
    }
}
