import CatalinkCore
import CatalinkHash

/// What is recorded, and what follows from it.
extension InMemoryLedger.State {
    var counts: LedgerCounts {
        items.values.reduce(into: LedgerCounts()) { $0.items[$1.state, default: 0] += 1 }
    }

    func key(of number: Int) -> ItemKey? {
        items.first { $0.value.number == number }?.key
    }

    func work(_ method: RequestMethod, after stage: Int64, _ limit: Int) -> [WorkItem] {
        let ready = rows.filter { row in
            row.work.stage > stage && row.verdict == nil && !row.waits && row.work.method == method
        }
        return Array(ready.map(\.work).prefix(limit))
    }

    mutating func change(_ stage: Int64, _ body: (inout InMemoryLedger.Row) -> Void) {
        guard let index = rows.firstIndex(where: { $0.work.stage == stage }) else { return }
        body(&rows[index])
    }

    private func newest(_ number: Int) -> Int? {
        requests.indices.filter { requests[$0].item == number }.max {
            (requests[$0].generation, requests[$0].attempt) < (requests[$1].generation, requests[$1].attempt)
        }
    }

    func sends(of request: InMemoryLedger.Request) -> [InMemoryLedger.Attempt] {
        attempts.filter {
            $0.item == request.item && $0.generation == request.generation && $0.attempt == request.attempt
        }
    }

    func history(_ number: Int) -> AttemptHistory? {
        guard let request = newest(number).map({ requests[$0] }) else { return nil }
        let sends = self.sends(of: request)
        let times = sends.map(\.sentAt)
        let none = Timestamp(seconds: 0)
        return AttemptHistory(
            generation: request.generation, attempt: request.attempt, method: request.method,
            sends: sends.count,
            firstSentAt: times.min() ?? none, lastSentAt: times.max() ?? none,
            clientKey: sends.last?.clientKey ?? SHA256.digest(of: []),
            isLinked: links.contains { $0.item == number && $0.generation == request.generation },
            refused: request.isRefused ? request.fingerprint : nil)
    }

    mutating func release() {
        for item in items.values where item.state == .open {
            let sends = newest(item.number).map { self.sends(of: requests[$0]) } ?? []
            let isUncertain = sends.contains { $0.outcome == nil || $0.outcome == .unknown }
            if !isUncertain { move(item.number, to: .released) }
        }
    }

    /// An item that has a link never ends as rejected or released: it is what its link carries.
    mutating func move(_ number: Int, to state: ItemState) {
        if state == .released {
            for index in requests.indices where requests[index].item == number {
                if !requests[index].isMade, !requests[index].isRefused { requests[index].isDropped = true }
            }
        }
        guard let key = key(of: number) else { return }
        let link = links.filter { $0.item == number }.max { $0.generation < $1.generation }
        if let link, state == .rejected || state == .released {
            items[key]?.state = .created
            items[key]?.fingerprint = link.fingerprint
        } else {
            items[key]?.state = state
        }
    }

