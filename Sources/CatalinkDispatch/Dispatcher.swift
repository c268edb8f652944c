import CatalinkCore
import CatalinkHash
import Synchronization

/// Sends the staged plan under the rate budget and records every step before and after.
///
/// One loop decides and records; its children only send. Each turn takes all answers that have come, decides what
/// may go next, and commits outcomes and intents together: nothing leaves before its intent is on disk.
package struct Dispatcher: Sendable {
    private let settings: Settings
    private let ledger: any Ledger
    private let wire: Wire
    private let random: @Sendable () -> Double
    private let onAttempt: @Sendable (AttemptEvent) -> Void
    private let mailbox = Mailbox<DispatchEvent>()

    /// - Parameter onAttempt: told of each attempt that has ended.
    init(
        _ settings: Settings, ledger: any Ledger, wire: Wire, random: @escaping @Sendable () -> Double,
        onAttempt: @escaping @Sendable (AttemptEvent) -> Void = { _ in }
    ) {
        self.settings = settings
        self.ledger = ledger
        self.wire = wire
        self.random = random
        self.onAttempt = onAttempt
    }

    /// Sends until nothing is left or a reason to stop has come.
    ///
    /// - Parameter onProgress: called after each turn.
    func run(_ queue: inout DispatchQueue, onProgress: @Sendable (DispatchReport) -> Void) async throws {
        let watching = wire.line.watch { [mailbox] in mailbox.post(.stopped) }
        defer { wire.line.unwatch(watching) }
        queue.rewind()
        queue.nextWake = nil
        var state = queue
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                if let reason = wire.line.reason { state.stop(reason) }
                let turn = try await decide(&state)
                onProgress(state.report)
                start(turn, in: &group)
                if state.isFinished { break }
                if let wake = turn.wake { scheduleWake(at: wake, &state, in: &group) }
                state.receive(await mailbox.take())
            }
            group.cancelAll()
        }
        queue = state
        if let reason = queue.report.stopped { wire.line.stop(reason) }
    }

    private func start(_ turn: Turn, in group: inout ThrowingDiscardingTaskGroup<any Error>) {
        for sending in turn.sends {
            group.addTask {
                let result = await wire.transport.send(.create(sending.body, key: sending.key))
                mailbox.post(.answered(sending, result, wire.clock.moment()))
            }
        }
        guard let token = turn.question else { return }
        group.addTask {
            let result = await wire.transport.send(.health)
            mailbox.post(.health(.init(token: token, result: result, at: wire.clock.moment())))
        }
    }

    private func scheduleWake(
        at wake: Timestamp, _ queue: inout DispatchQueue,
        in group: inout ThrowingDiscardingTaskGroup<any Error>
    ) {
        guard queue.nextWake.map({ wake < $0 }) ?? true else { return }
        queue.nextWake = wake
        group.addTask {
            do { try await wire.clock.sleep(untilSteady: wake) } catch { return }
            mailbox.post(.woke(wake))
        }
    }

    /// What one turn lets leave, and when to look again.
    private struct Turn {
        var sends: [Sending] = []
        /// For a look at the health page.
        var question: Pacer.Token?
        var wake: Timestamp?
    }

    /// Records what has come, and takes as many rows as there is room and budget for.
    private func decide(_ queue: inout DispatchQueue) async throws -> Turn {
        let now = wire.clock.moment()
        let (outcomes, settlements) = try await judge(&queue, now)
        var turn = Turn()
        do {
            turn = try await grant(&queue, settlements, now)
        } catch let error where !(error is CancellationError) {
            // What has happened is recorded all the same.
            queue.stop(.budget("\(error)"))
        }
        do {
            try await record(outcomes, &turn.sends, queue.offset, now)
        } catch let error where !(error is CancellationError) {
            // What has happened is kept elsewhere by now; nothing leaves without its intent.
            queue.stop(.ledger("\(error)"))
            turn.sends = []
        }
        queue.started(turn.sends.count)
        return turn
    }

    private func record(
        _ outcomes: [OutcomeRecord], _ sends: inout [Sending], _ offset: Duration?, _ now: Moment
    ) async throws {
        let intents = sends.map { sending in
            Intent(
                work: sending.work, key: sending.key, body: sending.body, at: now.wall,
                clientKey: settings.clientKey, offset: offset)
        }
        guard !outcomes.isEmpty || !intents.isEmpty else { return }
        let numbers = try await ledger.record(run: settings.run, outcomes: outcomes, intents: intents)
        for (index, number) in numbers.enumerated() {
            sends[index].work.number = number
            sends[index].work.sends += 1
        }
    }

    // MARK: Granting

    private func grant(
        _ queue: inout DispatchQueue, _ settlements: [Pacer.Settlement], _ now: Moment
    ) async throws -> Turn {
        if queue.mustAsk { return try await ask(&queue, settlements, now) }
        if queue.report.stopped == nil { try await fill(&queue, now) }
        let (room, until) = queue.room(at: now.steady)
        let due = room > 0 ? queue.dueCount(at: now.steady, most: room) : 0
        // Without room only an answer, or the end of a pause, changes anything.
        var turn = Turn(wake: until.map { max($0, now.steady) })
        guard due > 0 || !settlements.isEmpty else { return turn }
        let granted = try await wire.budget.turn(settlements, wanted: due, at: now)
        queue.spent(granted)
        turn.sends = granted.tokens.map { queue.takeDue(at: now.steady, $0) }
        if turn.sends.count < due { turn.wake = wake(granted.next, &queue, turn.sends.count, now) }
        return turn
    }

    private func ask(
        _ queue: inout DispatchQueue, _ settlements: [Pacer.Settlement], _ now: Moment
    ) async throws -> Turn {
        let granted = try await wire.budget.turn(settlements, wanted: 1, at: now)
        guard let token = granted.tokens.first else { return Turn(wake: wake(granted.next, &queue, 0, now)) }
        queue.asks()
        return Turn(question: token)
    }

    /// Reads on where no row is left, and gives up keys that have become too old.
    private func fill(_ queue: inout DispatchQueue, _ now: Moment) async throws {
        let expired = queue.takeExpired(at: now)
        if !expired.isEmpty { try await ledger.postpone(expired) }
        while queue.needsPage {
            let page = try await ledger.nextWork(after: queue.cursor, limit: DispatchQueue.pageSize)
            let dead = queue.add(page: page, at: now)
            if !dead.isEmpty { try await ledger.postpone(dead) }
        }
    }

    /// When to ask again for what was not granted.
    private func wake(
        _ next: Pacer.Next, _ queue: inout DispatchQueue, _ sent: Int, _ now: Moment
    ) -> Timestamp? {
        switch next {
        case .room: return nil
        case .wait(let moment): return moment
        case .exhausted(let reason):
            queue.stop(.quota(reason))
            return nil
        case .waitForAnswer:
            // Another process's request may be the one that is waited for.
            return queue.report.inFlight + sent == 0 ? now.steady + Wire.patience : nil
        }
    }

    // MARK: Judging

    private func judge(
        _ queue: inout DispatchQueue, _ now: Moment
    ) async throws -> (outcomes: [OutcomeRecord], settlements: [Pacer.Settlement]) {
        var outcomes: [OutcomeRecord] = []
        var settlements: [Pacer.Settlement] = []
        for (sending, result, moment) in queue.takeAnswers() {
            settlements.append(.init(sending.token, result, receivedAt: moment))
            if let outcome = try await judge(&queue, sending, result, moment) { outcomes.append(outcome) }
        }
        if let health = queue.takeHealth() {
            settlements.append(.init(health.token, health.result, receivedAt: health.at))
            let isConfirmed = [401, 403].contains(health.result.status)
            outcomes += judgeSuspects(&queue, isConfirmed: isConfirmed, now)
        } else if queue.report.stopped != nil {
            outcomes += judgeSuspects(&queue, isConfirmed: true, now)
        }
        return (outcomes, settlements)
    }

    /// - Returns: `nil` for an answer that says the key is wrong: the health page is asked first.
    private func judge(
        _ queue: inout DispatchQueue, _ sending: Sending, _ result: CallResult, _ moment: Moment
    ) async throws -> OutcomeRecord? {
        let judgement = judgement(of: sending, result)
        queue.note(sending, result, judgement, at: moment)
        if case .stop(.credentials(let text)) = judgement, !APIMessage.speaksOfScope(text) {
            queue.suspect(sending, result)
            return nil
        }
        queue.watchCanary(judgement)
        let outcome = settle(&queue, sending, result, judgement, moment)
        guard case .created(let facts) = judgement, let other = try await otherAccount(facts.appID, &queue)
        else {
            return outcome
        }
        queue.stop(.target(other))
        return outcome.held("the link \(facts.id.shown()) was made in another account: \(other)")
    }

    private func judgement(of sending: Sending, _ result: CallResult) -> Judgement {
        let believed = settings.mutation == .believesRefusals ? result.refusal : nil
        return believed
            ?? AnswerPolicy.judge(
                result, request: LinkEcho(body: sending.body), afterUnknown: sending.work.afterUnknown)
    }

    private func settle(
        _ queue: inout DispatchQueue, _ sending: Sending, _ result: CallResult, _ judgement: Judgement,
        _ now: Moment
    ) -> OutcomeRecord {
        let fate = RowFate(
            judgement, isCertain: !sending.work.afterUnknown, mayRetry: queue.mayRetry(judgement, sending),
            backoff: settings.retry.delay(afterSend: sending.sendsInRun, random: random()),
            rest: settings.rest, made: sending.work.made)
        let record = queue.settle(sending, result, fate, at: now)
        onAttempt(AttemptEvent(sending, record, at: now))
        return record
    }

    /// - Parameter isConfirmed: whether it is the key that is wrong; otherwise something objects to single rows.
    private func judgeSuspects(
        _ queue: inout DispatchQueue, isConfirmed: Bool, _ now: Moment
    ) -> [OutcomeRecord] {
        queue.takeSuspects().map { sending, result in
            var judgement = judgement(of: sending, result)
            if !isConfirmed, case .stop(let reason) = judgement {
                judgement = .failed(reason.message)
                queue.note(sending, result, judgement, at: now)
            }
            return settle(&queue, sending, result, judgement, now)
        }
    }

    /// What is wrong with the account that an answer names; `nil` where it is the ledger's.
    private func otherAccount(_ appID: String?, _ queue: inout DispatchQueue) async throws -> String? {
        guard let appID, queue.account != appID else { return nil }
        let bound = try await ledger.bind(appID: appID)
        guard bound == appID else { return Wire.otherAccount(expected: bound, got: appID) }
        queue.account = appID
        return nil
    }
}
