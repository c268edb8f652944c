package import CatalinkCore

/// Changes links that are there already: updates those whose row has changed, and retires those that another has taken
/// the place of. One call after another; each is confirmed by a look at the link.
struct LinkChanger: Sendable {
    private let settings: Dispatcher.Settings
    private let ledger: any Ledger
    private let wire: Wire
    private static let pageSize = 64

    init(_ settings: Dispatcher.Settings, ledger: any Ledger, wire: Wire) {
        self.settings = settings
        self.ledger = ledger
        self.wire = wire
    }

    // MARK: Updates

    func update(_ report: inout DispatchReport) async throws {
        var cursor: Int64 = 0
        while wire.line.reason == nil {
            let page = try await ledger.nextUpdates(after: cursor, limit: Self.pageSize)
            guard let last = page.last else { return }
            cursor = last.stage
            for work in page where wire.line.reason == nil { try await update(work, &report) }
        }
    }

    private func update(_ work: WorkItem, _ report: inout DispatchReport) async throws {
        guard let id = work.linkID else { preconditionFailure("an update names its link") }
        var work = work
        // A 429 is no answer of the link's; everything else is. The intent is written with a token in hand.
        while let token = try await wire.grant() {
            let key = settings.identity.idempotencyKey(
                for: work.item, generation: work.generation, attempt: work.attempt, body: work.canonical)
            let intent = Intent(
                work: work, key: key, body: work.canonical, at: wire.clock.now(),
                clientKey: settings.clientKey)
            work.number = try await ledger.record(run: settings.run, outcomes: [], intents: [intent]).first
            work.sends += 1
            let result = try await wire.send(.update(id, work.canonical), token)
            if result.isSent { report.sent += 1 }
            let outcome = try await outcome(of: work, id, result, &report)
            _ = try await ledger.record(run: settings.run, outcomes: [outcome], intents: [])
            if let verdict = outcome.verdict {
                report.note(verdict, at: "\(work.location)", outcome.message)
            } else if outcome.needsLookUp {
                report.awaiting += 1
            }
            guard result.status == 429 else { return }
            report.throttled += 1
        }
    }

    private func outcome(
        of work: WorkItem, _ id: String, _ result: CallResult, _ report: inout DispatchReport
    ) async throws -> OutcomeRecord {
        var record = OutcomeRecord(
            work: work, outcome: .unknown, at: wire.clock.now(), sent: result.isSent, status: result.status,
            message: nil, link: nil, state: nil, verdict: nil)
        guard let answer = result.answer else {
            record.message = result.reason
            if case .notSent = result {
                (record.outcome, record.state, record.verdict) = (.notSent, .released, .failed)
            } else {
                record.needsLookUp = true
            }
            return record
        }
        record.message = answer.isSuccess ? nil : answer.said
        switch answer.status {
        case 200...299: try await confirm(&record, id, &report)
        case 429: record.outcome = .notSent
        case 401, 403:
            (record.outcome, record.state, record.verdict) = (.notSent, .released, .failed)
            if answer.isAboutTheKey { wire.line.stop(.credentials(answer.said)) }
        case 400...499 where answer.status != 408 && answer.status != 425:
            (record.outcome, record.state, record.verdict) = (.refused, .rejected, .rejected)
        default: record.needsLookUp = true
        }
        return record
    }

    /// Looks at the link: what the answer to an update says is not proof enough.
    private func confirm(_ record: inout OutcomeRecord, _ id: String, _ report: inout DispatchReport)
        async throws
    {
        guard let json = try await look(at: id, &report),
            let asked = try? JSONValue(parsing: record.work.canonical)
        else {
            record.needsLookUp = true
            return
        }
        let differences = LinkContent.differences(of: json, from: asked)
        let mismatch = differences.isEmpty ? nil : differences.joined(separator: ", ") + " differ"
        if mismatch != nil { report.mismatches += 1 }
        record.outcome = .created
        record.state = .created
        record.verdict = .updated
        record.message = mismatch.map { "mismatch: \($0)" }
        record.link = LinkFacts(id: id, url: nil, mismatch: mismatch)
    }

    private func look(at id: String, _ report: inout DispatchReport) async throws -> JSONValue? {
        let answer = try await wire.ask(.link(id), settings.retry, count: { report.lookups += 1 })
        guard let answer, answer.isSuccess else { return nil }
        return try? JSONValue(parsing: answer.body)
    }

    // MARK: Retirement

    /// Takes links out of sale that another has taken the place of.
    func retire(_ report: inout DispatchReport) async throws {
        for link in try await ledger.superseded() where wire.line.reason == nil {
            let refusal = try await retire(link, &report)
            if let json = try await look(at: link.linkID, &report), let shown = ListedLink(json),
                !shown.isLive(at: wire.clock.now())
            {
                try await ledger.retired(link.linkID, at: wire.clock.now())
            } else if wire.line.reason == nil, report.remarks.count < DispatchReport.mostTroubles {
                report.remarks.append(
                    "item \(link.item.shown): expected to retire the link \(link.linkID.shown()), which another has taken "
                        + "the place of, got: \(refusal ?? "no answer") (it still sells)")
            }
        }
    }

    /// By its status; where the API takes none, by an expiry now.
    private func retire(_ link: SupersededLink, _ report: inout DispatchReport) async throws -> String? {
        let inactive = JSONValue.object([("status", .string("INACTIVE"))])
        let now = CivilTime(wire.clock.now()).iso8601
        let expired = JSONValue.object([("expiration_date", .string(now))])
        var said: String?
        for body in [inactive, expired] {
            let answer = try await wire.ask(
                .update(link.linkID, body.bytes), settings.retry, count: { report.changes += 1 })
            guard let answer else { return said }
            if answer.isSuccess { return "\(answer.status), but the link is as before" }
            said = answer.said
        }
        return said
    }
}

extension CallResult {
    package var reason: String? {
        switch self {
        case .answered: nil
        case .notSent(let text), .lost(let text): text
        }
    }
}
