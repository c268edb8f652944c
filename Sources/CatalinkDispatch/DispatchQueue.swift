import CatalinkCore

/// The rows of a dispatch between ledger and wire: those not begun, those that wait to go again, and how many are on
/// their way. A value; every method takes what has happened and says what is next.
struct DispatchQueue {
    static let pageSize = 256
    /// So many network failures in a row, with no answer between them, and the target is called unreachable.
    private static let mostFailures = 8

    private struct Waiting {
        /// By the steady clock.
        var due: Timestamp
        var work: WorkItem
        var sends: Int
    }

    private let settings: Dispatcher.Settings
    private var page: ArraySlice<WorkItem> = []
    private var isLastPage = false
    private(set) var cursor: Int64 = 0
    /// Sorted by `due`, latest first.
    private var waiting: [Waiting] = []
    private var answers: [(Sending, CallResult)] = []
    private var failuresInARow = 0
    private var hasAnswer = false
    private(set) var report = DispatchReport()
    var nextWake: Timestamp?

    init(settings: Dispatcher.Settings) {
        self.settings = settings
    }

    // MARK: What has happened

    mutating func receive(_ events: [DispatchEvent]) {
        for event in events {
            switch event {
            case .answered(let sending, let result):
                answers.append((sending, result))
                report.inFlight -= 1
            case .woke(let moment): if nextWake == moment { nextWake = nil }
            case .stop(let reason): report.stopped = report.stopped ?? reason
            }
        }
    }

    mutating func takeAnswers() -> [(Sending, CallResult)] {
        defer { answers = [] }
        return answers
    }

    /// Rows of earlier runs whose key has not rested yet wait; the others may go.
    mutating func add(page rows: [WorkItem], at now: Moment) {
        isLastPage = rows.count < Self.pageSize
        cursor = rows.last?.stage ?? cursor
        for work in rows {
            if let last = work.lastSentAt, last + settings.retry.rest > now.wall {
                wait(Waiting(due: now.steady(at: last + settings.retry.rest), work: work, sends: 0))
            } else {
                page.append(work)
            }
        }
    }

    mutating func started(_ count: Int) {
        report.inFlight += count
        report.mostInFlight = max(report.mostInFlight, report.inFlight)
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
        case .stop(let reason, let verdict):
            report.stopped = report.stopped ?? reason
            record.verdict = verdict
        case .again(let delay):
            if report.stopped == nil {
                let uncertain = sending.work.afterUnknown || fate.outcome == .unknown
                var work = sending.work
                work.afterUnknown = uncertain
                work.body = sending.body
                wait(Waiting(due: now.steady + delay, work: work, sends: sending.sendsInRun))
            } else {
                record.verdict = fate.outcome == .unknown || sending.work.afterUnknown ? .unknown : .failed
            }
        }
        if let verdict = record.verdict { note(verdict, sending.work, fate.message) }
        return record
    }

    private mutating func wait(_ row: Waiting) {
        waiting.insert(row, at: waiting.firstIndex { $0.due <= row.due } ?? waiting.endIndex)
    }

    private mutating func count(_ sending: Sending, _ result: CallResult, _ fate: RowFate) {
        if result.isSent { report.sent += 1 }
        if sending.work.sends > 1 { report.retried += 1 }
        if result.status == 429 { report.throttled += 1 }
        if fate.link?.mismatch != nil { report.mismatches += 1 }
        if let app = fate.link?.appID { report.appID = report.appID ?? app }
        if case .answered = result {
            failuresInARow = 0
            hasAnswer = true
        } else {
            failuresInARow += 1
            if failuresInARow >= Self.mostFailures {
                report.stopped = report.stopped ?? .unreachable(fate.message ?? "no answer")
            }
        }
    }

    private mutating func note(_ verdict: Verdict, _ work: WorkItem, _ message: String?) {
        report.verdicts[verdict, default: 0] += 1
        if work.lastSentAt != nil {
            report.resendsReached += 1
            if verdict != .unknown { report.healed += 1 }
        }
        if verdict != .created || message != nil, report.troubles.count < 50 {
            report.troubles.append((work.location, verdict, message ?? ""))
        }
    }

    // MARK: What is next

    /// How many more may be on their way, besides those that are about to go.
    func room(besides sends: Int) -> Int {
        // Until the first answer, one request goes alone: a target that is not there must not make rows unknown.
        report.stopped == nil ? max(0, (hasAnswer ? settings.concurrency : 1) - report.inFlight - sends) : 0
    }

    var needsPage: Bool { page.isEmpty && !isLastPage }

    var earliestDue: Timestamp? { waiting.last?.due }

    /// How many rows may go, counted up to `most`.
    func due(at now: Timestamp, upTo most: Int) -> Int {
        min(most, page.count + waiting.suffix(most).count { $0.due <= now })
    }

    mutating func takeDue(at now: Timestamp, _ token: Pacer.Token) -> Sending {
        if let next = waiting.last, next.due <= now {
            waiting.removeLast()
            return sending(next.work, token, sends: next.sends + 1)
        }
        guard let work = page.popFirst() else { preconditionFailure("asked for work where none is due") }
        return sending(work, token, sends: 1)
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
        guard report.inFlight == 0, answers.isEmpty else { return false }
        return waiting.isEmpty && (report.stopped != nil || (page.isEmpty && isLastPage))
    }

    /// When a run stops, rows that wait to go again get their verdicts; nothing more is sent for them.
    mutating func abandonWaiting() -> [AbandonedRow] {
        guard report.stopped != nil, !waiting.isEmpty else { return [] }
        let rows = waiting.map { row in
            AbandonedRow(work: row.work, verdict: row.work.afterUnknown ? .unknown : .failed)
        }
        waiting = []
        for row in rows { note(row.verdict, row.work, "the run stopped before it could go again") }
        return rows
    }
}

extension CallResult {
    var isSent: Bool {
        if case .notSent = self { return false }
        return true
    }

    var status: Int? {
        if case .answered(let answer) = self { return answer.status }
        return nil
    }
}
