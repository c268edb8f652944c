/// An exact decimal number: `coefficient` × 10^−`scale`.
///
/// Sums and products are exact or `nil` when they leave 128 bits; only `rounded` drops digits, and says how.
package struct FixedDecimal: Sendable {
    package let coefficient: Int128
    /// How many decimals, 0…36.
    package let scale: Int

    package static let zero = FixedDecimal(coefficient: 0, scale: 0)
    package static let largestScale = 36

    package init(coefficient: Int128, scale: Int) {
        precondition((0...Self.largestScale).contains(scale), "a scale is 0…36")
        self.coefficient = coefficient
        self.scale = scale
    }

    /// Reads plain notation: an optional sign, digits, and a point with decimals (`-12.50`, `.5`); `nil` for
    /// anything else, for more than 36 decimals, and for numbers beyond 128 bits.
    package init?(_ text: [UInt8]) {
        self.init(text.span)
    }

    package init?(_ text: Span<UInt8>) {
        var index = 0
        var negative = false
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            negative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        // Eighteen digits fit into 64 bits, which are several times faster than 128.
        var small: Int64 = 0
        var large: Int128 = 0
        var digits = 0
        var decimals = 0
        var seenPoint = false
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "."), !seenPoint {
                seenPoint = true
                continue
            }
            guard byte.isDigit else { return nil }
            digits += 1
            if seenPoint { decimals += 1 }
            let digit = Int64(byte - UInt8(ascii: "0"))
            if digits <= 18 {
                small = small * 10 + digit
                large = Int128(small)
            } else {
                let (product, overflow) = large.multipliedReportingOverflow(by: 10)
                let (sum, carried) = product.addingReportingOverflow(Int128(digit))
                guard !overflow, !carried else { return nil }
                large = sum
            }
        }
        guard digits > 0, decimals <= Self.largestScale else { return nil }
        coefficient = negative ? -large : large
        scale = decimals
    }

    package init?(_ text: String) {
        self.init(Array(text.utf8))
    }

    package var isZero: Bool { coefficient == 0 }
    package var isNegative: Bool { coefficient < 0 }

    package func adding(_ other: FixedDecimal) -> FixedDecimal? {
        guard let (first, second, scale) = Self.aligned(self, other) else { return nil }
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow ? nil : FixedDecimal(coefficient: sum, scale: scale)
    }

    package func subtracting(_ other: FixedDecimal) -> FixedDecimal? {
        adding(FixedDecimal(coefficient: -other.coefficient, scale: other.scale))
    }

    package func multiplied(by other: FixedDecimal) -> FixedDecimal? {
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
        guard !overflow else { return nil }
        let exact = FixedDecimal.shortened(product, scale + other.scale)
        return exact
    }

    /// This amount changed by so many percent: `percent` 10 makes 100 into 110, −10 makes it 90.
    package func changed(byPercent percent: FixedDecimal) -> FixedDecimal? {
        guard let hundred = FixedDecimal(coefficient: 100, scale: 0).adding(percent),
            let factor = FixedDecimal.shortened(hundred.coefficient, hundred.scale + 2)
        else { return nil }
        return multiplied(by: factor)
    }

    /// `nil` when the comparison itself leaves 128 bits.
    package func isLess(than other: FixedDecimal) -> Bool? {
        guard let (first, second, _) = Self.aligned(self, other) else { return nil }
        return first < second
    }

    package func isEqual(to other: FixedDecimal) -> Bool {
        guard let (first, second, _) = Self.aligned(self, other) else { return false }
        return first == second
    }

    /// The multiple of `step` that `mode` names; `step` is positive.
    package func rounded(to step: FixedDecimal, _ mode: RoundingMode) -> FixedDecimal? {
        guard step.coefficient > 0, let (value, unit, scale) = Self.aligned(self, step) else { return nil }
        guard let steps = Self.steps(value, unit, mode) else { return nil }
        let (product, overflow) = steps.multipliedReportingOverflow(by: unit)
        return overflow ? nil : FixedDecimal(coefficient: product, scale: scale)
    }

    /// The exact quotient; `nil` where it has no end within 36 decimals or leaves 128 bits. The divisor is above zero.
    package func divided(by divisor: FixedDecimal) -> FixedDecimal? {
        guard divisor.coefficient > 0, var (value, unit, _) = Self.aligned(self, divisor) else { return nil }
        let common = Self.commonFactor(value.magnitude, unit.magnitude)
        if common > 1 { (value, unit) = (value / Int128(common), unit / Int128(common)) }
        for scale in 0...Self.largestScale {
            let (quotient, remainder) = value.quotientAndRemainder(dividingBy: unit)
            if remainder == 0 { return FixedDecimal(coefficient: quotient, scale: scale) }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
        }
        return nil
    }

    /// The multiple of `step` that lies where `mode` says of the exact quotient; divisor and step are above zero.
    package func divided(
        by divisor: FixedDecimal, to step: FixedDecimal, _ mode: RoundingMode
    ) -> FixedDecimal? {
        guard divisor.coefficient > 0, step.coefficient > 0, let unit = divisor.multiplied(by: step),
            let (value, whole, _) = Self.aligned(self, unit)
        else { return nil }
        return Self.steps(value, whole, mode).flatMap {
            FixedDecimal(coefficient: $0, scale: 0).multiplied(by: step)
        }
    }

    /// The quotient by a number above zero, rounded to so many decimals or, where 128 bits do not hold these, to as
    /// many as they do; at least as many as this number has.
    package func divided(by divisor: Int, decimals: Int, _ mode: RoundingMode) -> FixedDecimal {
        let divisor = Int128(divisor)
        var (quotient, rest) = coefficient.quotientAndRemainder(dividingBy: divisor)
        var places = scale
        while places < min(decimals, Self.largestScale) {
            let (product, overflow) = quotient.multipliedReportingOverflow(by: 10)
            let (digit, left) = (rest * 10).quotientAndRemainder(dividingBy: divisor)
            let (next, carried) = product.addingReportingOverflow(digit)
            // One is kept free for rounding.
            guard !overflow, !carried, next.magnitude < Int128.max.magnitude else { break }
            (quotient, rest, places) = (next, left, places + 1)
        }
        if mode.movesAway(remainder: rest, unit: divisor, quotientIsOdd: quotient % 2 != 0) {
            quotient += isNegative ? -1 : 1
        }
        return FixedDecimal(coefficient: quotient, scale: places)
    }

    /// Plain decimal without trailing zeros: `29.99`, `100`, `0.5`, `-3`.
    package var plain: String {
        let value = FixedDecimal.stripped(coefficient, scale)
        let digits = String(value.coefficient.magnitude)
        let sign = value.coefficient < 0 ? "-" : ""
        guard value.scale > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, value.scale + 1 - digits.count)) + digits
        return sign + padded.dropLast(value.scale) + "." + padded.suffix(value.scale)
    }

    /// How many decimals remain once trailing zeros are gone.
    package var significantScale: Int {
        FixedDecimal.stripped(coefficient, scale).scale
    }

    /// The same number with as few decimals as it takes.
    package var withoutTrailingZeros: FixedDecimal {
        FixedDecimal.stripped(coefficient, scale)
    }

    /// How many units the value has, moved to a whole number of them.
    private static func steps(_ value: Int128, _ unit: Int128, _ mode: RoundingMode) -> Int128? {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: unit)
        guard mode.movesAway(remainder: remainder, unit: unit, quotientIsOdd: quotient % 2 != 0) else {
            return quotient
        }
        let (steps, overflow) = quotient.addingReportingOverflow(value < 0 ? -1 : 1)
        return overflow ? nil : steps
    }

    private static func commonFactor(_ first: UInt128, _ second: UInt128) -> UInt128 {
        var (a, b) = (first, second)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }

    private static func stripped(_ coefficient: Int128, _ scale: Int) -> FixedDecimal {
        if let small = Int64(exactly: coefficient) {
            var (value, places) = (small, scale)
            while places > 0, value % 10 == 0 { (value, places) = (value / 10, places - 1) }
            return FixedDecimal(coefficient: Int128(value), scale: places)
        }
        var (value, places) = (coefficient, scale)
        while places > 0, value % 10 == 0 { (value, places) = (value / 10, places - 1) }
        return FixedDecimal(coefficient: value, scale: places)
    }

    /// `nil` when even without trailing zeros there are more than 36 decimals.
    private static func shortened(_ coefficient: Int128, _ scale: Int) -> FixedDecimal? {
        if scale <= 18 { return FixedDecimal(coefficient: coefficient, scale: scale) }
        var (value, places) = (coefficient, scale)
        while places > 18, value % 10 == 0 { (value, places) = (value / 10, places - 1) }
        return places <= largestScale ? FixedDecimal(coefficient: value, scale: places) : nil
    }

    private static func aligned(_ first: FixedDecimal, _ second: FixedDecimal) -> (Int128, Int128, Int)? {
        if first.scale == second.scale { return (first.coefficient, second.coefficient, first.scale) }
        let scale = max(first.scale, second.scale)
        guard let left = scaled(first, to: scale), let right = scaled(second, to: scale) else { return nil }
        return (left, right, scale)
    }

    private static func scaled(_ value: FixedDecimal, to scale: Int) -> Int128? {
        var coefficient = value.coefficient
        for _ in value.scale..<scale {
            let (product, overflow) = coefficient.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            coefficient = product
        }
        return coefficient
    }
}

