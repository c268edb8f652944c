/// Amounts that are written as whole numbers of a small unit.
package enum MinorUnits {
    /// `34375` with two digits is `343.75`. Nothing stays nothing.
    package static func units(_ text: [UInt8], digits: Int) throws(FilterFailure) -> [UInt8] {
        let number = SpreadsheetGuard.removed(from: text[...].trimmedOfBlanks)
        guard !number.isEmpty else { return [] }
        let sign = number.leadingSign
        let whole = number.dropFirst(sign?.width ?? 0)
        guard !whole.isEmpty, whole.allSatisfy(\.isDigit) else {
            throw FilterFailure(
                expected: "a whole number of minor units", got: number.text.quoted,
                hint: SpreadsheetDamage.reason(Array(number)) ?? unitsHint(number))
        }
        let padding = repeatElement(UInt8(ascii: "0"), count: max(0, digits + 1 - whole.count))
        var plain: [UInt8] = sign?.negative == true ? [UInt8(ascii: "-")] : []
        plain += padding + whole
        if digits > 0 { plain.insert(UInt8(ascii: "."), at: plain.count - digits) }
        try NumberGrammar.checkLength(plain)
        return plain
    }

    /// `990000000` is `.99`, the decimals of a whole number that stands before it; zero is nothing.
    package static func nanos(_ text: [UInt8]) throws(FilterFailure) -> [UInt8] {
        let number = text[...].trimmedOfBlanks
        guard !number.isEmpty else { return [] }
        guard number.count <= 9, number.allSatisfy(\.isDigit) else {
            throw FilterFailure(
                expected: "nanos, a whole number from 0 to 999999999", got: number.text.quoted,
                hint: SpreadsheetDamage.reason(Array(number)))
        }
        let zero = UInt8(ascii: "0")
        var decimals = Array(repeatElement(zero, count: 9 - number.count)) + number
        while decimals.last == zero { decimals.removeLast() }
        return decimals.isEmpty ? [] : [UInt8(ascii: ".")] + decimals
    }

    private static func unitsHint(_ number: ArraySlice<UInt8>) -> String? {
        let hasMark = number.contains(UInt8(ascii: ".")) || number.contains(UInt8(ascii: ","))
        return hasMark ? "with decimals it is in whole units already: say `decimal`" : nil
    }
}
