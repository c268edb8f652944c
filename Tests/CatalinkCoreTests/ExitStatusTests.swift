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
            books, mismatches: mismatches, unknownLeft: unknownLeft, onChange: onChange)
        #expect(finished == status)
    }

    @Test(arguments: [
        (StopReason.credentials("401"), CatalinkCore.ExitStatus.credentials, Int32(77), "401"),
        (StopReason.target("404"), CatalinkCore.ExitStatus.configuration, Int32(78), "404"),
        (StopReason.unreachable("no route"), CatalinkCore.ExitStatus.unreachable, Int32(69), "no route"),
        (StopReason.quota("spent"), CatalinkCore.ExitStatus.runAgain, Int32(75), "spent"),
        (StopReason.interrupted, CatalinkCore.ExitStatus.interrupted, Int32(130), "interrupted"),
    ])
    func everyReasonToStopHasItsStatus(
        _ reason: StopReason, _ status: CatalinkCore.ExitStatus, _ number: Int32, _ message: String
    ) {
        #expect(reason.status == status)
        #expect(reason.status.rawValue == number)
        #expect(reason.message == message)
    }
}
