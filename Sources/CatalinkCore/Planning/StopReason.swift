/// Why a run stops sending.
package enum StopReason: Sendable, Equatable {
    case credentials(String)
    /// The target does not have the API's route, or belongs to another account.
    case target(String)
    case unreachable(String)
    /// SIGINT, and SIGTERM.
    case interrupted
    case terminated
    /// The plan touches more than the brakes allow.
    case brakes(String)
    /// The plan is not the one that was to be applied.
    case stalePlan(String)
    /// One of the first links is not what was asked for.
    case canary(String)
    /// Too many rows went wrong.
    case errors(String)
    /// The time that was given is over.
    case deadline(String)
    /// The API lets no more through for a long time.
    case quota(String)
    /// The ledger cannot be written.
    case ledger(String)
    /// The shared rate budget cannot be used.
    case budget(String)

    package var status: ExitStatus {
        switch self {
        case .credentials: .credentials
        case .target, .ledger, .budget: .configuration
        case .unreachable: .unreachable
        case .interrupted: .interrupted
        case .terminated: .terminated
        case .brakes, .stalePlan, .canary, .errors: .stopped
        case .deadline, .quota: .runAgain
        }
    }

    package var message: String {
        switch self {
        case .credentials(let text), .target(let text), .unreachable(let text), .brakes(let text),
            .stalePlan(let text), .canary(let text), .errors(let text), .deadline(let text), .quota(let text),
            .ledger(let text),
            .budget(let text):
            text
        case .interrupted: "interrupted"
        case .terminated: "terminated"
        }
    }
}
