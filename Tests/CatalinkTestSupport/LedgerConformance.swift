package import CatalinkCore
import CatalinkHash
import Testing

/// What every ledger promises; the twin and the real one are put through the same.
package struct LedgerConformance {
    let ledger: any Ledger
    let fresh: @Sendable () throws -> any Ledger
    let now = Timestamp(seconds: 1_800_000_000)
    let identity = Identity(origin: "sandbox", account: "default", job: "test")

    /// - Parameter fresh: makes another empty ledger of the same kind.
    package init(_ fresh: @escaping @Sendable () throws -> any Ledger) throws {
        self.fresh = fresh
        ledger = try fresh()
    }

    package static let promises: [(name: String, check: @Sendable (LedgerConformance) async throws -> Void)] =
        [
            ("new rows are work in the catalog's order", { try await $0.newRowsAreWork() }),
            ("a created item is unchanged by the same row", { try await $0.createdIsUnchanged() }),
            ("a created item is changed by another row", { try await $0.createdIsChanged() }),
            ("equal rows of one key are merged", { try await $0.equalRowsMerge() }),
            ("unequal rows of one key are all duplicates", { try await $0.unequalRowsAreDuplicates() }),
            ("a second row beside an unchanged one is a duplicate", { try await $0.secondBesideUnchanged() }),
            ("two new items with one slug are both duplicates", { try await $0.oneSlugTwice() }),
            ("a slug belongs to the item whose link has it", { try await $0.slugHasAnOwner() }),
            (
                "an intent without outcome is unknown at the next start",
                { try await $0.intentBecomesUnknown() }
            ),
            ("an unknown item with another content waits", { try await $0.unknownWithOtherContent() }),
            ("a dead key is not sent again", { try await $0.deadKeyWaits() }),
            ("an item that was never handed over gets a new try", { try await $0.notSentIsReleased() }),
            ("a rejected item is left alone until its row changes", { try await $0.rejectedIsLeft() }),
            ("a held item is left", { try await $0.heldIsLeft() }),
            ("an outcome is written once", { try await $0.outcomeIsWrittenOnce() }),
            ("a link belongs to one item", { try await $0.linkIDIsUnique() }),
            ("missing and still selling are counted", { try await $0.missingIsCounted() }),
            ("some rows alone say nothing of others", { try await $0.othersAreLeftAlone() }),
            ("the money of a plan is added up", { try await $0.moneyIsAdded() }),
            ("a look-up that finds a link creates the item", { try await $0.foundIsCreated() }),
            ("a link that is not there lets the row go again", { try await $0.absentIsSentAgain() }),
            (
                "a look-up decides about today's row, not about the one before",
                { try await $0.foundIsChanged() }
            ),
            (
                "an item that moved on is not settled by an old look-up",
                { try await $0.oldLookUpSaysNothing() }
            ),
            ("held and rejected by look-up stay so", { try await $0.heldAndRejectedByLookUp() }),
            ("rows left at the end get their verdicts", { try await $0.leftRowsHaveVerdicts() }),
            ("a postponed row waits for a look-up", { try await $0.postponedRowsWait() }),
            ("a replaced link is superseded until it is retired", { try await $0.replacedIsSuperseded() }),
            (
                "refused new contents leave the item as its link is",
                { try await $0.refusedReplacementIsLeft() }
            ),
            ("an update changes what the link carries", { try await $0.updateIsMade() }),
            ("an update whose answer was lost is sought by its link", { try await $0.lostUpdateIsSought() }),
            ("healed items are counted", { try await $0.healedIsCounted() }),
            ("the account is remembered from the first answer", { try await $0.accountIsBound() }),
            ("new items of a run are counted", { try await $0.newItemsAreCounted() }),
            ("a link with the job's marker is known or not", { try await $0.markedLinksAreKnown() }),
        ]

    // MARK: Steps

    func plan(
        _ pairs: [MappedPair], at moment: Timestamp? = nil, onChange: ChangePolicy = .report
    ) throws -> PlanTotals {
        let stage = try ledger.stage(RowPlanner(now: moment ?? now, onChange: onChange))
        try stage.add(pairs)
        return try stage.finish()
    }

    func work() async throws -> [WorkItem] {
        try await ledger.nextWork(after: 0, limit: 100)
    }

    func begin(_ run: String) async throws {
        _ = try await ledger.begin(run, at: now)
    }

    func intent(_ work: WorkItem) -> Intent {
        let body = work.body ?? work.canonical
        let key = identity.idempotencyKey(
            for: work.item, generation: work.generation, attempt: work.attempt, body: body)
        return Intent(work: work, key: key, body: body, at: now, clientKey: SHA256.digest(of: []))
    }

    func send(_ work: WorkItem, run: String) async throws -> WorkItem {
        var sent = work
        let numbers = try await ledger.record(run: run, outcomes: [], intents: [intent(work)])
        sent.number = numbers.first
        sent.sends += 1
        return sent
    }

    func settle(
        _ work: WorkItem, run: String, _ outcome: AttemptOutcome, _ state: ItemState?, link: String? = nil,
        verdict: Verdict? = nil
    ) async throws {
        let record = OutcomeRecord(
            work: work, outcome: outcome, at: now, sent: outcome != .notSent, status: nil, message: nil,
            link: link.map { LinkFacts(id: $0, url: nil) }, state: state, verdict: verdict)
        _ = try await ledger.record(run: run, outcomes: [record], intents: [])
    }

    /// Plans the pairs and brings every row to a link.
    func create(_ pairs: [MappedPair], run: String) async throws {
        try await begin(run)
        _ = try plan(pairs)
        for row in try await work() {
            let sent = try await send(row, run: run)
            try await settle(
                sent, run: run, .created, .created, link: "pl_\(row.item.key.text)-\(row.item.segment.text)")
        }
        try await ledger.finish(run, at: now, exit: 0, summary: "")
    }

    // MARK: Promises

    private func newRowsAreWork() async throws {
        let totals = try plan([
            Pairs.request("a", row: 1), Pairs.invalid(nil, row: 2), .filtered(reason: 0),
            Pairs.request("b", row: 4),
        ])
        #expect(totals.creations == 2)
        #expect(totals.settled[.invalid] == 1)
        #expect(totals.settled[.filtered] == 1)
        let work = try await work()
        #expect(work.map(\.item.key.text) == ["a", "b"])
        #expect(work.map(\.row) == [1, 4])
        #expect(
            work.allSatisfy { $0.generation == 1 && $0.attempt == 1 && $0.sends == 0 && !$0.afterUnknown })
        #expect(try await ledger.nextWork(after: work[0].stage, limit: 1).map(\.item.key.text) == ["b"])
        #expect(try await ledger.nextWork(after: work[1].stage, limit: 1).isEmpty)
    }

    private func createdIsUnchanged() async throws {
        try await create([Pairs.request("a"), Pairs.request("a", segment: "vip")], run: "r1")
        #expect(try await ledger.counts()[.created] == 2)
        #expect(try await ledger.sends(of: "r1") == 2)
        let totals = try plan([Pairs.request("a"), Pairs.request("a", segment: "vip")])
        #expect(totals.settled[.unchanged] == 2)
        #expect(totals.requests == 0)
        #expect(try await work().isEmpty)
    }

    private func createdIsChanged() async throws {
        try await create([Pairs.request("a")], run: "r1")
        let totals = try plan([Pairs.request("a", title: "Cup")])
        #expect(totals.settled[.changed] == 1)
        #expect(totals.requests == 0)
        #expect(totals.stillSelling == 1)
    }

    private func equalRowsMerge() async throws {
        let totals = try plan([
            Pairs.request("a", row: 1), Pairs.request("a", row: 2), Pairs.request("a", row: 3),
        ])
        #expect(totals.creations == 1)
        #expect(totals.settled[.merged] == 2)
        #expect(try await work().map(\.row) == [1])
    }

    private func unequalRowsAreDuplicates() async throws {
        let (first, other, last) = (
            Pairs.request("a", row: 1), Pairs.request("a", title: "Cup", row: 2), Pairs.request("a", row: 3)
        )
        for order in [[first, other, last], [first, last, other], [other, first, last]] {
            let totals = try plan(order)
            #expect(totals.settled[.duplicate] == 3)
            #expect(totals.settled[.merged, default: 0] == 0)
            #expect(totals.requests == 0)
            #expect(try await work().isEmpty)
        }
    }

    private func secondBesideUnchanged() async throws {
        try await create([Pairs.request("a")], run: "r1")
        let (same, other) = (Pairs.request("a", row: 1), Pairs.request("a", title: "Cup", row: 2))
        for order in [[same, other], [other, same]] {
            let totals = try plan(order)
            #expect(totals.settled[.duplicate] == 2)
            #expect(totals.settled[.unchanged, default: 0] == 0)
            #expect(totals.settled[.changed, default: 0] == 0)
        }
        let merged = try plan([same, Pairs.request("a", row: 2)])
        #expect(merged.settled[.unchanged] == 1)
        #expect(merged.settled[.merged] == 1)
    }

    private func oneSlugTwice() async throws {
        let totals = try plan([
            Pairs.request("a", slug: "mug", row: 1), Pairs.request("b", slug: "mug", row: 2),
            Pairs.request("c", row: 3),
        ])
        #expect(totals.settled[.duplicate] == 2)
        #expect(try await work().map(\.item.key.text) == ["c"])
    }

    private func slugHasAnOwner() async throws {
        try await create([Pairs.request("a", slug: "mug")], run: "r1")
        let totals = try plan([
            Pairs.request("a", slug: "mug", row: 1), Pairs.request("b", slug: "mug", row: 2),
        ])
        #expect(totals.settled[.unchanged] == 1)
        #expect(totals.settled[.duplicate] == 1)
        #expect(totals.requests == 0)
    }

    private func intentBecomesUnknown() async throws {
        try await begin("r1")
        _ = try plan([Pairs.request("a")])
        let row = try #require(try await work().first)
        _ = try await send(row, run: "r1")
        try await begin("r2")
        #expect(try await ledger.counts()[.open] == 1)
        let totals = try plan([Pairs.request("a")])
        #expect(totals.resends == 1)
        #expect(totals.creations == 0)
        let again = try #require(try await work().first)
        #expect(again.sends == 1)
        #expect(again.afterUnknown)
        #expect(again.lastSentAt == now)
        #expect(again.body == row.canonical)
        let sent = try await send(again, run: "r2")
        try await settle(sent, run: "r2", .created, .created, link: "pl_1")
        #expect(try await ledger.counts()[.created] == 1)
    }

    private func unknownWithOtherContent() async throws {
        try await begin("r1")
        _ = try plan([Pairs.request("a")])
        let row = try #require(try await work().first)
        _ = try await send(row, run: "r1")
        try await begin("r2")
        let totals = try plan([Pairs.request("a", amount: "9.00")])
        #expect(totals.lookUps == 1)
        #expect(totals.requests == 0)
        #expect(try await work().isEmpty)
        #expect(try await ledger.closePlan(run: "r2") == [.unknown: 1])
    }

    private func deadKeyWaits() async throws {
        try await begin("r1")
        _ = try plan([Pairs.request("a")])
        let row = try #require(try await work().first)
        _ = try await send(row, run: "r1")
        try await begin("r2")
        #expect(try plan([Pairs.request("a")], at: now + .seconds(22 * 3600)).resends == 1)
        let later = try plan([Pairs.request("a")], at: now + .seconds(24 * 3600))
        #expect(later.lookUps == 1)
        #expect(later.resends == 0)
    }

    private func notSentIsReleased() async throws {
        try await begin("r1")
        _ = try plan([Pairs.request("a")])
        let row = try #require(try await work().first)
        let sent = try await send(row, run: "r1")
        try await settle(sent, run: "r1", .notSent, nil)
        try await ledger.finish("r1", at: now, exit: 75, summary: "")
        #expect(try await ledger.counts()[.released] == 1)
        #expect(try await ledger.sends(of: "r1") == 0)
        #expect(try plan([Pairs.request("a", title: "Cup")]).creations == 1)
        #expect(try await work().map(\.attempt) == [2])
    }

    private func rejectedIsLeft() async throws {
        try await begin("r1")
        _ = try plan([Pairs.request("a")])
        let row = try #require(try await work().first)
        let sent = try await send(row, run: "r1")
        try await settle(sent, run: "r1", .refused, .rejected)
        #expect(try plan([Pairs.request("a")]).settled[.rejected] == 1)
        let changed = try plan([Pairs.request("a", title: "Cup")])
        #expect(changed.creations == 1)
        let again = try #require(try await work().first)
        #expect(again.attempt == 2)
        #expect(again.generation == 1)
    }

    private func heldIsLeft() async throws {
        try await begin("r1")
        _ = try plan([Pairs.request("a")])
        let row = try #require(try await work().first)
        let sent = try await send(row, run: "r1")
        try await settle(sent, run: "r1", .refused, .held)
        #expect(try plan([Pairs.request("a", title: "Cup")]).settled[.held] == 1)
    }

    private func outcomeIsWrittenOnce() async throws {
        try await begin("r1")
        _ = try plan([Pairs.request("a")])
        let row = try #require(try await work().first)
        let sent = try await send(row, run: "r1")
        try await settle(sent, run: "r1", .created, .created, link: "pl_1")
        await #expect(throws: (any Error).self) {
            try await settle(sent, run: "r1", .refused, nil)
        }
    }

    private func linkIDIsUnique() async throws {
        try await begin("r1")
        _ = try plan([Pairs.request("a"), Pairs.request("b")])
        let rows = try await work()
        let first = try await send(rows[0], run: "r1")
        let second = try await send(rows[1], run: "r1")
        try await settle(first, run: "r1", .created, .created, link: "pl_1")
        try await settle(second, run: "r1", .created, .created, link: "pl_1")
        #expect(try await ledger.counts().items == [.created: 1, .held: 1])
    }

    private func missingIsCounted() async throws {
        try await create([Pairs.request("a"), Pairs.request("b"), Pairs.request("c")], run: "r1")
        let totals = try plan([Pairs.request("a"), Pairs.invalid("b", row: 2)])
        #expect(totals.missing == 1)
        #expect(totals.stillSelling == 2)
        #expect(totals.settled[.unchanged] == 1)
    }

    private func othersAreLeftAlone() async throws {
        try await create([Pairs.request("a"), Pairs.request("b"), Pairs.request("c")], run: "r1")
        let stage = try ledger.stage(RowPlanner(now: now, isPartial: true))
        try stage.add([Pairs.request("a"), Pairs.invalid("b", row: 2), Pairs.request("d", row: 3)])
        let totals = try stage.finish()
        #expect(totals.missing == 0)
        #expect(totals.stillSelling == 1)
        #expect(totals.newItems == 1)
        #expect(totals.isPartial)
    }

    private func moneyIsAdded() async throws {
        let totals = try plan([
            Pairs.request("a", amount: "10.5"), Pairs.request("b", amount: "3"),
            Pairs.request("c", amount: "0.050001"),
        ])
        let (sum, lowest) = (FixedDecimal("13.550001"), try #require(FixedDecimal("0.050001")))
        let highest = try #require(FixedDecimal("10.5"))
        #expect(totals.money["usdc"] == .init(count: 3, sum: sum, lowest: lowest, highest: highest))
    }
}
