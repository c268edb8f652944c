package import CatalinkCore
import CatalinkHash
import Synchronization

/// The ledger's twin: the same promises, kept in arrays and dictionaries.
package final class InMemoryLedger: Ledger {
    struct Item {
        var number: Int
        var state: ItemState
        var fingerprint: Digest
    }

    struct Attempt {
        var item: Int
        var generation: Int
        var attempt: Int
        var run: String
        var clientKey: Digest
        var sentAt: Timestamp
        var offset: Duration?
        var outcome: AttemptOutcome?
        var sent = false
        var status: Int?
        var message: String?
    }

    struct Request {
        var item: Int
        var generation: Int
        var attempt: Int
        var method: RequestMethod
        var body: [UInt8]
        var slug: [UInt8]
        var fingerprint: Digest
        var linkID: String?
        var isMade = false
        var isRefused = false
        var isDropped = false
    }

    struct Link {
        var id: String
        var item: Int
        var generation: Int
        var fingerprint: Digest
        var isRetired = false
    }

    /// A row of the plan that is sent or waits.
    struct Row {
        var work: WorkItem
        var mapped: [UInt8]
        var slug: [UInt8]
        var waits = false
        var verdict: Verdict?
    }

    struct State {
        var items: [ItemKey: Item] = [:]
        var attempts: [Attempt] = []
        var requests: [Request] = []
        var links: [Link] = []
        var rows: [Row] = []
        var openAtBegin: Set<Int> = []
        var appID: String?
        var planner: RowPlanner?
        var run = ""
    }

    package struct Refusal: Error {}

    let state = Mutex(State())
    private let identity: Identity

    package init(identity: Identity = Identity(origin: "sandbox", account: "default", job: "test")) {
        self.identity = identity
    }

    package func begin(_ run: String, at now: Timestamp) async throws -> LedgerCounts {
        state.withLock { state in
            state.run = run
            for index in state.attempts.indices where state.attempts[index].outcome == nil {
                state.attempts[index].outcome = .unknown
                state.attempts[index].sent = true
            }
            state.release()
            state.openAtBegin = Set(state.items.values.filter { $0.state == .open }.map(\.number))
            return state.counts
        }
    }

    package func stage(_ planner: RowPlanner) throws -> any PlanStage {
        state.withLock { $0.planner = planner }
        return InMemoryPlanStage(self, planner)
    }

    package func adoptPlan(run: String) async throws {}

    package func nextWork(after stage: Int64, limit: Int) async throws -> [WorkItem] {
        state.withLock { $0.work(.create, after: stage, limit) }
    }

    package func nextUpdates(after stage: Int64, limit: Int) async throws -> [WorkItem] {
        state.withLock { $0.work(.update, after: stage, limit) }
    }

    package func record(run: String, outcomes: [OutcomeRecord], intents: [Intent]) async throws -> [Int] {
        try state.withLock { state in
            var copy = state
            for outcome in outcomes { try copy.record(outcome) }
            let numbers = try intents.map { try copy.record($0, run) }
            state = copy
            return numbers
        }
    }

    package func finish(_ run: String, at now: Timestamp, exit: Int, summary: String) async throws {
        state.withLock { $0.release() }
    }

    package func counts() async throws -> LedgerCounts {
        state.withLock { $0.counts }
    }

    package func sends(of run: String) async throws -> Int {
        state.withLock { $0.attempts.count { $0.run == run && $0.sent } }
    }

    package func newItems(of run: String) async throws -> Int {
        state.withLock { state in
            Set(state.attempts.filter { $0.run == run }.map(\.item)).count { item in
                state.attempts.first { $0.item == item }?.run == run
            }
        }
    }

    package func bind(appID: String) async throws -> String {
        state.withLock { state in
            state.appID = state.appID ?? appID
            return state.appID ?? appID
        }
    }

    // MARK: Healing

    package func postpone(_ rows: [WorkItem]) async throws {
        state.withLock { state in
            for row in rows { state.change(row.stage) { $0.waits = true } }
        }
    }

    package func sought() async throws -> [SoughtItem] {
        try state.withLock { try $0.sought(identity) }
    }

    package func settle(run: String, _ results: [LookUpResult], at now: Timestamp) async throws -> Healing {
        try state.withLock { state in
            var healing = Healing()
            for result in results { try state.settle(result, &healing) }
            return healing
        }
    }

    package func superseded() async throws -> [SupersededLink] {
        state.withLock { state in
            state.links.filter { link in
                !link.isRetired
                    && state.links.contains {
                        $0.item == link.item && $0.generation > link.generation && !$0.isRetired
                    }
            }.compactMap { link in
                state.key(of: link.item).map { SupersededLink(linkID: link.id, item: $0) }
            }
        }
    }

    package func retired(_ linkID: String, at now: Timestamp) async throws {
        state.withLock { state in
            for index in state.links.indices where state.links[index].id == linkID {
                state.links[index].isRetired = true
            }
        }
    }

    package func closePlan(run: String) async throws -> [Verdict: Int] {
        state.withLock { state in
            state.release()
            for index in state.rows.indices where state.rows[index].verdict == nil {
                state.rows[index].verdict = state.leftVerdict(state.rows[index].work, run)
            }
            return state.rows.reduce(into: [:]) { $0[$1.verdict ?? .notReached, default: 0] += 1 }
        }
    }

    package func healed() async throws -> Int {
        state.withLock { state in
            state.items.values.count { state.openAtBegin.contains($0.number) && $0.state != .open }
        }
    }

    package func knows(_ link: ListedLink, by identity: Identity) async throws -> Bool {
        guard let marker = link.marker, marker.job == identity.jobDigest else { return true }
        return state.withLock { state in
            state.links.contains { $0.id == link.id }
                || state.items.contains { key, item in
                    [.open, .held].contains(item.state) && key.markerDigest == marker.item
                }
        }
    }
}
