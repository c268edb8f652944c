@testable import CatalinkCore
import Testing

struct PriceRuleTests {
    private static let place = JobPlace(line: 30, column: 3)
    private static let rulePlace = JobPlace(line: 33, column: 7)
    /// 2027-01-15T08:00:00Z
    private static let now = Timestamp(seconds: 1_800_000_000)
    private var columns = ColumnUses()

    private mutating func operand(_ source: String) throws -> Operand {
        guard source.contains("{{") else { return .constant(try decimal(source)) }
        return .template(try Template(source, at: SampleRow.place, columns: &columns, hasSegments: true))
    }

    private func rule(_ change: PriceRule.Change, _ name: String = "rule") -> PriceRule {
        PriceRule(name: name, condition: Condition(tests: []), change: change, place: Self.rulePlace)
    }

    private mutating func policy(_ rules: [PriceRule]) throws -> PricingPolicy {
        let price = try Template("{{price}}", at: SampleRow.place, columns: &columns, hasSegments: true)
        var policy = PricingPolicy(price: price, place: Self.place)
        policy.rules = rules
        policy.decimals = 6
        return policy
    }

    private func amount(
        _ policy: PricingPolicy, _ fields: KeyValuePairs<String, String>
    ) throws -> String {
        let outcome = try SampleRow(fields).outcome(of: policy, columns, at: Self.now)
        guard case .amount(let amount) = outcome else { return "none" }
        return amount.plain
    }

