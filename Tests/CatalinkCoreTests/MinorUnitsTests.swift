import CatalinkCore
import Testing

struct MinorUnitsTests {
    private static let units: [(String, Int, String)] = [
        ("34375", 2, "343.75"), ("5", 2, "0.05"), ("0", 2, "0.00"), ("-5", 2, "-0.05"), ("+120", 2, "1.20"),
        ("250", 0, "250"), ("1", 6, "0.000001"), ("'34375", 2, "343.75"), ("", 2, ""),
        (" 100\u{A0}", 2, "1.00"),
        ("12345678901234567890123456789012345678", 2, "123456789012345678901234567890123456.78"),
    ]

    @Test(arguments: units)
    func minorUnitsBecomeUnits(_ text: String, _ digits: Int, _ amount: String) throws {
        let plain = try MinorUnits.units(utf8(text), digits: digits)
        #expect(plain.text == amount)
    }

    @Test(arguments: ["343.75", "343,75", "100.00", "1 000", "x", "-", "5-", "1e3", "4,26E+12"])
    func onlyWholeNumbersAreMinorUnits(_ text: String) {
        let failure = #expect(throws: FilterFailure.self) { try MinorUnits.units(utf8(text), digits: 2) }
        #expect(failure?.expected == "a whole number of minor units")
    }

    @Test func moreMinorUnitsThanANumberHoldsAreRefused() {
        let text = String(repeating: "9", count: 39)
        #expect(throws: FilterFailure.self) { try MinorUnits.units(utf8(text), digits: 2) }
    }

    private static let nanos: [(String, String)] = [
        ("990000000", ".99"), ("5000000", ".005"), ("1", ".000000001"), ("999999999", ".999999999"),
        ("0", ""),
        ("000", ""), ("", ""), (" ", ""), (" 500000000 ", ".5"),
    ]

    @Test(arguments: nanos)
    func nanosBecomeDecimals(_ text: String, _ decimals: String) throws {
        let plain = try MinorUnits.nanos(utf8(text))
        #expect(plain.text == decimals)
    }

    @Test(arguments: ["1000000000", "0000000001", "-1", "+1", "9.9", "x", "9,9E+8"])
    func nanosOutOfRangeAreRefused(_ text: String) {
        let failure = #expect(throws: FilterFailure.self) { try MinorUnits.nanos(utf8(text)) }
        #expect(failure?.expected == "nanos, a whole number from 0 to 999999999")
    }

    @Test func unitsAndNanosMakeAPrice() throws {
        let row = SampleRow(["units": "19", "nanos": "990000000"])
        let price = try row.text("{{units}}{{nanos | nanos}}")
        #expect(price == "19.99")
    }
}
