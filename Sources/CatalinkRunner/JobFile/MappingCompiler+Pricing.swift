import CatalinkCore
import CatalinkRead

/// The part of a job file that says how prices become amounts.
extension MappingCompiler {
    mutating func pricing(_ job: Section) -> PricingPolicy? {
        let known = [
            "price", "sale", "convert", "rules", "apply", "round", "zero", "floor", "ceiling", "guard",
        ]
        guard let section = job.section("pricing", known: known) else { return nil }
        let price = section.required("price").flatMap { template($0, "pricing.price", section) }
        let sale = self.sale(section)
        let rules = self.rules(section)
        let (floor, ceiling) = (operand("floor", section, .positive), operand("ceiling", section, .positive))
        let priceGuard = self.guard(section)
        guard let price else { return nil }
        var policy = PricingPolicy(price: price, place: section.place)
        policy.sale = sale
        convert(section, job, &policy)
        policy.rules = rules
        policy.application = section.choice("apply") ?? .all
        policy.rounding = rounding(section)
        policy.roundingPlace = section.node("round")?.place
        policy.conversionPlace = section.node("convert")?.place
        policy.zeroPrice = section.choice("zero") ?? .problem
        policy.floor = floor
        policy.ceiling = ceiling
        policy.guard = priceGuard
        return policy
    }

    private mutating func sale(_ pricing: Section) -> PricingPolicy.Sale? {
        guard let section = pricing.section("sale", known: ["price", "from", "to"]),
            let price = section.required("price").flatMap({ template($0, "pricing.sale.price", section) })
        else { return nil }
        return PricingPolicy.Sale(
            price: price, from: template("from", section), to: template("to", section))
    }

    private mutating func convert(_ pricing: Section, _ job: Section, _ policy: inout PricingPolicy) {
        guard let section = pricing.section("convert", known: ["from", "to", "rate"]) else { return }
        let currency: CurrencyCode? = section.value(
            "from", expected: "a currency code such as EUR", CurrencyCode.init(_:))
        if let currency {
            policy.price = policy.price.readingMoney(in: currency)
            if let sale = policy.sale { policy.sale?.price = sale.price.readingMoney(in: currency) }
        }
        policy.conversionTarget = section.choice("to")
        policy.conversion = section.required("rate").flatMap { _ in operand("rate", section, .positive) }
    }

    /// Prices are converted to the currency of their links; a template for it is held to that row by row.
    func checkConversion(_ job: Section, _ pricing: PricingPolicy, _ link: LinkMapping) {
        guard let target = pricing.conversionTarget,
            let node = job.node("pricing")?.value("convert")?.value("to")
        else { return }
        var currency = Currency.usdc
        if let template = link.currency {
            guard let constant = template.constant.flatMap({ Currency(rawValue: $0.text) }) else { return }
            currency = constant
        }
        guard currency != target else { return }
        diagnostics.add(
            node.place, "pricing.convert.to", expected: "\(currency.rawValue), the currency of the links",
            got: target.rawValue.quoted,
            hint: "`link: {currency: \(target.rawValue)}` makes them in the other one")
    }

    // MARK: Rules

    private static let changes = ["percent", "add", "set", "factor", "convert", "markup", "margin"]

    private mutating func rules(_ pricing: Section) -> [PriceRule] {
        guard let node = pricing.node("rules") else { return [] }
        guard case .sequence(let nodes) = node.content else {
            diagnostics.add(node.place, "pricing.rules", expected: "a list", got: node.kind)
            return []
        }
        return nodes.compactMap { rule($0) }
    }

    private mutating func rule(_ node: YAMLNode) -> PriceRule? {
        let path = "pricing.rules"
        let known = ["name", "when", "tier", "days", "round", "stop"] + Self.changes
        guard let section = Section(node, path: path, known: known, diagnostics),
            let name = section.required("name").flatMap({ section.text($0, "\(path).name") })
        else { return nil }
        let condition =
            section.node("when").map { self.condition($0, "when", hasKey: true) } ?? Condition(tests: [])
        guard let change = change(node, section) else { return nil }
        var rule = PriceRule(name: name.text, condition: condition, change: change, place: node.place)
        rule.tier = tier(section)
        (rule.from, rule.to) = days(section)
        rule.rounding = rounding(section)
        rule.isLast = section.flag("stop") ?? false
        return rule
    }