extension FixedDecimal: Equatable {
    /// By value: 1.5 equals 1.50.
    package static func == (first: FixedDecimal, second: FixedDecimal) -> Bool {
        first.isEqual(to: second)
    }
}

extension FixedDecimal: Comparable {
    package static func < (first: FixedDecimal, second: FixedDecimal) -> Bool {
        if let isLess = first.isLess(than: second) { return isLess }
        // What has fewer decimals is beyond all that the other can be.
        return first.scale < second.scale ? first.isNegative : !second.isNegative
    }
}

/// How a number between two steps is moved to one of them.
package enum RoundingMode: String, Sendable, CaseIterable {
    /// To the nearest; a half moves away from zero.
    case halfUp = "half-up"
    /// To the nearest; a half moves towards zero.
    case halfDown = "half-down"
    /// To the nearest; a half moves to the even step.
    case halfEven = "half-even"
    /// Away from zero.
    case up
    /// Towards zero.
    case down

    func movesAway(remainder: Int128, unit: Int128, quotientIsOdd: Bool) -> Bool {
        let rest = remainder.magnitude
        guard rest != 0 else { return false }
        let half = unit.magnitude - rest
        return switch self {
        case .up: true
        case .down: false
        case .halfUp: rest >= half
        case .halfDown: rest > half
        case .halfEven: rest > half || (rest == half && quotientIsOdd)
        }
    }
}
