/// What keeps a spreadsheet from changing a cell: an apostrophe before it, or a formula that gives a text.
package enum SpreadsheetGuard {
    /// The cell without its guard; text that only begins with an apostrophe, such as `'90s T-shirt`, stays as it is.
    package static func unguarded(_ text: [UInt8]) -> [UInt8] {
        let cell = text[...].trimmedOfBlanks
        if let inner = formulaText(cell) { return inner }
        guard cell.first == UInt8(ascii: "'") else { return text }
        let rest = cell.dropFirst()
        let begins = rest.first.map { "=+-@".utf8.contains($0) } ?? false
        return begins || isNumber(rest) ? Array(rest) : text
    }

    /// The same for a text that has to be a number: any apostrophe before it is a guard.
    static func removed(from cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        switch cell.first {
        case UInt8(ascii: "'"): cell.dropFirst().trimmedOfBlanks
        case UInt8(ascii: "="): formulaText(cell).map { $0[...].trimmedOfBlanks } ?? cell
        default: cell
        }
    }

    private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
        if text.allSatisfy(\.isDigit) { return !text.isEmpty }
        return NumberGrammar.allCases.contains { $0.read(text) != nil }
    }

    /// The text in `="…"`, doubled quotation marks made single; `nil` for any other formula.
    private static func formulaText(_ cell: ArraySlice<UInt8>) -> [UInt8]? {
        let quote = UInt8(ascii: "\"")
        guard cell.count >= 3, cell.starts(with: "=\"".utf8), cell.last == quote else { return nil }
        var text: [UInt8] = []
        var isHalf = false
        for byte in cell.dropFirst(2).dropLast() {
            if isHalf, byte != quote { return nil }
            isHalf = byte == quote && !isHalf
            if !isHalf { text.append(byte) }
        }
        return isHalf ? nil : text
    }
}
