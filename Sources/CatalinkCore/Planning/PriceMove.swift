/// An amount of today that is not the one its item's link was made with.
package struct PriceMove: Sendable, Equatable {
    package struct Price: Sendable, Equatable {
        package var amount: FixedDecimal?
        package var currency: String

        package init(amount: FixedDecimal?, currency: String) {
            self.amount = amount
            self.currency = currency
        }
    }

    package var old: Price
    package var new: Price

    /// `nil` where nothing has moved.
    package init?(from old: Price, to new: Price) {
        guard old != new else { return nil }
        self.old = old
        self.new = new
    }

    /// Both amounts, where one can be measured by the other.
    private var amounts: (old: FixedDecimal, new: FixedDecimal)? {
        guard old.currency == new.currency, let old = old.amount, let new = new.amount else { return nil }
        return (old, new)
    }

    /// Today's amount as a multiple of the former one, in millionths; `nil` where neither measures the other.
    package var ratio: Int? {
        amounts.flatMap { $0.new.multiples(of: $0.old, digits: 6) }
    }

    /// Whether today's amount is the smaller one; `nil` where neither measures the other.
    package var isCheaper: Bool? {
        amounts.flatMap { $0.new.isLess(than: $0.old) }
    }

    /// How many times the smaller amount the larger one is, in thousandths; more than any where that cannot be said.
    package var distance: Int {
        guard let (old, new) = amounts else { return .max }
        let isLess = new.isLess(than: old) ?? false
        return (isLess ? old.multiples(of: new, digits: 3) : new.multiples(of: old, digits: 3)) ?? .max
    }

    /// Whether this is further than a job lets an amount move; so is what cannot be measured.
    package func isBeyond(_ change: LargestChange) -> Bool {
        guard let (old, new) = amounts,
            let difference = new.adding(FixedDecimal(coefficient: -old.coefficient, scale: old.scale)),
            let moved = FixedDecimal(
                coefficient: difference.isNegative ? -difference.coefficient : difference.coefficient,
                scale: difference.scale
            ).multiplied(by: FixedDecimal(coefficient: 100, scale: 0)),
            let allowed = old.multiplied(by: change.percent)
        else { return true }
        return allowed.isLess(than: moved) ?? true
    }

    /// `129.00 → 12.90 usdc`
    package var text: String {
        old.currency == new.currency || old.amount == nil
            ? "\(old.shown) → \(new.shown) \(new.currency)"
            : "\(old.shown) \(old.currency) → \(new.shown) \(new.currency)"
    }
}

extension PriceMove.Price {
    fileprivate var shown: String { amount?.asMoney ?? "none" }
}

/// How far an amount may move from the one that its link was made with, in percent of that.
package struct LargestChange: Sendable, Equatable {
    package let percent: FixedDecimal

    /// `30%`, `12.5%`
    package init?(written text: String) {
        guard text.hasSuffix("%"), let percent = FixedDecimal(String(text.dropLast())), !percent.isNegative,
            percent.scale <= 6, percent.coefficient <= 1_000_000_000_000
        else { return nil }
        self.percent = percent
    }

    package var text: String { percent.plain + "%" }
}

extension FixedDecimal {
    /// How often this contains `other`, rounded, with so many digits behind the point as a whole number.
    fileprivate func multiples(of other: FixedDecimal, digits: Int) -> Int? {
        guard let dividend = coefficient.shifted(by: other.scale + digits),
            let divisor = other.coefficient.shifted(by: scale), divisor > 0
        else { return nil }
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        return Int(exactly: remainder >= divisor - remainder ? quotient + 1 : quotient)
    }

    /// Plain notation with at least two decimals: `12.90`, `0.0125`.
    package var asMoney: String {
        let text = plain
        guard let point = text.firstIndex(of: ".") else { return text + ".00" }
        let decimals = text.distance(from: point, to: text.endIndex) - 1
        return decimals == 1 ? text + "0" : text
    }
}

extension Int128 {
    /// Times ten as often as `digits` says; `nil` beyond 128 bits.
    fileprivate func shifted(by digits: Int) -> Int128? {
        var value = self
        for _ in 0..<digits {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
        }
        return value
    }
}
