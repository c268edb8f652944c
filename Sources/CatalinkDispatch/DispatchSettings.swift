package import CatalinkCore
package import CatalinkHash

extension Dispatcher {
    package struct Settings: Sendable {
        package var run: String
        package var identity: Identity
        package var clientKey: Digest
        package var concurrency: Int
        package var retry: RetryPolicy
        /// Whether requests carry Catalink's marker; not where the job maps `paymentForId` itself.
        package var marks: Bool
        package var keyLife = KeyLife()
        /// The first creations that go one at a time.
        package var canary = 0
        package var maxErrors: ErrorLimit?
        /// How long a target may be in trouble before the run gives up.
        package var maxWait: Duration = .seconds(900)
        /// How old a send must be before its link's absence from the list means something.
        package var lookupAfter: Duration = .seconds(600)
        /// How long a run works on what is unknown before it ends.
        package var healFor: Duration = .seconds(600)
        /// Whether the list is looked at before the first create.
        package var looksFirst = false
        package var mutation: Mutation?

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

        /// How long a key rests after a send whose answer was lost.
        var rest: Duration { mutation == .doesNotRest ? .zero : retry.rest }

        /// By the wall's clock, because it must hold across restarts; a clock that was set back adds no more than one
        /// rest.
        func restLeft(after last: Timestamp, at now: Timestamp) -> Duration {
            min(rest, max(.zero, (last + rest).since(now)))
        }
    }

    /// Ways of being wrong, for the proof that they would be noticed. No job and no option leads here.
    package enum Mutation: Sendable {
        case believesRefusals, doesNotRest
    }
}

/// One request on its way.
struct Sending: Sendable {
    var work: WorkItem
    var key: IdempotencyKey
    var body: [UInt8]
    var token: Pacer.Token
    var sendsInRun: Int
    /// When its key went out first, by the steady clock; `nil` for a key of an earlier run.
    var firstSentAt: Timestamp?
    /// Whether it is to show that a target in trouble is back.
    var isProbe = false
}

enum DispatchEvent: Sendable {
    /// What the health page said of the key.
    struct Health: Sendable {
        var token: Pacer.Token
        var result: CallResult
        var at: Moment
    }

    case answered(Sending, CallResult, Moment)
    case health(Health)
    case woke(Timestamp)
    case stopped
}

extension CallResult {
    /// What a 4xx says to one who believes it always.
    var refusal: Judgement? {
        guard let answer, (400...499).contains(answer.status),
            ![401, 403, 408, 425, 429].contains(answer.status)
        else { return nil }
        return .refused(answer.said)
    }
}
