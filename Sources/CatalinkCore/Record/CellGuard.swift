/// Keeps a spreadsheet from changing a cell: an apostrophe before what it would take for a formula, or for a number
/// that it would round or shorten.
///
/// Any text comes back as it was. An apostrophe that a person has put before another number is taken off too.
package enum CellGuard {
    private static let apostrophe = UInt8(ascii: "'")

    package static func guarded(_ text: [UInt8]) -> [UInt8] {
        needsGuard(text[...]) || isGuarded(text[...]) ? [apostrophe] + text : text
    }

    /// The cell without its guard.
    package static func unguarded(_ cell: [UInt8]) -> [UInt8] {
        isGuarded(cell[...]) ? Array(cell.dropFirst()) : cell
    }

    package static func isGuarded(_ cell: ArraySlice<UInt8>) -> Bool {
        guard cell.first == apostrophe else { return false }
        let rest = cell.dropFirst()
        return needsGuard(rest) || isLikeANumber(rest) || isGuarded(rest)
    }

    private static func needsGuard(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first else { return false }
        return "=+-@\t\r".utf8.contains(first) || losesDigits(text)
    }

    /// `00417`, `8720000000001`, `12E5`.
    private static func losesDigits(_ text: ArraySlice<UInt8>) -> Bool {
        let digits = text.prefix(while: \.isDigit)
        guard let first = digits.first else { return false }
        var rest = text.dropFirst(digits.count)
        if rest.isEmpty { return digits.count > 11 || (digits.count > 1 && first == UInt8(ascii: "0")) }
        guard let letter = rest.popFirst(), letter | 0x20 == UInt8(ascii: "e") else { return false }
        if let sign = rest.first, "+-".utf8.contains(sign) { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy(\.isDigit)
    }

    private static func isLikeANumber(_ text: ArraySlice<UInt8>) -> Bool {
        text.first?.isDigit == true && text.allSatisfy { $0.isDigit || ".,".utf8.contains($0) }
    }
}
