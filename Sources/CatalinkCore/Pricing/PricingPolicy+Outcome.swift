extension PricingPolicy {
    /// - Parameter now: the moment by which sales and rules are on or over.
    package func outcome(for row: borrowing RowView, at now: Timestamp) throws(Failure) -> Outcome {
        var trace = PriceTrace.off
        return try outcome(for: row, at: now, into: &trace)
    }

    /// - Parameter trace: takes every step, also those before a failure.
    package func outcome(
        for row: borrowing RowView, at now: Timestamp, into trace: inout PriceTrace
    ) throws(Failure) -> Outcome {
        do throws(Failure) { return try steps(row, now, &trace) } catch {
            // What no column of a rule can be blamed for is shown at the price.
            var failure = error
            failure.slot = failure.slot ?? price.firstSlot
            throw failure
        }
    }

    private func steps(
        _ row: borrowing RowView, _ now: Timestamp, _ trace: inout PriceTrace
    ) throws(Failure) -> Outcome {
        guard let base = try base(row, now, &trace) else {
            return zeroPrice == .free ? .free : .skip
        }
        let rate = try rate(row)
        var amount = base
        if let rate {
            amount = try Self.exact(amount.multiplied(by: rate), at: place)
            trace.note("convert", "× \(rate.plain)", amount, conversionPlace ?? place)
        }
        amount = try ruled(amount, row, now, rate, &trace)
        if let rounding {
            amount = try Self.exact(rounding.apply(to: amount), at: place)
            trace.note("round", rounding.shown, amount, roundingPlace ?? place)
        }
        amount = try bounded(amount, row, &trace)
        try check(amount, base: base)
        try `guard`.check(amount, row, rate: rate, shown: base.plain)
        return .amount(amount)
    }

    private func base(
        _ row: borrowing RowView, _ now: Timestamp, _ trace: inout PriceTrace
    ) throws(Failure) -> FixedDecimal? {
        if let sale, let price = try salePrice(row, at: now) {
            trace.note("sale price", sale.price.source, price, sale.price.place)
            return price
        }
        let price = try basePrice(row)
        trace.note("price", self.price.source, price, self.price.place)
        return price
    }

    private func rate(_ row: borrowing RowView) throws(Failure) -> FixedDecimal? {
        guard let conversion else { return nil }
        guard let rate = try conversion.value(for: row), rate.coefficient > 0 else {
            guard case .template(let template) = conversion else { return nil }
            throw Failure(
                template, expected: "a rate above zero", got: try Self.trimmed(template, row).text.quoted)
        }
        return rate
    }

    private func ruled(
        _ price: FixedDecimal, _ row: borrowing RowView, _ now: Timestamp, _ rate: FixedDecimal?,
        _ trace: inout PriceTrace
    ) throws(Failure) -> FixedDecimal {
        var amount = price
        for rule in rules {
            if let objection = try rule.objection(to: row, price, at: now) {
                trace.note("rule \(rule.name)", "not for this row: \(objection)", nil, rule.place)
                continue
            }
            guard let changed = try rule.changed(amount, row, rate: rate) else {
                trace.note("rule \(rule.name)", "the row has no number for it", nil, rule.place)
                continue
            }
            amount = changed.amount
            trace.note("rule \(rule.name)", changed.how, amount, rule.place)
            if application == .first || rule.isLast { break }
        }
        return amount
    }

    private func bounded(
        _ amount: FixedDecimal, _ row: borrowing RowView, _ trace: inout PriceTrace
    ) throws(Failure) -> FixedDecimal {
        var bounded = amount
        if let floor = try floor?.value(for: row), try Self.exact(bounded.isLess(than: floor), at: place) {
            bounded = floor
            trace.note("floor", "at least \(floor.plain)", bounded, place)
        }
        if let ceiling = try ceiling?.value(for: row),
            try Self.exact(ceiling.isLess(than: bounded), at: place)
        {
            bounded = ceiling
            trace.note("ceiling", "at most \(ceiling.plain)", bounded, place)
        }
        return bounded
    }

    /// `nil` where the job says what to do with an empty, zero or negative price.
    private func basePrice(_ row: borrowing RowView) throws(Failure) -> FixedDecimal? {
        let text = try Self.trimmed(price, row)
        if text.isEmpty {
            guard zeroPrice == .problem else { return nil }
            throw Failure(
                price, expected: "a price", got: "nothing",
                hint: "`zero: skip` leaves such rows out, `zero: free` makes links without an amount")
        }
        guard let base = FixedDecimal(text) else {
            throw Failure(
                price, expected: "a price in plain notation such as 1299.00", got: text.text.quoted,
                hint: text.contains(UInt8(ascii: ",")) ? "a decimal comma? say `decimal: comma`" : nil)
        }
        if base.isZero || base.isNegative {
            guard zeroPrice == .problem else { return nil }
            throw Failure(
                price, expected: "a price above zero", got: text.text.quoted,
                hint: "`zero: skip` leaves such rows out, `zero: free` makes links without an amount")
        }
        return base
    }

    private func check(_ amount: FixedDecimal, base: FixedDecimal) throws(Failure) {
        if amount.isZero || amount.isNegative {
            throw Failure(
                price, expected: "an amount above zero after all rules",
                got: "\(amount.plain) from \(base.plain)", hint: "a `floor:` keeps amounts up")
        }
        if try Self.exact(amount.isLess(than: FixedDecimal(coefficient: 1, scale: 2)), at: place) {
            throw Failure(
                price, expected: "an amount of at least 0.01", got: "\(amount.plain) from \(base.plain)",
                hint: "a `floor:` keeps amounts up")
        }
        if amount.significantScale > decimals {
            throw Failure(
                price, expected: "an amount of at most \(decimals) decimals", got: amount.plain,
                hint: "say how to round: `round: {to: \"0.01\", mode: half-up}`")
        }
    }

    /// - Parameter place: the rule at fault when there is no value.
    static func exact<Value>(_ value: Value?, at place: JobPlace) throws(Failure) -> Value {
        guard let value else {
            throw Failure(
                rule: place, slot: nil,
                failure: FilterFailure(expected: "an amount of at most 38 digits", got: "a longer one"))
        }
        return value
    }

    static func trimmed(_ template: Template, _ row: borrowing RowView) throws(Failure) -> [UInt8] {
        do throws(FilterFailure) {
            var text = try template.text(row)
            text.trim()
            return text
        } catch {
            throw Failure(rule: template.place, slot: template.firstSlot, failure: error)
        }
    }
}

extension PricingPolicy.Failure {
    init(_ template: Template, expected: String, got: String, hint: String? = nil) {
        self.init(
            rule: template.place, slot: template.firstSlot,
            failure: FilterFailure(expected: expected, got: got, hint: hint))
    }
}
