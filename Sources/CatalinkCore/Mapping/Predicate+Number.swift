extension Predicate {
    /// The same question about a number, whose text is its plain notation.
    func holds(for number: FixedDecimal) throws(FilterFailure) -> Bool {
        let text = Array(number.plain.utf8)
        return try holds(for: text.span)
    }
}