    private mutating func change(_ node: YAMLNode, _ section: Section) -> PriceRule.Change? {
        let given = Self.changes.filter { section.node($0) != nil }
        guard given.count == 1 else {
            diagnostics.add(
                node.place, section.path,
                expected: "one of `percent:`, `add:`, `set:`, `factor:`, `convert:`, `markup:` and `margin:`",
                got: given.isEmpty ? "none" : given.joined(separator: " and "))
            return nil
        }
        switch given[0] {
        case "percent": return operand("percent", section, .any).map { .percent($0) }
        case "add": return operand("add", section, .any).map { .add($0) }
        case "set": return operand("set", section, .positive).map { .set($0) }
        case "factor", "convert": return operand(given[0], section, .positive).map { .factor($0) }
        case "markup": return cost("markup", section).map { .markup(cost: $0.cost, percent: $0.percent) }
        default: return cost("margin", section).map { .margin(cost: $0.cost, percent: $0.percent) }
        }
    }

    private mutating func cost(_ name: String, _ rule: Section) -> (cost: Operand, percent: Operand)? {
        guard let section = rule.section(name, known: ["cost", "percent"]),
            section.required("cost") != nil, section.required("percent") != nil,
            let cost = operand("cost", section, .any), let percent = operand("percent", section, .any)
        else { return nil }
        note(cost: cost)
        return (cost, percent)
    }

    private func tier(_ rule: Section) -> Predicate? {
        guard let section = rule.section("tier", known: ["min", "max", "above", "below"]) else { return nil }
        let range = ranges(section)
        if range.isEmpty {
            diagnostics.add(
                section.place, section.path, expected: "`min:`, `max:`, `above:` or `below:`", got: "none")
        }
        return range.count == 1 ? range[0] : .all(range)
    }

    /// Days include their last moment.
    private func days(_ rule: Section) -> (from: Timestamp?, to: Timestamp?) {
        guard let section = rule.section("days", known: ["from", "to"]) else { return (nil, nil) }
        let expected = "a day such as 2026-11-27 or a moment such as 2026-11-27T08:00:00Z"
        let from = section.value("from", expected: expected) { TimeFormat.iso8601(Array($0.utf8)) }
        let to = section.value("to", expected: expected) { text in
            TimeFormat.iso8601(Array(text.utf8)).map { text.utf8.count == 10 ? $0 + .seconds(86_400) : $0 }
        }
        if section.node("from") == nil, section.node("to") == nil {
            diagnostics.add(section.place, section.path, expected: "`from:` or `to:`", got: "neither")
        }
        if let from, let to, to <= from {
            diagnostics.add(
                section.place, section.path, expected: "a `to:` after `from:`",
                got: "\(CivilTime(from).iso8601) to \(CivilTime(to).iso8601)")
        }
        return (from, to)
    }

    // MARK: Bounds

    private mutating func `guard`(_ pricing: Section) -> PriceGuard {
        var result = PriceGuard()
        guard let section = pricing.section("guard", known: ["min", "max", "minMargin", "maxChange"]) else {
            return result
        }
        result.place = section.place
        maxChange = section.value(
            "maxChange", expected: "a share such as 30%", LargestChange.init(written:))
        result.minimum = section.positive("min")
        result.maximum = section.positive("max")
        if let (low, high) = result.minimum.flatMap({ low in result.maximum.map { (low, $0) } }),
            high.isLess(than: low) == true
        {
            diagnostics.add(
                section.place, section.path, expected: "a `max:` not below `min:`",
                got: "\(high.plain) below \(low.plain)")
        }
        guard let margin = section.section("minMargin", known: ["cost", "percent"]),
            margin.required("cost") != nil, margin.required("percent") != nil,
            let cost = operand("cost", margin, .any), let percent = margin.decimal("percent")
        else { return result }
        note(cost: cost)
        result.margin = PriceGuard.Margin(cost: cost, percent: percent, place: margin.place)
        return result
    }

    private func rounding(_ section: Section) -> PricingPolicy.Rounding? {
        guard let section = section.section("round", known: ["to", "mode", "ending"]) else { return nil }
        let mode: RoundingMode = section.choice("mode") ?? .halfUp
        if section.node("ending") != nil {
            if section.node("to") != nil {
                diagnostics.add(section.place, section.path, expected: "`to:` or `ending:`", got: "both")
            }
            let ending: FixedDecimal? = section.value("ending", expected: "a part of one, such as 0.99") {
                text in
                guard let number = FixedDecimal(text), number.coefficient > 0,
                    number.isLess(than: FixedDecimal(coefficient: 1, scale: 0)) == true
                else { return nil }
                return number
            }
            return ending.map { .ending($0, mode) }
        }
        return section.required("to").flatMap { _ in section.positive("to") }.map { .step($0, mode) }
    }

    // MARK: Numbers

    private enum Sign {
        case any, positive
    }

    /// A number, or a template of one.
    private mutating func operand(_ name: String, _ section: Section, _ sign: Sign) -> Operand? {
        guard let node = section.node(name) else { return nil }
        if case .scalar(let text, _) = node.content, text.contains("{{") {
            return template(node, section.subject(name), section).map { .template($0) }
        }
        let number = sign == .positive ? section.positive(name) : section.decimal(name)
        return number.map { .constant($0) }
    }
}
