/// A ledger that passes on what it does not change itself.
package protocol PassingLedger: Ledger {
    var ledger: any Ledger { get }
}

extension PassingLedger {
    package func begin(_ run: String, at now: Timestamp) async throws -> LedgerCounts {
        try await ledger.begin(run, at: now)
    }

    package func stage(_ planner: RowPlanner) throws -> any PlanStage { try ledger.stage(planner) }
    package func adoptPlan(run: String) async throws { try await ledger.adoptPlan(run: run) }

    package func nextWork(after stage: Int64, limit: Int) async throws -> [WorkItem] {
        try await ledger.nextWork(after: stage, limit: limit)
    }

    package func nextUpdates(after stage: Int64, limit: Int) async throws -> [WorkItem] {
        try await ledger.nextUpdates(after: stage, limit: limit)
    }

    package func finish(_ run: String, at now: Timestamp, exit: Int, summary: String) async throws {
        try await ledger.finish(run, at: now, exit: exit, summary: summary)
    }

    package func counts() async throws -> LedgerCounts { try await ledger.counts() }
    package func sends(of run: String) async throws -> Int { try await ledger.sends(of: run) }
    package func newItems(of run: String) async throws -> Int { try await ledger.newItems(of: run) }
    package func postpone(_ rows: [WorkItem]) async throws { try await ledger.postpone(rows) }
    package func sought() async throws -> [SoughtItem] { try await ledger.sought() }

    package func settle(run: String, _ results: [LookUpResult], at now: Timestamp) async throws -> Healing {
        try await ledger.settle(run: run, results, at: now)
    }

    package func superseded() async throws -> [SupersededLink] { try await ledger.superseded() }

    package func retired(_ linkID: String, at now: Timestamp) async throws {
        try await ledger.retired(linkID, at: now)
    }

    package func closePlan(run: String) async throws -> [Verdict: Int] {
        try await ledger.closePlan(run: run)
    }
    package func healed() async throws -> Int { try await ledger.healed() }

    package func knows(_ link: ListedLink, by identity: Identity) async throws -> Bool {
        try await ledger.knows(link, by: identity)
    }

    package func bind(appID: String) async throws -> String { try await ledger.bind(appID: appID) }
}
