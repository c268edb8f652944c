/// A number of a pricing rule: the same for every row, or the row's own.
package enum Operand: Sendable {
    case constant(FixedDecimal)
    case template(Template)

    /// - Parameter place: where the job file says it, for numbers that every row shares.
    /// - Throws: where the row's text is no number in plain notation.
    /// - Returns: `nil` where the row has none.
    func value(for row: borrowing RowView) throws(PricingPolicy.Failure) -> FixedDecimal? {
        switch self {
        case .constant(let number): return number
        case .template(let template):
            let text = try PricingPolicy.trimmed(template, row)
            guard !text.isEmpty else { return nil }
            guard let number = FixedDecimal(text) else {
                throw PricingPolicy.Failure(
                    template, expected: "a number in plain notation such as 12.50", got: text.text.quoted)
            }
            return number
        }
    }
}
