/// What a spreadsheet leaves where it has lost a cell's contents.
package enum SpreadsheetDamage {
    /// Why a cell is not what was once in it, and what to do; `nil` for a cell without such traces.
    package static func reason(_ text: [UInt8]) -> String? {
        guard mayBeDamaged(text) else { return nil }
        let cell = text[...].trimmedOfBlanks
        guard let first = cell.first else { return nil }
        if first == UInt8(ascii: "#") || first == UInt8(ascii: "E") {
            if failures.contains(Array(cell)) || isNumberedFailure(cell) {
                return "a spreadsheet's formula has failed there: mend it, then export again"
            }
            if cell.count >= 3, cell.allSatisfy({ $0 == UInt8(ascii: "#") }) {
                return "a spreadsheet's column was too narrow to show it: widen it, then export again"
            }
            return nil
        }
        return isRounded(cell) ? "a spreadsheet has rounded it: export the column as text" : nil
    }

    /// Every cell comes here: most are a name, or a number without an exponent.
    private static func mayBeDamaged(_ text: [UInt8]) -> Bool {
        guard let first = text.first else { return false }
        if first.isDigit { return text.contains { $0 | 0x20 == UInt8(ascii: "e") } }
        return !first.isASCIILetter || first == UInt8(ascii: "E")
    }

    /// `4,26E+12`, `7.8332E+11`: one digit, decimals, and an exponent with its sign. A negative exponent also stands
    /// in names such as `5E-12`, so without decimals it is no trace.
    private static func isRounded(_ cell: ArraySlice<UInt8>) -> Bool {
        var rest = cell.dropFirst(cell.leadingSign?.width ?? 0)
        guard let digit = rest.popFirst(), digit.isDigit else { return false }
        var hasDecimals = false
        if rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",") {
            rest = rest.dropFirst()
            let decimals = rest.prefix(while: \.isDigit)
            guard !decimals.isEmpty else { return false }
            rest = rest.dropFirst(decimals.count)
            hasDecimals = true
        }
        guard let letter = rest.popFirst(), letter | 0x20 == UInt8(ascii: "e"), let sign = rest.popFirst(),
            sign == UInt8(ascii: "+") || (sign == UInt8(ascii: "-") && hasDecimals)
        else { return false }
        return (1...3).contains(rest.count) && rest.allSatisfy(\.isDigit)
    }

    /// `Err:502`.
    private static func isNumberedFailure(_ cell: ArraySlice<UInt8>) -> Bool {
        cell.count == 7 && cell.starts(with: "Err:".utf8) && cell.suffix(3).allSatisfy(\.isDigit)
    }

    /// In English, German, French and Spanish.
    private static let failures: Set<[UInt8]> = Set(
        """
        #N/A #REF! #VALUE! #NAME? #DIV/0! #NUM! #NULL! #SPILL! #CALC! #FIELD! #ERROR! #NV #BEZUG! #WERT! #ZAHL! \
        #VALEUR! #NOM? #NOMBRE! #¡VALOR! #¡REF! #¿NOMBRE? #¡DIV/0! #¡NUM!
        """.split(separator: " ").map { Array($0.utf8) })
}
