import CatalinkCore
import CatalinkHash
import Testing

/// What every ledger promises about items whose fate was unknown, and about links that change.
extension LedgerConformance {
    /// One item of run `r1` whose answer was lost, planned again in run `r2` by `pairs`.
    private func loseAndPlan(
        _ pairs: [MappedPair], after wait: Duration = .seconds(30 * 3600), onChange: ChangePolicy = .report
    ) async throws -> SoughtItem {
        try await begin("r1")
        _ = try plan([Pairs.request("a")])
        let row = try #require(try await work().first)
        _ = try await send(row, run: "r1")
        try await begin("r2")
        _ = try plan(pairs, at: now + wait, onChange: onChange)
        return try #require(try await ledger.sought().first)
    }

    private func settle(_ item: SoughtItem, _ finding: LookUpResult.Finding) async throws -> Healing {
        try await ledger.settle(run: "r2", [LookUpResult(item, finding)], at: now)
    }

    private var found: LookUpResult.Finding { .found(LinkFacts(id: "pl_1", url: nil)) }

    func foundIsCreated() async throws {
        let sought = try await loseAndPlan([Pairs.request("a")])
        #expect(sought.generation == 1)
        #expect(sought.contents.map(\.slug) == ["link-a"])
        #expect(sought.firstSentAt == now)
        let healing = try await settle(sought, found)
        #expect(healing.verdicts == [.created: 1])
        #expect(healing.newWork == 0)
        #expect(try await ledger.counts().items == [.created: 1])
        #expect(try await ledger.sought().isEmpty)
        #expect(try await ledger.closePlan(run: "r2") == [.created: 1])
        #expect(try plan([Pairs.request("a")]).settled[.unchanged] == 1)
    }

    func absentIsSentAgain() async throws {
        let sought = try await loseAndPlan([Pairs.request("a", title: "Cup")])
        let healing = try await settle(sought, .absent)
        #expect(healing.verdicts.isEmpty)
        #expect(healing.newWork == 1)
        let row = try #require(try await work().first)
        #expect(row.attempt == 2)
        #expect(row.sends == 0)
        #expect(!row.afterUnknown)
        // Today's bytes, not those of the send that was lost.
        #expect(row.canonical.text.contains("Cup"))
        let sent = try await send(row, run: "r2")
        try await settle(sent, run: "r2", .created, .created, link: "pl_2")
        #expect(try await ledger.counts().items == [.created: 1])
    }

    func foundIsChanged() async throws {
        let sought = try await loseAndPlan([Pairs.request("a", amount: "9.00")])
        let healing = try await settle(sought, found)
        #expect(healing.verdicts == [.changed: 1])
        #expect(try await ledger.closePlan(run: "r2") == [.changed: 1])
        // With `replace` the same row becomes work.
        let other = try LedgerConformance(fresh)
        let again = try await other.loseAndPlan([Pairs.request("a", amount: "9.00")], onChange: .replace)
        let replaced = try await other.settle(again, other.found)
        #expect(replaced.newWork == 1)
        let row = try #require(try await other.work().first)
        #expect(row.generation == 2)
        #expect(row.slug.text == "link-a-2")
        #expect(row.canonical.text.contains("\"url\":\"link-a-2\""))
    }

    func oldLookUpSaysNothing() async throws {
        let sought = try await loseAndPlan([Pairs.request("a")])
        _ = try await settle(sought, .absent)
        let row = try #require(try await work().first)
        let sent = try await send(row, run: "r2")
        try await settle(sent, run: "r2", .created, .created, link: "pl_2")
        let late = try await settle(sought, found)
        #expect(late == Healing())
        #expect(try await ledger.counts().items == [.created: 1])
    }

    func heldAndRejectedByLookUp() async throws {
        let sought = try await loseAndPlan([Pairs.request("a")])
        let held = try await settle(sought, .held("the list cannot be walked"))
        #expect(held.verdicts == [.held: 1])
        #expect(try plan([Pairs.request("a")]).settled[.held] == 1)
        let other = try LedgerConformance(fresh)
        let rejected = try await other.settle(
            try await other.loseAndPlan([Pairs.request("a")]), .rejected("the slug belongs to another link"))
        #expect(rejected.verdicts == [.rejected: 1])
        #expect(try other.plan([Pairs.request("a")]).settled[.rejected] == 1)
        #expect(try other.plan([Pairs.request("a", slug: "free")]).creations == 1)
    }

    func leftRowsHaveVerdicts() async throws {
        // Names of runs do not order those of one second.
        try await begin("r9")
        try await begin("r1")
        _ = try plan((1...5).map { Pairs.request(String($0), row: $0) })
        let rows = try await work()
        let created = try await send(rows[0], run: "r1")
        try await settle(created, run: "r1", .created, .created, link: "pl_1", verdict: .created)
        let lost = try await send(rows[1], run: "r1")
        try await settle(lost, run: "r1", .unknown, nil)
        let unsent = try await send(rows[2], run: "r1")
        try await settle(unsent, run: "r1", .notSent, nil)
        let counts = try await ledger.closePlan(run: "r1")
        #expect(counts == [.created: 1, .unknown: 1, .failed: 1, .notReached: 2])
        #expect(try await ledger.counts().items == [.created: 1, .open: 1, .released: 1])
    }

    func postponedRowsWait() async throws {
        try await begin("r1")
        _ = try plan([Pairs.request("a"), Pairs.request("b", row: 2)])
        let rows = try await work()
        try await ledger.postpone([rows[0]])
        #expect(try await work().map(\.item.key.text) == ["b"])
    }

    // MARK: Changes of links

