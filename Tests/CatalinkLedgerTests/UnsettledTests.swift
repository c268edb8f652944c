import CatalinkCore
import CatalinkHash
import CatalinkLedger
import CatalinkTestSupport
import Testing

struct UnsettledTests {
    @Test func anItemIsAsOldAsTheFirstSendOfItsRequest() async throws {
        let scene = try LedgerScene()
        let (ledger, now) = (scene.ledger, LedgerScene.now)
        _ = try await ledger.begin("r1", at: now)
        let totals = try scene.plan(LedgerScene.pairs(["1.00", "2.00"]))
        try await ledger.letThrough(totals.asAccepted, isPartial: false, run: "r1")
        let work = try await ledger.nextWork(after: 0, limit: 1000)[0]
        let key = Identity.test.idempotencyKey(
            for: work.item, generation: work.generation, attempt: work.attempt, body: work.canonical)
        let intent = Intent(
            work: work, key: key, body: work.canonical, at: now, clientKey: SHA256.digest(of: []))
        _ = try await ledger.record(run: "r1", outcomes: [], intents: [intent])

        let early = try ledger.unsettled(before: now)
        #expect(early.counts[.open] == 1)
        #expect(early.oldestUnknown == now)
        #expect(early.overdue == 0)
        #expect(early.lastSuccess == nil)
        #expect(try ledger.unsettled(before: now + .seconds(1)).overdue == 1)
        try await ledger.finish("r1", at: now + .seconds(9), exit: 75, summary: "")
        #expect(try ledger.unsettled(before: now).lastSuccess == nil)
    }

    @Test func aSuccessOutlivesTheFailuresAfterIt() async throws {
        let scene = try LedgerScene()
        try await scene.run("r1", LedgerScene.pairs(["1.00"]))
        _ = try await scene.ledger.begin("r2", at: LedgerScene.now + .seconds(60))
        try await scene.ledger.finish("r2", at: LedgerScene.now + .seconds(61), exit: 65, summary: "")
        let unsettled = try scene.ledger.unsettled(before: LedgerScene.now)
        #expect(unsettled.lastSuccess == LedgerScene.now)
        #expect(unsettled.oldestUnknown == nil)
        #expect(unsettled.overdue == 0)
    }
}
