extension FilterArguments {
    func grammar() throws(TemplateError) -> NumberGrammar? {
        try expect(0...1, "point|comma")
        guard let text = texts.first else { return nil }
        guard let grammar = NumberGrammar(rawValue: text) else {
            throw TemplateError(expected: "`decimal: point` or `decimal: comma`", got: text.quoted)
        }
        return grammar
    }

    /// Currency codes and one notation, in any order.
    func money() throws(TemplateError) -> Money {
        let notations = ["comma", "point", "minor"]
        let given = texts.filter(notations.contains)
        guard given.count <= 1 else {
            throw TemplateError(
                expected: "one of `comma`, `point` and `minor` for `money`",
                got: given.joined(separator: " and "))
        }
        var money = Money()
        for text in texts where !notations.contains(text) {
            money.codes.append(
                try Self.currency(
                    text, expected: "a currency code, `comma`, `point` or `minor` for `money`",
                    beside: notations))
        }
        if let notation = given.first {
            money.notation = notation == "minor" ? .minor : .decimal(NumberGrammar(rawValue: notation))
        }
        return money
    }

    func currencies() throws(TemplateError) -> [CurrencyCode] {
        var codes: [CurrencyCode] = []
        for text in texts {
            codes.append(try Self.currency(text, expected: "a currency code for `currency`"))
        }
        return codes
    }

    func minorDigits() throws(TemplateError) -> Int {
        try expect(1...1, "DIGITS")
        let expected = "0 to 6 digits, or a currency code, for `minor`"
        if let digits = Int(texts[0]) {
            guard (0...6).contains(digits) else {
                throw TemplateError(expected: expected, got: texts[0].quoted)
            }
            return digits
        }
        let code = try Self.currency(texts[0], expected: expected)
        guard let digits = code.minorDigits else {
            throw TemplateError(
                expected: expected, got: texts[0].quoted, hint: "say the number of digits of its minor unit")
        }
        return digits
    }

    private static func currency(
        _ text: String, expected: String, beside others: [String] = []
    ) throws(TemplateError) -> CurrencyCode {
        if let code = CurrencyCode(text) { return code }
        let nearest = NearestName.nearest(to: text, among: others + CurrencyCode.allNames)
        let meant = CurrencyMark(Array(text.utf8)[...])?.only?.text ?? nearest
        throw TemplateError(
            expected: expected, got: text.quoted, hint: meant.map { "did you mean \($0.quoted)?" })
    }
}
