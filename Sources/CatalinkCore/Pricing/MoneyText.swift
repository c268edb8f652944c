/// A text split into an amount and the currency before or behind it; either may be missing.
struct MoneyText {
    /// Sign, digits and marks as they are written.
    let number: [UInt8]
    let mark: CurrencyMark?

    /// `nil` for a text with anything else in it.
    init?(_ text: ArraySlice<UInt8>) {
        guard let first = text.firstIndex(where: \.isDigit), let last = text.lastIndex(where: \.isDigit)
        else {
            guard let mark = CurrencyMark(text) else { return nil }
            (number, self.mark) = ([], mark)
            return
        }
        guard let before = MoneyPrefix(text[..<first]), let after = MoneySuffix(text[(last + 1)...]) else {
            return nil
        }
        number = before.sign + text[(first - before.decimalMark)...(last + after.decimalMark)]
        switch (before.mark, after.mark) {
        case (let one?, let other?):
            guard let agreed = one.agreed(with: other) else { return nil }
            mark = agreed
        case (let one, let other): mark = one ?? other
        }
    }
}

/// What stands before the first digit: `$`, `EUR `, `-€`, `$-`, `.`.
private struct MoneyPrefix {
    var sign: [UInt8] = []
    var mark: CurrencyMark?
    /// 1 when the number begins with its decimal mark.
    var decimalMark = 0

    init?(_ text: ArraySlice<UInt8>) {
        var rest = text
        takeSign(&rest, rest.leadingSign?.width ?? 0, fromFront: true)
        if let last = rest.last, last == UInt8(ascii: ".") || last == UInt8(ascii: ",") {
            // In `Rs.500` and `руб.500` the point belongs to the letters.
            if rest.dropLast().text.unicodeScalars.last?.properties.isAlphabetic != true {
                rest = rest.dropLast()
                decimalMark = 1
            }
        }
        if sign.isEmpty { takeSign(&rest, rest.trailingSignWidth, fromFront: false) }
        guard !rest.isEmpty else { return }
        mark = CurrencyMark(rest.withoutTrailingBlanks)
        if mark == nil { return nil }
    }

    private mutating func takeSign(_ rest: inout ArraySlice<UInt8>, _ width: Int, fromFront: Bool) {
        guard width > 0 else { return }
        sign = Array(fromFront ? rest.prefix(width) : rest.suffix(width))
        rest = fromFront ? rest.dropFirst(width) : rest.dropLast(width)
    }
}

/// What stands behind the last digit: ` €`, `EUR`, `.`.
private struct MoneySuffix {
    var mark: CurrencyMark?
    /// 1 when the number ends with its decimal mark.
    var decimalMark = 0

    init?(_ text: ArraySlice<UInt8>) {
        var rest = text
        if rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",") {
            rest = rest.dropFirst()
            decimalMark = 1
        }
        rest = rest.withoutLeadingBlanks
        guard !rest.isEmpty else { return }
        mark = CurrencyMark(rest)
        if mark == nil { return nil }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var trailingSignWidth: Int {
        switch last {
        case UInt8(ascii: "-"), UInt8(ascii: "+"): 1
        case 0x92 where suffix(3).elementsEqual("\u{2212}".utf8): 3
        default: 0
        }
    }
}
