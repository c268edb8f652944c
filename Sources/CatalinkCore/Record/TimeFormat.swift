/// Reads points in time as catalogs write them.
package enum TimeFormat {
    /// ISO 8601: a date alone (midnight UTC), or date and time with `Z` or an offset; `nil` for anything else.
    package static func iso8601(_ text: [UInt8]) -> Timestamp? {
        var scanner = DigitScanner(text)
        var civil = CivilTime()
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2),
            scanner.skip("-"),
            let day = scanner.number(2)
        else { return nil }
        (civil.year, civil.month, civil.day) = (year, month, day)
        if scanner.isAtEnd { return civil.isValid ? civil.timestamp : nil }
        guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "), let hour = scanner.number(2),
            scanner.skip(":"), let minute = scanner.number(2)
        else { return nil }
        (civil.hour, civil.minute) = (hour, minute)
        if scanner.skip(":") {
            guard let second = scanner.number(2) else { return nil }
            civil.second = second
            if scanner.skip(".") {
                guard scanner.skipDigits() > 0 else { return nil }
            }
        }
        guard civil.isValid, let offset = scanner.offsetMinutes(), scanner.isAtEnd else { return nil }
        let moment = Timestamp(microseconds: civil.timestamp.microseconds - offset * 60_000_000)
        // The offset may lead out of the calendar.
        return offset == 0 || CivilTime(moment).isValid ? moment : nil
    }

    /// A pattern of `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss` and literal characters, read as UTC.
    package static func pattern(_ pattern: [UInt8], _ text: [UInt8]) -> Timestamp? {
        var scanner = DigitScanner(text)
        var civil = CivilTime()
        var index = 0
        while index < pattern.count {
            let letter = pattern[index]
            var width = 1
            while index + width < pattern.count, pattern[index + width] == letter { width += 1 }
            switch letter {
            case UInt8(ascii: "y"), UInt8(ascii: "M"), UInt8(ascii: "d"), UInt8(ascii: "H"),
                UInt8(ascii: "m"),
                UInt8(ascii: "s"):
                guard
                    let number = width == 1
                        ? scanner.number(upTo: letter == UInt8(ascii: "y") ? 4 : 2) : scanner.number(width)
                else {
                    return nil
                }
                switch letter {
                case UInt8(ascii: "y"): civil.year = width == 2 ? 2000 + number : number
                case UInt8(ascii: "M"): civil.month = number
                case UInt8(ascii: "d"): civil.day = number
                case UInt8(ascii: "H"): civil.hour = number
                case UInt8(ascii: "m"): civil.minute = number
                default: civil.second = number
                }
            default:
                for _ in 0..<width where !scanner.skip(letter) { return nil }
            }
            index += width
        }
        return scanner.isAtEnd && civil.isValid ? civil.timestamp : nil
    }

    /// A letter of a pattern that is no field, and neither the `T` nor the `Z` of ISO 8601.
    package static func unknownLetter(_ pattern: [UInt8]) -> Character? {
        pattern.first { $0.isASCIILetter && !"yMdHmsTZ".utf8.contains($0) }.map {
            Character(UnicodeScalar($0))
        }
    }

    /// Whether a pattern holds year, month and day, and no field is wider than it can be.
    package static func isUsable(_ pattern: [UInt8]) -> Bool {
        let letters = Array("yMdHms".utf8)
        guard letters[..<3].allSatisfy(pattern.contains) else { return false }
        return letters.allSatisfy { letter in
            let runs = pattern.split(omittingEmptySubsequences: true) { $0 != letter }
            return runs.count <= 1 && runs.allSatisfy { $0.count <= (letter == UInt8(ascii: "y") ? 4 : 2) }
        }
    }
}

private struct DigitScanner {
    private let text: [UInt8]
    private var index = 0

    init(_ text: [UInt8]) {
        self.text = text
    }

    var isAtEnd: Bool { index == text.count }

    mutating func number(_ width: Int) -> Int? {
        guard index + width <= text.count else { return nil }
        var value = 0
        for byte in text[index..<(index + width)] {
            guard byte.isDigit else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        index += width
        return value
    }

    mutating func number(upTo width: Int) -> Int? {
        var digits = 0
        while digits < width, index + digits < text.count, text[index + digits].isDigit { digits += 1 }
        return digits == 0 ? nil : number(digits)
    }

    mutating func skip(_ letter: Unicode.Scalar) -> Bool {
        skip(UInt8(ascii: letter))
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard index < text.count, text[index] == byte else { return false }
        index += 1
        return true
    }

    mutating func skipDigits() -> Int {
        let start = index
        while index < text.count, text[index].isDigit { index += 1 }
        return index - start
    }

    /// `Z`, `+02:00`, `+0200`; `nil` when there is none, because a time without an offset names no moment.
    mutating func offsetMinutes() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let negative = skip("-")
        guard negative || skip("+"), let hours = number(2) else { return nil }
        _ = skip(":")
        guard let minutes = number(2), hours <= 14, minutes < 60 else { return nil }
        let offset = Int64(hours * 60 + minutes)
        return negative ? -offset : offset
    }
}