    func replacedIsSuperseded() async throws {
        try await create([Pairs.request("a")], run: "r1")
        try await begin("r2")
        let totals = try plan([Pairs.request("a", title: "Cup")], onChange: .replace)
        #expect(totals.replacements == 1)
        #expect(totals.creations == 0)
        #expect(totals.changedItems == 1)
        let row = try #require(try await work().first)
        #expect((row.generation, row.attempt) == (2, 1))
        #expect(row.made == .replaced)
        #expect(row.slug.text == "link-a-2")
        let sent = try await send(row, run: "r2")
        #expect(try await ledger.superseded().isEmpty)
        try await settle(sent, run: "r2", .created, .created, link: "pl_2", verdict: .replaced)
        #expect(try await ledger.superseded() == [SupersededLink(linkID: "pl_a-", item: row.item)])
        try await ledger.retired("pl_a-", at: now)
        #expect(try await ledger.superseded().isEmpty)
        #expect(try plan([Pairs.request("a", title: "Cup")], onChange: .replace).settled[.unchanged] == 1)
    }

    func refusedReplacementIsLeft() async throws {
        try await create([Pairs.request("a")], run: "r1")
        try await begin("r2")
        let changed = Pairs.request("a", title: "Cup")
        _ = try plan([changed], onChange: .replace)
        let sent = try await send(try #require(try await work().first), run: "r2")
        try await settle(sent, run: "r2", .refused, .rejected)
        // Its link still carries what it carried, and the refusal is not asked for again.
        #expect(try await ledger.counts().items == [.created: 1])
        #expect(try plan([Pairs.request("a")], onChange: .replace).settled[.unchanged] == 1)
        #expect(try plan([changed], onChange: .replace).settled[.rejected] == 1)
        _ = try plan([Pairs.request("a", title: "Bowl")], onChange: .replace)
        let again = try #require(try await work().first)
        #expect((again.generation, again.attempt) == (2, 2))
    }

    func updateIsMade() async throws {
        try await create([Pairs.request("a")], run: "r1")
        try await begin("r2")
        let changed = Pairs.request("a", title: "Cup", amount: "12.00")
        let totals = try plan([changed], onChange: .update)
        #expect(totals.updates == 1)
        #expect(try await work().isEmpty)
        let row = try #require(try await ledger.nextUpdates(after: 0, limit: 10).first)
        #expect(row.linkID == "pl_a-")
        #expect(row.made == .updated)
        let body = try JSONValue(parsing: row.canonical)
        #expect(body["title"]?.string == "Cup")
        #expect(body["amount"]?.decimal == FixedDecimal("12"))
        #expect(body["url"] == nil)
        let sent = try await send(row, run: "r2")
        try await settle(sent, run: "r2", .created, .created, link: "pl_a-", verdict: .updated)
        #expect(try plan([changed], onChange: .update).settled[.unchanged] == 1)
        #expect(try plan([Pairs.request("a")], onChange: .update).updates == 1)
        // What the API cannot change is left, and told.
        #expect(try plan([Pairs.request("a", slug: "other")], onChange: .update).settled[.changed] == 1)
    }

    func lostUpdateIsSought() async throws {
        try await create([Pairs.request("a")], run: "r1")
        try await begin("r2")
        let changed = Pairs.request("a", title: "Cup")
        _ = try plan([changed], onChange: .update)
        let row = try #require(try await ledger.nextUpdates(after: 0, limit: 10).first)
        _ = try await send(row, run: "r2")
        try await begin("r2b")
        #expect(try plan([changed], onChange: .update).lookUps == 1)
        let sought = try #require(try await ledger.sought().first)
        #expect(sought.linkID == "pl_a-")
        #expect(sought.update?["title"]?.string == "Cup")
        let healing = try await settle(sought, .updated(mismatch: nil))
        #expect(healing.verdicts == [.updated: 1])
        #expect(try plan([changed], onChange: .update).settled[.unchanged] == 1)
    }

    // MARK: Counts

    func healedIsCounted() async throws {
        let sought = try await loseAndPlan([Pairs.request("a")])
        #expect(try await ledger.healed() == 0)
        _ = try await settle(sought, found)
        #expect(try await ledger.healed() == 1)
    }

    func accountIsBound() async throws {
        #expect(try await ledger.bind(appID: "app_1") == "app_1")
        #expect(try await ledger.bind(appID: "app_1") == "app_1")
        #expect(try await ledger.bind(appID: "app_2") == "app_1")
    }

    func newItemsAreCounted() async throws {
        try await create([Pairs.request("a"), Pairs.request("b", row: 2)], run: "r1")
        try await create([Pairs.request("a"), Pairs.request("c", row: 2)], run: "r2")
        #expect(try await ledger.newItems(of: "r1") == 2)
        #expect(try await ledger.newItems(of: "r2") == 1)
    }

    func markedLinksAreKnown() async throws {
        let item = try await loseAndPlan([Pairs.request("a")]).item
        func link(_ id: String, _ marker: Marker) throws -> ListedLink {
            try #require(
                ListedLink(.object([("id", .string(id)), ("paymentForId", .string(marker.text))])))
        }
        let own = identity.marker(for: item, generation: 1)
        var foreign = own
        foreign.job = "000000000000"
        let stranger = identity.marker(for: ItemKey(key: Array("z".utf8), segment: []), generation: 1)
        #expect(try await ledger.knows(try link("pl_9", own), by: identity))
        #expect(try await ledger.knows(try link("pl_9", foreign), by: identity))
        #expect(try await !ledger.knows(try link("pl_9", stranger), by: identity))
    }
}
