package import CatalinkCore
import CatalinkHash
import Synchronization

/// The ledger's twin: the same promises, kept in dictionaries.
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
        var sentAt: Timestamp
        var outcome: AttemptOutcome?
        var sent = false
    }

    struct Request {
        var item: Int
        var generation: Int
        var attempt: Int
        var body: [UInt8]
        var slug: [UInt8]
    }

    struct State {
        var items: [ItemKey: Item] = [:]
        var attempts: [Attempt] = []
        var requests: [Request] = []
        var links: Set<String> = []
        var work: [WorkItem] = []
    }

    package struct Refusal: Error {}

    let state = Mutex(State())

    package init() {}

    package func begin(_ run: String, at now: Timestamp) async throws -> LedgerCounts {
        state.withLock { state in
            for index in state.attempts.indices where state.attempts[index].outcome == nil {
                state.attempts[index].outcome = .unknown
                state.attempts[index].sent = true
            }
            state.release()
            return state.counts
        }
    }

    package func stage(_ planner: RowPlanner) throws -> any PlanStage {
        InMemoryPlanStage(self, planner)
    }

    package func adoptPlan(run: String) async throws {}

    package func nextWork(after stage: Int64, limit: Int) async throws -> [WorkItem] {
        state.withLock { Array($0.work.filter { $0.stage > stage }.prefix(limit)) }
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

    package func note(run: String, _ rows: [AbandonedRow]) async throws {}

    package func finish(_ run: String, at now: Timestamp, exit: Int, summary: String) async throws {
        state.withLock { $0.release() }
    }

    package func counts() async throws -> LedgerCounts {
        state.withLock { $0.counts }
    }

    package func sends(of run: String) async throws -> Int {
        state.withLock { $0.attempts.count { $0.run == run && $0.sent } }
    }
}

extension InMemoryLedger.State {
    var counts: LedgerCounts {
        items.values.reduce(into: LedgerCounts()) { $0.items[$1.state, default: 0] += 1 }
    }

    func history(_ number: Int) -> AttemptHistory? {
        let own = attempts.filter { $0.item == number }
        guard let last = own.max(by: { ($0.generation, $0.attempt) < ($1.generation, $1.attempt) }) else {
            return nil
        }
        let sends = own.filter { ($0.generation, $0.attempt) == (last.generation, last.attempt) }
        let times = sends.map(\.sentAt).sorted()
        return AttemptHistory(
            generation: last.generation, attempt: last.attempt, sends: sends.count, firstSentAt: times[0],
            lastSentAt: times[times.count - 1])
    }

    mutating func release() {
        for (key, item) in items where item.state == .open {
            let past = history(item.number)
            let isUncertain = attempts.contains {
                $0.item == item.number && $0.generation == past?.generation && $0.attempt == past?.attempt
                    && ($0.outcome == nil || $0.outcome == .unknown)
            }
            if !isUncertain { items[key]?.state = .released }
        }
    }

    mutating func record(_ intent: Intent, _ run: String) throws -> Int {
        let work = intent.work
        let number = items[work.item]?.number ?? items.count + 1
        guard !attempts.contains(where: { $0.item == number && $0.outcome == nil }) else {
            throw InMemoryLedger.Refusal()
        }
        items[work.item] = InMemoryLedger.Item(number: number, state: .open, fingerprint: work.fingerprint)
        if work.sends == 0 {
            requests.append(
                InMemoryLedger.Request(
                    item: number, generation: work.generation, attempt: work.attempt, body: intent.body,
                    slug: work.slug))
        }
        attempts.append(
            InMemoryLedger.Attempt(
                item: number, generation: work.generation, attempt: work.attempt, run: run, sentAt: intent.at)
        )
        return number
    }

    mutating func record(_ outcome: OutcomeRecord) throws {
        let open = attempts.lastIndex { $0.item == outcome.work.number && $0.outcome == nil }
        guard let open else { throw InMemoryLedger.Refusal() }
        attempts[open].outcome = outcome.outcome
        attempts[open].sent = outcome.sent
        if let state = outcome.state { items[outcome.work.item]?.state = state }
        if let link = outcome.link, !links.insert(link.id).inserted { throw InMemoryLedger.Refusal() }
    }
}

/// Keeps all pairs and decides at the end.
private final class InMemoryPlanStage: PlanStage {
    private let ledger: InMemoryLedger
    private let planner: RowPlanner
    private var pairs: [PlannedPair] = []
    private var invalid: [ItemKey] = []
    private var totals = PlanTotals()

