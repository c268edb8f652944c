import CatalinkCore

extension Job.Policy {
    /// Why a plan waits for a person, a sentence each; empty where it may be sent.
    func holds(_ totals: PlanTotals) -> [String] {
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
