/// One step of a job's pricing, taken for the rows that it is meant for.
package struct PriceRule: Sendable {
    package enum Change: Sendable {
        case percent(Operand)
        case add(Operand)
        case set(Operand)
        /// So many times as much: hours, pieces, or a rate of exchange.
        case factor(Operand)
        /// The cost and so many percent of it.
        case markup(cost: Operand, percent: Operand)
        /// The price of which so many percent remain beside the cost.
        case margin(cost: Operand, percent: Operand)
    }

    package var name: String
    package var condition: Condition
    /// The prices that the rule is for, before any rule and after conversion.
    package var tier: Predicate?
    /// The moments of the run that the rule is for; the end is excluded.
    package var from: Timestamp?
    package var to: Timestamp?
    package var change: Change
    package var rounding: PricingPolicy.Rounding?
    /// Whether later rules are left out when this one has applied.
    package var isLast = false
    package var place: JobPlace

    package init(name: String, condition: Condition, change: Change, place: JobPlace) {
        self.name = name
        self.condition = condition
        self.change = change
        self.place = place
    }
}

extension PriceRule {
    /// Why the rule leaves a row alone; `nil` where it applies.
    func objection(
        to row: borrowing RowView, _ base: FixedDecimal, at now: Timestamp
    ) throws(PricingPolicy.Failure) -> String? {
        if let from, now < from { return "begins \(CivilTime(from).iso8601)" }
        if let to, to <= now { return "ended \(CivilTime(to).iso8601)" }
        if let tier {
            do throws(FilterFailure) {
                guard try tier.holds(for: base) else { return "the price \(tier.failing)" }
            } catch { throw PricingPolicy.Failure(rule: place, slot: nil, failure: error) }
        }
        do throws(Condition.TestFailure) {
            return try condition.firstFailing(for: row).map { condition.tests[$0].reason }
        } catch {
            throw PricingPolicy.Failure(
                rule: error.test.place, slot: error.test.subject.firstSlot, failure: error.failure)
        }
    }

    /// What the rule makes of an amount; `nil` where the row lacks a number that it works with.
    ///
    /// - Parameter rate: what turns the catalog's currency, in which costs are, into the amount's.
    func changed(
        _ amount: FixedDecimal, _ row: borrowing RowView, rate: FixedDecimal?
    ) throws(PricingPolicy.Failure) -> (amount: FixedDecimal, how: String)? {
        guard var (result, how) = try applied(to: amount, row, rate) else { return nil }
        if let rounding {
            result = try PricingPolicy.exact(rounding.apply(to: result), at: place)
            how += ", rounded \(rounding.shown)"
        }
        return (result, how)
    }

    private func applied(
        to amount: FixedDecimal, _ row: borrowing RowView, _ rate: FixedDecimal?
    ) throws(PricingPolicy.Failure) -> (FixedDecimal, String)? {
        switch change {
        case .percent(let operand):
            guard let percent = try operand.value(for: row) else { return nil }
            return (
                try PricingPolicy.exact(amount.changed(byPercent: percent), at: place), "\(percent.signed)%"
            )
        case .add(let operand):
            guard let sum = try operand.value(for: row) else { return nil }
            return (try PricingPolicy.exact(amount.adding(sum), at: place), sum.signed)
        case .set(let operand):
            guard let fixed = try operand.value(for: row) else { return nil }
            return (fixed, "set")
        case .factor(let operand):
            guard let factor = try operand.value(for: row) else { return nil }
            return (try PricingPolicy.exact(amount.multiplied(by: factor), at: place), "× \(factor.plain)")
        case .markup(let cost, let percent):
            guard let (cost, percent) = try pair(cost, percent, row, rate) else { return nil }
            return (
                try PricingPolicy.exact(cost.changed(byPercent: percent), at: place),
                "the cost \(cost.plain) and \(percent.plain)% of it"
            )
        case .margin(let cost, let percent):
            guard let (cost, percent) = try pair(cost, percent, row, rate) else { return nil }
            return (
                try price(of: cost, leaving: percent),
                "the cost \(cost.plain) and a margin of \(percent.plain)%"
            )
        }
    }

    private func pair(
        _ cost: Operand, _ percent: Operand, _ row: borrowing RowView, _ rate: FixedDecimal?
    ) throws(PricingPolicy.Failure) -> (FixedDecimal, FixedDecimal)? {
        guard let own = try cost.value(for: row), let percent = try percent.value(for: row) else {
            return nil
        }
        guard let rate else { return (own, percent) }
        return (try PricingPolicy.exact(own.multiplied(by: rate), at: place), percent)
    }

    /// `cost` × 100 / (100 − `percent`), rounded where the rule says how.
    private func price(
        of cost: FixedDecimal, leaving percent: FixedDecimal
    ) throws(PricingPolicy.Failure) -> FixedDecimal {
        let hundred = FixedDecimal(coefficient: 100, scale: 0)
        let dividend = try PricingPolicy.exact(cost.multiplied(by: hundred), at: place)
        let divisor = try PricingPolicy.exact(hundred.subtracting(percent), at: place)
        guard divisor.coefficient > 0 else {
            throw failure(expected: "a margin below 100%", got: "\(percent.plain)%")
        }
        if case .step(let step, let mode)? = rounding {
            return try PricingPolicy.exact(dividend.divided(by: divisor, to: step, mode), at: place)
        }
        guard let quotient = dividend.divided(by: divisor) else {
            throw failure(
                expected: "a price that division leaves exact", got: "\(dividend.plain) / \(divisor.plain)",
                hint: "say how to round in the rule itself: `round: {to: \"0.01\", mode: up}`")
        }
        return quotient
    }

    private func failure(expected: String, got: String, hint: String? = nil) -> PricingPolicy.Failure {
        PricingPolicy.Failure(
            rule: place, slot: nil, failure: FilterFailure(expected: expected, got: got, hint: hint))
    }
}

extension FixedDecimal {
    /// `+10`, `-2.5`
    fileprivate var signed: String { isNegative ? plain : "+" + plain }
}
