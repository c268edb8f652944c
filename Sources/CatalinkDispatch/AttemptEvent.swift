package import CatalinkCore

/// One attempt and what came of it, for who keeps a log.
package struct AttemptEvent: Sendable {
    package var item: ItemKey
    package var location: Location
    /// How often the row was sent in this run, this attempt included.
    package var number: Int
    /// Of the answer, where there was one.
    package var status: Int?
    package var outcome: AttemptOutcome
    /// Once it is final for this run.
    package var verdict: Verdict?
    package var message: String?
    /// From the grant of its request to the answer.
    package var duration: Duration

    init(_ sending: Sending, _ record: OutcomeRecord, at now: Moment) {
        item = sending.work.item
        location = sending.work.location
        number = sending.sendsInRun
        status = record.status
        outcome = record.outcome
        verdict = record.verdict
        message = record.message
        duration = now.steady.since(sending.token.grantedAt)
    }
}