    init(_ ledger: InMemoryLedger, _ planner: RowPlanner) {
        self.ledger = ledger
        self.planner = planner
    }

    func add(_ pairs: [MappedPair]) throws {
        for pair in pairs {
            switch pair {
            case .filtered: totals.settled[.filtered, default: 0] += 1
            case .invalid(let item, _, _):
                totals.settled[.invalid, default: 0] += 1
                if let item { invalid.append(item) }
            case .request(let pair): self.pairs.append(pair)
            }
        }
    }

    func finish() throws -> PlanTotals {
        ledger.state.withLock { state in
            let groups = Dictionary(grouping: pairs, by: \.item)
            let wanted = pairs.filter { pair in
                groups[pair.item]?.allSatisfy { $0.fingerprint == pair.fingerprint } ?? false
            }
            var seen: Set<ItemKey> = []
            var unchanged = 0
            state.work = []
            for pair in pairs {
                let rows = groups[pair.item] ?? []
                if rows.contains(where: { $0.fingerprint != pair.fingerprint }) {
                    settle(.duplicate)
                    continue
                }
                guard seen.insert(pair.item).inserted else {
                    settle(isInTheWay(pair, wanted, state) ? .duplicate : .merged)
                    continue
                }
                let known = state.items[pair.item]
                let decision = planner.decide(
                    known.map { KnownItem(number: $0.number, state: $0.state, fingerprint: $0.fingerprint) },
                    fingerprint: pair.fingerprint
                ) { () throws(Never) in known.flatMap { state.history($0.number) } }
                if case .leave(.unchanged) = decision { unchanged += 1 }
                decide(pair, decision, isInTheWay(pair, wanted, state), &state)
            }
            let created = state.items.filter { $0.value.state == .created }.keys
            totals.missing = created.count { !groups.keys.contains($0) && !invalid.contains($0) }
            totals.stillSelling = created.count - unchanged
        }
        return totals
    }

    private func settle(_ verdict: Verdict) {
        totals.settled[verdict, default: 0] += 1
    }

    private func decide(
        _ pair: PlannedPair, _ decision: PlanDecision, _ isInTheWay: Bool, _ state: inout InMemoryLedger.State
    ) {
        var step = (generation: 1, attempt: 1, past: AttemptHistory?.none)
        switch decision {
        case .leave(let verdict):
            return settle(verdict == .changed && isInTheWay ? .duplicate : verdict)
        case .send(let generation, let attempt): step = (generation, attempt, nil)
        case .resend(let past): step = (past.generation, past.attempt, past)
        }
        if isInTheWay { return settle(.duplicate) }
        let number = state.items[pair.item]?.number
        if step.past == nil { totals.creations += 1 } else { totals.resends += 1 }
        countMoney(pair)
        state.work.append(
            WorkItem(
                stage: Int64(state.work.count + 1), item: pair.item, number: number,
                row: pair.location.record,
                location: pair.location, fingerprint: pair.fingerprint, slug: pair.slug,
                canonical: pair.canonical,
                generation: step.generation, attempt: step.attempt, sends: step.past?.sends ?? 0,
                afterUnknown: step.past != nil, lastSentAt: step.past?.lastSentAt,
                body: step.past.flatMap { _ in
                    state.requests.last { $0.item == number && $0.attempt == step.attempt }?.body
                }))
    }

    private func countMoney(_ pair: PlannedPair) {
        guard let amount = pair.amount, let minor = Int(amount.plain.replacing(".", with: "")) else { return }
        let value = minor * [100, 10, 1][min(amount.significantScale, 2)]
        var money =
            totals.money[pair.currency.rawValue] ?? .init(count: 0, sum: 0, lowest: value, highest: value)
        money.count += 1
        money.sum += value
        money.lowest = min(money.lowest, value)
        money.highest = max(money.highest, value)
        totals.money[pair.currency.rawValue] = money
    }

    private func isInTheWay(_ pair: PlannedPair, _ wanted: [PlannedPair], _ state: InMemoryLedger.State)
        -> Bool
    {
        let owners = state.requests.filter { $0.slug == pair.slug }.compactMap { request in
            state.items.first { $0.value.number == request.item }
        }.filter { [.created, .open, .held].contains($0.value.state) }.map(\.key)
        if owners.contains(where: { $0 != pair.item }) { return true }
        if owners.contains(pair.item) { return false }
        return wanted.contains { $0.slug == pair.slug && $0.item != pair.item }
    }
}
