/// How a catalog writes its numbers, and how to read them into plain notation.
package enum NumberGrammar: String, Sendable, CaseIterable {
    /// `1299.00`, and `1,299.00` with well-formed groups.
    case point
    /// `1299,00`, `1.299,00`, `5 000,50`.
    case comma

    /// The number in plain notation (`1299.00`), with every digit that is written.
    ///
    /// Without a grammar there are no groups, and a number such as `1.299`, which could be either, is refused. A
    /// spreadsheet's guard (`'872`, `="12.50"`) is taken off. Nothing stays nothing.
    ///
    /// - Parameter filter: what hints call the filter that reads.
    package static func plain(
        _ text: [UInt8], _ grammar: NumberGrammar?, filter: String = "decimal"
    ) throws(FilterFailure) -> [UInt8] {
        if let plain = digits(text, grammar) { return plain }
        let number = SpreadsheetGuard.removed(from: text[...].trimmedOfBlanks)
        guard !number.isEmpty else { return [] }
        guard let plain = read(number, grammar) else {
            throw NumberRefusal(text: text, number: number, filter: filter).failure
        }
        try checkLength(plain)
        return plain
    }

    /// What most prices are, digits with at most one decimal mark; `nil` for what takes a longer look.
    private static func digits(_ text: [UInt8], _ grammar: NumberGrammar?) -> [UInt8]? {
        guard (1...36).contains(text.count), text[0].isDigit, text[text.count - 1].isDigit else { return nil }
        let mark = grammar == .comma ? UInt8(ascii: ",") : UInt8(ascii: ".")
        var position = text.count
        for index in text.indices where !text[index].isDigit {
            guard text[index] == mark, position == text.count else { return nil }
            position = index
        }
        if position == text.count || grammar == .point { return text }
        if grammar == nil { return text.count - position == 4 ? nil : text }
        var plain = text
        plain[position] = UInt8(ascii: ".")
        return plain
    }

    /// `nil` for no number, and without a grammar for one that could be either.
    static func read(_ number: ArraySlice<UInt8>, _ grammar: NumberGrammar?) -> [UInt8]? {
        if let grammar { return grammar.read(number) }
        var reader = NumberReader(number, decimal: UInt8(ascii: "."), group: nil)
        return reader.number().flatMap { $0.isAmbiguousThousand ? nil : $0 }
    }

    func read(_ number: ArraySlice<UInt8>) -> [UInt8]? {
        let (point, comma) = (UInt8(ascii: "."), UInt8(ascii: ","))
        var reader =
            switch self {
            case .point: NumberReader(number, decimal: point, group: comma)
            case .comma: NumberReader(number, decimal: comma, group: point)
            }
        return reader.number()
    }

    /// What fits into a `FixedDecimal`, whatever the digits.
    static func checkLength(_ plain: [UInt8]) throws(FilterFailure) {
        guard plain.count > 36 else { return }
        let decimals = plain.firstIndex(of: UInt8(ascii: ".")).map { plain.count - $0 - 1 } ?? 0
        guard plain.count(where: \.isDigit) <= 38, decimals <= 36 else {
            throw FilterFailure(
                expected: "a number of at most 38 digits, 36 of them decimals", got: plain.text.quoted)
        }
    }
}

extension [UInt8] {
    /// One to three digits, a point, three digits: `1.299` is 1299 in half of the world.
    fileprivate var isAmbiguousThousand: Bool {
        guard let point = firstIndex(of: UInt8(ascii: ".")), count - point == 4 else { return false }
        let whole = self[..<point].drop { $0 == UInt8(ascii: "-") }
        return (1...3).contains(whole.count) && whole.first != UInt8(ascii: "0")
    }
}
