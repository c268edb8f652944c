package import CatalinkHash

/// The durable record of items, attempts and runs of one job.
///
/// Planning is synchronous, on the thread that reads the catalog; the rest is asynchronous. Everything recorded is on
/// disk when a call returns.
package protocol Ledger: Sendable {
    /// Opens a run: intents without an outcome become unknown, as nobody is left who could know.
    func begin(_ run: String, at now: Timestamp) async throws -> LedgerCounts
    /// Starts staging a plan; what an earlier one staged is gone.
    func stage(_ planner: RowPlanner) throws -> any PlanStage
    /// Makes the staged plan's verdicts that need no request part of the run.
    func adoptPlan(run: String) async throws
    /// The next rows to send after one that was given, in the catalog's order; 0 for the first.
    func nextWork(after stage: Int64, limit: Int) async throws -> [WorkItem]
    /// Records outcomes that have happened, and intents whose tokens are in hand, in one transaction.
    /// - Returns: the item numbers of the intents, in their order.
    func record(run: String, outcomes: [OutcomeRecord], intents: [Intent]) async throws -> [Int]
    /// Records verdicts of rows that will not be sent again in this run.
    func note(run: String, _ rows: [AbandonedRow]) async throws
    /// Ends a run. Items that are open though nothing was handed over are released.
    func finish(_ run: String, at now: Timestamp, exit: Int, summary: String) async throws
    func counts() async throws -> LedgerCounts
    /// Attempts of a run with bytes sent.
    func sends(of run: String) async throws -> Int
}

/// Collects a plan, batch by batch.
package protocol PlanStage: AnyObject {
    func add(_ pairs: [MappedPair]) throws
    func finish() throws -> PlanTotals
}

package struct LedgerCounts: Sendable, Equatable {
    package var items: [ItemState: Int]

    package init(items: [ItemState: Int] = [:]) {
        self.items = items
    }

    package var total: Int { items.values.reduce(0, +) }
    package subscript(state: ItemState) -> Int { items[state] ?? 0 }
}

/// What a whole plan comes to.
package struct PlanTotals: Sendable {
    package struct Money: Sendable, Equatable {
        package var count: Int
        /// In hundredths.
        package var sum: Int
        package var lowest: Int
        package var highest: Int

        package init(count: Int, sum: Int, lowest: Int, highest: Int) {
            self.count = count
            self.sum = sum
            self.lowest = lowest
            self.highest = highest
        }
    }

    /// Verdicts of pairs that need no request.
    package var settled: [Verdict: Int] = [:]
    /// Rows to be sent for the first time, and again.
    package var creations = 0
    package var resends = 0
    /// Items with a link that no row of today's catalog names.
    package var missing = 0
    /// Items with a link that today's catalog does not want as it is.
    package var stillSelling = 0
    /// The amounts of the rows to be sent, by currency.
    package var money: [String: Money] = [:]
    /// The first of the rows that stand in each other's way.
    package var duplicates: [Problem] = []

    package init() {}

    package var requests: Int { creations + resends }
}

/// A row that is to be sent.
package struct WorkItem: Sendable {
    package var stage: Int64
    package var item: ItemKey
    /// The item's number, when the ledger has it.
    package var number: Int?
    package var row: Int
    package var location: Location
    package var fingerprint: Digest
    package var slug: [UInt8]
    package var canonical: [UInt8]
    package var generation: Int
    package var attempt: Int
    /// Sends of this try so far.
    package var sends: Int
    package var afterUnknown: Bool
    /// When this try was sent last, by an earlier run.
    package var lastSentAt: Timestamp?
    /// The exact bytes of an earlier send of this try.
    package var body: [UInt8]?

    package init(
        stage: Int64, item: ItemKey, number: Int?, row: Int, location: Location, fingerprint: Digest,
        slug: [UInt8],
        canonical: [UInt8], generation: Int, attempt: Int, sends: Int, afterUnknown: Bool,
        lastSentAt: Timestamp?,
        body: [UInt8]?
    ) {
        self.stage = stage
        self.item = item
        self.number = number
        self.row = row
        self.location = location
        self.fingerprint = fingerprint
        self.slug = slug
        self.canonical = canonical
        self.generation = generation
        self.attempt = attempt
        self.sends = sends
        self.afterUnknown = afterUnknown
        self.lastSentAt = lastSentAt
        self.body = body
    }
}

/// A request about to leave; committed before its first byte does.
package struct Intent: Sendable {
    package var work: WorkItem
    package var key: IdempotencyKey
    package var body: [UInt8]
    package var at: Timestamp
    /// A digest of the client key's id, so that a changed key can be told without storing it.
    package var clientKey: Digest

    package init(work: WorkItem, key: IdempotencyKey, body: [UInt8], at: Timestamp, clientKey: Digest) {
        self.work = work
        self.key = key
        self.body = body
        self.at = at
        self.clientKey = clientKey
    }
}

/// How an attempt ended, and what that makes of its item and its row.
package struct OutcomeRecord: Sendable {
    package var work: WorkItem
    package var outcome: AttemptOutcome
    package var at: Timestamp
    /// Whether a byte left.
    package var sent: Bool
    package var status: Int?
    package var message: String?
    package var link: LinkFacts?
    /// The item's new state; `nil` leaves it open.
    package var state: ItemState?
    /// The row's verdict, once it is final for this run.
    package var verdict: Verdict?

    package init(
        work: WorkItem, outcome: AttemptOutcome, at: Timestamp, sent: Bool, status: Int?, message: String?,
        link: LinkFacts?, state: ItemState?, verdict: Verdict?
    ) {
        self.work = work
        self.outcome = outcome
        self.at = at
        self.sent = sent
        self.status = status
        self.message = message
        self.link = link
        self.state = state
        self.verdict = verdict
    }
}

/// A row that a stopping run leaves: what was sent of it is recorded, and no more will be.
package struct AbandonedRow: Sendable {
    package var work: WorkItem
    package var verdict: Verdict

    package init(work: WorkItem, verdict: Verdict) {
        self.work = work
        self.verdict = verdict
    }
}
