import CatalinkCore
import CatalinkRead

/// Which currency a catalog's prices are in: by what stands beside them, by a column, by the column's name, by the
/// document.
struct CurrencyGuess {
    /// A code of ISO 4217, or one of the API's own; `nil` where nothing names one, or not for sure.
    private(set) var code: String?
    /// Whether something names a currency, but nobody can tell which.
    private(set) var isUnclear = false
    /// The rows in that currency, where a column tells them.
    private(set) var rows: (column: String, values: [String])?
    /// What was seen of others.
    private(set) var others: [String] = []

    /// - Parameter prices: the values of the price's column.
    init(_ look: CatalogLook, price: String, prices: NumberSample) {
        let marks = prices.filter == "money" ? prices.values.compactMap(Self.mark) : []
        let column = Self.column(beside: price, in: look)
        let written =
            column.map { column in
                look.columns.firstIndex(of: column).map(look.values) ?? []
            }?.filter { !$0.allSatisfy(\.isWhitespace) } ?? []
        let evidence = [
            marks, written.map(Self.code), Self.codes(inName: price), Set(look.currencies).map(Self.code),
        ]
        guard let first = evidence.first(where: { !$0.isEmpty }) else { return }
        let (found, rest) = Self.most(of: first)
        others = rest
        let contradiction = evidence.dropLast().first { !$0.isEmpty && !$0.contains(found) }
        let isManyOfDocument = marks.isEmpty && written.isEmpty && !rest.isEmpty
        guard let found, contradiction == nil, !isManyOfDocument else {
            isUnclear = true
            return
        }
        code = found
        guard let column, !written.isEmpty else { return }
        let group = Self.target(of: found)
        let values = written.filter { value in
            Self.code(value).map { $0 == found || group != nil && Self.target(of: $0) == group } ?? false
        }
        rows = (column, Self.unique(values))
    }

    /// The link's currency in which a price can be paid as it is; `nil` where it has to be converted.
    static func target(of code: String) -> String? {
        switch code {
        case "USD", "USDC": "usdc"
        case "EUR", "EURC": "eurc"
        default: nil
        }
    }

    /// What a column's name says: `price_eur`, `Preis in €`.
    static func codes(inName name: String) -> [String?] {
        let parts = name.split { !$0.isLetter && !$0.isCurrencySymbol }.map(String.init)
        let words = parts.flatMap { ColumnWords($0, hasPrefixes: false).all }
        var codes = name.filter(\.isCurrencySymbol).map { code(String($0)) }
        for word in words {
            if let code = namedCurrencies[word] {
                codes.append(code)
            } else if usualCodes.contains(word) {
                codes.append(word.uppercased())
            }
        }
        return codes
    }

    // MARK: Reading

    /// What stands beside an amount; the inner `nil` for a sign of several currencies.
    private static func mark(_ value: String) -> String?? {
        let isBare = NumberGrammar.allCases.contains { SampleFilter("decimal: \($0.rawValue)").reads(value) }
        return isBare ? nil : .some(code(value))
    }

    private static let dollars = SampleFilter("currency: USD")

    /// `$` alone is what most catalogs call the US dollar.
    private static func code(_ value: String) -> String? {
        let bare = value.lowercased().filter { !$0.isWhitespace }
        return dollars.reading(value) ?? namedCurrencies[bare]
    }

    private static func most(of codes: [String?]) -> (String?, rest: [String]) {
        let counts = Dictionary(codes.map { ($0, 1) }, uniquingKeysWith: +)
        let best = counts.max { ($0.value, $1.key ?? "") < ($1.value, $0.key ?? "") }?.key
        return (best ?? nil, counts.keys.filter { $0 != best ?? nil }.map { $0 ?? "another" }.sorted())
    }

    private static func column(beside price: String, in look: CatalogLook) -> String? {
        let found = look.columns.filter { column in
            let words = look.words(of: column)
            return words.isCurrency && !words.all.contains { $0 == "shipping" || $0 == "cost" }
        }
        let inner = found.filter { look.isInList($0) == look.isInList(price) }
        func nearness(_ column: String) -> Int { zip(column, price).prefix { $0 == $1 }.count }
        return inner.max { nearness($0) < nearness($1) }
    }

    private static func unique(_ values: [String]) -> [String] {
        var seen: Set<String> = []
        return values.filter { seen.insert($0).inserted }
    }

    private static let usualCodes: Set<String> = Set(
        """
        eur usd gbp jpy cny chf cad aud nzd sek nok dkk pln czk huf ron bgn inr brl mxn rub uah try krw twd sgd hkd thb \
        aed sar ils zar php idr vnd myr usdc eurc
        """.split(separator: " ").map(String.init))
    private static let namedCurrencies = [
        "euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "usdollar": "USD", "pound": "GBP",
        "pounds": "GBP", "yen": "JPY", "kč": "CZK", "zł": "PLN", "руб": "RUB",
    ]
}
