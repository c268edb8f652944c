/// What an amount may not be, however it came about.
package struct PriceGuard: Sendable {
    /// What must remain of an amount beside the cost, in percent of the amount.
    package struct Margin: Sendable {
        package var cost: Operand
        package var percent: FixedDecimal
        package var place: JobPlace

        package init(cost: Operand, percent: FixedDecimal, place: JobPlace) {
            self.cost = cost
            self.percent = percent
            self.place = place
        }
    }

    package var minimum: FixedDecimal?
    package var maximum: FixedDecimal?
    package var margin: Margin?
    package var place = JobPlace(line: 0, column: 0)

    package init() {}

    /// - Parameter rate: what turns the catalog's currency, in which costs are, into the amount's.
    func check(
        _ amount: FixedDecimal, _ row: borrowing RowView, rate: FixedDecimal?, shown base: String
    ) throws(PricingPolicy.Failure) {
        if let minimum, try PricingPolicy.exact(amount.isLess(than: minimum), at: place) {
            throw failure(
                expected: "an amount of at least \(minimum.plain)", got: "\(amount.plain) from \(base)")
        }
        if let maximum, try PricingPolicy.exact(maximum.isLess(than: amount), at: place) {
            throw failure(
                expected: "an amount of at most \(maximum.plain)", got: "\(amount.plain) from \(base)")
        }
        if let margin { try check(margin, amount, row, rate) }
    }

    /// Compared as products, so that nothing is divided.
    private func check(
        _ margin: Margin, _ amount: FixedDecimal, _ row: borrowing RowView, _ rate: FixedDecimal?
    ) throws(PricingPolicy.Failure) {
        let slot: SlotChoice? =
            if case .template(let template) = margin.cost { template.firstSlot } else { nil }
        guard var cost = try margin.cost.value(for: row) else {
            throw PricingPolicy.Failure(
                rule: margin.place, slot: slot,
                failure: FilterFailure(
                    expected: "a cost to reckon the margin from", got: "nothing",
                    hint: "`cost: \"{{… | default: 0}}\"` takes nothing for nothing"))
        }
        if let rate { cost = try PricingPolicy.exact(cost.multiplied(by: rate), at: place) }
        let hundred = FixedDecimal(coefficient: 100, scale: 0)
        let kept = try PricingPolicy.exact(
            hundred.subtracting(margin.percent).flatMap { amount.multiplied(by: $0) }, at: place)
        guard
            try PricingPolicy.exact(
                kept.isLess(than: PricingPolicy.exact(cost.multiplied(by: hundred), at: place)), at: place)
        else { return }
        throw PricingPolicy.Failure(
            rule: margin.place, slot: slot,
            failure: FilterFailure(
                expected: "a margin of at least \(margin.percent.plain)%",
                got: "an amount of \(amount.plain) beside a cost of \(cost.plain)"))
    }

    private func failure(expected: String, got: String) -> PricingPolicy.Failure {
        PricingPolicy.Failure(
            rule: place, slot: nil, failure: FilterFailure(expected: expected, got: got))
    }
}
