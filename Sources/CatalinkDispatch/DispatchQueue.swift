import CatalinkCore

/// The rows of a dispatch between ledger and wire: those not begun, those that wait to go again, and how many are on
/// their way. A value; every method takes what has happened and says what is next.
struct DispatchQueue {
    static let pageSize = 256
    /// So many failed connections in a row before any answer, and the target is called unreachable.
    private static let mostFailures = 8
    /// So many refusals in a row by something in between, and it is no accident.
    private static let mostFirewalls = 3

    let settings: Dispatcher.Settings
    private var page: ArraySlice<WorkItem> = []
    private var isLastPage = false
    private(set) var cursor: Int64 = 0
    private var waiting = WaitingRows()
    private var answers: [(Sending, CallResult, Moment)] = []
    /// Answers that say the key is wrong, until the API's health page confirms it.
    private var suspects: [(sending: Sending, result: CallResult)] = []
    private var isAsking = false
    private var health: DispatchEvent.Health?
    /// The account that an answer has named and the ledger belongs to.
    var account: String?
    private var hasAnswer = false
    private var breaker = CircuitBreaker()
    private var retries = RetryBudget()
    private var canaries: Int
    private var rowsAnswered = 0
    /// Rows of this run whose answers did not come, however often they were sent.
    private var rowsLost = 0
    /// Of the server's clock from ours, by the latest answer.
    private(set) var offset: Duration?
    var report = DispatchReport()
    private var uses = Pacer.WindowUses()
    var nextWake: Timestamp?

    init(settings: Dispatcher.Settings) {
        self.settings = settings
        canaries = settings.canary
    }

    /// Begins with the first row again, for those that can be sent only now.
    mutating func rewind() {
        (page, isLastPage, cursor) = ([], false, 0)
    }

    // MARK: What has happened

    mutating func receive(_ events: [DispatchEvent]) {
        for event in events {
            switch event {
            case .answered(let sending, let result, let moment):
                answers.append((sending, result, moment))
                report.inFlight -= 1
            case .health(let answered):
                if answered.result.isSent { report.lookups += 1 }
                health = answered
                isAsking = false
                report.inFlight -= 1
            case .woke(let moment): if nextWake == moment { nextWake = nil }
            case .stopped: break
            }
        }
    }

    mutating func takeAnswers() -> [(Sending, CallResult, Moment)] {
        defer { answers = [] }
        return answers
    }

    mutating func stop(_ reason: StopReason) {
        report.stopped = report.stopped ?? reason
    }

    /// Rows of earlier runs whose key has not rested yet wait; the others may go.
    ///
    /// - Returns: those whose key is too old to be sent again.
    mutating func add(page rows: [WorkItem], at now: Moment) -> [WorkItem] {
        isLastPage = rows.count < Self.pageSize
        cursor = rows.last?.stage ?? cursor
        var dead: [WorkItem] = []
        for work in rows {
            guard let first = work.firstSentAt, let last = work.lastSentAt else {
                page.append(work)
                continue
            }
            let offsets = (then: work.firstOffset, now: offset)
            guard settings.keyLife.isAlive(firstSentAt: first, offset: offsets, now: now.wall) else {
                dead.append(work)
                continue
            }
            let left = settings.restLeft(after: last, at: now.wall)
            if left > .zero {
                waiting.add(.init(due: now.steady + left, work: work, sends: 0))
            } else {
                page.append(work)
            }
        }
        report.awaiting += dead.count
        return dead
    }

    /// Rows that waited to go again until their key had become too old for it.
    mutating func takeExpired(at now: Moment) -> [WorkItem] {
        let expired = waiting.takeExpired(settings.keyLife, offset: offset, at: now)
        report.awaiting += expired.count
        return expired
    }

    mutating func spent(_ turn: Pacer.Turn) {
        uses.count(turn)
        report.window = uses.all.last
    }

    mutating func started(_ count: Int) {
        report.inFlight += count
        report.mostInFlight = max(report.mostInFlight, report.inFlight)
    }