    // MARK: Attempts

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
                    item: number, generation: work.generation, attempt: work.attempt, method: work.method,
                    body: intent.body, slug: work.slug, fingerprint: work.fingerprint, linkID: work.linkID))
        }
        attempts.append(
            InMemoryLedger.Attempt(
                item: number, generation: work.generation, attempt: work.attempt, run: run,
                clientKey: intent.clientKey, sentAt: intent.at, offset: intent.offset))
        return number
    }

    mutating func record(_ told: OutcomeRecord) throws {
        var outcome = told
        if let link = told.link, told.work.method == .create,
            links.contains(where: { $0.id == link.id && $0.item != told.work.number })
        {
            outcome = told.held("the API gave it the id \(link.id.shown()), which another item's link has")
        }
        let work = outcome.work
        guard let open = attempts.lastIndex(where: { $0.item == work.number && $0.outcome == nil }) else {
            throw InMemoryLedger.Refusal()
        }
        attempts[open].outcome = outcome.outcome
        attempts[open].sent = outcome.sent
        attempts[open].status = outcome.status
        attempts[open].message = outcome.message
        let number = attempts[open].item
        if let index = newest(number) {
            if outcome.outcome == .created { requests[index].isMade = true }
            if outcome.outcome == .refused { requests[index].isRefused = true }
            if let link = outcome.link { keep(link.id, requests[index]) }
        }
        if let state = outcome.state { move(number, to: state) }
        change(work.stage) { row in
            if outcome.needsLookUp { row.waits = true }
            if let verdict = outcome.verdict { row.verdict = verdict }
        }
    }

    private mutating func keep(_ id: String, _ request: InMemoryLedger.Request) {
        if let index = links.firstIndex(where: { $0.id == id }) {
            links[index].fingerprint = request.fingerprint
        } else {
            links.append(
                InMemoryLedger.Link(
                    id: id, item: request.item, generation: request.generation,
                    fingerprint: request.fingerprint))
        }
    }

    // MARK: Healing

    func sought(_ identity: Identity) throws -> [SoughtItem] {
        let open = items.filter { $0.value.state == .open }.sorted { $0.value.number < $1.value.number }
        return try open.compactMap { key, item in
            guard let request = newest(item.number).map({ requests[$0] }) else { return nil }
            let creates = requests.filter {
                $0.item == item.number && $0.generation == request.generation && $0.method == .create
            }
            let contents = try creates.map { create in
                SoughtItem.Content(slug: create.slug.text, body: try JSONValue(parsing: create.body))
            }
            let marker = identity.marker(for: key, generation: request.generation)
            let isMarked = contents.contains { $0.body["paymentForId"]?.string == marker.text }
            let sends = attempts.filter { $0.item == item.number && $0.generation == request.generation }
            guard let first = sends.first, let last = sends.last else { return nil }
            var sought = SoughtItem(
                number: item.number, item: key, generation: request.generation, attempt: request.attempt,
                marker: isMarked ? marker : nil, contents: contents, linkID: request.linkID,
                firstSentAt: first.sentAt, lastSentAt: last.sentAt, message: last.message)
            sought.firstOffset = first.offset
            sought.update = request.method == .update ? try JSONValue(parsing: request.body) : nil
            let uncertain = sends.filter { $0.outcome == .unknown }
            sought.wasRefused = uncertain.count == 1 && (400...499).contains(uncertain[0].status ?? 0)
            return sought
        }
    }

    mutating func settle(_ result: LookUpResult, _ healing: inout Healing) throws {
        let item = result.item
        guard items[item.item]?.state == .open, let index = newest(item.number) else { return }
        var made: Verdict?
        switch result.finding {
        case .found(let facts):
            requests[index].isMade = true
            keep(facts.id, requests[index])
            move(item.number, to: .created)
            made = item.generation > 1 ? .replaced : .created
        case .updated:
            requests[index].isMade = true
            keep(item.linkID ?? "", requests[index])
            move(item.number, to: .created)
            made = .updated
        case .absent: move(item.number, to: .released)
        case .rejected:
            requests[index].isRefused = true
            move(item.number, to: .rejected)
        case .held: move(item.number, to: .held)
        }
        guard let row = rows.firstIndex(where: { $0.work.item == item.item && $0.verdict == nil }) else {
            return
        }
        let isWanted = items[item.item]?.fingerprint == rows[row].work.fingerprint
        var verdict: Verdict? = made.flatMap { isWanted ? $0 : nil }
        if case .held = result.finding { verdict = .held }
        if case .rejected = result.finding { verdict = .rejected }
        try verdict = verdict ?? restage(row)
        rows[row].verdict = verdict
        if let verdict { healing.verdicts[verdict, default: 0] += 1 } else { healing.newWork += 1 }
    }

    private mutating func restage(_ index: Int) throws -> Verdict? {
        guard let planner, let known = items[rows[index].work.item] else { return .unknown }
        let decision = planner.decide(
            KnownItem(number: known.number, state: known.state, fingerprint: known.fingerprint),
            fingerprint: rows[index].work.fingerprint
        ) { () throws(Never) in history(known.number) }
        return apply(decision, &rows[index], known.number)
    }

    /// Makes a row what a decision says; its verdict, where it is not sent.
    func apply(_ decision: PlanDecision, _ row: inout InMemoryLedger.Row, _ number: Int?) -> Verdict? {
        row.work.number = number
        row.waits = false
        switch decision {
        case .leave(let verdict): return verdict
        case .lookUp: row.waits = true
        case .send(let generation, let attempt):
            row.work.renew(generation, attempt)
            row.work.canonical = LinkRequest.canonical(row.mapped, slug: row.slug, generation: generation)
            row.work.slug = LinkRequest.slug(row.slug, generation: generation)
        case .resend(let past):
            row.work.renew(past.generation, past.attempt)
            let request = requests.last { $0.item == number && $0.attempt == past.attempt }
            (row.work.sends, row.work.afterUnknown, row.work.body) = (past.sends, true, request?.body)
            (row.work.firstSentAt, row.work.lastSentAt) = (past.firstSentAt, past.lastSentAt)
            row.work.firstOffset = request.flatMap { sends(of: $0).first?.offset }
        case .update(let generation, let attempt):
            guard let link = links.filter({ $0.item == number && !$0.isRetired }).last,
                let create = requests.first(where: {
                    $0.item == number && $0.generation == link.generation && $0.method == .create && $0.isMade
                }),
                let body = LinkUpdate.body(from: create.body, to: row.mapped, slugOfLink: create.slug.text)
            else { return .changed }
            row.work.renew(generation, attempt)
            row.work.method = .update
            (row.work.linkID, row.work.canonical, row.work.slug) = (link.id, body, create.slug)
        }
        return nil
    }

    func leftVerdict(_ work: WorkItem, _ run: String) -> Verdict {
        guard let item = items[work.item] else { return .notReached }
        if item.state == .open { return .unknown }
        if item.state == .held { return .held }
        let wasTried = attempts.contains {
            $0.item == item.number && $0.run == run && $0.generation == work.generation
                && $0.attempt == work.attempt
        }
        return wasTried ? .failed : .notReached
    }
}

extension WorkItem {
    fileprivate mutating func renew(_ generation: Int, _ attempt: Int) {
        (self.generation, self.attempt) = (generation, attempt)
        (sends, afterUnknown, body, method, linkID) = (0, false, nil, .create, nil)
        (firstSentAt, lastSentAt, firstOffset) = (nil, nil, nil)
    }
}
