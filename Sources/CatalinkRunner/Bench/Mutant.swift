import CatalinkDispatch

/// A fault that is built into a run on purpose, so that the proof can be seen to find it; out of reach of
/// `catalink run`.
package enum Mutant: String, Sendable, CaseIterable {
    /// An intent is recorded only together with its outcome.
    case noIntent = "no-intent"
    /// A refusal is believed also after an attempt whose answer was lost.
    case believe4xx = "believe-4xx"
    /// A key goes again without its rest.
    case noRest = "no-rest"
}

extension Mutant {
    /// What of it lies in the sending.
    var mutation: Dispatcher.Mutation? {
        switch self {
        case .noIntent: nil
        case .believe4xx: .believesRefusals
        case .noRest: .doesNotRest
        }
    }
}
