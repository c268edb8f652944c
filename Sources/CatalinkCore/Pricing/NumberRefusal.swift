/// Why a text is not read as a number, and what would help.
struct NumberRefusal {
    /// As the catalog has it.
    var text: [UInt8]
    /// Without blanks and guard.
    var number: ArraySlice<UInt8>
    /// What hints call the filter.
    var filter: String

    var failure: FilterFailure {
        FilterFailure(expected: "a decimal number", got: text[...].trimmedOfBlanks.text.quoted, hint: hint)
    }

    private var hint: String? {
        SpreadsheetDamage.reason(Array(number)) ?? Self.notation(number) ?? grammarHint ?? neighbourHint
    }

    /// Ways to write numbers that are understood well enough to be refused.
    static func notation(_ number: ArraySlice<UInt8>) -> String? {
        switch (number.first, number.last) {
        case (UInt8(ascii: "("), UInt8(ascii: ")")):
            "parentheses mean a negative amount to some: write a minus before it, or take them away"
        case (_, UInt8(ascii: "%")): "a percentage is no amount"
        case (_, UInt8(ascii: "-")),
            (_, 0x92) where number.suffix(3).elementsEqual("\u{2212}".utf8):
            trailingMinus(number)
        default:
            if number.isScientific {
                "scientific notation is not read: export the column as text"
            } else if number.hasGroupsOfTwo {
                "groups of two digits? take the commas away: `replace: ',', ''`"
            } else {
                nil
            }
        }
    }

    private static func trailingMinus(_ number: ArraySlice<UInt8>) -> String? {
        let before = number.dropLast(number.last == 0x92 ? 3 : 1)
        if let last = before.last, last == UInt8(ascii: ",") || last == UInt8(ascii: ".") {
            return "a dash for no decimals? take it away with `replace:`"
        }
        return before.contains(where: \.isDigit) ? "a minus stands before its number" : nil
    }

    /// The grammars that could read it.
    private var grammarHint: String? {
        let readings = NumberGrammar.allCases.map { ($0, $0.read(number)) }.filter { $0.1 != nil }
        guard let first = readings.first, let last = readings.last else { return nil }
        guard readings.count > 1 else {
            let guess = first.0 == .comma && number.contains(UInt8(ascii: ",")) ? "a decimal comma? " : ""
            return guess + "say `\(filter): \(first.0.rawValue)`"
        }
        let choice = "say `\(filter): point` or `\(filter): comma`"
        guard first.1 != last.1 else { return choice }
        let mark = number.contains(UInt8(ascii: ",")) ? "comma" : "point"
        return "the \(mark) may group thousands or begin decimals; \(choice)"
    }

    /// What stands beside the number.
    private var neighbourHint: String? {
        guard number.contains(where: \.isDigit) else { return nil }
        if let money = MoneyText(number), money.mark != nil {
            return "a currency stands with it: say `money`, as in {{price | money}}"
        }
        guard let last = number.last, !last.isDigit else { return nil }
        return "take the number alone, as in {{price | before: ' ' | decimal}}"
    }
}

extension ArraySlice<UInt8> {
    var text: String {
        String(decoding: self, as: UTF8.self)
    }

    /// `1e3`, `2.5E-07`: an E between digits.
    fileprivate var isScientific: Bool {
        guard let letter = firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }), letter > startIndex,
            self[letter - 1].isDigit
        else { return false }
        let exponent = self[(letter + 1)...]
        let digits = exponent.dropFirst(exponent.leadingSign?.width ?? 0)
        return !digits.isEmpty && digits.allSatisfy(\.isDigit)
    }

    /// `1,29,900.00`, as in India.
    fileprivate var hasGroupsOfTwo: Bool {
        let whole = prefix { $0 != UInt8(ascii: ".") }
        let groups = whole.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard groups.count > 2, let first = groups.first, let last = groups.last else { return false }
        return (1...2).contains(first.count) && last.count == 3
            && groups.dropFirst().dropLast().allSatisfy { $0.count == 2 }
            && groups.allSatisfy { $0.allSatisfy(\.isDigit) }
    }
}
