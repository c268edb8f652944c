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

    private static let unfinished: [ExitStatus] = [
        .unexpected, .interrupted, .terminated, .configuration, .usage, .catalog, .credentials, .unreachable,
        .stopped, .runAgain,
    ]
    private static let finished: [ExitStatus] = [.needsPerson, .runAgain, .rowsNeedWork]

    /// The status of several jobs together: the gravest of those that did not finish, else of those that did.
    package static func gravest(_ ends: [(status: ExitStatus, isFinished: Bool)]) -> ExitStatus {
        unfinished.first { status in ends.contains { !$0.isFinished && $0.status == status } }
            ?? finished.first { status in ends.contains { $0.isFinished && $0.status == status } } ?? .settled
    }

    /// The status of a run that went through, by its books; the gravest first.
    ///
    /// - Parameters:
    ///   - accepted: pairs whose problems need nobody.
    ///   - unsettledElsewhere: items whose fate is unknown and that no row of today names, and links still to retire.
    package static func finished(
        _ books: Books, accepted: Int = 0, mismatches: Int, held: Int, unsettledElsewhere: Int,
        onChange: ChangePolicy
    ) -> ExitStatus {
        if books[.held] > 0 || held > 0 || mismatches > 0 { return .needsPerson }
        let open = books[.failed] + books[.unknown] + books[.notReached]
        if open > 0 || unsettledElsewhere > 0 { return .runAgain }
        let changed = onChange == .keep ? 0 : books[.changed]
        let wrong = books[.invalid] + books[.duplicate] + books[.rejected] - accepted
        if wrong + changed > 0 { return .rowsNeedWork }
        return .settled
    }
}
