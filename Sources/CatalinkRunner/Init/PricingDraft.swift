import CatalinkCore
import CatalinkRead

/// The lines of a draft that say what is paid: what is sure is said, what is guessed is marked, and what nobody can
/// know is left for a person to fill in, so that the job is refused until then.
struct PricingDraft {
    private let look: CatalogLook
    private let writing: JobWriting
    private let price: PriceGuess?

    init(_ look: CatalogLook) {
        self.look = look
        writing = JobWriting(look)
        price = PriceGuess(look)
    }

    /// What the person who began the job has to do before it can run, or has to know.
    var warnings: [String] {
        guard let price else { return ["no column is named as the price that is paid: say it in `pricing:`"] }
        var warnings = ["\(JobWriting.named([price.column])) is taken as the price that is paid"]
        if price.isConverted {
            warnings.append(
                "prices are in \(price.currency.code ?? "a currency that is not clear"): fill in `convert:`")
        } else if price.currency.code == nil {
            warnings.append("nothing names a currency: prices are taken as US dollars")
        }
        if let value = price.numbers.ambiguous, !price.isMinor {
            warnings.append(
                "\(value.quoted) may be read in two ways: say `\(price.numbers.filter): point` or `comma`")
        }
        let kinds = price.kinds(look)
        if !kinds.isEmpty { warnings.append("prices are of several kinds, by \(JobWriting.named(kinds))") }
        return warnings
    }

    /// Tests of `where`.
    var conditions: [String] {
        guard let price else { return [] }
        var tests: [String] = []
        if price.hasGaps {
            tests.append("  \(writing.condition(price.column)): {empty: false, reason: rows without a price}")
        }
        if let rows = price.currency.rows, let code = price.currency.code {
            let values = rows.values.prefix(20).map(JobWriting.quoted).joined(separator: ", ")
            tests.append(
                "  \(writing.condition(rows.column)): {in: [\(values)], reason: rows in another currency than \(code)}"
            )
        }
        return tests.isEmpty ? [] : ["where:     # guessed"] + tests
    }

    /// The line of `link`.
    var currency: String {
        guard let price else { return "  currency: usdc     # guessed" }
        let why: String
        if price.isConverted {
            why = "the prices are converted to it, below"
        } else if let code = price.currency.code {
            why = "guessed: prices are in \(code)"
        } else {
            why = "guessed: the catalog names no currency, so prices are taken as US dollars"
        }
        return "  currency: \(price.target)     # \(why)"
    }

    var lines: [String] {
        guard let price else { return missing }
        return ["pricing:     # READ THIS before a run: links sell at these prices"] + remarks(price) + [
            "  price: \(expression(price))     # guessed by the column's name", conversion(price),
            "  # round: {to: \"0.01\", mode: half-up}     # when prices have decimals beyond two that may be lost",
        ]
    }

    private var missing: [String] {
        let amounts = PriceGuess.amounts(look)
        var lines = [
            "# NO COLUMN WAS FOUND that is named as the price that is paid: `check` refuses the job until `price` names",
            "# one. Only for links whose payer chooses the amount take `pricing:` away.",
        ]
        if !amounts.isEmpty {
            lines.append("# Not taken, as each may be another amount: \(JobWriting.named(amounts))")
        }
        return lines + ["pricing:", "  price: \"{{ }}\"     # FILL IN, such as \"{{price | decimal}}\""]
    }

    private func expression(_ price: PriceGuess) -> String {
        guard let billionths = price.billionths else { return writing.expression(price.column, price.filter) }
        return JobWriting.quoted(writing.braces(price.column, nil) + writing.braces(billionths, "nanos"))
    }

    private func conversion(_ price: PriceGuess) -> String {
        guard price.isConverted else {
            let (to, name) = price.target == "eurc" ? ("eurc", "euros") : ("usdc", "US dollars")
            return "  # convert: {from: GBP, to: \(to), rate: \"…\"}     # when prices are not in \(name)"
        }
        let from = price.currency.code ?? "FILL IN"
        return
            "  convert: {from: \(from), to: usdc, rate: FILL IN}     # `check` refuses the job until this is filled in"
    }

    private func remarks(_ price: PriceGuess) -> [String] {
        var remarks: [String] = []
        if price.currency.isUnclear {
            remarks.append(
                "a currency is named, but not which for sure: say it in `convert`, or take `convert` away")
        }
        if price.currency.code == "USD", price.numbers.values.contains(where: { $0.contains("$") }) {
            remarks.append(
                "`$` is taken for the US dollar: for another one say `convert`, and its code in `money`")
        }
        if !price.currency.others.isEmpty {
            remarks.append(
                "other currencies that were seen, whose rows make no links: \(JobWriting.named(price.currency.others))"
            )
        }
        if let value = price.numbers.ambiguous, !price.isMinor {
            remarks.append(
                "\(value.quoted) may be read in two ways: say `\(price.numbers.filter): point` or `comma`")
        } else if price.billionths == nil, let value = price.numbers.refused(by: price.filter) {
            remarks.append("some values are problems of their rows, such as \(value.quoted)")
        }
        if price.isMinor {
            remarks.append("by their name, amounts are whole minor units: 1999 is 19.99")
        } else if price.billionths == nil, price.numbers.isMaybeMinor {
            remarks.append("all amounts are whole and from 100 up: if they are cents, say `minor: 2` instead")
        }
        let kinds = price.kinds(look)
        if !kinds.isEmpty {
            remarks.append(
                "prices are of several kinds: leave those of one by a `where` on \(JobWriting.named(kinds))")
        }
        let others = price.others(look)
        if !others.isEmpty {
            remarks.append("other amounts, which are not taken: \(JobWriting.named(others))")
        }
        return remarks.map { "  # " + $0 }
    }
}
