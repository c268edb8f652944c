import CatalinkCore
import CatalinkTestSupport
import Testing

/// An amount as whole numbers, and how it is written; both made without what reads it.
private struct WrittenAmount {
    var coefficient: Int128
    var scale: Int
    var grammar: NumberGrammar?
    var number: String
    /// Whether `1.299` without a grammar is what was written.
    var isAmbiguous: Bool

    init(using random: inout SplitMix) {
        let digits = Int.random(in: 1...15, using: &random)
        let magnitude = Int64.random(in: 0..<Self.power(digits), using: &random)
        scale = Int.random(in: 0...6, using: &random)
        grammar = [nil, .point, .comma].randomElement(using: &random) ?? nil
        let (whole, fraction) = magnitude.quotientAndRemainder(dividingBy: Self.power(scale))
        let sign = ["", "", "", "+", "-", "\u{2212}"].randomElement(using: &random) ?? ""
        coefficient = Int128(sign == "-" || sign == "\u{2212}" ? -magnitude : magnitude)
        let (decimal, mark) = grammar == .comma ? (",", ".") : (".", ",")
        let blanks = [" ", "'", "\u{2019}", "\u{A0}", "\u{202F}", "\u{2009}"]
        let separator = grammar == nil ? "" : (blanks + ["", mark]).randomElement(using: &random) ?? ""
        number = sign + Self.grouped(whole, separator)
        if scale > 0 {
            let decimals = String(fraction)
            number += decimal + String(repeating: "0", count: scale - decimals.count) + decimals
        }
        isAmbiguous = grammar == nil && scale == 3 && (1...999).contains(whole)
    }

    private static func power(_ exponent: Int) -> Int64 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }

    private static func grouped(_ whole: Int64, _ separator: String) -> String {
        guard whole >= 1000 else { return String(whole) }
        let group = String(whole % 1000)
        return grouped(whole / 1000, separator) + separator + String(repeating: "0", count: 3 - group.count)
            + group
    }

    func isExactly(_ text: [UInt8]?) -> Bool {
        guard let number = text.flatMap({ FixedDecimal($0) }) else { return false }
        return number.coefficient == coefficient && number.scale == scale
    }
}

struct NumberPropertyTests {
    private static let currencies = [
        ("", ""), ("EUR ", ""), ("", " EUR"), ("€", ""), ("", "\u{A0}€"), ("US$ ", ""), ("", " usd"),
        ("CHF", ""),
        ("", "\u{202F}zł"), ("£", ""), ("R$", ""), ("", " руб."), ("kr ", ""), ("$", " USD"),
        ("RUR\u{A0}", ""),
    ]
    private static let guards = [("", ""), ("", ""), ("'", ""), ("=\"", "\"")]

    @Test(.timeLimit(.minutes(10)))
    func whatIsWrittenIsReadExactly() {
        var random = SplitMix(seed: 1)
        for _ in 0..<24_000 {
            let amount = WrittenAmount(using: &random)
            let (open, close) = Self.guards.randomElement(using: &random) ?? ("", "")
            let (before, behind) = Self.currencies.randomElement(using: &random) ?? ("", "")
            let text = open + amount.number + close
            let price = open + before + amount.number + behind + close
            let number = try? NumberGrammar.plain(utf8(text), amount.grammar)
            let money = try? Money(notation: .decimal(amount.grammar)).plain(utf8(price))
            if amount.isAmbiguous {
                if number != nil || money != nil { Issue.record("ambiguous: \(text), \(price)") }
            } else {
                if !amount.isExactly(number) { Issue.record("\(text)") }
                if !amount.isExactly(money) { Issue.record("\(price)") }
            }
        }
    }

    /// Whatever the grammar, no digit is dropped, added or moved.
    @Test(.timeLimit(.minutes(10)))
    func whateverIsReadKeepsEveryDigit() {
        var random = SplitMix(seed: 2)
        var accepted = 0
        for _ in 0..<24_000 {
            let text = Self.randomText(using: &random)
            let digits = text.filter(\.isDigit)
            for grammar in [nil, NumberGrammar.point, .comma] {
                for reading in [
                    try? NumberGrammar.plain(text, grammar),
                    try? Money(notation: .decimal(grammar)).plain(text),
                ] {
                    guard let reading, !reading.isEmpty else { continue }
                    accepted += 1
                    if FixedDecimal(reading) == nil { Issue.record("\(text.text.quoted)") }
                    if reading.filter(\.isDigit) != digits { Issue.record("\(text.text.quoted)") }
                }
            }
        }
        #expect(accepted > 4_000, "too few were numbers: \(accepted)")
    }

    @Test(.timeLimit(.minutes(10)))
    func noBytesTrapAndWhatIsReadIsANumber() throws {
        let filters: [Filter] = [
            .decimal(nil), .decimal(.point), .decimal(.comma), .money(Money(notation: .minor)), .minor(2),
            .nanos,
            .whole,
        ]
        var random = SplitMix(seed: 3)
        for _ in 0..<24_000 {
            let text = Self.randomText(using: &random)
            for filter in filters {
                guard let reading = try? filter.reading(text), !reading.isEmpty else { continue }
                if FixedDecimal(reading) == nil { Issue.record("\(filter) of \(text.text.quoted)") }
            }
            _ = try? CurrencyName.code(text, meant: [])
            _ = SpreadsheetGuard.unguarded(text)
            _ = SpreadsheetDamage.reason(text)
        }
    }

    /// Bytes of every kind, but mostly such as numbers are made of.
    private static func randomText(using random: inout SplitMix) -> [UInt8] {
        let pieces = [
            "0", "1", "23", "456", "000", ".", ",", " ", "'", "\u{2019}", "\u{A0}", "\u{202F}", "\u{2009}",
            "-", "+",
            "\u{2212}", "(", ")", "%", "E", "e+", "=\"", "\"", "€", "$", "EUR", "kr.", "руб.", "#", "x", "\n",
        ]
        // The first eight make most texts, or hardly any would be a number.
        let count = [5, 8, 18, pieces.count].randomElement(using: &random) ?? 1
        var text: [UInt8] = []
        for _ in 0..<Int.random(in: 0...9, using: &random) {
            if UInt8.random(in: 0...40, using: &random) == 0 {
                text.append(UInt8.random(in: 0...255, using: &random))
            } else {
                text += Array((pieces[..<count].randomElement(using: &random) ?? "").utf8)
            }
        }
        return text
    }
}

extension Filter {
    fileprivate func reading(_ text: [UInt8]) throws -> [UInt8] {
        switch self {
        case .decimal(let grammar): try NumberGrammar.plain(text, grammar)
        case .money(let money): try money.plain(text)
        case .minor(let digits): try MinorUnits.units(text, digits: digits)
        case .nanos: try MinorUnits.nanos(text)
        case .whole: try WholeNumber.plain(text)
        default: []
        }
    }
}
