import CatalinkCore
import Testing

struct PriceMoveTests {
    private static func move(_ old: String?, _ new: String?, to currency: String = "usdc") -> PriceMove? {
        PriceMove(
            from: .init(amount: old.flatMap { FixedDecimal($0) }, currency: "usdc"),
            to: .init(amount: new.flatMap { FixedDecimal($0) }, currency: currency))
    }

    @Test(arguments: [("129", "129.00"), ("0.5", "0.50"), (nil, nil)] as [(String?, String?)])
    func equalAmountsHaveNotMoved(_ old: String?, _ new: String?) {
        #expect(Self.move(old, new) == nil)
    }

    /// Both amounts, how the one is the other's multiple in millionths, and how far they are apart in thousandths.
    private static let ratios: [(String, String, Int, Int)] = [
        ("129.00", "12.90", 100_000, 10_000), ("12.90", "129.00", 10_000_000, 10_000),
        ("3", "1", 333_333, 3000), ("3", "2", 666_667, 1500),
        ("0.000001", "0.01", 10_000_000_000, 10_000_000),
        ("99.99", "100.00", 1_000_100, 1000),
    ]

    @Test(arguments: ratios)
    func aMoveIsMeasured(_ old: String, _ new: String, _ ratio: Int, _ distance: Int) throws {
        let move = try #require(Self.move(old, new))
        #expect(move.ratio == ratio)
        #expect(move.distance == distance)
    }

    @Test(
        arguments: [(nil, "10", "usdc"), ("10", nil, "usdc"), ("10", "10", "eurc")]
            as [(String?, String?, String)])
    func whatCannotBeMeasuredIsFurtherThanAnything(_ old: String?, _ new: String?, _ currency: String) throws
    {
        let move = try #require(Self.move(old, new, to: currency))
        #expect(move.ratio == nil)
        #expect(move.distance == .max)
        #expect(move.isBeyond(try #require(LargestChange(written: "1000%"))))
    }

    /// Both amounts, the share that is allowed, and whether the move is beyond it.
    private static let shares: [(String, String, String, Bool)] = [
        ("100", "130", "30%", false), ("100", "130.01", "30%", true), ("100", "70", "30%", false),
        ("100", "69.99", "30%", true), ("129.00", "12.90", "90%", false), ("129.00", "12.89", "90%", true),
        ("0.03", "0.04", "33.3%", true), ("0.03", "0.04", "33.34%", false), ("1", "0.999999", "0%", true),
        ("10", "30", "200%", false), ("10", "30.000001", "200%", true),
    ]

    @Test(arguments: shares)
    func aMoveIsComparedExactly(_ old: String, _ new: String, _ share: String, _ isBeyond: Bool) throws {
        let move = try #require(Self.move(old, new))
        #expect(move.isBeyond(try #require(LargestChange(written: share))) == isBeyond)
    }

    @Test(arguments: ["30", "-1%", "%", "", "abc%", "1000000000000000%"])
    func othersAreNoLargestChange(_ text: String) {
        #expect(LargestChange(written: text) == nil)
    }

    private static let texts: [(String?, String?, String, String)] = [
        ("129", "12.9", "usdc", "129.00 → 12.90 usdc"), (nil, "0.0125", "usdc", "none → 0.0125 usdc"),
        ("10", "10", "eurc", "10.00 usdc → 10.00 eurc"), ("10", nil, "usdc", "10.00 → none usdc"),
    ]

    @Test(arguments: texts)
    func aMoveIsTold(_ old: String?, _ new: String?, _ currency: String, _ text: String) {
        #expect(Self.move(old, new, to: currency)?.text == text)
    }

    private static func moves(_ cheaper: Int, _ dearer: Int, _ others: Int) throws -> PriceMoves {
        var moves = PriceMoves()
        moves.cheaper = .init(count: cheaper, typical: 100_400)
        moves.dearer = .init(count: dearer, typical: 1_209_999)
        moves.others = others
        moves.furthest = [
            .init(
                item: ItemKey(key: Array("SKU-1".utf8), segment: []),
                location: Location(file: "c.csv", line: 2, record: 1), move: try #require(move("129", "12.9"))
            )
        ]
        return moves
    }

    private static let example = "\"SKU-1\" 129.00 → 12.90 usdc (c.csv:2)"
    private static let explanations: [(Int, Int, Int, String)] = [
        (480, 0, 0, "which all cost less (half of them at most 0.11 times as much): "),
        (0, 7, 0, "which all cost more (half of them at least 1.2 times as much): "),
        (
            480, 7, 0,
            "of which 480 cost less (half of them at most 0.11 times as much) and 7 cost more (half of them at least "
                + "1.2 times as much): "
        ),
        (0, 0, 3, "of which 3 cannot be compared with their links': "),
    ]

    @Test(arguments: explanations)
    func whatMovesIsExplained(_ cheaper: Int, _ dearer: Int, _ others: Int, _ text: String) throws {
        #expect(try Self.moves(cheaper, dearer, others).explanation == text + Self.example)
    }

    @Test(arguments: [(100_000, "0.1"), (12_345, "0.013"), (99, "0.000099"), (10_000_000, "10")])
    func aFactorHasAsManyDigitsAsTellSomething(_ millionths: Int, _ text: String) throws {
        var moves = PriceMoves()
        moves.cheaper = .init(count: 1, typical: millionths)
        #expect(moves.explanation == "which all cost less (half of them at most \(text) times as much): ")
    }
}
