import CatalinkCore
import Testing

struct ExitStatusTests {
    /// Verdicts of one row each, mismatches, unknowns left, what is done about changes, and the status.
    private static let runs: [([Verdict], Int, Int, ChangePolicy, CatalinkCore.ExitStatus)] = [
        ([], 0, 0, .report, .settled),
        ([.filtered, .merged, .unchanged, .created, .notSelected], 0, 0, .report, .settled),
        ([.replaced, .updated], 0, 0, .report, .settled),
        ([.invalid], 0, 0, .report, .rowsNeedWork), ([.duplicate], 0, 0, .report, .rowsNeedWork),
        ([.rejected], 0, 0, .report, .rowsNeedWork), ([.changed], 0, 0, .report, .rowsNeedWork),
        ([.changed], 0, 0, .keep, .settled),
        ([.failed], 0, 0, .keep, .runAgain), ([.unknown], 0, 0, .keep, .runAgain),
        ([.notReached], 0, 0, .keep, .runAgain),
        ([.created], 0, 1, .keep, .runAgain),
        ([.held], 0, 0, .keep, .needsPerson), ([.created], 1, 0, .keep, .needsPerson),
        // The gravest first.
        ([.invalid, .rejected, .failed], 0, 0, .report, .runAgain),
        ([.invalid, .failed, .unknown, .held], 0, 3, .report, .needsPerson),
        ([.invalid, .failed], 1, 1, .report, .needsPerson),
        ([.changed, .invalid], 0, 0, .keep, .rowsNeedWork),
    ]

    @Test(arguments: runs)
    func theGravestVerdictDecides(
        _ verdicts: [Verdict], _ mismatches: Int, _ unknownLeft: Int, _ onChange: ChangePolicy,
        _ status: CatalinkCore.ExitStatus
    ) {
        var books = Books()
        for verdict in verdicts { books[verdict] += 1 }
        let finished = CatalinkCore.ExitStatus.finished(
            books, mismatches: mismatches, held: 0, unsettledElsewhere: unknownLeft, onChange: onChange)
        #expect(finished == status)
    }

    @Test(arguments: [
        (StopReason.credentials("401"), CatalinkCore.ExitStatus.credentials, Int32(77), "401"),
        (StopReason.target("404"), CatalinkCore.ExitStatus.configuration, Int32(78), "404"),
        (StopReason.unreachable("no route"), CatalinkCore.ExitStatus.unreachable, Int32(69), "no route"),
        (StopReason.quota("spent"), CatalinkCore.ExitStatus.runAgain, Int32(75), "spent"),
        (StopReason.deadline("late"), CatalinkCore.ExitStatus.runAgain, Int32(75), "late"),
        (StopReason.brakes("too many"), CatalinkCore.ExitStatus.stopped, Int32(3), "too many"),
        (StopReason.canary("other"), CatalinkCore.ExitStatus.stopped, Int32(3), "other"),
        (StopReason.errors("too many"), CatalinkCore.ExitStatus.stopped, Int32(3), "too many"),
        (StopReason.ledger("full"), CatalinkCore.ExitStatus.configuration, Int32(78), "full"),
        (StopReason.terminated, CatalinkCore.ExitStatus.terminated, Int32(143), "terminated"),
        (StopReason.interrupted, CatalinkCore.ExitStatus.interrupted, Int32(130), "interrupted"),
    ])
    func everyReasonToStopHasItsStatus(
        _ reason: StopReason, _ status: CatalinkCore.ExitStatus, _ number: Int32, _ message: String
    ) {
        #expect(reason.status == status)
        #expect(reason.status.rawValue == number)
        #expect(reason.message == message)
    }

    @Test func heldItemsOfEarlierRunsNeedAPersonToo() {
        let finished = CatalinkCore.ExitStatus.finished(
            Books(), mismatches: 0, held: 1, unsettledElsewhere: 0, onChange: .report)
        #expect(finished == .needsPerson)
    }

    /// Statuses, whether each run finished, and what all together end with.
    private static let groups: [([(CatalinkCore.ExitStatus, Bool)], CatalinkCore.ExitStatus)] = [
        ([], .settled), ([(.settled, true), (.settled, true)], .settled),
        ([(.settled, true), (.rowsNeedWork, true)], .rowsNeedWork),
        ([(.rowsNeedWork, true), (.runAgain, true)], .runAgain),
        ([(.runAgain, true), (.needsPerson, true)], .needsPerson),
        // One that did not finish comes before all that did.
        ([(.needsPerson, true), (.runAgain, false)], .runAgain),
        ([(.runAgain, false), (.stopped, false)], .stopped),
        ([(.stopped, false), (.unreachable, false)], .unreachable),
        ([(.unreachable, false), (.credentials, false)], .credentials),
        ([(.credentials, false), (.catalog, false)], .catalog),
        ([(.catalog, false), (.configuration, false)], .configuration),
        ([(.configuration, false), (.interrupted, false)], .interrupted),
        ([(.interrupted, false), (.unexpected, false)], .unexpected),
    ]

    @Test(arguments: groups.indices)
    func theGravestOfSeveralJobsIsTold(_ index: Int) {
        let (ends, expected) = Self.groups[index]
        #expect(CatalinkCore.ExitStatus.gravest(ends.map { (status: $0.0, isFinished: $0.1) }) == expected)
        #expect(
            CatalinkCore.ExitStatus.gravest(ends.reversed().map { (status: $0.0, isFinished: $0.1) })
                == expected)
    }
}
