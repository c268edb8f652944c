/// Numbers of things, where decimals must be zero.
package enum WholeNumber {
    /// `12`, `12.00` and `12,0` are `12`; a number with other decimals or with groups is refused, and so is `12.000`,
    /// which could be twelve thousand.
    package static func plain(_ text: [UInt8]) throws(FilterFailure) -> [UInt8] {
        let number = SpreadsheetGuard.removed(from: text[...].trimmedOfBlanks)
        guard !number.isEmpty else { return [] }
        let sign = number.leadingSign
        let rest = number.dropFirst(sign?.width ?? 0)
        let whole = rest.prefix(while: \.isDigit)
        let decimals = rest.dropFirst(whole.count)
        let zero = UInt8(ascii: "0")
        guard !whole.isEmpty, whole.count <= 38, decimals.first.map({ ".,".utf8.contains($0) }) ?? true,
            decimals.dropFirst().allSatisfy({ $0 == zero })
        else {
            throw FilterFailure(
                expected: "a whole number", got: number.text.quoted,
                hint: SpreadsheetDamage.reason(Array(number)) ?? NumberRefusal.notation(number))
        }
        if decimals.count == 4, (1...3).contains(whole.count), whole.first != zero {
            let mark = decimals.first == UInt8(ascii: ",") ? "comma" : "point"
            throw FilterFailure(
                expected: "a whole number", got: number.text.quoted,
                hint:
                    "the \(mark) may group thousands or begin decimals; take it away with `replace:`, or the "
                    + "decimals with `before:`")
        }
        let significant = whole.drop { $0 == zero }
        guard !significant.isEmpty else { return [zero] }
        return (sign?.negative == true ? [UInt8(ascii: "-")] : []) + significant
    }
}
