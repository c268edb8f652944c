@testable import CatalinkCore
import Testing

struct RoundingToEndingTests {
    /// An amount, and the results half-up, half-even, up and down for the ending 0.99.
    private static let table: [(String, [String])] = [
        ("12.34", ["11.99", "11.99", "12.99", "11.99"]),
        ("12.49", ["12.99", "12.99", "12.99", "11.99"]),
        ("13.49", ["13.99", "12.99", "13.99", "12.99"]),
        ("12.50", ["12.99", "12.99", "12.99", "11.99"]),
        ("12.99", ["12.99", "12.99", "12.99", "12.99"]),
        ("13.00", ["12.99", "12.99", "13.99", "12.99"]),
        ("1.00", ["0.99", "0.99", "1.99", "0.99"]),
        ("0.99", ["0.99", "0.99", "0.99", "0.99"]),
        // Below the first ending there is only the ending.
        ("0.50", ["0.99", "0.99", "0.99", "0.99"]),
        ("0.01", ["0.99", "0.99", "0.99", "0.99"]),
    ]

    @Test(arguments: table)
    func amountsGoToTheEndingThatTheModeNames(_ amount: String, _ results: [String]) throws {
        let modes: [RoundingMode] = [.halfUp, .halfEven, .up, .down]
        for (mode, result) in zip(modes, results) {
            let rounding = PricingPolicy.Rounding.ending(try decimal("0.99"), mode)
            let rounded = rounding.apply(to: try decimal(amount))
            #expect(rounded?.plain == result, "\(amount), \(mode.rawValue)")
        }
    }

    @Test(arguments: [("12.34", "0.00", "12"), ("12.34", "0.95", "11.95"), ("12.50", "0.49", "12.49")])
    func anyEndingWillDo(_ amount: String, _ ending: String, _ result: String) throws {
        let rounding = PricingPolicy.Rounding.ending(try decimal(ending), .halfUp)
        let rounded = rounding.apply(to: try decimal(amount))
        #expect(rounded?.plain == result)
    }
}
