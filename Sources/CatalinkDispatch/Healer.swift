import CatalinkCore

/// Finds out what became of sends whose answer is not known, by looking at the API's list.
///
/// A link that is there is found at the first walk. One that is not there is believed to be missing only after two
/// unbroken walks, and only when the last send is long enough ago.
struct Healer: Sendable {
    private let settings: Dispatcher.Settings
    private let ledger: any Ledger
    private let wire: Wire
    /// Clocks that differ must not end a walk too early.
    private static let margin: Duration = .seconds(300)

    init(_ settings: Dispatcher.Settings, ledger: any Ledger, wire: Wire) {
        self.settings = settings
        self.ledger = ledger
        self.wire = wire
    }

    /// Settles what can be settled before `end`.
    func heal(until end: Timestamp, _ report: inout DispatchReport) async throws -> Healing {
        var healing = Healing()
        while wire.line.reason == nil {
            let sought = try await ledger.sought()
            guard !sought.isEmpty else { break }
            let ripe = sought.filter { ripeIn($0) <= .zero }
            if ripe.isEmpty {
                guard await waitForNext(sought, until: end) else { break }
                continue
            }
            let settled = try await settle(ripe, &report)
            healing.add(settled.healing)
            // Nothing new is learned by walking again at once.
            if settled.left { break }
            if healing.newWork > 0 { break }
        }
        return healing
    }

    /// How long until the absence of an item's link means something.
    private func ripeIn(_ item: SoughtItem) -> Duration {
        let age = item.linkID == nil ? settings.lookupAfter : settings.rest
        return min(age, (item.lastSentAt + age).since(wire.clock.now()))
    }

    /// Waits until the last item that can ripen in time has ripened, so that one walk serves all.
    private func waitForNext(_ sought: [SoughtItem], until end: Timestamp) async -> Bool {
        let now = wire.clock.moment().steady
        let times = sought.map { now + ripeIn($0) }.filter { $0 <= end }
        guard let latest = times.max() else { return false }
        return await wire.line.wait(until: latest + .milliseconds(1), wire.clock)
    }

    private func settle(
        _ sought: [SoughtItem], _ report: inout DispatchReport
    ) async throws -> (healing: Healing, left: Bool) {
        var healing = Healing()
        let updates = sought.filter { $0.linkID != nil }
        for item in updates {
            guard let result = try await lookAt(item, &report) else { continue }
            healing.add(try await record([result], &report))
        }
        let creates = sought.filter { $0.linkID == nil }
        var isLeft = false
        if !creates.isEmpty {
            let (results, left) = try await walk(for: creates, &report)
            healing.add(try await record(results, &report))
            isLeft = left
        }
        return (healing, isLeft)
    }

    private func record(_ results: [LookUpResult], _ report: inout DispatchReport) async throws -> Healing {
        guard !results.isEmpty else { return Healing() }
        let healing = try await ledger.settle(run: settings.run, results, at: wire.clock.now())
        for result in results {
            switch result.finding {
            case .found(let facts) where facts.mismatch != nil:
                report.mismatches += 1
                report.troubles.append(
                    .init(item: result.item, .created, "mismatch: \(facts.mismatch ?? "")"))
            case .updated(let mismatch?):
                report.mismatches += 1
                report.troubles.append(.init(item: result.item, .updated, "mismatch: \(mismatch)"))
            case .held(let reason): report.troubles.append(.init(item: result.item, .held, reason))
            case .rejected(let reason): report.troubles.append(.init(item: result.item, .rejected, reason))
            case .found, .updated, .absent: break
            }
        }
        for (verdict, count) in healing.verdicts { report.verdicts[verdict, default: 0] += count }
        return healing
    }

    // MARK: Walking

