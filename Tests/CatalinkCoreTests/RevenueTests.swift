import CatalinkCore
import Testing

struct RevenueTests {
    private static func revenue(
        _ sum: String, _ count: Int, _ currency: String = "usdc", at seconds: Int64 = 0
    ) throws -> Revenue {
        let code = try #require(CurrencyCode(currency))
        let moment = Timestamp(seconds: seconds)
        return Revenue(currency: code, count: count, sum: try decimal(sum), first: moment, last: moment)
    }

    /// A sum, how many payments it is, and the average as the rule has it.
    private static let averages: [(sum: String, count: Int, currency: String, average: String)] = [
        ("10.00", 3, "usdc", "3.3333"), ("20.00", 3, "usdc", "6.6667"), ("1", 8, "usdc", "0.125"),
        ("0.0001", 2, "usdc", "0.00005"), ("0.00001", 2, "EUR", "0.000005"),
        // Half to even, either way.
        ("0.01", 8, "EUR", "0.0012"), ("0.03", 8, "EUR", "0.0038"), ("-0.01", 8, "EUR", "-0.0012"),
        ("100", 3, "JPY", "33.33"), ("10", 3, "KWD", "3.33333"),
    ]

    @Test(arguments: averages.indices)
    func anAverageIsRoundedHalfToEvenTwoDecimalsBeyondTheAmounts(_ index: Int) throws {
        let (sum, count, currency, average) = Self.averages[index]
        let revenue = try Self.revenue(sum, count, currency)
        let expected = try decimal(average)
        #expect(revenue.average == expected, "\(revenue.averageText)")
    }

    @Test func sumsAreExactAndKeepFirstAndLast() throws {
        let first = try Self.revenue("0.1", 1, at: 20)
        let both = try #require(first.adding(try Self.revenue("-0.30", 2, at: 10)))
        #expect(both.sumText == "-0.20")
        #expect(both.count == 3)
        #expect(both.first == Timestamp(seconds: 10))
        #expect(both.last == Timestamp(seconds: 20))
        let largest = FixedDecimal(coefficient: .max, scale: 0)
        let full = Revenue(
            currency: first.currency, count: 1, sum: largest, first: first.first, last: first.first)
        #expect(full.adding(full) == nil)
    }

    @Test func theFirstOfManyLinksAreKeptByRank() throws {
        var byRevenue = TopLinks(by: .revenue, limit: 2)
        var byCount = TopLinks(by: .conversions, limit: 2)
        var byAverage = TopLinks(by: .average, limit: 2)
        for (link, sum, count, currency) in [
            ("a", "10", 1, "usdc"), ("b", "30", 5, "usdc"), ("c", "20", 4, "usdc"), ("d", "20", 1, "usdc"),
            ("e", "1", 1, "eurc"),
        ] {
            let revenue = try Self.revenue(sum, count, currency)
            byRevenue.add(link, revenue)
            byCount.add(link, revenue)
            byAverage.add(link, revenue)
        }
        // Each currency has a list of its own.
        #expect(byRevenue.entries.map(\.link) == ["e", "b", "c"])
        #expect(byCount.entries.map(\.link) == ["e", "b", "c"])
        #expect(byAverage.entries.map(\.link) == ["e", "d", "a"])
    }
}
