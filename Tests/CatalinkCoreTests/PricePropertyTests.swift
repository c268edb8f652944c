@testable import CatalinkCore
import CatalinkTestSupport
import Testing

/// Prices of random rows under random rules, against a calculation with fractions.
struct PricePropertyTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let place = JobPlace(line: 1, column: 1)
    private static let ruleSets = 2_500
    private static let rowsOfEach = 40

    @Test(.timeLimit(.minutes(10)), arguments: 0..<4)
    func amountsEqualThoseOfFractions(_ part: Int) async throws {
        let (seen, differences) = try await longCalculation { try Self.compare(part) }
        #expect(differences == [])
        // Rules that never came to an amount, or never to a problem, would prove nothing.
        for kind in ["amount", "decimals", "zero", "below", "margin"] {
            #expect(seen[kind, default: 0] > 20, "\(seen)")
        }
    }

    /// How often each kind of outcome came, and the rows whose price is not that of fractions.
    private static func compare(_ part: Int) throws -> (seen: [String: Int], differences: [String]) {
        var random = SplitMix(seed: UInt64(2_026 + part))
        var seen: [String: Int] = [:]
        var differences: [String] = []
        for _ in 0..<(ruleSets / 4) {
            var columns = ColumnUses()
            let rules = RandomPricing(&random)
            let policy = try rules.policy(&columns)
            for _ in 0..<rowsOfEach {
                let row = RandomRow(&random)
                let expected = rules.expected(row)
                let actual = try outcome(policy, row, columns)
                if actual != expected { differences.append("\(actual) for \(row) under \(rules)") }
                seen[expected.kind, default: 0] += 1
            }
        }
        return (seen, differences)
    }

    private static func outcome(
        _ policy: PricingPolicy, _ row: RandomRow, _ columns: ColumnUses
    ) throws -> RandomPricing.Expected {
        let sample = SampleRow(
            ["price": row.price, "cost": row.cost, "off": row.off, "kind": row.kind], segment: row.segment)
        do {
            guard case .amount(let amount) = try sample.outcome(of: policy, columns, at: Self.now) else {
                Issue.record("a price without an amount")
                return .zero
            }
            return .amount(amount.plain)
        } catch let error as PricingPolicy.Failure {
            let expected = error.failure.expected
            return expected.contains("above zero")
                ? .zero
                : expected.contains("decimals")
                    ? .decimals : expected.contains("at least 1.5") ? .below : .margin
        }
    }
}

struct RandomRow {
    let price: String
    let cost: String
    let off: String
    let kind: String
    let segment: String

    init(_ random: inout SplitMix) {
        price = Self.money(&random, 1...9_999_999, decimals: 3)
        cost = Self.money(&random, 0...99_999)
        off = Bool.random(using: &random) ? "" : Self.money(&random, -9_999...9_999)
        kind = ["books", "toys", "lamps"].randomElement(using: &random) ?? ""
        segment = ["standard", "premium"].randomElement(using: &random) ?? ""
    }

    /// So many digits with up to so many decimals among them.
    static func money(_ random: inout SplitMix, _ range: ClosedRange<Int>, decimals most: Int = 2) -> String {
        let digits = Int.random(in: range, using: &random)
        let decimals = Int.random(in: 0...most, using: &random)
        var text = String(digits.magnitude)
        while text.count <= decimals { text = "0" + text }
        let point = text.index(text.endIndex, offsetBy: -decimals)
        return (digits < 0 ? "-" : "") + text[..<point] + (decimals > 0 ? "." + text[point...] : "")
    }
}

/// A pricing policy twice: as rules, and as a calculation with fractions.
struct RandomPricing {
    enum Expected: Equatable {
        case amount(String)
        case zero, decimals, below, margin

        var kind: String {
            if case .amount = self { return "amount" }
            return "\(self)"
        }
    }

    struct Rule {
        var change: String
        var number: String
        /// Read from the row's column `off`.
        var isOwn: Bool
        var segment: String?
        var kind: String?
        var tier: String?
        var isOn: Bool
        var isLast: Bool
    }

    private let rules: [Rule]
    private let appliesFirst: Bool
    private let rate: String?
    private let mode: RoundingMode
    private let step: String?
    private let ending: String?
    private let floor: String?
    private let ceiling: String?
    private let margin: String?

    init(_ random: inout SplitMix) {
        func maybe(_ random: inout SplitMix, _ share: Int, _ text: (inout SplitMix) -> String) -> String? {
            Int.random(in: 0..<100, using: &random) < share ? text(&random) : nil
        }
        let changes = ["percent", "add", "set", "convert", "markup", "margin"]
        rules = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            let change = changes.randomElement(using: &random) ?? "add"
            let number =
                ["percent", "add"].contains(change)
                ? RandomRow.money(&random, -4_999...4_999) : RandomRow.money(&random, 1...4_999)
            return Rule(
                change: change, number: change == "margin" ? "50" : number,
                isOwn: change == "percent" && Bool.random(using: &random),
                segment: maybe(&random, 30) { _ in "premium" }, kind: maybe(&random, 30) { _ in "books" },
                tier: maybe(&random, 30) { RandomRow.money(&$0, 1...9_999_999) },
                isOn: Int.random(in: 0..<4, using: &random) > 0,
                isLast: Int.random(in: 0..<8, using: &random) == 0)
        }
        appliesFirst = Int.random(in: 0..<4, using: &random) == 0
        rate = maybe(&random, 30) { RandomRow.money(&$0, 1...299) }
        mode = RoundingMode.allCases.randomElement(using: &random) ?? .halfUp
        step = maybe(&random, 60) { ["0.01", "0.05", "0.25", "1", "10"].randomElement(using: &$0) ?? "1" }
        ending =
            step == nil
            ? maybe(&random, 40) { ["0.99", "0.5", "0.95"].randomElement(using: &$0) ?? "" } : nil
        floor = maybe(&random, 20) { RandomRow.money(&$0, 1...999) }
        ceiling = maybe(&random, 20) { RandomRow.money(&$0, 10_000...99_999_999) }
        margin = maybe(&random, 30) { ["5", "12.5", "30"].randomElement(using: &$0) ?? "" }
    }
}

