import CatalinkCore
import CatalinkHash

extension PlanReport {
    /// Why a plan waits for a person, a sentence each; empty where it may be sent.
    func holds(_ job: Job) -> [String] {
        job.policy.holds(totals) + unusual.filter(\.isRefused).map(\.message)
    }

    /// What is told of a plan that is sent all the same.
    package var remarks: [String] { unusual.filter { !$0.isRefused }.map(\.message) }

    /// Compares the catalog with those of the last runs.
    mutating func compare(_ job: Job, _ stamp: CatalogStamp, _ history: RunHistory) {
        (catalog, self.history) = (stamp, history)
        let schedule = schedule(of: job)
        unusual = job.expect.findings(
            job.source.name, stamp, sending: schedule.finish.since(schedule.start), history, now: madeAt)
        // What is approved is this plan of this catalog, once, and not the same of another night.
        guard let digest = totals.digest, unusual.contains(where: \.isRefused) else { return }
        let refusals = unusual.filter(\.isRefused).map(\.message).joined(separator: "\n")
        let last = history.lastBegan.map { "\n\($0.milliseconds)" } ?? ""
        totals.digest = SHA256.digest(of: digest.bytes + Array((refusals + last).utf8))
    }
}

extension Job.Policy {
    fileprivate func holds(_ totals: PlanTotals) -> [String] {
        let held = brakes.holds(totals.touched, items: totals.items).map { hold in
            hold.cause == .moved ? "\(hold.message), \(totals.moves.explanation)" : hold.message
        }
        guard let maxChange, totals.moves.beyond > 0 else { return held }
        return held + [
            "pricing.guard.maxChange: expected amounts at most \(maxChange.text) away from what their links were made "
                + "with, got: \(totals.moves.beyond) further away, such as \(totals.moves.examples)"
        ]
    }
}
