import CatalinkCore
import Testing

struct RoundingTests {
    /// A value, a step, and the results half-up, half-even, up and down.
    private static let table: [(String, String, [String])] = [
        ("1.004", "0.01", ["1", "1", "1.01", "1"]),
        ("1.005", "0.01", ["1.01", "1", "1.01", "1"]),
        ("1.006", "0.01", ["1.01", "1.01", "1.01", "1"]),
        ("1.015", "0.01", ["1.02", "1.02", "1.02", "1.01"]),
        ("1.00", "0.01", ["1", "1", "1", "1"]),
        ("0.004", "0.01", ["0", "0", "0.01", "0"]),
        ("0.005", "0.01", ["0.01", "0", "0.01", "0"]),
        ("0", "0.01", ["0", "0", "0", "0"]),
        ("-1.004", "0.01", ["-1", "-1", "-1.01", "-1"]),
        ("-1.005", "0.01", ["-1.01", "-1", "-1.01", "-1"]),
        ("-1.015", "0.01", ["-1.02", "-1.02", "-1.02", "-1.01"]),
        ("-0.004", "0.01", ["0", "0", "-0.01", "0"]),
        ("1.02", "0.05", ["1", "1", "1.05", "1"]),
        ("1.025", "0.05", ["1.05", "1", "1.05", "1"]),
        ("1.03", "0.05", ["1.05", "1.05", "1.05", "1"]),
        ("12.5", "5", ["15", "10", "15", "10"]),
        ("17.5", "5", ["20", "20", "20", "15"]),
        ("7.77", "1.5", ["7.5", "7.5", "9", "7.5"]),
    ]

    @Test(arguments: table)
    func everyModeTakesItsOwnStep(_ value: String, _ step: String, _ results: [String]) throws {
        let modes: [RoundingMode] = [.halfUp, .halfEven, .up, .down]
        for (mode, result) in zip(modes, results) {
            let rounded = try decimal(value).rounded(to: decimal(step), mode)
            #expect(rounded?.plain == result, "\(value) to \(step), \(mode.rawValue)")
        }
    }

    @Test(arguments: ["0", "-0.01"])
    func aStepIsPositive(_ step: String) throws {
        let rounded = try decimal("1").rounded(to: decimal(step), .halfUp)
        #expect(rounded == nil)
    }
}
