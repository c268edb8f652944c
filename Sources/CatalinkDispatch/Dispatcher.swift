package import CatalinkCore
package import CatalinkHash
import Synchronization

/// Sends the staged plan under the rate budget and records every step before and after.
///
/// One loop decides and records; its children only send. Each turn takes all answers that have come, decides what
/// may go next, and commits outcomes and intents together: nothing leaves before its intent is on disk.
package struct Dispatcher: Sendable {
    package struct Settings: Sendable {
        package var run: String
        package var identity: Identity
        package var clientKey: Digest
        package var concurrency: Int
        package var retry: RetryPolicy
        /// Whether requests carry Catalink's marker; not where the job maps `paymentForId` itself.
        package var marks: Bool

        package init(
            run: String, identity: Identity, clientKey: Digest, concurrency: Int, retry: RetryPolicy,
            marks: Bool
        ) {
            self.run = run
            self.identity = identity
            self.clientKey = clientKey
            self.concurrency = concurrency
            self.retry = retry
            self.marks = marks
        }
    }

    private let settings: Settings
    private let ledger: any Ledger
    private let transport: any LinkTransport
    private let budget: any RateBudget
    private let clock: any WallClock
    private let random: @Sendable () -> Double
    private let mailbox = Mailbox<DispatchEvent>()

    package init(
        _ settings: Settings, ledger: any Ledger, transport: any LinkTransport, budget: any RateBudget,
        clock: any WallClock, random: @escaping @Sendable () -> Double
    ) {
        self.settings = settings
        self.ledger = ledger
        self.transport = transport
        self.budget = budget
        self.clock = clock
        self.random = random
    }

    /// Grants nothing more; what is on its way is waited for and recorded. May be called from anywhere, at any time.
    package func stop(_ reason: StopReason) {
        mailbox.post(.stop(reason))
    }

    /// Sends until nothing is left or a reason to stop has come.
    ///
    /// - Parameter onProgress: called after each turn.
    package func run(onProgress: @Sendable (DispatchReport) -> Void) async throws -> DispatchReport {
        var queue = DispatchQueue(settings: settings)
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                let turn = try await decide(&queue)
                onProgress(queue.report)
                for sending in turn.sends {
                    group.addTask {
                        let result = await transport.send(.create(sending.body, key: sending.key))
                        mailbox.post(.answered(sending, result))
                    }
                }
                if queue.isFinished { break }
                if let wake = turn.wake { scheduleWake(at: wake, &queue, in: &group) }
                queue.receive(await mailbox.take())
            }
            group.cancelAll()
        }
        return queue.report
    }

    private func scheduleWake(
        at wake: Timestamp, _ queue: inout DispatchQueue,
        in group: inout ThrowingDiscardingTaskGroup<any Error>
    ) {
        guard queue.nextWake.map({ wake < $0 }) ?? true else { return }
        queue.nextWake = wake
        group.addTask {
            try? await clock.sleep(untilSteady: wake)
            mailbox.post(.woke(wake))
        }
    }

    /// Records what has come, and takes as many rows as there is room and budget for.
    private func decide(_ queue: inout DispatchQueue) async throws -> (sends: [Sending], wake: Timestamp?) {
        let now = clock.moment()
        let (outcomes, settlements) = judge(&queue, now)
        var (sends, wake) = try await grant(&queue, settlements, now)
        let intents = sends.map { sending in
            Intent(
                work: sending.work, key: sending.key, body: sending.body, at: now.wall,
                clientKey: settings.clientKey)
        }
        if !outcomes.isEmpty || !intents.isEmpty {
            let numbers = try await ledger.record(run: settings.run, outcomes: outcomes, intents: intents)
            for (index, number) in numbers.enumerated() {
                sends[index].work.number = number
                sends[index].work.sends += 1
            }
        }
        queue.started(sends.count)
        let abandoned = queue.abandonWaiting()
        if !abandoned.isEmpty { try await ledger.note(run: settings.run, abandoned) }
        return (sends, wake)
    }

    private func grant(
        _ queue: inout DispatchQueue, _ settlements: [Pacer.Settlement], _ now: Moment
    ) async throws -> (sends: [Sending], wake: Timestamp?) {
        var sends: [Sending] = []
        var settlements = settlements
        while true {
            let room = queue.room(besides: sends.count)
            while room > 0, queue.needsPage {
                let page = try await ledger.nextWork(after: queue.cursor, limit: DispatchQueue.pageSize)
                queue.add(page: page, at: now)
            }
            let wanted = queue.due(at: now.steady, upTo: room)
            guard wanted > 0 || !settlements.isEmpty else {
                return (sends, room > 0 ? queue.earliestDue : nil)
            }
            let turn = try await budget.turn(settlements, wanted: wanted, at: now)
            settlements = []
            sends += turn.tokens.map { queue.takeDue(at: now.steady, $0) }
            switch turn.next {
            case .room: continue
            case .wait(let until): return (sends, until)
            case .waitForAnswer: return (sends, nil)
            case .exhausted(let reason):
                queue.receive([.stop(.quota(reason))])
                return (sends, nil)
            }
        }
    }

    private func judge(
        _ queue: inout DispatchQueue, _ now: Moment
    ) -> (outcomes: [OutcomeRecord], settlements: [Pacer.Settlement]) {
        var outcomes: [OutcomeRecord] = []
        var settlements: [Pacer.Settlement] = []
        for (sending, result) in queue.takeAnswers() {
            settlements.append(Pacer.Settlement(sending.token, result, receivedAt: now))
            let judgement = AnswerPolicy.judge(
                result, request: LinkEcho(body: sending.body), afterUnknown: sending.work.afterUnknown)
            let fate = RowFate(
                judgement, isCertain: !sending.work.afterUnknown, sends: sending.sendsInRun,
                policy: settings.retry,
                random: random())
            outcomes.append(queue.settle(sending, result, fate, at: now))
        }
        return (outcomes, settlements)
    }
}

/// One request on its way.
struct Sending: Sendable {
    var work: WorkItem
    var key: IdempotencyKey
    var body: [UInt8]
    var token: Pacer.Token
    var sendsInRun: Int
}

enum DispatchEvent: Sendable {
    case answered(Sending, CallResult)
    case woke(Timestamp)
    case stop(StopReason)
}

/// Where a dispatch stands.
package struct DispatchReport: Sendable {
    package var verdicts: [Verdict: Int] = [:]
    /// Requests of which a byte left.
    package var sent = 0
    package var retried = 0
    package var throttled = 0
    package var mismatches = 0
    package var inFlight = 0
    package var stopped: StopReason?
    package var appID: String?
    /// The first messages of rows that were not created.
    package var troubles: [(location: Location, verdict: Verdict, message: String)] = []
    package var mostInFlight = 0
    /// Rows of earlier runs that have a verdict now.
    package var resendsReached = 0
    /// Of these, how many are certain now.
    package var healed = 0

    package init() {}
}
