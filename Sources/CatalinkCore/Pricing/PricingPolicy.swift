/// How a row's base price becomes the amount of its link.
///
/// In this order: price or sale price, conversion, rules, rounding, floor and ceiling. Every step is exact; only rounding drops
/// digits.
package struct PricingPolicy: Sendable {
    package enum Change: Sendable, Equatable {
        case percent(FixedDecimal)
        case add(FixedDecimal)
        case set(FixedDecimal)
    }

    package struct Rule: Sendable {
        package var name: String
        package var condition: Condition
        package var change: Change
        package var place: JobPlace

        package init(name: String, condition: Condition, change: Change, place: JobPlace) {
            self.name = name
            self.condition = condition
            self.change = change
            self.place = place
        }
    }

    /// A price that takes the other's place where the row has one, on the days that the row names.
    package struct Sale: Sendable {
        package var price: Template
        package var from: Template?
        package var to: Template?

        package init(price: Template, from: Template?, to: Template?) {
            self.price = price
            self.from = from
            self.to = to
        }
    }

    package enum Application: String, Sendable, CaseIterable {
        case all
        case first
    }

    package enum Rounding: Sendable, Equatable {
        /// To a multiple of a step, such as 0.01 or 0.05.
        case step(FixedDecimal, RoundingMode)
        /// To the amount with this ending, such as 0.99, that lies where `mode` says.
        case ending(FixedDecimal, RoundingMode)
    }

    /// What an empty, zero or negative base price means.
    package enum ZeroPrice: String, Sendable, CaseIterable {
        case problem
        /// The row is filtered.
        case skip
        /// The link has no amount; the payer chooses.
        case free
    }

    package var price: Template
    package var sale: Sale?
    package var conversionRate: FixedDecimal?
    /// The currency that a row's link must be in, where rows say it themselves.
    package var conversionTarget: Currency?
    package var rules: [Rule] = []
    package var application = Application.all
    package var rounding: Rounding?
    package var zeroPrice = ZeroPrice.problem
    package var floor: FixedDecimal?
    package var ceiling: FixedDecimal?
    package var place: JobPlace
    /// How many decimals the amount may have.
    package var decimals = 2

    package init(price: Template, place: JobPlace) {
        self.price = price
        self.place = place
    }

    package enum Outcome: Sendable, Equatable {
        case amount(FixedDecimal)
        case free
        case skip
    }

    package struct Failure: Error, Equatable {
        package var rule: JobPlace
        package var slot: SlotChoice?
        package var failure: FilterFailure
    }

    /// - Parameter now: the moment by which a sale is on or over.
    package func outcome(for row: borrowing RowView, at now: Timestamp) throws(Failure) -> Outcome {
        var base = try salePrice(row, at: now)
        if base == nil { base = try basePrice(row) }
        guard let base else {
            return zeroPrice == .free ? .free : .skip
        }
        var amount = base
        if let conversionRate { amount = try exact(amount.multiplied(by: conversionRate), at: place) }
        for rule in rules where try applies(rule, to: row) {
            amount = try changed(amount, by: rule)
            if application == .first { break }
        }
        if let rounding { amount = try exact(rounding.apply(to: amount), at: place) }
        if let floor, try exact(amount.isLess(than: floor), at: place) { amount = floor }
        if let ceiling, try exact(ceiling.isLess(than: amount), at: place) { amount = ceiling }
        try check(amount, base: base)
        return .amount(amount)
    }

    /// `nil` where the job says what to do with an empty, zero or negative price.
    private func basePrice(_ row: borrowing RowView) throws(Failure) -> FixedDecimal? {
        var text: [UInt8]
        do throws(FilterFailure) { text = try price.text(row) } catch { throw failure(error) }
        text.trim()
        if text.isEmpty {
            guard zeroPrice == .problem else { return nil }
            throw failure(
                FilterFailure(
                    expected: "a price", got: "nothing",
                    hint: "`zero: skip` leaves such rows out, `zero: free` makes links without an amount"))
        }
        guard let base = FixedDecimal(text) else {
            throw failure(
                FilterFailure(
                    expected: "a price in plain notation such as 1299.00", got: text.text.quoted,
                    hint: text.contains(UInt8(ascii: ",")) ? "a decimal comma? say `decimal: comma`" : nil))
        }
        if base.isZero || base.isNegative {
            guard zeroPrice == .problem else { return nil }
            throw failure(
                FilterFailure(
                    expected: "a price above zero", got: text.text.quoted,
                    hint: "`zero: skip` leaves such rows out, `zero: free` makes links without an amount"))
        }
        return base
    }

    private func applies(_ rule: Rule, to row: borrowing RowView) throws(Failure) -> Bool {
        do throws(Condition.TestFailure) {
            return try rule.condition.holds(for: row)
        } catch {
            throw Failure(
                rule: error.test.place, slot: error.test.subject.firstSlot, failure: error.failure)
        }
    }

    private func changed(_ amount: FixedDecimal, by rule: Rule) throws(Failure) -> FixedDecimal {
        switch rule.change {
        case .percent(let percent): try exact(amount.changed(byPercent: percent), at: rule.place)
        case .add(let sum): try exact(amount.adding(sum), at: rule.place)
        case .set(let fixed): fixed
        }
    }

    private func check(_ amount: FixedDecimal, base: FixedDecimal) throws(Failure) {
        if amount.isZero || amount.isNegative {
            throw failure(
                FilterFailure(
                    expected: "an amount above zero after all rules",
                    got: "\(amount.plain) from \(base.plain)",
                    hint: "a `floor:` keeps amounts up"))
        }
        if amount.significantScale > decimals {
            throw failure(
                FilterFailure(
                    expected: "an amount of at most \(decimals) decimals", got: amount.plain,
                    hint: "say how to round: `round: {to: \"0.01\", mode: half-up}`"))
        }
    }

    private func exact<Value>(_ value: Value?, at place: JobPlace) throws(Failure) -> Value {
        guard let value else {
            throw Failure(
                rule: place, slot: price.firstSlot,
                failure: FilterFailure(expected: "an amount of at most 38 digits", got: "a longer one"))
        }
        return value
    }

    private func failure(_ failure: FilterFailure) -> Failure {
        Failure(rule: price.place, slot: price.firstSlot, failure: failure)
    }
}

extension PricingPolicy.Rounding {
    func apply(to amount: FixedDecimal) -> FixedDecimal? {
        switch self {
        case .step(let step, let mode): return amount.rounded(to: step, mode)
        case .ending(let ending, let mode):
            // Whole steps are counted from the ending itself; below the first one there is only the ending.
            let one = FixedDecimal(coefficient: 1, scale: 0)
            let negated = FixedDecimal(coefficient: -ending.coefficient, scale: ending.scale)
            guard let rest = amount.adding(negated) else { return nil }
            return rest.isNegative ? ending : rest.rounded(to: one, mode)?.adding(ending)
        }
    }
}