    /// Two walks: what either has met is there, what neither has is not.
    private func walk(
        for sought: [SoughtItem], _ report: inout DispatchReport
    ) async throws -> (results: [LookUpResult], left: Bool) {
        let first = try await walk(LookUp(sought), backTo: sought, &report)
        let missing = sought.filter { first.lookUp.found[$0.number] == nil }
        let found = sought.filter { first.lookUp.found[$0.number] != nil }
        let facts = found.compactMap { item in first.lookUp.found[item.number].map { result(item, $0) } }
        guard !missing.isEmpty else { return (facts, false) }
        guard first.isWhole else { return (facts + inconclusive(missing, first.reason), true) }
        let second = try await walk(LookUp(missing), backTo: missing, &report)
        let later = missing.compactMap { item in second.lookUp.found[item.number].map { result(item, $0) } }
        let absent = missing.filter { second.lookUp.found[$0.number] == nil }
        guard second.isWhole else { return (facts + later + inconclusive(absent, second.reason), true) }
        return (facts + later + absent.map { conclude($0, second.lookUp) }, false)
    }

    private func result(_ item: SoughtItem, _ link: ListedLink) -> LookUpResult {
        LookUpResult(
            item,
            .found(
                LinkFacts(id: link.id, url: link.url, appID: link.appID, mismatch: item.mismatch(with: link)))
        )
    }

    /// What it means that an item's link is certainly not there.
    private func conclude(_ item: SoughtItem, _ lookUp: LookUp) -> LookUpResult {
        guard let other = lookUp.inTheWay[item.number] else {
            return LookUpResult(item, item.wasRefused ? .rejected(item.message ?? "refused") : .absent)
        }
        let reason = "the slug belongs to the link \(other.shown())"
        // Without a marker the other link could be ours, changed by hand.
        return LookUpResult(item, item.marker == nil ? .held(reason) : .rejected(reason))
    }

    /// A list that cannot be walked proves nothing; one that failed for now is tried by the next run.
    private func inconclusive(_ items: [SoughtItem], _ reason: String?) -> [LookUpResult] {
        guard let reason else { return [] }
        return items.map { LookUpResult($0, .held("its link cannot be looked up: \(reason)")) }
    }

    private struct Walked {
        var lookUp: LookUp
        var ending: ListReader.Ending

        var isWhole: Bool { ending == .whole }
        /// Why no walk can be whole.
        var reason: String? {
            if case .broken(let reason) = ending { return reason }
            return nil
        }
    }

    private func walk(
        _ lookUp: LookUp, backTo sought: [SoughtItem], _ report: inout DispatchReport
    ) async throws -> Walked {
        var lookUp = lookUp
        var requests = 0
        let ending = try await ListReader(wire, settings.retry).read(
            backTo: { oldest(sought, $0) }, count: { requests += 1 }
        ) { lookUp.take($0) }
        report.lookups += requests
        return Walked(lookUp: lookUp, ending: ending)
    }

    /// Before when no link can be one of these, by the server's clock; `nil` where that is not known.
    private func oldest(_ sought: [SoughtItem], _ answer: Answer) -> Timestamp? {
        guard let date = answer.serverDate else { return nil }
        let offset = date.since(wire.clock.now())
        return sought.map { $0.firstSentAt + ($0.firstOffset ?? offset) }.min().map { $0 - Self.margin }
    }

    // MARK: Single links

    /// Whether an update took effect.
    private func lookAt(_ item: SoughtItem, _ report: inout DispatchReport) async throws -> LookUpResult? {
        guard let id = item.linkID, let asked = item.update,
            let answer = try await wire.ask(.link(id), settings.retry, count: { report.lookups += 1 })
        else { return nil }
        if answer.status == 404 {
            return LookUpResult(item, .rejected("404: the link \(id.shown()) is gone"))
        }
        guard answer.isSuccess, let json = try? JSONValue(parsing: answer.body) else { return nil }
        return LookUpResult(item, LinkContent.isEqual(json, to: asked) ? .updated(mismatch: nil) : .absent)
    }
}

extension Healing {
    mutating func add(_ other: Healing) {
        newWork += other.newWork
        verdicts.merge(other.verdicts) { $0 + $1 }
    }
}

extension DispatchReport.Trouble {
    init(item: SoughtItem, _ verdict: Verdict, _ message: String) {
        self.init(place: "item \(item.item.shown)", verdict: verdict, message: message)
    }
}
