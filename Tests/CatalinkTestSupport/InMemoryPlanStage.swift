import CatalinkCore
import CatalinkHash
import Synchronization

/// Keeps all pairs and decides at the end.
final class InMemoryPlanStage: PlanStage {
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
            case .merged: totals.settled[.merged, default: 0] += 1
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
            state.rows = []
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
                if known == nil { totals.newItems += 1 }
                if known?.state == .created, known?.fingerprint != pair.fingerprint {
                    totals.changedItems += 1
                }
                decide(pair, decision, isInTheWay(pair, wanted, state), &state)
            }
            let created = state.items.filter { $0.value.state == .created }.keys
            totals.items = state.items.count
            let named = created.filter { groups.keys.contains($0) || invalid.contains($0) }.count
            totals.isPartial = planner.isPartial
            totals.missing = planner.isPartial ? 0 : created.count - named
            totals.stillSelling = (planner.isPartial ? named : created.count) - unchanged
        }
        return totals
    }

    private func settle(_ verdict: Verdict) {
        totals.settled[verdict, default: 0] += 1
    }

    private func decide(
        _ pair: PlannedPair, _ decision: PlanDecision, _ isInTheWay: Bool, _ state: inout InMemoryLedger.State
    ) {
        let number = state.items[pair.item]?.number
        let work = WorkItem(
            stage: Int64(state.rows.count + 1), item: pair.item, number: number, row: pair.location.record,
            location: pair.location, fingerprint: pair.fingerprint, slug: pair.slug,
            canonical: pair.canonical,
            generation: 1, attempt: 1)
        var row = InMemoryLedger.Row(work: work, mapped: pair.canonical, slug: pair.slug)
        if let verdict = state.apply(decision, &row, number) {
            return settle(verdict == .changed && isInTheWay ? .duplicate : verdict)
        }
        if isInTheWay { return settle(.duplicate) }
        count(row, hasLink: state.links.contains { $0.item == number })
        if !row.waits { countMoney(pair) }
        state.rows.append(row)
    }

    private func count(_ row: InMemoryLedger.Row, hasLink: Bool) {
        if row.waits {
            totals.lookUps += 1
        } else if row.work.method == .update {
            totals.updates += 1
        } else if row.work.sends > 0 {
            totals.resends += 1
        } else if hasLink {
            totals.replacements += 1
        } else {
            totals.creations += 1
        }
    }

    private func countMoney(_ pair: PlannedPair) {
        guard let amount = pair.amount else { return }
        if totals.money[pair.currency.rawValue]?.add(amount) == nil {
            totals.money[pair.currency.rawValue] = PlanTotals.Money(amount)
        }
    }

    private func isInTheWay(_ pair: PlannedPair, _ wanted: [PlannedPair], _ state: InMemoryLedger.State)
        -> Bool
    {
        let owners = state.requests.filter { $0.slug == pair.slug && !$0.isRefused && !$0.isDropped }
            .compactMap { request in
                state.items.first { $0.value.number == request.item }
            }.filter { [.created, .open, .held].contains($0.value.state) }.map(\.key)
        if owners.contains(where: { $0 != pair.item }) { return true }
        if owners.contains(pair.item) { return false }
        return wanted.contains { $0.slug == pair.slug && $0.item != pair.item }
    }
}
