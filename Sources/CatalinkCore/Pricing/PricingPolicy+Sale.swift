extension PricingPolicy {
    /// `nil` where the row has no sale price, one of zero, or one for other days.
    func salePrice(_ row: borrowing RowView, at now: Timestamp) throws(Failure) -> FixedDecimal? {
        guard let sale else { return nil }
        let text = try Self.trimmed(sale.price, row)
        guard !text.isEmpty else { return nil }
        guard let price = FixedDecimal(text), !price.isNegative else {
            throw Failure(
                sale.price, expected: "a sale price in plain notation such as 1299.00", got: text.text.quoted)
        }
        guard !price.isZero, try isOn(sale, row, now) else { return nil }
        return price
    }

    private func isOn(_ sale: Sale, _ row: borrowing RowView, _ now: Timestamp) throws(Failure) -> Bool {
        if let from = try moment(sale.from, row, isEnd: false), now < from { return false }
        if let to = try moment(sale.to, row, isEnd: true), to <= now { return false }
        return true
    }

    /// A day alone begins with its first moment and ends with its last, by UTC.
    private func moment(
        _ template: Template?, _ row: borrowing RowView, isEnd: Bool
    ) throws(Failure) -> Timestamp? {
        guard let template else { return nil }
        let text = try Self.trimmed(template, row)
        guard !text.isEmpty else { return nil }
        guard let moment = TimeFormat.iso8601(text) else {
            throw Failure(
                template, expected: "a date or time by ISO 8601", got: text.text.quoted,
                hint: "say how it is written: `| date: 'dd.MM.yyyy'`")
        }
        return isEnd && text.count == 10 ? moment + .seconds(86_400) : moment
    }
}
