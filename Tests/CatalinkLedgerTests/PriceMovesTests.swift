import CatalinkCore
import CatalinkLedger
import CatalinkTestSupport
import Testing

/// Amounts that are not those that links were made with.
struct PriceMovesTests {
    private static let old = ["100", "50", "20", "10", "8"]

    private func scene() async throws -> LedgerScene {
        let scene = try LedgerScene()
        try await scene.run("r1", LedgerScene.pairs(Self.old))
        return scene
    }

    @Test(arguments: ChangePolicy.allCases)
    func bothDirectionsAreCountedWithTheirMedian(_ onChange: ChangePolicy) async throws {
        let scene = try await scene()
        try scene.plan(LedgerScene.pairs(["10", "25", "19", "30", "8"]), onChange)
        let moves = try scene.moves(beyond: "60%")
        #expect(moves.cheaper == .init(count: 3, typical: 500_000))
        #expect(moves.dearer == .init(count: 1, typical: 3_000_000))
        #expect(moves.beyond == 2)
        #expect(
            moves.furthest.map(\.text) == [
                "\"k0\" 100.00 → 10.00 usdc (catalog.csv:2)", "\"k3\" 10.00 → 30.00 usdc (catalog.csv:5)",
                "\"k1\" 50.00 → 25.00 usdc (catalog.csv:3)",
            ])
    }

    @Test func otherContentsAtTheSamePriceHaveNotMoved() async throws {
        let scene = try await scene()
        let totals = try scene.plan([Pairs.request("k0", title: "Cup", amount: "100.00")])
        #expect(totals.changedItems == 1)
        #expect(try scene.moves().count == 0)
    }

    @Test func rowsThatSendNothingBecauseTheyAreDuplicatesAreNoMoves() async throws {
        let scene = try await scene()
        try scene.plan([Pairs.request("k0", amount: "1"), Pairs.request("k0", amount: "2", row: 2)])
        #expect(try scene.moves().count == 0)
    }

    /// As long as an amount stays what was let through nobody is asked; another one is asked about, item by item.
    @Test func whatWasLetThroughIsNotAskedAboutAgain() async throws {
        let scene = try await scene()
        let slipped = ["10", "5", "2", "1", "0.8"]
        try await scene.run("r2", LedgerScene.pairs(slipped))
        try scene.plan(LedgerScene.pairs(slipped))
        #expect(try scene.moves(beyond: "30%") == PriceMoves())
        try scene.plan(LedgerScene.pairs(["10", "5", "2", "1", "0.08"]))
        #expect(try scene.moves(beyond: "30%").beyond == 1)
        // Corrected and let through, and slipped again.
        try await scene.run("r3", LedgerScene.pairs(Self.old))
        try scene.plan(LedgerScene.pairs(slipped))
        #expect(try scene.moves().cheaper.count == 5)
    }

    /// What was approved once and made gives no leave to move as many again.
    @Test func aReplacedPriceIsWhatTheNextIsComparedWith() async throws {
        let scene = try await scene()
        try await scene.run("r2", LedgerScene.pairs(["90", "45", "18", "9", "7"]), .replace)
        try scene.plan(LedgerScene.pairs(["9", "4.5", "1.8", "0.9", "0.7"]), .replace)
        let moves = try scene.moves()
        #expect(moves.cheaper == .init(count: 5, typical: 100_000))
        #expect(moves.furthest.first?.text == "\"k0\" 90.00 → 9.00 usdc (catalog.csv:2)")
    }

    /// Sent at the wrong price and not answered: the price is compared with the one that may stand in a link.
    @Test func anItemThatMayHaveALinkIsComparedWithWhatWasSent() async throws {
        let scene = try LedgerScene()
        _ = try await scene.ledger.begin("r1", at: LedgerScene.now)
        try scene.plan([Pairs.request("a", amount: "129.00")])
        let work = try #require(try await scene.ledger.nextWork(after: 0, limit: 1).first)
        let key = Identity.test.idempotencyKey(
            for: work.item, generation: 1, attempt: 1, body: work.canonical)
        let intent = Intent(
            work: work, key: key, body: work.canonical, at: LedgerScene.now, clientKey: work.fingerprint)
        _ = try await scene.ledger.record(run: "r1", outcomes: [], intents: [intent])
        _ = try await scene.ledger.begin("r2", at: LedgerScene.now)
        #expect(try scene.plan([Pairs.request("a", amount: "12.90")]).lookUps == 1)
        #expect(try scene.moves().cheaper == .init(count: 1, typical: 100_000))
    }

    /// Sums are exact, whatever 64 bits hold.
    @Test func largeAndSmallAmountsAreAddedExactly() async throws {
        let scene = try LedgerScene()
        let totals = try scene.plan(
            LedgerScene.pairs([
                "0.000001", "9000000000000", "9000000000000.5", "123456789012345678901234567890.12",
            ]))
        let money = try #require(totals.money["usdc"])
        #expect(money.count == 4)
        #expect(money.sum == FixedDecimal("123456789012345696901234567890.620001"))
        #expect(money.lowest == FixedDecimal("0.000001"))
        #expect(money.highest == FixedDecimal("123456789012345678901234567890.12"))
        let highest = try scene.ledger.extremePrices(2, in: "usdc", highest: true)
        #expect(
            highest.map { $0.price.amount?.plain } == [
                "123456789012345678901234567890.12", "9000000000000.5",
            ])
        let lowest = try scene.ledger.extremePrices(1, in: "usdc", highest: false)
        #expect(lowest.map(\.item.shown) == ["\"k0\""])
    }
}
