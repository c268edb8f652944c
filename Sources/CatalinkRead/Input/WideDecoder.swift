/// UTF-16 and UTF-32, strictly: a surrogate without its partner and a number beyond Unicode are faults.
struct WideDecoder: TextDecoder {
    enum Order: Sendable {
        case little, big
    }

    /// Bytes of a unit, 2 or 4.
    let width: Int
    let order: Order

    func decode(_ bytes: Span<UInt8>, isLast: Bool, into text: inout [UInt8]) -> Decoded {
        text.withUnsafeMutableBufferPointer { text in
            var decoded = Decoded()
            while decoded.fault == nil, decoded.consumed < bytes.count {
                let start = decoded.consumed
                switch scalar(in: bytes, at: start) {
                case .whole(let value, let length):
                    decoded.produced += write(value, to: text, at: decoded.produced)
                    decoded.consumed += length
                case .invalid(let length, let meaning):
                    decoded.fault = TextFault(bytes, start..<(start + length), meaning)
                case .cut:
                    guard isLast else { return decoded }
                    decoded.fault = TextFault(bytes, start..<bytes.count, TextFault.cutOff)
                }
            }
            return decoded
        }
    }

    private enum Step {
        case whole(UInt32, length: Int)
        case invalid(length: Int, String)
        case cut
    }

    @inline(__always)
    private func scalar(in bytes: Span<UInt8>, at start: Int) -> Step {
        guard start + width <= bytes.count else { return .cut }
        let unit = unit(in: bytes, at: start)
        if width == 4 {
            guard Unicode.Scalar(unit) != nil else { return .invalid(length: 4, "no character of Unicode") }
            return .whole(unit, length: 4)
        }
        guard unit & 0xF800 == 0xD800 else { return .whole(unit, length: 2) }
        guard unit < 0xDC00 else { return .invalid(length: 2, "the second half of a pair") }
        guard start + 4 <= bytes.count else { return .cut }
        let second = self.unit(in: bytes, at: start + 2)
        guard second & 0xFC00 == 0xDC00 else { return .invalid(length: 2, "the first half of a pair") }
        return .whole(0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00), length: 4)
    }

    @inline(__always)
    private func unit(in bytes: Span<UInt8>, at start: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in 0..<width {
            let place = order == .big ? width - 1 - index : index
            value |= UInt32(bytes[start + index]) << UInt32(8 * place)
        }
        return value
    }

    @inline(__always)
    private func write(_ value: UInt32, to text: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
        switch value {
        case 0..<0x80:
            text[start] = UInt8(value)
            return 1
        case 0x80..<0x800:
            text[start] = 0xC0 | UInt8(value >> 6)
            text[start + 1] = Self.trail(value)
            return 2
        case 0x800..<0x10000:
            text[start] = 0xE0 | UInt8(value >> 12)
            text[start + 1] = Self.trail(value >> 6)
            text[start + 2] = Self.trail(value)
            return 3
        default:
            text[start] = 0xF0 | UInt8(value >> 18)
            text[start + 1] = Self.trail(value >> 12)
            text[start + 2] = Self.trail(value >> 6)
            text[start + 3] = Self.trail(value)
            return 4
        }
    }

    @inline(__always)
    private static func trail(_ value: UInt32) -> UInt8 { 0x80 | UInt8(value & 0x3F) }
}
