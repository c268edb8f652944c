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
    /// The next rows to create after one that was given, in the catalog's order; 0 for the first.
    func nextWork(after stage: Int64, limit: Int) async throws -> [WorkItem]
    /// The next rows whose link is to be updated, likewise.
    func nextUpdates(after stage: Int64, limit: Int) async throws -> [WorkItem]
    /// Records outcomes that have happened, and intents whose tokens are in hand, in one transaction.
    /// - Returns: the item numbers of the intents, in their order.
    func record(run: String, outcomes: [OutcomeRecord], intents: [Intent]) async throws -> [Int]
    /// Ends a run. Items that are open though nothing was handed over are released.
    func finish(_ run: String, at now: Timestamp, exit: Int, summary: String) async throws
    func counts() async throws -> LedgerCounts
    /// Attempts of a run with bytes sent.
    func sends(of run: String) async throws -> Int
    /// Items that a run has sent for the first time.
    func newItems(of run: String) async throws -> Int

    // Healing

    /// Lets rows wait for a look-up instead of going again.
    func postpone(_ rows: [WorkItem]) async throws
    /// Every item whose fate is unknown.
    func sought() async throws -> [SoughtItem]
    /// Records what look-ups have found, and decides anew about rows that waited for it.
    func settle(run: String, _ results: [LookUpResult], at now: Timestamp) async throws -> Healing
    /// Links that a later one has taken the place of and that can still be paid.
    func superseded() async throws -> [SupersededLink]
    func retired(_ linkID: String, at now: Timestamp) async throws
    /// Gives every planned row that has none its verdict, and counts those of all.
    func closePlan(run: String) async throws -> [Verdict: Int]
    /// Items that were unknown when the run began and are not now.
    func healed() async throws -> Int
    /// Whether the ledger knows a link with this job's marker.
    func knows(_ link: ListedLink, by identity: Identity) async throws -> Bool
    /// The account's id at the API, remembered from its first answer.
    /// - Returns: the one that is remembered.
    func bind(appID: String) async throws -> String
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
    /// What is sent, without Catalink's marker: a canonical request, or the body of an update.
    package var canonical: [UInt8]
    package var method = RequestMethod.create
    package var generation: Int
    package var attempt: Int
    /// Sends of this try so far.
    package var sends: Int
    package var afterUnknown: Bool
    /// When this try was sent first and last, by earlier runs, and the server's offset at its first send.
    package var firstSentAt: Timestamp?
    package var lastSentAt: Timestamp?
    package var firstOffset: Duration?
    /// The exact bytes of an earlier send of this try.
    package var body: [UInt8]?
    /// The link that is to be updated.
    package var linkID: String?

    package init(
        stage: Int64, item: ItemKey, number: Int?, row: Int, location: Location, fingerprint: Digest,
        slug: [UInt8], canonical: [UInt8], generation: Int, attempt: Int, sends: Int = 0,
        afterUnknown: Bool = false
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
    }

    /// The verdict of this row once its link is as it is wanted.
    package var made: Verdict {
        method == .update ? .updated : generation > 1 ? .replaced : .created
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
    /// Of the server's clock from ours, where an answer has told it.
    package var offset: Duration?

    package init(
        work: WorkItem, key: IdempotencyKey, body: [UInt8], at: Timestamp, clientKey: Digest,
        offset: Duration? = nil
    ) {
        self.work = work
        self.key = key
        self.body = body
        self.at = at
        self.clientKey = clientKey
        self.offset = offset
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
    /// The row waits for a look-up.
    package var needsLookUp = false

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

extension OutcomeRecord {
    /// The same answer, but not believed: a person must look.
    package func held(_ reason: String) -> OutcomeRecord {
        var record = self
        record.outcome = .unknown
        record.link = nil
        record.state = .held
        record.verdict = .held
        record.message = reason
        return record
    }
}

/// What a look at the server's list says of an item whose fate was unknown.
package struct LookUpResult: Sendable {
    package enum Finding: Sendable {
        /// Its link is there.
        case found(LinkFacts)
        /// The link that was to be updated carries the new contents.
        case updated(mismatch: String?)
        /// Nothing was made, or the update was not: conclusively.
        case absent
        /// Refused for good, though it took a look to be sure.
        case rejected(String)
        /// A person must look.
        case held(String)
    }

    package var item: SoughtItem
    package var finding: Finding

    package init(_ item: SoughtItem, _ finding: Finding) {
        self.item = item
        self.finding = finding
    }
}

/// What settling look-ups came to.
package struct Healing: Sendable, Equatable {
    /// Rows of today that have their verdict now.
    package var verdicts: [Verdict: Int] = [:]
    /// Rows of today that can be sent now.
    package var newWork = 0

    package init() {}
}

/// A link that sells what its item does not want any more.
package struct SupersededLink: Sendable, Equatable {
    package var linkID: String
    package var item: ItemKey

    package init(linkID: String, item: ItemKey) {
        self.linkID = linkID
        self.item = item
    }
}