extension RandomPricing {
    func policy(_ columns: inout ColumnUses) throws -> PricingPolicy {
        func template(_ text: String, _ columns: inout ColumnUses) throws -> Template {
            try Template(text, at: JobPlace(line: 1, column: 1), columns: &columns, hasSegments: true)
        }
        let place = JobPlace(line: 1, column: 1)
        var policy = PricingPolicy(price: try template("{{price}}", &columns), place: place)
        let cost = Operand.template(try template("{{cost}}", &columns))
        let off = Operand.template(try template("{{off}}", &columns))
        policy.rules = try rules.map { rule in
            let number = rule.isOwn ? off : Operand.constant(try decimal(rule.number))
            let change: PriceRule.Change =
                switch rule.change {
                case "percent": .percent(number)
                case "add": .add(number)
                case "set": .set(number)
                case "convert": .factor(number)
                case "markup": .markup(cost: cost, percent: number)
                default: .margin(cost: cost, percent: number)
                }
            var tests: [Condition.Test] = []
            if let segment = rule.segment {
                tests.append(
                    Condition.Test(subject: .segment, predicate: .equals(utf8(segment)), place: place))
            }
            if let kind = rule.kind {
                let slot = columns.slot(of: "kind", at: place)
                tests.append(
                    Condition.Test(subject: .column(slot), predicate: .equals(utf8(kind)), place: place))
            }
            var made = PriceRule(
                name: "r", condition: Condition(tests: tests), change: change, place: place)
            made.tier = try rule.tier.map { .between(minimum: try decimal($0), maximum: nil) }
            made.to = Timestamp(seconds: 1_800_000_000 + (rule.isOn ? 60 : -60))
            made.isLast = rule.isLast
            return made
        }
        policy.application = appliesFirst ? .first : .all
        policy.conversion = try rate.map { .constant(try decimal($0)) }
        if let step { policy.rounding = .step(try decimal(step), mode) }
        if let ending { policy.rounding = .ending(try decimal(ending), mode) }
        policy.floor = try floor.map { .constant(try decimal($0)) }
        policy.ceiling = try ceiling.map { .constant(try decimal($0)) }
        policy.guard.minimum = try decimal("1.5")
        policy.guard.margin = try margin.map {
            PriceGuard.Margin(cost: cost, percent: try decimal($0), place: place)
        }
        return policy
    }

    func expected(_ row: RandomRow) -> Expected {
        let one = Rational(1)
        let hundred = Rational(100)
        func value(_ text: String) -> Rational { Rational(text) ?? Rational(0) }
        let factor = rate.map(value) ?? one
        let base = value(row.price) * factor
        let cost = value(row.cost) * factor
        guard Rational(0) < value(row.price) else { return .zero }
        var amount = base
        for rule in rules {
            guard rule.isOn, rule.segment == nil || rule.segment == row.segment,
                rule.kind == nil || rule.kind == row.kind
            else { continue }
            if let tier = rule.tier, base < value(tier) { continue }
            if rule.isOwn, row.off.isEmpty { continue }
            let number = value(rule.isOwn ? row.off : rule.number)
            switch rule.change {
            case "percent": amount = amount * (hundred + number) / hundred
            case "add": amount = amount + number
            case "set": amount = number
            case "convert": amount = amount * number
            case "markup": amount = cost * (hundred + number) / hundred
            default: amount = cost * hundred / (hundred - number)
            }
            if appliesFirst || rule.isLast { break }
        }
        if let step { amount = rounded(amount, value(step)) }
        if let ending {
            let rest = amount - value(ending)
            amount = rest < Rational(0) ? value(ending) : rounded(rest, one) + value(ending)
        }
        if let floor, amount < value(floor) { amount = value(floor) }
        if let ceiling, value(ceiling) < amount { amount = value(ceiling) }
        guard Rational(0) < amount else { return .zero }
        guard let decimals = amount.decimals(atMost: 2) else { return .decimals }
        if amount < Rational(3, 2) { return .below }
        if let margin, amount * (hundred - value(margin)) < cost * hundred { return .margin }
        return .amount(Self.plain(amount, decimals))
    }

    private func rounded(_ amount: Rational, _ step: Rational) -> Rational {
        let steps = amount / step
        let low = steps.floored
        let rest = steps - Rational(low)
        guard rest != Rational(0) else { return amount }
        let half = Rational(1, 2)
        let isNegative = steps < Rational(0)
        let up: Bool =
            switch mode {
            case .up: !isNegative
            case .down: isNegative
            case .halfUp: rest == half ? !isNegative : half < rest
            case .halfDown: rest == half ? isNegative : half < rest
            case .halfEven: rest == half ? low % 2 != 0 : half < rest
            }
        return Rational(up ? low + 1 : low) * step
    }

    private static func plain(_ amount: Rational, _ decimals: Int) -> String {
        var unit: Int128 = 1
        for _ in 0..<decimals { unit *= 10 }
        var digits = String((amount.numerator * (unit / amount.denominator)).magnitude)
        guard decimals > 0 else { return digits }
        while digits.count <= decimals { digits = "0" + digits }
        return digits.dropLast(decimals) + "." + digits.suffix(decimals)
    }
}
