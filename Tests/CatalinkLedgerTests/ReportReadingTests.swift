import CatalinkCore
import CatalinkLedger
import CatalinkTestSupport
import Testing

/// What a run's report is made of.
struct ReportReadingTests {
    private static func items(_ scene: LedgerScene, _ run: String, most: Int = 1000, withOthers: Bool = true)
        throws -> [PageItem]
    {
        var items: [PageItem] = []
        try scene.ledger.forEachPageItem(of: run, mostRows: most, withOthers: withOthers) { items.append($0) }
        return items
    }

    @Test func theRunsRowsComeFirstAndEveryItemOnce() async throws {
        let scene = try LedgerScene()
        try await scene.run("r1", LedgerScene.pairs(["1", "2", "3"]))
        let rows = [Pairs.request("new", amount: "4", row: 1), Pairs.invalid(nil, row: 2)]
        _ = try await scene.ledger.begin("r2", at: LedgerScene.now)
        try scene.plan(rows)
        try await scene.ledger.adoptPlan(run: "r2")
        let items = try Self.items(scene, "r2")
        #expect(items.map(\.verdict) == ["invalid", "", "", ""])
        #expect(items.map(\.key) == ["", "k0", "k1", "k2"])
        #expect(items.map(\.state) == ["", "created", "created", "created"])
        #expect(items[1].title == "Mug")
        #expect(items[1].linkID == "r1-0")
        #expect(items[1].amount == "1.00")
        let lines = try scene.ledger.pageItems(of: "r2")
        #expect(lines.rows == 1)
        #expect(lines.others == 3)
        #expect(try Self.items(scene, "r2", withOthers: false).map(\.verdict) == ["invalid"])
        let first = try Self.items(scene, "r1")
        #expect(first.map(\.verdict) == ["created", "created", "created"])
        #expect(try scene.ledger.pageItems(of: "r1").rows == 3)
        #expect(try scene.ledger.pageItems(of: "r1").others == 0)
        #expect(try Self.items(scene, "r1", most: 2, withOthers: false).map(\.key) == ["k0", "k1"])
    }

    @Test(arguments: [ChangePolicy.replace, .update])
    func amountsThatARunMovedAreThoseOfTheLinksBefore(_ onChange: ChangePolicy) async throws {
        let scene = try LedgerScene()
        try await scene.run("r1", LedgerScene.pairs(["10", "20", "30"]))
        #expect(try scene.ledger.movesMade(by: "r1").count == 0)
        let pairs = LedgerScene.pairs(["5", "20", "31"])
        _ = try await scene.ledger.begin("r2", at: LedgerScene.now)
        try scene.plan(pairs, onChange)
        let work =
            onChange == .update
            ? try await scene.ledger.nextUpdates(after: 0, limit: 10)
            : try await scene.ledger.nextWork(after: 0, limit: 10)
        #expect(work.count == 2)
        try await scene.make(work, "r2")
        let moves = try scene.ledger.movesMade(by: "r2")
        #expect((moves.cheaper.count, moves.dearer.count, moves.others) == (1, 1, 0))
        #expect(moves.furthest.first?.text == "\"k0\" 10.00 → 5.00 usdc (catalog.csv:2)")
    }

    @Test func attemptsAreCountedByTheirOutcome() async throws {
        let scene = try LedgerScene()
        try await scene.run("r1", LedgerScene.pairs(["1", "2", "3"]))
        let timeline = try #require(try scene.ledger.timeline(of: "r1"))
        #expect(timeline.whole.counts == [.created: 3])
        #expect(timeline.whole.latencies.count == 3)
        #expect(try scene.ledger.timeline(of: "r2") == nil)
    }

    /// Runs of one second have names in any order.
    @Test func theLastRunsAreThoseThatBeganLast() async throws {
        let scene = try LedgerScene()
        let rows = [Pairs.invalid(nil, row: 1), Pairs.invalid(nil, row: 2)]
        for (run, count) in [("r-f", 2), ("r-a", 1), ("r-c", 0)] {
            _ = try await scene.ledger.begin(run, at: LedgerScene.now)
            try scene.plan(Array(rows.prefix(count)))
            try await scene.ledger.adoptPlan(run: run)
            let summary = count > 0 ? "{\"books\": \(count)}" : "by hand"
            try await scene.ledger.finish(run, at: LedgerScene.now, exit: 0, summary: summary)
        }
        #expect(try await scene.ledger.status().runs.map(\.id) == ["r-c", "r-a", "r-f"])
        // Rows that became no item are those of the last run that has closed its books.
        var runs: [String] = []
        try scene.ledger.forEachResult(run: nil) { runs.append($0.values.last ?? "") }
        #expect(runs == ["r-a"])
    }

    @Test func aLedgerMovesByPeopleAndByOtherRuns() async throws {
        let scene = try LedgerScene()
        let later = LedgerScene.now + .seconds(5)
        _ = try await scene.ledger.begin("r1", at: LedgerScene.now)
        try await scene.ledger.finish("r1", at: LedgerScene.now, exit: 0, summary: "{}")
        #expect(try !scene.ledger.hasMoved(since: LedgerScene.now, beside: "r1"))
        #expect(try scene.ledger.hasMoved(since: LedgerScene.now, beside: "r0"))
        try await scene.ledger.beginByHand("r2", at: later)
        #expect(try scene.ledger.hasMoved(since: later, beside: "r1"))
        #expect(try !scene.ledger.hasMoved(since: later + .seconds(1), beside: "r1"))
    }

    @Test func theNewestRunThatClosedItsBooksIsFound() async throws {
        let scene = try LedgerScene()
        #expect(try scene.ledger.recordedRun(nil) == nil)
        for (run, summary) in [("a", "{\"books\": 1}"), ("b", "{\"books\": 2}"), ("c", "c.csv: expected …")] {
            _ = try await scene.ledger.begin(run, at: LedgerScene.now)
            try await scene.ledger.finish(run, at: LedgerScene.now, exit: 0, summary: summary)
        }
        _ = try await scene.ledger.begin("d", at: LedgerScene.now)
        #expect(try scene.ledger.recordedRun(nil)?.id == "b")
        #expect(try scene.ledger.recordedRun("a")?.summary == "{\"books\": 1}")
        #expect(try scene.ledger.recordedRun("d")?.endedAt == nil)
        #expect(try scene.ledger.recordedRun("e") == nil)
    }
}
