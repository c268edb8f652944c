@testable import CatalinkCore
import Testing

struct PricingPolicyTests {
    private static let place = JobPlace(line: 30, column: 3)

    /// The amount in plain notation, `free` or `skip`, for a row of one price in one segment.
    private func outcome(
        _ price: String, segment: String = "standard",
        _ change: (inout PricingPolicy) throws -> Void = { _ in }
    ) throws -> String {
        var columns = ColumnUses()
        let template = try Template("{{price}}", at: SampleRow.place, columns: &columns, hasSegments: true)
        var policy = PricingPolicy(price: template, place: Self.place)
        try change(&policy)
        let outcome = try SampleRow(["price": price], segment: segment).outcome(of: policy, columns)
        return switch outcome {
        case .amount(let amount): amount.plain
        case .free: "free"
        case .skip: "skip"
        }
    }

    private func rule(_ change: PriceRule.Change, segment: String? = nil) -> PriceRule {
        var tests: [Condition.Test] = []
        if let segment {
            tests = [Condition.Test(subject: .segment, predicate: .equals(utf8(segment)), place: Self.place)]
        }
        return PriceRule(
            name: "rule", condition: Condition(tests: tests), change: change, place: Self.place)
    }

    private func failure(expected: String, got: String, hint: String?) -> PricingPolicy.Failure {
        PricingPolicy.Failure(
            rule: SampleRow.place, slot: 0, failure: FilterFailure(expected: expected, got: got, hint: hint))
    }

    @Test func withoutRulesThePriceIsTheAmount() throws {
        let amount = try outcome(" 1299.00 ")
        #expect(amount == "1299")
    }

    @Test(arguments: [("premium", "26.99"), ("standard", "29.99")])
    func premiumIsATenthOff(_ segment: String, _ expected: String) throws {
        let tenthOff = rule(.percent(.constant(try decimal("-10"))), segment: "premium")
        let cent = try decimal("0.01")
        let amount = try outcome("29.99", segment: segment) { policy in
            policy.rules = [tenthOff]
            policy.rounding = .step(cent, .halfUp)
        }
        #expect(amount == expected)
    }

    @Test(arguments: [(PricingPolicy.Application.all, "22"), (PricingPolicy.Application.first, "20")])
    func rulesApplyAllInOrderOrTheFirstThatFits(
        _ application: PricingPolicy.Application, _ expected: String
    ) throws {
        let rules = [
            rule(.set(.constant(try decimal("1"))), segment: "premium"),
            rule(.percent(.constant(try decimal("100")))),
            rule(.add(.constant(try decimal("2")))),
        ]
        let amount = try outcome("10") { policy in
            policy.rules = rules
            policy.application = application
        }
        #expect(amount == expected)
    }

    @Test func setReplacesWhatEarlierRulesMade() throws {
        let rules = [
            rule(.percent(.constant(try decimal("50")))), rule(.set(.constant(try decimal("90.00")))),
            rule(.add(.constant(try decimal("0.5")))),
        ]
        let amount = try outcome("10") { $0.rules = rules }
        #expect(amount == "90.5")
    }

    @Test func theConversionComesBeforeTheRules() throws {
        let (rate, surcharge) = (try decimal("0.925"), rule(.add(.constant(try decimal("1")))))
        let amount = try outcome("10.00") { policy in
            policy.conversion = .constant(rate)
            policy.rules = [surcharge]
        }
        #expect(amount == "10.25")
    }

    @Test(arguments: [("2", "5.5"), ("42", "41.99"), ("250", "100")])
    func floorAndCeilingComeAfterRounding(_ price: String, _ expected: String) throws {
        let amount = try outcome(price) { policy in
            policy.rounding = .ending(try decimal("0.99"), .halfUp)
            policy.floor = .constant(try decimal("5.50"))
            policy.ceiling = .constant(try decimal("100.00"))
        }
        #expect(amount == expected)
    }

