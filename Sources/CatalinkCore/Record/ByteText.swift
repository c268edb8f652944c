import Foundation

extension [UInt8] {
    package init(copying span: Span<UInt8>) {
        self.init()
        append(copying: span)
    }

    /// Appends in one copy; a loop over the span costs a nanosecond a byte.
    package mutating func append(copying span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    package var isASCII: Bool {
        allSatisfy { $0 < 0x80 }
    }

    /// Cuts blanks, tabs, line ends and no-break spaces (U+00A0) from both ends.
    package mutating func trim() {
        var end = count
        while end > 0 {
            if self[end - 1].isBlank {
                end -= 1
            } else if end > 1, self[end - 1] == 0xA0, self[end - 2] == 0xC2 {
                end -= 2
            } else {
                break
            }
        }
        var start = 0
        while start < end {
            if self[start].isBlank {
                start += 1
            } else if start + 1 < end, self[start] == 0xC2, self[start + 1] == 0xA0 {
                start += 2
            } else {
                break
            }
        }
        if end < count { removeSubrange(end...) }
        if start > 0 { removeSubrange(..<start) }
    }

    package var text: String {
        String(decoding: self, as: UTF8.self)
    }

    /// Canonical composition (NFC); text that is ASCII already is left as it lies.
    package mutating func compose() {
        guard !isASCII else { return }
        self = Array(text.precomposedStringWithCanonicalMapping.utf8)
    }
}

extension UInt8 {
    @inlinable package var isBlank: Bool {
        self == 0x20 || (self >= 0x09 && self <= 0x0D)
    }

    @inlinable package var isDigit: Bool {
        self >= 0x30 && self <= 0x39
    }

    package var isASCIILetter: Bool {
        (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A
    }
}

extension String {
    /// Text from outside made safe to show: control and direction characters escaped, cut at `limit` characters.
    package func shown(limit: Int = 120) -> String {
        if utf8.count <= limit, utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
        var result = ""
        for (count, scalar) in unicodeScalars.enumerated() {
            if count == limit { return result + "…" }
            switch scalar.value {
            case 0x0A: result += "\\n"
            case 0x0D: result += "\\r"
            case 0x09: result += "\\t"
            case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
                0xE0000...0xE007F:
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// `shown` between quotation marks.
    package var quoted: String {
        "\"\(shown())\""
    }
}
