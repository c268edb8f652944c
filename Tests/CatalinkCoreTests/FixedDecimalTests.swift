import CatalinkCore
import Testing

struct FixedDecimalTests {
    /// Text and its plain form.
    private static let numbers: [(String, String)] = [
        ("0", "0"), ("-0", "0"), ("0.00", "0"), ("7", "7"), ("007", "7"), ("+5", "5"), ("-3", "-3"),
        ("100", "100"),
        ("29.99", "29.99"), ("12.50", "12.5"), ("1299.00", "1299"), ("16.500000", "16.5"), ("5.", "5"),
        (".5", "0.5"), ("-.5", "-0.5"), ("0.010", "0.01"), ("-0.01", "-0.01"),
        ("1234567890123456789.5", "1234567890123456789.5"),
        ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
        ("170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
        ("0.000000000000000000000000000000000001", "0.000000000000000000000000000000000001"),
    ]

    @Test(arguments: numbers)
    func plainNotationIsReadAndWritten(_ text: String, _ plain: String) {
        let number = FixedDecimal(text)
        #expect(number?.plain == plain)
    }

    @Test(arguments: [
        "", ".", "-", "+", "-.", "--1", "+-1", "1-", "1.2.3", "1e3", "1E3", "12,50", "1,299.00", "0x10",
        "1 719", " 1",
        "1 ", "$1", "NaN", "inf", "٣", "1\u{A0}719", "1_000",
        "9999999999999999999999999999999999999999",
        "170141183460469231731687303715884105728",
        "0.0000000000000000000000000000000000001",
    ])
    func anythingElseIsRefused(_ text: String) {
        let number = FixedDecimal(text)
        #expect(number == nil)
    }

    @Test(arguments: [
        ("0.1", "0.2", "0.3"), ("1.50", "-2", "-0.5"), ("19.99", "0.01", "20"),
        ("99999999999999999999.99", "0.01", "100000000000000000000"),
    ])
    func sumsAreExact(_ first: String, _ second: String, _ sum: String) throws {
        let result = try decimal(first).adding(decimal(second))
        #expect(result?.plain == sum)
    }

    @Test(arguments: [
        ("19.99", "0.9", "17.991"), ("0.1", "0.1", "0.01"), ("-2.5", "4", "-10"), ("0", "123.45", "0"),
        ("1.000000000000000001", "1.000000000000000001", "1.000000000000000002000000000000000001"),
    ])
    func productsAreExact(_ first: String, _ second: String, _ product: String) throws {
        let result = try decimal(first).multiplied(by: decimal(second))
        #expect(result?.plain == product)
    }

    @Test(arguments: [
        ("100", "10", "110"), ("100", "-10", "90"), ("19.99", "-10", "17.991"), ("19.99", "12.5", "22.48875"),
        ("50", "-100", "0"), ("80", "0", "80"),
    ])
    func percentagesAreExact(_ amount: String, _ percent: String, _ changed: String) throws {
        let result = try decimal(amount).changed(byPercent: decimal(percent))
        #expect(result?.plain == changed)
    }

    private static let largest = FixedDecimal(coefficient: .max, scale: 0)
    private static let one = FixedDecimal(coefficient: 1, scale: 0)
    private static let tenth = FixedDecimal(coefficient: 1, scale: 1)

    @Test func overflowIsReportedNotTrapped() {
        let sum = Self.largest.adding(Self.one)
        let unaligned = Self.largest.adding(Self.tenth)
        let product = Self.largest.multiplied(by: FixedDecimal(coefficient: 10, scale: 0))
        let changed = Self.largest.changed(byPercent: Self.one)
        let rounded = Self.largest.rounded(to: Self.tenth, .up)
        #expect(sum == nil)
        #expect(unaligned == nil)
        #expect(product == nil)
        #expect(changed == nil)
        #expect(rounded == nil)
    }

    @Test func moreThanThirtySixDecimalsAreReportedNotDropped() {
        let small = FixedDecimal(coefficient: 1, scale: 20)
        let product = small.multiplied(by: small)
        #expect(product == nil)
    }

    @Test func aPercentageTooFineToApplyNeverMakesAPriceZero() throws {
        let percent = FixedDecimal(coefficient: 1, scale: 36)
        let changed = try decimal("100").changed(byPercent: percent)
        #expect(changed?.isZero != true)
    }

    @Test(arguments: [
        ("1.5", "1.50", true), ("-0", "0.00", true), ("1.5", "1.51", false), ("1", "-1", false),
        ("99999999999999999999999999999999999999", "0.1", false),
    ])
    func equalityIsByValue(_ first: String, _ second: String, _ isEqual: Bool) throws {
        let result = try decimal(first) == decimal(second)
        #expect(result == isEqual)
    }

    @Test(arguments: [
        ("1.49", "1.5", true), ("1.5", "1.50", false), ("-1", "0.5", true), ("2", "-3", false),
    ])
    func orderIsByValue(_ first: String, _ second: String, _ isLess: Bool) throws {
        let result = try decimal(first).isLess(than: decimal(second))
        #expect(result == isLess)
    }

    @Test func aComparisonThatLeavesTheRangeIsReported() {
        let result = Self.largest.isLess(than: Self.tenth)
        #expect(result == nil)
        #expect(Self.tenth < Self.largest)
        #expect(!(Self.largest < Self.tenth))
        let lowest = FixedDecimal(coefficient: -.max, scale: 0)
        #expect(lowest < Self.tenth)
        #expect(!(Self.tenth < lowest))
    }

    @Test(arguments: [("1.50", 1), ("100", 0), ("0.000", 0), ("0.010", 2), ("1.005", 3), ("-2.10", 1)])
    func significantScaleIgnoresTrailingZeros(_ text: String, _ scale: Int) throws {
        let number = try decimal(text)
        #expect(number.significantScale == scale)
    }
}