    private func failure(_ policy: PricingPolicy, _ fields: KeyValuePairs<String, String>) -> FilterFailure? {
        let columns = self.columns
        return #expect(throws: PricingPolicy.Failure.self) {
            try SampleRow(fields).outcome(of: policy, columns, at: Self.now)
        }?.failure
    }

    @Test(arguments: [("99.99", "99.99"), ("100", "90"), ("499.99", "449.991"), ("500", "500")])
    mutating func aTierLooksAtThePriceBeforeAnyRule(_ price: String, _ expected: String) throws {
        var tier = rule(.percent(try operand("-10")))
        tier.tier = .all([
            .between(minimum: try decimal("100"), maximum: nil),
            .inside(above: nil, below: try decimal("500")),
        ])
        let policy = try policy([tier])
        let result = try amount(policy, ["price": price])
        #expect(result == expected)
    }

    @Test mutating func aTierIsOfTheConvertedPriceWhateverEarlierRulesMade() throws {
        var tier = rule(.add(try operand("1")))
        tier.tier = .between(minimum: try decimal("200"), maximum: nil)
        var policy = try policy([rule(.set(try operand("5"))), tier])
        policy.conversion = try operand("2")
        let result = try amount(policy, ["price": "100"])
        #expect(result == "6")
    }

    @Test(arguments: [
        (-86_400, 86_400, "9"), (1, 86_400, "10"), (-86_400, 0, "10"), (0, 1, "9"),
    ])
    mutating func daysDecideByTheMomentOfTheRun(_ from: Int, _ to: Int, _ expected: String) throws {
        var sale = rule(.percent(try operand("-10")))
        (sale.from, sale.to) = (Self.now + .seconds(from), Self.now + .seconds(to))
        let policy = try policy([sale])
        let result = try amount(policy, ["price": "10"])
        #expect(result == expected)
    }

    @Test mutating func aRuleThatStopsIsTheLastThatApplies() throws {
        var stops = rule(.percent(try operand("-10")))
        stops.isLast = true
        var skipped = stops
        skipped.tier = .between(minimum: try decimal("1000"), maximum: nil)
        let policy = try policy([skipped, rule(.add(try operand("1"))), stops, rule(.add(try operand("50")))])
        let result = try amount(policy, ["price": "9"])
        #expect(result == "9")
    }

    @Test(arguments: [("-25", "75"), ("", "100")])
    mutating func aNumberOfTheRowItselfMayBeMissing(_ percent: String, _ expected: String) throws {
        let policy = try policy([rule(.percent(try operand("{{off}}")))])
        let result = try amount(policy, ["price": "100", "off": percent])
        #expect(result == expected)
    }

    @Test mutating func aNumberOfTheRowThatIsNoneIsAProblem() throws {
        let policy = try policy([rule(.percent(try operand("{{off}}")))])
        let failure = failure(policy, ["price": "100", "off": "10 %"])
        #expect(
            failure
                == FilterFailure(expected: "a number in plain notation such as 12.50", got: "\"10 %\""))
    }

    @Test mutating func aMarkupIsExact() throws {
        let policy = try policy([rule(.markup(cost: try operand("{{cost}}"), percent: try operand("33.3")))])
        let result = try amount(policy, ["price": "1", "cost": "19.90"])
        #expect(result == "26.5267")
    }

    @Test mutating func costsAreConvertedAsThePriceIs() throws {
        var policy = try policy([rule(.markup(cost: try operand("{{cost}}"), percent: try operand("50")))])
        policy.conversion = try operand("0.9")
        let result = try amount(policy, ["price": "1", "cost": "100"])
        #expect(result == "135")
    }

    @Test(arguments: [("60", "25", "80"), ("12.34", "50", "24.68"), ("7", "12.5", "8")])
    mutating func aMarginDividesExactly(_ cost: String, _ percent: String, _ expected: String) throws {
        let policy = try policy([rule(.margin(cost: try operand("{{cost}}"), percent: try operand(percent)))])
        let result = try amount(policy, ["price": "1", "cost": cost])
        #expect(result == expected)
    }

    @Test mutating func aMarginWithoutEndAsksHowToRound() throws {
        let policy = try policy([rule(.margin(cost: try operand("{{cost}}"), percent: try operand("70")))])
        let failure = failure(policy, ["price": "1", "cost": "10"])
        #expect(
            failure
                == FilterFailure(
                    expected: "a price that division leaves exact", got: "1000 / 30",
                    hint: "say how to round in the rule itself: `round: {to: \"0.01\", mode: up}`"))
    }

    @Test(arguments: [
        (RoundingMode.up, "33.34"), (.down, "33.33"), (.halfUp, "33.33"), (.halfDown, "33.33"),
    ])
    mutating func aMarginIsRoundedAsItsRuleSays(_ mode: RoundingMode, _ expected: String) throws {
        var margin = rule(.margin(cost: try operand("{{cost}}"), percent: try operand("70")))
        margin.rounding = .step(try decimal("0.01"), mode)
        let policy = try policy([margin])
        let result = try amount(policy, ["price": "1", "cost": "10"])
        #expect(result == expected)
    }

    @Test(arguments: ["100", "130"])
    mutating func aMarginOfEverythingIsAProblem(_ percent: String) throws {
        let policy = try policy([rule(.margin(cost: try operand("{{cost}}"), percent: try operand(percent)))])
        let failure = failure(policy, ["price": "1", "cost": "10"])
        #expect(failure == FilterFailure(expected: "a margin below 100%", got: "\(percent)%"))
    }

    @Test(arguments: [("1.99", "an amount of at least 2"), ("900.01", "an amount of at most 900")])
    mutating func anAmountOutOfBoundsIsAProblemAtTheGuard(_ price: String, _ expected: String) throws {
        var policy = try policy([])
        policy.guard.place = Self.rulePlace
        policy.guard.minimum = try decimal("2")
        policy.guard.maximum = try decimal("900")
        let failure = failure(policy, ["price": price])
        #expect(failure == FilterFailure(expected: expected, got: "\(price) from \(price)"))
        for within in ["2", "900"] {
            let result = try amount(policy, ["price": within])
            #expect(result == within)
        }
    }

    @Test mutating func tooSmallAMarginIsAProblem() throws {
        var policy = try policy([])
        policy.guard.margin = PriceGuard.Margin(
            cost: try operand("{{cost}}"), percent: try decimal("15"), place: Self.rulePlace)
        let kept = try amount(policy, ["price": "100", "cost": "85"])
        #expect(kept == "100")
        let failure = failure(policy, ["price": "100", "cost": "85.01"])
        #expect(
            failure
                == FilterFailure(
                    expected: "a margin of at least 15%", got: "an amount of 100 beside a cost of 85.01"))
    }

    @Test mutating func aMarginWithoutACostCannotBeReckoned() throws {
        var policy = try policy([])
        policy.guard.margin = PriceGuard.Margin(
            cost: try operand("{{cost}}"), percent: try decimal("15"), place: Self.rulePlace)
        let failure = failure(policy, ["price": "100", "cost": ""])
        #expect(failure?.expected == "a cost to reckon the margin from")
        #expect(failure?.got == "nothing")
    }

    @Test mutating func aRateOfTheRowMustBeAboveZero() throws {
        var policy = try policy([])
        policy.conversion = try operand("{{rate}}")
        for rate in ["", "0", "-1"] {
            let failure = failure(policy, ["price": "100", "rate": rate])
            #expect(failure == FilterFailure(expected: "a rate above zero", got: "\"\(rate)\""))
        }
    }

    @Test mutating func aTraceTellsEveryStep() throws {
        var tier = rule(.percent(try operand("-10")), "big ones")
        tier.tier = .between(minimum: try decimal("500"), maximum: nil)
        var policy = try policy([
            tier, rule(.percent(try operand("{{off}}")), "own"), rule(.add(try operand("2")), "fee"),
        ])
        policy.conversion = try operand("0.5")
        policy.rounding = .step(try decimal("1"), .up)
        policy.ceiling = try operand("40")
        var trace = PriceTrace.on
        _ = try SampleRow(["price": "100", "off": "-20"])
            .outcome(of: policy, columns, at: Self.now, into: &trace)
        let told = trace.steps?.map { "\($0.name): \($0.how) = \($0.amount?.plain ?? "-")" }
        #expect(
            told == [
                "price: {{price}} = 100", "convert: × 0.5 = 50",
                "rule big ones: not for this row: the price is below 500 = -", "rule own: -20% = 40",
                "rule fee: +2 = 42", "round: to 1, up = 42", "ceiling: at most 40 = 40",
            ])
    }

    @Test(arguments: [
        "Cost per item", "cost", "Unit cost", "costPerItem", "cost_price", "EK", "EK-Preis netto",
        "Gross margin", "wholesale price", "variants/0/cost", "Einkaufspreis",
    ])
    func costsAreKnownByName(_ name: String) {
        #expect(CostColumn.isNamed(name))
    }

    @Test(arguments: [
        "Shipping cost", "Price", "Costume", "Marginalia", "Coast", "Title", "Delivery costs", "sku",
    ])
    func otherColumnsAreNoCosts(_ name: String) {
        #expect(!CostColumn.isNamed(name))
    }
}
