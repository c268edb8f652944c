import CatalinkCore
import CatalinkHash
import CatalinkLedger
import CatalinkTestSupport
import Testing

/// A ledger whose links are made as a run makes them.
struct LedgerScene {
    static let now = Timestamp(seconds: 1_800_000_000)
    let ledger: SQLiteLedger

    init() throws {
        ledger = try SQLiteLedger(path: nil, identity: .test)
    }

    @discardableResult
    func plan(
        _ pairs: [MappedPair], _ onChange: ChangePolicy = .report, isPartial: Bool = false
    ) throws -> PlanTotals {
        let stage = try ledger.stage(RowPlanner(now: Self.now, onChange: onChange, isPartial: isPartial))
        try stage.add(pairs)
        return try stage.finish()
    }

    /// Plans, lets it through, and makes every link that is to be made, with ids of the run's name.
    func run(
        _ name: String, _ pairs: [MappedPair], _ onChange: ChangePolicy = .report, isPartial: Bool = false
    ) async throws {
        _ = try await ledger.begin(name, at: Self.now)
        let totals = try plan(pairs, onChange, isPartial: isPartial)
        try await ledger.letThrough(totals.asAccepted, isPartial: isPartial, run: name)
        try await make(ledger.nextWork(after: 0, limit: 1000), name)
        try await ledger.finish(name, at: Self.now, exit: 0, summary: "")
    }

    /// Makes or changes the link of each row.
    func make(_ rows: [WorkItem], _ name: String) async throws {
        for (index, work) in rows.enumerated() {
            let key = Identity.test.idempotencyKey(
                for: work.item, generation: work.generation, attempt: work.attempt, body: work.canonical)
            let intent = Intent(
                work: work, key: key, body: work.canonical, at: Self.now, clientKey: SHA256.digest(of: []))
            var sent = work
            sent.number = try await ledger.record(run: name, outcomes: [], intents: [intent]).first
            sent.sends = 1
            let made = OutcomeRecord(
                work: sent, outcome: .created, at: Self.now, sent: true, status: 201, message: nil,
                link: LinkFacts(id: work.linkID ?? "\(name)-\(index)", url: nil), state: .created,
                verdict: work.made)
            _ = try await ledger.record(run: name, outcomes: [made], intents: [])
        }
    }

    func moves(beyond change: String? = nil) throws -> PriceMoves {
        try ledger.priceMoves(beyond: change.flatMap { LargestChange(written: $0) })
    }

    static func pairs(_ amounts: [String]) -> [MappedPair] {
        amounts.enumerated().map { Pairs.request("k\($0.offset)", amount: $0.element, row: $0.offset + 1) }
    }
}
