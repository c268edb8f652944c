import CatalinkCore

/// How prices become amounts.
extension JobSchema {
    static let pricing = Schema.mapping([
        "price": .template.about("The base price in plain notation, such as `{{price | decimal}}`."),
        "sale": sale.orNothing, "convert": convert.orNothing,
        "rules": Schema.list(of: rule).orNothing.about("What changes the price, in order."),
        "apply": Schema.choice(PricingPolicy.Application.self).about(
            "Whether `all` rules that hold change the price, or the `first` of them."),
        "round": .shared("round").about("How the price is rounded after all rules."),
        "zero": Schema.choice(PricingPolicy.ZeroPrice.self).about(
            "What no price above zero is: a `problem`, a row to `skip`, or a link without amount (`free`)."
        ),
        "floor": Schema.positiveOperand.about("What a lower price becomes: a number or a template."),
        "ceiling": Schema.positiveOperand.about("What a higher price becomes: a number or a template."),
        "guard": bounds.orNothing,
    ])
    .about("How prices become amounts. Without it links have no amount.")

    static let sale = Schema.mapping([
        "price": .template.about("The price that takes the other's place where the row has one above zero."),
        "from": .template.about("Its first day by ISO 8601; may be empty."),
        "to": .template.about("Its last day by ISO 8601, included; may be empty."),
    ])
    .about("A price for some days.")

    static let convert = Schema.mapping(
        [
            "from": Schema.words("^[A-Za-z]{3,4}$").about("The catalog's currency, such as EUR."),
            "to": Schema.choice(Currency.self).about("The currency of the links."),
            "rate": Schema.positiveOperand.about("What the price is multiplied by: a number or a template."),
        ], required: ["rate"]
    )
    .about("From the catalog's currency to the links'.")

    // MARK: Rules

    static let rule = Schema.mapping(
        [
            "name": .text.about("What the rule is called in plans and explanations."),
            "when": when, "tier": tier, "days": days,
            "round": .shared("round").about("How the price is rounded after this rule."),
            "stop": Schema.flag.about("Whether no rule after this one applies."),
            "percent": Schema.operand.about("So many percent more; less below zero."),
            "add": Schema.operand.about("So much more; less below zero."),
            "set": Schema.positiveOperand.about("This price."),
            "factor": Schema.positiveOperand.about("So many times the price."),
            "convert": Schema.positiveOperand.about("So many times the price, as a rate."),
            "markup": .shared("cost").about("What a piece costs and so many percent of that."),
            "margin": .shared("cost").about(
                "What a piece costs, so that so many percent of the price are left."),
        ], required: ["name"]
    )
    .withOne(of: MappingCompiler.changes)

    static let tier = Schema.mapping([
        "min": Schema.decimal.about("Prices that are not below this one."),
        "max": Schema.decimal.about("Prices that are not above this one."),
        "above": Schema.decimal.about("Prices above this one."),
        "below": Schema.decimal.about("Prices below this one."),
    ])
    .adding("minProperties", .integer(1))
    .about("Which prices the rule is for, as they are before it.")

    static let days = Schema.mapping([
        "from": Schema.day.about("A day such as 2026-11-27, or a moment."),
        "to": Schema.day.about("A day, included, or a moment."),
    ])
    .adding("minProperties", .integer(1))
    .about("When the rule is in force.")

    static let cost = Schema.mapping(
        [
            "cost": Schema.operand.about("What a piece costs: a number or a template."),
            "percent": Schema.operand.about("So many percent."),
        ], required: ["cost", "percent"])

    static let round = Schema.mapping([
        "to": Schema.positive.about("A multiple of this, such as 0.01 or 0.05."),
        "mode": Schema.choice(RoundingMode.self).about("`half-up` unless it is said."),
        "ending": Schema.positive.adding("exclusiveMaximum", .integer(1))
            .about("The nearest amount that ends so, such as 0.99."),
    ])
    .orNothing
    .adding("if", schema: Schema([("type", .string("object"))]))
    .adding("then", schema: Schema([]).withOne(of: ["to", "ending"]))

    // MARK: Bounds

    static let bounds = Schema.mapping([
        "min": Schema.positive.about("The lowest amount."),
        "max": Schema.positive.about("The highest amount."),
        "minMargin": margin,
        "maxChange": Schema.share.about("How far an amount may move from the one before, such as 30%."),
    ])
    .about("What no amount may leave; a row that does is a problem.")

    static let margin = Schema.mapping(
        [
            "cost": Schema.operand.about("What a piece costs: a number or a template."),
            "percent": Schema.decimal.about("How many percent of the price must be left beside the cost."),
        ], required: ["cost", "percent"]
    )
    .about("What an amount must leave beside the cost.")
}
