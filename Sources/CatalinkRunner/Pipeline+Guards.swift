import CatalinkCore
import CatalinkHash
import CatalinkLedger

/// What holds a plan before anything of it is sent.
extension Pipeline {
    /// Why the plan of a file cannot be applied: today's is another one.
    func staleness(
        _ summary: RunSummary, _ ledger: SQLiteLedger, _ file: PlanFile?
    ) async throws -> StopReason? {
        guard let file, let digest = summary.plan.totals.digest, digest != file.digest else { return nil }
        let lines = try await onOwnThread { try file.differences(from: ledger, summary.plan.totals) }
        return .stalePlan(
            "\(file.path): expected the plan that was made at \(CivilTime(file.madeAt).iso8601), "
                + "\(file.digest.hexadecimal.prefix(16)), got: another one today, \(digest.hexadecimal.prefix(16)) "
                + "(nothing was sent; make a new one with `catalink plan \(job.file) --out FILE`)\n"
                + lines.joined(separator: "\n"))
    }

    func applied(_ file: PlanFile?, _ run: String) -> AppliedPlan? {
        file.map { file in
            AppliedPlan(
                name: file.name, digest: file.digest, run: run, person: environment.person,
                at: environment.clock.now())
        }
    }

    /// The guards that hold this plan, unless a person has approved exactly it.
    func brake(_ summary: RunSummary, _ ledger: SQLiteLedger) async throws -> StopReason? {
        let holds = summary.plan.holds(job)
        guard !holds.isEmpty, let digest = summary.plan.totals.digest else { return nil }
        let causes = holds.joined(separator: "; ")
        let plan = environment.planFile.map { " --plan \($0)" } ?? ""
        let text = digest.hexadecimal
        guard let approval = environment.approval else {
            return .brakes(
                "\(causes) (nothing was sent; if the plan is right, `catalink run \(job.file)\(plan) --approve \(text.prefix(16))` approves exactly it, once)"
            )
        }
        guard approval.utf8.count >= 12, text.hasPrefix(approval.lowercased()) else {
            return .brakes(
                "\(causes); --approve: expected the digest of this plan, \(text.prefix(16)), got: \(approval.shown()) (the catalog or the "
                    + "ledger has changed since; look at the plan again)")
        }
        guard try await !ledger.isApproved(digest) else {
            return .brakes(
                "\(causes); --approve: expected a plan that was not approved before, got: \(text.prefix(16)), which was"
            )
        }
        try await ledger.approve(
            digest, by: environment.person, run: summary.run, at: environment.clock.now())
        return nil
    }
}
