/// An exact fraction, to check decimal arithmetic against: another representation, and no code in common.
struct Rational: Equatable {
    let numerator: Int128
    let denominator: Int128

    /// - Parameter denominator: not zero.
    init(_ numerator: Int128, _ denominator: Int128 = 1) {
        var (a, b) = (numerator.magnitude, denominator.magnitude)
        while b != 0 { (a, b) = (b, a % b) }
        let common = Int128(max(a, 1)) * (denominator < 0 ? -1 : 1)
        self.numerator = numerator / common
        self.denominator = denominator / common
    }

    static func + (first: Rational, second: Rational) -> Rational {
        Rational(
            first.numerator * second.denominator + second.numerator * first.denominator,
            first.denominator * second.denominator)
    }

    static func - (first: Rational, second: Rational) -> Rational {
        first + Rational(-second.numerator, second.denominator)
    }

    static func * (first: Rational, second: Rational) -> Rational {
        Rational(first.numerator * second.numerator, first.denominator * second.denominator)
    }

    static func / (first: Rational, second: Rational) -> Rational {
        Rational(first.numerator * second.denominator, first.denominator * second.numerator)
    }

    static func < (first: Rational, second: Rational) -> Bool {
        first.numerator * second.denominator < second.numerator * first.denominator
    }

    /// The largest whole number that is not above this.
    var floored: Int128 {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The fraction that a plain decimal such as `-12.50` means.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? parts[1] : ""
        guard parts.count <= 2, let digits = Int128(parts[0] + decimals) else { return nil }
        var unit: Int128 = 1
        for _ in decimals { unit *= 10 }
        self.init(digits, unit)
    }

    /// How many decimals its plain notation has; `nil` when it has no end within `most`.
    func decimals(atMost most: Int) -> Int? {
        var unit: Int128 = 1
        for count in 0...most {
            if unit % denominator == 0 { return count }
            unit *= 10
        }
        return nil
    }
}