    @Test(arguments: ["", "  ", "0", "0.00", "-5"])
    func whatAZeroPriceMeansIsTheJobsToSay(_ price: String) throws {
        #expect(throws: PricingPolicy.Failure.self) { try outcome(price) }
        let skipped = try outcome(price) { $0.zeroPrice = .skip }
        let free = try outcome(price) { $0.zeroPrice = .free }
        #expect(skipped == "skip")
        #expect(free == "free")
    }

    @Test func anEmptyPriceIsToldWithWhatToDo() {
        let expected = failure(
            expected: "a price", got: "nothing",
            hint: "`zero: skip` leaves such rows out, `zero: free` makes links without an amount")
        #expect(throws: expected) { try outcome(" ") }
    }

    @Test func aDecimalCommaIsTold() {
        let expected = failure(
            expected: "a price in plain notation such as 1299.00", got: "\"12,50\"",
            hint: "a decimal comma? say `decimal: comma`")
        #expect(throws: expected) { try outcome("12,50") }
    }

    @Test func moreThanTwoDecimalsAreAProblemUnlessRounded() throws {
        let expected = failure(
            expected: "an amount of at most 2 decimals", got: "17.991",
            hint: "say how to round: `round: {to: \"0.01\", mode: half-up}`")
        let (tenthOff, cent) = ([rule(.percent(.constant(try decimal("-10"))))], try decimal("0.01"))
        #expect(throws: expected) { try outcome("19.99") { $0.rules = tenthOff } }
        let rounded = try outcome("19.99") { policy in
            policy.rules = tenthOff
            policy.rounding = .step(cent, .up)
        }
        #expect(rounded == "18")
    }

    @Test(arguments: [("16.500000", "16.5"), ("40.00", "40")])
    func trailingZerosAreNoDecimals(_ price: String, _ expected: String) throws {
        let amount = try outcome(price)
        #expect(amount == expected)
    }

    @Test func rulesNeverMakeAnAmountOfNothing() throws {
        let expected = failure(
            expected: "an amount above zero after all rules", got: "-1 from 4",
            hint: "a `floor:` keeps amounts up")
        let (tooMuchOff, floor) = ([rule(.add(.constant(try decimal("-5"))))], try decimal("1"))
        #expect(throws: expected) { try outcome("4") { $0.rules = tooMuchOff } }
        let kept = try outcome("4") { policy in
            policy.rules = tooMuchOff
            policy.floor = .constant(floor)
        }
        #expect(kept == "1")
    }

    @Test func overflowIsAProblemAtItsRule() throws {
        let price = "99999999999999999999999999999999999999"
        let expected = PricingPolicy.Failure(
            rule: Self.place, slot: 0,
            failure: FilterFailure(expected: "an amount of at most 38 digits", got: "a longer one"))
        let (doubled, ten) = ([rule(.percent(.constant(try decimal("100"))))], try decimal("10"))
        #expect(throws: expected) { try outcome(price) { $0.rules = doubled } }
        #expect(throws: expected) { try outcome(price) { $0.conversion = .constant(ten) } }
    }

    @Test func aRuleThatCannotBeAskedIsAProblemAtItsPlace() throws {
        let place = JobPlace(line: 44, column: 7)
        let test = Condition.Test(
            subject: .column(0), predicate: .between(minimum: FixedDecimal.zero, maximum: nil), place: place)
        var columns = ColumnUses()
        _ = columns.slot(of: "stock", at: Self.place)
        let price = try Template("{{price}}", at: SampleRow.place, columns: &columns, hasSegments: true)
        var policy = PricingPolicy(price: price, place: Self.place)
        policy.rules = [
            PriceRule(
                name: "asked", condition: Condition(tests: [test]),
                change: .add(.constant(FixedDecimal.zero)),
                place: Self.place)
        ]
        let row = SampleRow(["stock": "many", "price": "5"])
        let (asking, uses) = (policy, columns)
        let error = #expect(throws: PricingPolicy.Failure.self) { try row.outcome(of: asking, uses) }
        #expect(error?.rule == place)
        #expect(error?.slot == 0)
        #expect(error?.failure.got == "\"many\"")
    }
}
