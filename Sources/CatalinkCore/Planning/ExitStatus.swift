/// The exit status of a command.
package enum ExitStatus: Int32, Sendable, CaseIterable {
    case settled = 0
    case unexpected = 1
    case rowsNeedWork = 2
    case stopped = 3
    case needsPerson = 4
    case usage = 64
    case catalog = 65
    case unreachable = 69
    case runAgain = 75
    case credentials = 77
    case configuration = 78
    case interrupted = 130
    case terminated = 143

    /// The status of a run that went through, by its books; the gravest first.
    package static func finished(_ books: Books, mismatches: Int, unknownLeft: Int, onChange: ChangePolicy)
        -> ExitStatus
    {
        if books[.held] > 0 || mismatches > 0 { return .needsPerson }
        if books[.failed] > 0 || books[.unknown] > 0 || books[.notReached] > 0 || unknownLeft > 0 {
            return .runAgain
        }
        let changed = onChange == .report ? books[.changed] : 0
        if books[.invalid] + books[.duplicate] + books[.rejected] + changed > 0 { return .rowsNeedWork }
        return .settled
    }
}

extension StopReason {
    package var status: ExitStatus {
        switch self {
        case .credentials: .credentials
        case .target: .configuration
        case .unreachable: .unreachable
        case .quota: .runAgain
        case .interrupted: .interrupted
        }
    }

    package var message: String {
        switch self {
        case .credentials(let text), .target(let text), .unreachable(let text), .quota(let text): text
        case .interrupted: "interrupted"
        }
    }
}
