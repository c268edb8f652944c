import CatalinkCore
import CatalinkRead

/// The column of prices, by its name alone: values that are odd are problems of their rows, no reason for another.
struct PriceGuess {
    let column: String
    let numbers: NumberSample
    let currency: CurrencyGuess
    let hasGaps: Bool
    let isMinor: Bool
    /// The column of the part behind the point, in billionths of a unit.
    let billionths: String?

    /// `nil` where no column is named as one.
    init?(_ look: CatalogLook) {
        let candidates = look.usableColumns.compactMap { index in
            Self.rank(look.columns[index], look).map { (index: index, rank: $0) }
        }
        let ranked = candidates.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.map(\.index)
        let best = ranked.first { look.values(of: $0).contains { $0.contains(where: \.isNumber) } }
        // A sample may end before the first price.
        let empty = ranked.first { look.values(of: $0).allSatisfy { $0.allSatisfy(\.isWhitespace) } }
        guard let index = best ?? empty else { return nil }
        column = look.columns[index]
        let values = look.values(of: index)
        let written = values.filter { !$0.allSatisfy(\.isWhitespace) }
        hasGaps = written.count < values.count
        numbers = NumberSample(written)
        currency = CurrencyGuess(look, price: column, prices: numbers)
        isMinor = PriceName(look.words(of: column)).isMinor
        billionths = Self.billionths(of: column, look)
    }

    /// The link's currency, which may have to be converted to.
    var target: String { currency.code.flatMap(CurrencyGuess.target) ?? "usdc" }

    var isConverted: Bool {
        currency.isUnclear || currency.code.map { CurrencyGuess.target(of: $0) == nil } ?? false
    }

    var filter: String {
        var arguments: [String] = []
        if numbers.filter == "money" {
            if let code = currency.code { arguments.append(code) }
            if isMinor {
                arguments.append("minor")
            } else if let mark = numbers.grammar {
                arguments.append(mark.rawValue)
            }
        } else if isMinor {
            let hasDigits = currency.code.flatMap { CurrencyCode($0) }?.minorDigits != nil
            return "minor: \(hasDigits ? currency.code ?? "2" : "2")"
        } else if let mark = numbers.grammar {
            arguments.append(mark.rawValue)
        }
        return numbers.filter + (arguments.isEmpty ? "" : ": " + arguments.joined(separator: ", "))
    }

    /// Other columns of amounts, for a comment.
    func others(_ look: CatalogLook) -> [String] {
        Self.amounts(look).filter { $0 != column && $0 != billionths }
    }

    /// Columns that tell prices of several kinds apart.
    func kinds(_ look: CatalogLook) -> [String] {
        look.usableColumns.filter { index in
            look.words(of: look.columns[index]).isKindOfPrice && Set(look.values(of: index)).count > 1
        }.map { look.columns[$0] }
    }

    /// Columns that are named as amounts, whether as ones that are paid or not.
    static func amounts(_ look: CatalogLook) -> [String] {
        look.usableColumns.filter { index in
            let name = PriceName(look.words(of: look.columns[index]))
            guard name.rank != nil || name.isOtherAmount else { return false }
            return look.values(of: index).contains { $0.contains(where: \.isNumber) }
        }.map { look.columns[$0] }
    }

    /// Dollars before euros before what has to be converted, where names differ by nothing else.
    private static func rank(_ column: String, _ look: CatalogLook) -> Int? {
        // The price of one variant is not that of all.
        guard !look.isInList(column), let rank = PriceName(look.words(of: column)).rank else { return nil }
        let codes = CurrencyGuess.codes(inName: column).map { $0.flatMap(CurrencyGuess.target) ?? "none" }
        return rank * 3 + (codes.contains("none") ? 2 : codes.contains("eurc") ? 1 : 0)
    }

    private static func billionths(of price: String, _ look: CatalogLook) -> String? {
        guard price.hasSuffix("/units") else { return nil }
        let beside = price.dropLast("units".count) + "nanos"
        return look.columns.first { $0 == beside }
    }
}

extension CatalogLook {
    /// The columns that a job can name, without those whose name an earlier one has.
    var usableColumns: [Int] {
        let writing = JobWriting(self)
        var seen: Set<String> = []
        return columns.indices.filter { seen.insert(columns[$0]).inserted && writing.canName(columns[$0]) }
    }
}