    mutating func note(_ sending: Sending, _ result: CallResult, _ judgement: Judgement, at moment: Moment) {
        switch judgement {
        case .throttled: report.throttled += 1
        case .notSent, .unknown:
            let isServer = result.answer != nil
            // A key that is answered with 500 again and again may have that stored: it says nothing of the server.
            if !isServer || sending.isProbe || !sending.work.afterUnknown {
                breaker.failed(isServer ? .server : .network, at: moment.steady)
            }
        case .failed: breaker.failed(.firewall, at: moment.steady)
        case .created, .refused, .lookUp, .stop:
            breaker.succeeded()
            retries.succeeded()
        }
        switch judgement {
        case .notSent(let text), .throttled(let text, _), .unknown(let text), .failed(let text):
            report.trouble = text
        case .created, .refused, .lookUp, .stop: report.trouble = nil
        }
        if let answer = result.answer {
            hasAnswer = true
            learn(answer, at: moment)
        }
        stopIfHopeless(result, judgement, at: moment.steady)
    }

    /// Learns how far the server's clock is from ours.
    mutating func learn(_ answer: Answer, at moment: Moment) {
        // In the middle of the second that the server names.
        offset = answer.serverDate.map { ($0 + .milliseconds(500)).since(moment.wall) } ?? offset
    }

    /// What was lost has been looked up.
    mutating func healed() {
        rowsLost = 0
    }

    private mutating func stopIfHopeless(_ result: CallResult, _ judgement: Judgement, at now: Timestamp) {
        let reason = judgement.message ?? "no answer"
        if !hasAnswer, breaker.failuresInARow(.network) >= Self.mostFailures { stop(.unreachable(reason)) }
        if breaker.failuresInARow(.firewall) >= Self.mostFirewalls { stop(.unreachable(reason)) }
        if let outage = breaker.outage(at: now), outage.lasted >= settings.maxWait {
            stop(.unreachable("\(reason) (since \(outage.lasted.components.seconds) s)"))
        }
    }

    /// Whether a row that was not made, or may not have been, goes again in this run; takes a retry if so.
    mutating func mayRetry(_ judgement: Judgement, _ sending: Sending) -> Bool {
        switch judgement {
        case .notSent, .unknown: sending.sendsInRun <= settings.retry.retries && retries.take()
        default: false
        }
    }

    /// What an answer makes of its row.
    mutating func settle(_ sending: Sending, _ result: CallResult, _ fate: RowFate, at now: Moment)
        -> OutcomeRecord
    {
        count(sending, result, fate)
        var record = OutcomeRecord(
            work: sending.work, outcome: fate.outcome, at: now.wall, sent: result.isSent,
            status: result.status,
            message: fate.message, link: fate.link, state: fate.state, verdict: nil)
        switch fate.next {
        case .settled(let verdict): record.verdict = verdict
        case .lookUp: record.needsLookUp = true
        case .stop(let reason, _): stop(reason)
        case .again(let delay):
            var work = sending.work
            work.afterUnknown = sending.work.afterUnknown || fate.outcome == .unknown
            work.body = sending.body
            // A 429 is the pacer's business and costs the row no retry.
            let sends = result.status == 429 ? sending.sendsInRun - 1 : sending.sendsInRun
            waiting.add(
                .init(
                    due: now.steady + delay, work: work, sends: sends, firstSentAt: sending.firstSentAt))
        }
        if record.needsLookUp {
            report.awaiting += 1
            // What an earlier run left unknown is no error of this one.
            if sending.work.lastSentAt == nil { rowsLost += 1 }
        }
        if let verdict = record.verdict {
            rowsAnswered += 1
            report.note(verdict, at: "\(sending.work.location)", fate.message)
        }
        checkErrors()
        return record
    }

    private mutating func checkErrors() {
        let errors = report.verdicts[.rejected, default: 0] + report.verdicts[.failed, default: 0] + rowsLost
        if let excess = settings.maxErrors?.excess(errors: errors, answers: rowsAnswered + rowsLost) {
            stop(.errors(excess))
        }
    }

    private mutating func count(_ sending: Sending, _ result: CallResult, _ fate: RowFate) {
        if result.isSent { report.sent += 1 }
        if sending.work.sends > 1 { report.retried += 1 }
        if fate.link?.mismatch != nil { report.mismatches += 1 }
        // A key that went out before and gives a link: made now, or then.
        if fate.outcome == .created, sending.work.afterUnknown { report.replayed += 1 }
    }

    /// The first creations show whether links become what is asked for.
    mutating func watchCanary(_ judgement: Judgement) {
        guard canaries > 0 else { return }
        switch judgement {
        case .created(let facts):
            canaries -= 1
            if let mismatch = facts.mismatch {
                stop(.canary("canary: expected a link as it was asked for, got: \(mismatch)"))
            }
        case .refused(let text), .lookUp(let text), .failed(let text):
            stop(.canary("canary: expected a link, got: \(text)"))
        case .notSent, .throttled, .unknown, .stop: break
        }
    }

