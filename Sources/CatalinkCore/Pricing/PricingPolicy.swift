/// How a row's base price becomes the amount of its link.
///
/// In this order: price or sale price, conversion, rules, rounding, floor and ceiling, guard. Every step is exact; only
/// rounding drops digits.
package struct PricingPolicy: Sendable {
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
    package var conversion: Operand?
    /// The currency that a row's link must be in, where rows say it themselves.
    package var conversionTarget: Currency?
    package var rules: [PriceRule] = []
    package var application = Application.all
    package var rounding: Rounding?
    /// Where the job file says these two, for explanations.
    package var conversionPlace: JobPlace?
    package var roundingPlace: JobPlace?
    package var zeroPrice = ZeroPrice.problem
    package var floor: Operand?
    package var ceiling: Operand?
    package var `guard` = PriceGuard()
    package var place: JobPlace
    /// How many decimals the amount may have at most.
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

    /// `to 0.01, half-up`
    var shown: String {
        switch self {
        case .step(let step, let mode): "to \(step.plain), \(mode.rawValue)"
        case .ending(let ending, let mode): "to the ending \(ending.plain), \(mode.rawValue)"
        }
    }
}
