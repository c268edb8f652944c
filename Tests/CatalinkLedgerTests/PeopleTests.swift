import CatalinkCore
import CatalinkHash
import CatalinkLedger
import CatalinkTestSupport
import GRDB
import Testing

/// What people decide, and what the ledger keeps of it.
struct PeopleTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    /// A ledger with one item that the API has refused, and one that was never answered.
    private func ledger() async throws -> SQLiteLedger {
        let ledger = try SQLiteLedger(path: nil, identity: .test)
        _ = try await ledger.begin("r1", at: Self.now)
        try plan(ledger)
        for work in try await ledger.nextWork(after: 0, limit: 10) {
            let key = Identity.test.idempotencyKey(
                for: work.item, generation: 1, attempt: 1, body: work.canonical)
            let intent = Intent(
                work: work, key: key, body: work.canonical, at: Self.now, clientKey: SHA256.digest(of: []))
            var sent = work
            sent.number = try await ledger.record(run: "r1", outcomes: [], intents: [intent]).first
            sent.sends = 1
            guard work.row == 1 else { continue }
            let refused = OutcomeRecord(
                work: sent, outcome: .refused, at: Self.now, sent: true, status: 400,
                message: "400: No such product",
                link: nil, state: .rejected, verdict: .rejected)
            _ = try await ledger.record(run: "r1", outcomes: [refused], intents: [])
        }
        _ = try await ledger.begin("r2", at: Self.now)
        return ledger
    }

    @discardableResult
    private func plan(_ ledger: SQLiteLedger) throws -> PlanTotals {
        let stage = try ledger.stage(RowPlanner(now: Self.now))
        try stage.add([Pairs.request("a"), Pairs.request("b", row: 2)])
        return try stage.finish()
    }

    private static let retries: [(String?, String?, Int)] = [
        (nil, nil, 1), ("a", nil, 1), ("b", nil, 0), (nil, "no such PRODUCT", 1), (nil, "slug", 0),
    ]

    @Test(arguments: retries)
    func aRetryGivesRejectedItemsANewTry(_ key: String?, _ cause: String?, _ count: Int) async throws {
        let ledger = try await ledger()
        #expect(try plan(ledger).settled[.rejected] == 1)
        let retried = try await ledger.retry(
            key: key.map { Array($0.utf8) }, cause: cause, by: "ann", at: Self.now)
        #expect(retried == count)
        #expect(try plan(ledger).creations == count)
        if count == 1 { #expect(try await ledger.nextWork(after: 0, limit: 1).first?.attempt == 2) }
        let audit = try await ledger.database.read { database in
            try String.fetchAll(database, sql: "SELECT person || ' ' || decision FROM intervention")
        }
        #expect(audit == Array(repeating: "ann retry", count: count))
    }

    @Test func anUnknownItemIsResolvedAsCreated() async throws {
        let ledger = try await ledger()
        let item = try #require(try await ledger.unsettled(key: Array("b".utf8), segment: nil).first)
        let same = #"{"id":"pl_7","title":"Mug","url":"link-b","amount":10}"#
        let link = try #require(ListedLink(try JSONValue(parsing: Array(same.utf8))))
        #expect(try await ledger.resolve(item, as: link, by: "ann", run: "r2", at: Self.now).isEmpty)
        #expect(try await ledger.counts().items == [.rejected: 1, .created: 1])
        #expect(try plan(ledger).settled[.unchanged] == 1)
    }

    @Test func anUnknownItemIsResolvedAsNotCreated() async throws {
        let ledger = try await ledger()
        let item = try #require(try await ledger.unsettled(key: Array("b".utf8), segment: nil).first)
        _ = try await ledger.resolve(item, as: nil, by: "ann", run: "r2", at: Self.now)
        #expect(try await ledger.counts().items == [.rejected: 1, .released: 1])
        #expect(try plan(ledger).creations == 1)
        #expect(try await ledger.unsettled(key: Array("b".utf8), segment: nil).isEmpty)
    }

    /// Its link has another price: the row counts as changed, and the link as mismatched until it is accepted.
    @Test func aLinkWithOtherContentsIsResolvedAsWhatItIs() async throws {
        let ledger = try await ledger()
        let key = Array("b".utf8)
        let item = try #require(try await ledger.unsettled(key: key, segment: nil).first)
        let other = #"{"id":"pl_7","title":"Mug","url":"link-b","amount":99}"#
        let link = try #require(ListedLink(try JSONValue(parsing: Array(other.utf8))))
        #expect(try await ledger.resolve(item, as: link, by: "ann", run: "r2", at: Self.now) == ["amount"])
        #expect(try plan(ledger).settled[.changed] == 1)
        #expect(try await ledger.mismatches() == 1)
        let again = try #require(try await ledger.unsettled(key: key, segment: nil).first)
        _ = try await ledger.resolve(again, as: link, by: "ann", run: "r2", at: Self.now)
        #expect(try await ledger.mismatches() == 0)
        #expect(try await ledger.unsettled(key: key, segment: nil).isEmpty)
    }

    @Test func aLinkOfAnotherItemIsNotTaken() async throws {
        let ledger = try await ledger()
        let found = FoundLink(try link("pl_9"), nil, Pairs.planned("z"))
        _ = try await ledger.takeIn(found, by: "ann", run: "r2", at: Self.now)
        let item = try #require(try await ledger.unsettled(key: Array("b".utf8), segment: nil).first)
        await #expect(throws: LedgerError.self) {
            try await ledger.resolve(item, as: found.link, by: "ann", run: "r2", at: Self.now)
        }
        #expect(try await ledger.counts()[.open] == 1)
    }

    /// What was not made has no claim to its slug.
    @Test func aSlugThatWasNeverMadeIsFree() async throws {
        let ledger = try await ledger()
        let item = try #require(try await ledger.unsettled(key: Array("b".utf8), segment: nil).first)
        _ = try await ledger.resolve(item, as: nil, by: "ann", run: "r2", at: Self.now)
        let stage = try ledger.stage(RowPlanner(now: Self.now))
        try stage.add([Pairs.request("b", slug: "new"), Pairs.request("c", slug: "link-b", row: 2)])
        let totals = try stage.finish()
        #expect(totals.creations == 2)
        #expect(totals.settled[.duplicate, default: 0] == 0)
    }

    @Test func aPlanIsApprovedOnce() async throws {
        let ledger = try await ledger()
        let digest = SHA256.digest(of: [1])
        #expect(try await !ledger.isApproved(digest))
        try await ledger.approve(digest, by: "ann", run: "r2", at: Self.now)
        #expect(try await ledger.isApproved(digest))
        await #expect(throws: LedgerError.self) {
            try await ledger.approve(digest, by: "bob", run: "r2", at: Self.now)
        }
    }

    // MARK: Links that the ledger did not make

    private func link(_ id: String, _ more: String = "") throws -> ListedLink {
        let text =
            #"{"id":"\#(id)","title":"Mug","url":"link-z","linkType":"PRODUCT","amount":10,"currency":"usdc"\#(more)}"#
        return try #require(ListedLink(try JSONValue(parsing: Array(text.utf8))))
    }

    @Test func aFoundLinkIsTakenInOnce() async throws {
        let ledger = try await ledger()
        let found = FoundLink(try link("pl_9"), nil, Pairs.planned("z", amount: "10.00"))
        #expect(try await ledger.takeIn(found, by: "ann", run: "r2", at: Self.now) == .taken)
        #expect(try await ledger.takeIn(found, by: "ann", run: "r2", at: Self.now) == .known)
        #expect(try await ledger.counts()[.created] == 1)
        let stage = try ledger.stage(RowPlanner(now: Self.now))
        try stage.add([Pairs.request("z", amount: "10.00")])
        #expect(try stage.finish().settled[.unchanged] == 1)
        let other = FoundLink(try link("pl_10"), nil, Pairs.planned("z"))
        #expect(try await ledger.takeIn(other, by: "ann", run: "r2", at: Self.now) == .unsettled)
    }

    @Test func aSecondLinkOfOneRowIsTold() async throws {
        let ledger = try await ledger()
        let pair = Pairs.planned("z")
        let marker = Identity.test.marker(for: pair.item, generation: 1)
        #expect(
            try await ledger.takeIn(
                FoundLink(try link("pl_9"), marker, pair), by: "a", run: "r2", at: Self.now) == .taken)
        #expect(
            try await ledger.takeIn(
                FoundLink(try link("pl_10"), marker, pair), by: "a", run: "r2", at: Self.now)
                == .double)
    }

    @Test func otherContentsMakeAnAdoptedRowChanged() async throws {
        let ledger = try await ledger()
        let found = FoundLink(try link("pl_9"), nil, Pairs.planned("z", amount: "11.00"))
        _ = try await ledger.takeIn(found, by: "ann", run: "r2", at: Self.now)
        for (policy, updates, replacements) in [(ChangePolicy.update, 1, 0), (.replace, 0, 1)] {
            let stage = try ledger.stage(RowPlanner(now: Self.now, onChange: policy))
            try stage.add([Pairs.request("z", amount: "11.00")])
            let totals = try stage.finish()
            #expect(totals.updates == updates)
            #expect(totals.replacements == replacements)
        }
    }

    @Test func aRowWhoseLinkWasRecoveredWithoutItIsHeld() async throws {
        let ledger = try await ledger()
        let item = Pairs.planned("z").item
        try await ledger.noteOrphan(
            try link("pl_9"), Identity.test.marker(for: item, generation: 1), at: Self.now)
        let stage = try ledger.stage(RowPlanner(now: Self.now))
        try stage.add([Pairs.request("z"), Pairs.request("y", row: 2)])
        let totals = try stage.finish()
        #expect(totals.settled[.held] == 1)
        #expect(totals.creations == 1)
    }

    @Test func everyLinkIsHeldAgainstTheLedger() async throws {
        let ledger = try await ledger()
        let found = FoundLink(try link("pl_9"), nil, Pairs.planned("z", amount: "10.00"))
        _ = try await ledger.takeIn(found, by: "ann", run: "r2", at: Self.now)
        #expect(try await ledger.verify(try link("pl_9")) == .same)
        #expect(try await ledger.verify(try link("pl_9", #","title":"Cup""#)) == .edited(["title"]))
        #expect(try await ledger.verify(try link("pl_1")) == .foreign)
        let marker = Identity.test.marker(for: found.item, generation: 2).text
        #expect(try await ledger.verify(try link("pl_2", #","paymentForId":"\#(marker)""#)) == .unknown)
        #expect(try await ledger.unseen([]).map(\.id) == ["pl_9"])
        #expect(try await ledger.unseen(["pl_9"]).isEmpty)
        try await ledger.retired("pl_9", at: Self.now)
        #expect(try await ledger.verify(try link("pl_9")) == .retired)
        #expect(try await ledger.check().isEmpty)
    }
}
