/// How the `money` filter reads an amount with its currency around it.
package struct Money: Sendable, Equatable {
    package enum Notation: Sendable, Equatable {
        case decimal(NumberGrammar?)
        /// Whole minor units of the currency that is written, or of the only one expected.
        case minor
    }

    /// The currencies that may stand there; any when empty.
    package var codes: [CurrencyCode]
    package var notation: Notation

    package init(codes: [CurrencyCode] = [], notation: Notation = .decimal(nil)) {
        self.codes = codes
        self.notation = notation
    }

    /// The amount in plain notation. Nothing stays nothing.
    package func plain(_ text: [UInt8]) throws(FilterFailure) -> [UInt8] {
        let cell = SpreadsheetGuard.removed(from: text[...].trimmedOfBlanks)
        guard !cell.isEmpty else { return [] }
        guard let money = MoneyText(cell), !money.number.isEmpty else {
            throw failure(cell, hint: MoneyRefusal.hint(cell))
        }
        var currency: CurrencyCode?
        if let mark = money.mark { currency = try meaning(of: mark, in: cell) }
        switch notation {
        case .decimal(let grammar): return try amount(money.number, grammar, in: cell)
        case .minor:
            return try MinorUnits.units(money.number, digits: try minorDigits(of: currency, in: cell))
        }
    }

    private func amount(
        _ number: [UInt8], _ grammar: NumberGrammar?, in cell: ArraySlice<UInt8>
    ) throws(FilterFailure) -> [UInt8] {
        do throws(FilterFailure) {
            return try NumberGrammar.plain(number, grammar, filter: "money")
        } catch {
            var failure = error
            failure.got = cell.text.quoted
            throw failure
        }
    }

    /// `nil` for a sign that may mean several, where any is welcome.
    private func meaning(of mark: CurrencyMark, in cell: ArraySlice<UInt8>) throws(FilterFailure)
        -> CurrencyCode?
    {
        guard !codes.isEmpty else { return mark.only }
        if let code = mark.meaning(among: codes) { return code }
        let isOther = !mark.candidates.contains(where: codes.contains)
        throw failure(cell, hint: isOther ? nil : MoneyRefusal.ambiguity(mark))
    }

    private func minorDigits(of currency: CurrencyCode?, in cell: ArraySlice<UInt8>) throws(FilterFailure)
        -> Int
    {
        guard let currency = currency ?? (codes.count == 1 ? codes.first : nil) else {
            throw failure(cell, hint: "minor units of which currency? say one, as in `money: EUR, minor`")
        }
        guard let digits = currency.minorDigits else {
            throw failure(cell, hint: "say the number of digits, as in `minor: 6`")
        }
        return digits
    }

    private func failure(_ cell: ArraySlice<UInt8>, hint: String?) -> FilterFailure {
        let currencies = codes.map(\.text).joined(separator: " or ")
        return FilterFailure(
            expected: codes.isEmpty ? "a price such as 149.00 EUR" : "a price in \(currencies)",
            got: cell.text.quoted, hint: hint)
    }
}

/// What would help where a text is not read as money.
enum MoneyRefusal {
    static func hint(_ cell: ArraySlice<UInt8>) -> String? {
        if let reason = SpreadsheetDamage.reason(Array(cell)) ?? NumberRefusal.notation(cell) {
            return reason
        }
        guard let last = cell.lastIndex(where: \.isDigit) else { return nil }
        let behind = cell[(last + 1)...].trimmedOfBlanks
        for name in [behind, cell.prefix { !$0.isDigit }.trimmedOfBlanks] {
            guard let currency = CurrencyCode.ofHundredths(named: name) else { continue }
            return "\(name.text) are hundredths of \(currency): "
                + "`replace: '\(name.text)', '\(currency)' | money: minor` reads whole ones"
        }
        let words = behind.split(separator: UInt8(ascii: " "), maxSplits: 1)
        if words.count == 2, CurrencyMark(words[0]) != nil {
            return
                "behind the currency stands \(words[1].text.quoted): take it away with `before:` or `replace:`"
        }
        return "take the price alone with `before:`, `after:` or `replace:`"
    }

    static func ambiguity(_ mark: CurrencyMark) -> String {
        let names = mark.candidates.prefix(4).map(\.text).joined(separator: ", ")
        let more = mark.candidates.count > 4 ? " …" : ""
        return "its sign may mean \(names)\(more): replace it with the code that is meant"
    }
}

/// How the `currency` filter finds the code beside an amount.
package enum CurrencyName {
    /// The code, upper case; nothing where there is none.
    ///
    /// - Parameter meant: what signs such as `$` and `kr` mean.
    package static func code(_ text: [UInt8], meant: [CurrencyCode]) throws(FilterFailure) -> [UInt8] {
        let cell = SpreadsheetGuard.removed(from: text[...].trimmedOfBlanks)
        guard !cell.isEmpty else { return [] }
        guard let money = MoneyText(cell), money.number.isEmpty || isNumber(money.number) else {
            throw FilterFailure(
                expected: "an amount with its currency", got: cell.text.quoted, hint: MoneyRefusal.hint(cell))
        }
        guard let mark = money.mark else { return [] }
        let possible = mark.candidates.filter(meant.contains)
        guard let code = mark.only ?? (possible.count == 1 ? possible.first : nil) else {
            throw FilterFailure(
                expected: "a currency that is certain", got: cell.text.quoted,
                hint: "say which is meant, as in `currency: \(mark.candidates[0].text)`")
        }
        return Array(code.text.utf8)
    }

    private static func isNumber(_ number: [UInt8]) -> Bool {
        NumberGrammar.allCases.contains { $0.read(number[...]) != nil }
    }
}
