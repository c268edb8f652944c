import CatalinkCore

extension JSONEvents {
    /// A string whose quotation mark comes next: where its text lies, its escapes undone.
    mutating func string() throws(CatalogError) -> (start: Int, count: Int) {
        window.index += 1
        window.start = window.index
        window.textEnd = nil
        while true {
            try scan()
            guard window.index < window.end else {
                try checkSize()
                guard try window.refill() else { throw cutOff("a closing quotation mark") }
                continue
            }
            switch window.base[window.index] {
            case UInt8(ascii: "\""):
                let end = window.textEnd ?? window.index
                window.index += 1
                window.textEnd = nil
                return (window.start, end - window.start)
            case UInt8(ascii: "\\"): try escape()
            default: throw controlCharacter()
            }
        }
    }

    /// Goes on to the next byte that may not stand for itself.
    @inline(__always)
    private mutating func scan() throws(CatalogError) {
        let first = window.index
        let (index, continuations) = JSONScan.plainEnd(window.base, from: first, to: window.end)
        window.noteContinuations(continuations)
        window.index = index
        if let textEnd = window.textEnd {
            (window.base + textEnd).update(from: window.base + first, count: index - first)
            window.textEnd = textEnd + index - first
        }
    }

    private func checkSize() throws(CatalogError) {
        guard (window.textEnd ?? window.index) - window.start <= limits.fieldSize else {
            throw failure(
                "a text of at most \(limits.fieldSize.inBytes)", "a longer one",
                hint: ReadLimits.hint("field"))
        }
    }

    private mutating func escape() throws(CatalogError) {
        if window.textEnd == nil { window.textEnd = window.index }
        guard try window.require(2) else { throw cutOff("the rest of an escape") }
        let short: UInt8
        switch window.base[window.index + 1] {
        case UInt8(ascii: "u"): return try codePoint()
        case UInt8(ascii: "b"): short = 0x08
        case UInt8(ascii: "f"): short = 0x0C
        case UInt8(ascii: "n"): short = 0x0A
        case UInt8(ascii: "r"): short = 0x0D
        case UInt8(ascii: "t"): short = 0x09
        case let byte
        where byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "/"):
            short = byte
        default:
            window.index += 1
            throw try unexpected(
                "`\"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t` or `u` after a backslash",
                hint: "a backslash itself is written `\\\\`")
        }
        window.index += 2
        append(short)
    }

    private mutating func codePoint() throws(CatalogError) {
        let first = try codeUnit(at: 2)
        guard first >= 0xD800, first < 0xE000 else {
            window.index += 6
            return append(Unicode.Scalar(first))
        }
        guard first < 0xDC00, try window.require(12), window.base[window.index + 6] == UInt8(ascii: "\\"),
            window.base[window.index + 7] == UInt8(ascii: "u")
        else { throw loneSurrogate(first) }
        let second = try codeUnit(at: 8)
        guard second >= 0xDC00, second < 0xE000 else { throw loneSurrogate(first) }
        window.index += 12
        append(Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)))
    }

    /// Four hexadecimal digits, from the escape's backslash.
    private mutating func codeUnit(at offset: Int) throws(CatalogError) -> UInt32 {
        guard try window.require(offset + 4) else { throw cutOff("the rest of an escape") }
        var unit: UInt32 = 0
        for position in offset..<(offset + 4) {
            guard let digit = window.base[window.index + position].hexadecimalDigit else {
                window.index += position
                throw try unexpected("four hexadecimal digits after `\\u`")
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    private mutating func append(_ byte: UInt8) {
        guard let textEnd = window.textEnd else { return }
        window.base[textEnd] = byte
        window.textEnd = textEnd + 1
    }

    private mutating func append(_ scalar: Unicode.Scalar?) {
        guard let scalar else { return }
        for byte in Unicode.UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter { append(byte) }
    }

    private func loneSurrogate(_ unit: UInt32) -> CatalogError {
        failure(
            at: window.position, "two halves of a character in `\\u` escapes",
            "`\\u\(String(unit, radix: 16, uppercase: true))` alone")
    }

    private func controlCharacter() -> CatalogError {
        let byte = window.base[window.index]
        let name =
            byte == 0x0A || byte == 0x0D ? "a line end" : byte == 0x09 ? "a tab" : "a control character"
        return failure(
            at: window.position, "a closing quotation mark", name,
            hint: "in JSON such characters are written as escapes, such as `\\n`")
    }
}

/// Looks for the end of plain text eight bytes at a time.
enum JSONScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The first quotation mark, backslash or control character, and how many bytes before it begin no character.
    @inline(__always)
    static func plainEnd(
        _ base: UnsafeMutablePointer<UInt8>, from first: Int, to end: Int
    ) -> (index: Int, continuations: Int) {
        var index = first
        var continuations = 0
        while index + 8 <= end {
            let word = UInt64(
                littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
            let special = zeros(word ^ 0x22 &* ones) | zeros(word ^ 0x5C &* ones) | controls(word)
            let length = special.trailingZeroBitCount / 8
            let high = word & ~(word << 1) & tops
            if high != 0 {
                // A shift by 64 gives 0, so that the mask is whole where nothing special was found.
                continuations += (high & ((1 << (UInt64(length) * 8)) &- 1)).nonzeroBitCount
            }
            index += length
            if special != 0 { return (index, continuations) }
        }
        while index < end, base[index] >= 0x20, base[index] != 0x22, base[index] != 0x5C {
            if base[index] & 0xC0 == 0x80 { continuations += 1 }
            index += 1
        }
        return (index, continuations)
    }

    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }

    @inline(__always)
    private static func controls(_ word: UInt64) -> UInt64 { (word &- 0x20 &* ones) & ~word & tops }
}

extension UInt8 {
    fileprivate var hexadecimalDigit: UInt32? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