    // MARK: Whether the key is wrong

    /// A 401 or 403 that the health page has yet to confirm.
    mutating func suspect(_ sending: Sending, _ result: CallResult) {
        suspects.append((sending, result))
    }

    /// Whether the health page must be asked now, alone.
    var mustAsk: Bool { report.stopped == nil && !suspects.isEmpty && !isAsking && report.inFlight == 0 }

    mutating func asks() {
        isAsking = true
        report.inFlight += 1
    }

    mutating func takeHealth() -> DispatchEvent.Health? {
        defer { health = nil }
        return health
    }

    /// The answers that are judged now, because the health page has answered or the run stops anyway.
    mutating func takeSuspects() -> [(sending: Sending, result: CallResult)] {
        defer { suspects = [] }
        return suspects
    }

    // MARK: What is next

    /// How many may leave now beside those on their way; or when to look again.
    func room(at now: Timestamp) -> (count: Int, until: Timestamp?) {
        guard report.stopped == nil, suspects.isEmpty else { return (0, nil) }
        if breaker.isTripped {
            guard report.inFlight == 0 else { return (0, nil) }
            return pick(at: now) == nil ? (0, nextChance(after: now)) : (1, nil)
        }
        // Until the first answer, and for each canary, one request goes alone.
        let most = hasAnswer && canaries == 0 ? settings.concurrency : 1
        let count = max(0, most - report.inFlight)
        return (count, count > 0 ? waiting.earliestDue : nil)
    }

    var needsPage: Bool { page.isEmpty && !isLastPage }

    func dueCount(at now: Timestamp, most: Int) -> Int {
        if breaker.isTripped { return most }
        return min(most, waiting.dueCount(at: now, most: most) + page.count)
    }

    // MARK: A target in trouble

    private enum Pick {
        case waiting, fresh
    }

    /// What may go while the target is in trouble, one at a time: rows that are at risk already whenever they are due;
    /// a new one only as a probe, and only when none of those will do.
    private func pick(at now: Timestamp) -> Pick? {
        let isProbeTime = breaker.admission(at: now) == .probe
        let mayRisk = isProbeTime && !page.isEmpty && !waiting.holdsProbes
        if let next = waiting.next, next.due <= now, next.isProbe || !mayRisk { return .waiting }
        return mayRisk ? .fresh : nil
    }

    private func nextChance(after now: Timestamp) -> Timestamp? {
        var times: [Timestamp] = []
        if case .closed(let until) = breaker.admission(at: now) { times.append(until) }
        if let due = waiting.earliestDue, due > now { times.append(due) }
        return times.min()
    }

    // MARK: Taking

    mutating func takeDue(at now: Timestamp, _ token: Pacer.Token) -> Sending {
        let isProbe = breaker.isTripped && breaker.admission(at: now) == .probe
        let choice = breaker.isTripped ? pick(at: now) : nil
        if choice != .fresh, let next = waiting.takeNext(at: now) {
            var sending = sending(next.work, token, sends: next.sends + 1)
            sending.isProbe = isProbe && next.isProbe
            if next.work.firstSentAt == nil { sending.firstSentAt = next.firstSentAt ?? token.grantedAt }
            return sending
        }
        guard let work = page.popFirst() else { preconditionFailure("asked for work where none is due") }
        var sending = sending(work, token, sends: 1)
        sending.isProbe = isProbe
        if work.firstSentAt == nil { sending.firstSentAt = token.grantedAt }
        return sending
    }

    private func sending(_ work: WorkItem, _ token: Pacer.Token, sends: Int) -> Sending {
        var body = work.body ?? work.canonical
        if work.body == nil, settings.marks {
            body = LinkRequest.marked(
                work.canonical, with: settings.identity.marker(for: work.item, generation: work.generation))
        }
        let key = settings.identity.idempotencyKey(
            for: work.item, generation: work.generation, attempt: work.attempt, body: body)
        return Sending(work: work, key: key, body: body, token: token, sendsInRun: sends)
    }

    var isFinished: Bool {
        guard report.inFlight == 0, answers.isEmpty, suspects.isEmpty, health == nil else { return false }
        return report.stopped != nil || (waiting.isEmpty && page.isEmpty && isLastPage)
    }
}

extension Judgement {
    fileprivate var message: String? {
        switch self {
        case .refused(let text), .notSent(let text), .throttled(let text, _), .unknown(let text),
            .lookUp(let text), .failed(let text):
            text
        case .stop(let reason): reason.message
        case .created: nil
        }
    }
}
