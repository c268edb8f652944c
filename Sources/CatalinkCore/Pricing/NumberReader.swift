/// Reads one number from its first byte to its last: sign, groups of three, decimals.
struct NumberReader {
    private var rest: ArraySlice<UInt8>
    private let decimal: UInt8
    private let group: UInt8?
    private var plain: [UInt8] = []

    /// - Parameter group: the mark between thousands, beside blanks and apostrophes; `nil` for no groups at all.
    init(_ text: ArraySlice<UInt8>, decimal: UInt8, group: UInt8?) {
        rest = text
        self.decimal = decimal
        self.group = group
    }

    /// In plain notation, without `+` and without a point that no digit follows; `nil` when anything is left over.
    mutating func number() -> [UInt8]? {
        if let (negative, width) = rest.leadingSign {
            if negative { plain.append(UInt8(ascii: "-")) }
            rest = rest.dropFirst(width)
        }
        guard let whole = takeWhole() else { return nil }
        let decimals = takeDecimals()
        return rest.isEmpty && whole + decimals > 0 ? plain : nil
    }

    private mutating func takeDigits() -> Int {
        let digits = rest.prefix(while: \.isDigit)
        plain.append(contentsOf: digits)
        rest = rest.dropFirst(digits.count)
        return digits.count
    }

    /// The number of digits; `nil` for groups that are not well formed, or of two kinds of separators.
    private mutating func takeWhole() -> Int? {
        let leading = rest.first
        var count = takeDigits()
        guard let separator = groupSeparator else { return count }
        // `0.299` is no grouped 299.
        guard (1...3).contains(count), leading != UInt8(ascii: "0") else { return nil }
        while rest.starts(with: separator) {
            rest = rest.dropFirst(separator.count)
            guard takeDigits() == 3 else { return nil }
            count += 3
        }
        return count
    }

    private mutating func takeDecimals() -> Int {
        guard rest.first == decimal else { return 0 }
        rest = rest.dropFirst()
        guard let next = rest.first, next.isDigit else { return 0 }
        plain.append(UInt8(ascii: "."))
        return takeDigits()
    }

    /// What groups thousands: the grammar's own mark, a blank but no tab or line end, an apostrophe.
    private var groupSeparator: ArraySlice<UInt8>? {
        guard let group, let first = rest.first else { return nil }
        switch first {
        case group, UInt8(ascii: " "), UInt8(ascii: "'"): return rest.prefix(1)
        case 0..<0x80: return nil
        default: break
        }
        if rest.starts(with: "\u{2019}".utf8) { return rest.prefix(3) }
        return rest.leadingBlankWidth.map { rest.prefix($0) }
    }
}

extension ArraySlice<UInt8> {
    /// A plus, a minus or a minus sign proper (U+2212), and how many bytes it takes.
    var leadingSign: (negative: Bool, width: Int)? {
        switch first {
        case UInt8(ascii: "+"): (false, 1)
        case UInt8(ascii: "-"): (true, 1)
        case 0xE2 where starts(with: "\u{2212}".utf8): (true, 3)
        default: nil
        }
    }
}
