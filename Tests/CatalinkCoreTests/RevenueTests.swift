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

    /// What 128 bits do not hold with all its decimals has as many as they do.
    @Test(arguments: [
        (Int128.max, 0, 1, "170141183460469231731687303715884105727"),
        (.min, 0, 1, "-170141183460469231731687303715884105728"),
        (.max, 0, 2, "85070591730234615865843651857942052864"),
        (.min, 0, 3, "-56713727820156410577229101238628035243"),
        (.max, 0, 1_000_000_007, "170141182269480955845320612798.6398"),
        (9_223_372_036_854_775_807_000_000_000_000_000_001, 18, 1, "9223372036854775807.000000000000000001"),
        (9_223_372_036_854_775_807_000_000_000_000_000_001, 18, 2, "4611686018427387903.5000000000000000005"),
        // Beyond 128 bits with a decimal more than it has.
        (.max, 10, 7, "2430588335149560453309818624.5126300818"), (1, 18, .max, "0"),
    ])
    func anAverageIsThereWheneverTheSumIs(_ sum: Int128, _ scale: Int, _ count: Int, _ average: String)
        throws
    {
        let moment = Timestamp(seconds: 0)
        let revenue = Revenue(
            currency: try #require(CurrencyCode("usdc")), count: count,
            sum: FixedDecimal(coefficient: sum, scale: scale), first: moment, last: moment)
        #expect(revenue.average.plain == average)
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

    /// Neither an average that has fewer decimals than it should nor amounts that have no common scale are taken for less.
    @Test(arguments: [LinkRank.revenue, .average])
    func whatIsLargestIsFirstHoweverLarge(_ rank: LinkRank) throws {
        let (large, small) = ("170141183460469231731687303715884105727", "0.000000000000000001")
        var top = TopLinks(by: rank, limit: 3)
        for (link, sum) in [("c", "-" + large), ("b", small), ("a", large), ("d", "-1")] {
            top.add(link, try Self.revenue(sum, 1))
        }
        #expect(top.entries.map(\.link) == ["a", "b", "d"])
    }

    @Test func ofEqualLinksTheOneWithTheFirstIDIsKept() throws {
        for rank in LinkRank.allCases {
            var top = TopLinks(by: rank, limit: 3)
            for link in ["e", "b", "g", "a", "f", "d", "c", "h"] {
                top.add(link, try Self.revenue("7.50", 2))
            }
            #expect(top.entries.map(\.link) == ["a", "b", "c"], "\(rank)")
        }
    }
}
