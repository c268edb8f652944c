/// What a monitor is told of a job when a run of it has ended.
///
/// All are gauges of the last run and of the ledger: a run's file begins anew, so that counters would fall.
package struct RunMetrics: Sendable {
    /// What a run that closed its books has counted.
    package struct Counts: Sendable {
        package var books: Books
        /// Requests that left.
        package var requests: Int
        package var retried: Int
        /// Answers with the status 429.
        package var throttled: Int
        /// Items of the ledger whose row is not in the catalog.
        package var missing: Int
        package var stillSelling: Int
        /// Pairs whose problems are known and accepted.
        package var accepted: Int

        package init(
            books: Books, accepted: Int, requests: Int, retried: Int, throttled: Int, missing: Int,
            stillSelling: Int
        ) {
            (self.books, self.accepted) = (books, accepted)
            (self.requests, self.retried) = (requests, retried)
            (self.throttled, self.missing, self.stillSelling) = (throttled, missing, stillSelling)
        }
    }

    package var job: String
    package var exit: ExitStatus
    package var startedAt: Timestamp
    package var endedAt: Timestamp
    package var unsettledAfter: Duration
    /// `nil` for a run that failed before its end.
    package var counts: Counts?
    package var latencies = LatencyHistogram()
    /// `nil` where there is no ledger to read.
    package var ledger: UnsettledItems?

    package init(
        job: String, exit: ExitStatus, startedAt: Timestamp, endedAt: Timestamp, unsettledAfter: Duration
    ) {
        (self.job, self.exit, self.unsettledAfter) = (job, exit, unsettledAfter)
        (self.startedAt, self.endedAt) = (startedAt, endedAt)
    }

    /// The whole file.
    package var text: String {
        var text = MetricsText(common: [("job", job)])
        addRun(&text)
        if let counts { add(counts, &text) }
        text.histogram(
            "catalink_last_run_request_duration_seconds",
            "From the grant of each request of the last run for a row to its answer.", latencies)
        if let ledger { add(ledger, &text) }
        return text.text
    }

    private func addRun(_ text: inout MetricsText) {
        text.gauge(
            "catalink_last_run_exit_status", "Exit status of the last run; 0 when every row is settled.",
            Int(exit.rawValue))
        text.gauge(
            "catalink_last_run_timestamp_seconds", "When the last run ended, in seconds since 1970.",
            endedAt.decimalSeconds)
        text.gauge(
            "catalink_last_run_duration_seconds", "How long the last run took.",
            endedAt.since(startedAt).decimalSeconds)
    }

    private func add(_ counts: Counts, _ text: inout MetricsText) {
        text.gauge("catalink_last_run_rows", "Rows that the last run read.", counts.books.rows)
        text.gauge(
            "catalink_last_run_verdicts", "Pairs of row and segment of the last run, by verdict.",
            by: "verdict", Verdict.allCases.map { ($0.rawValue, counts.books[$0]) })
        text.gauge(
            "catalink_last_run_accepted", "Pairs of the last run whose problems are known and accepted.",
            counts.accepted)
        text.gauge("catalink_last_run_requests", "Requests of the last run that left.", counts.requests)
        text.gauge(
            "catalink_last_run_retried_requests", "Requests of the last run that were not a row's first.",
            counts.retried)
        text.gauge(
            "catalink_last_run_throttled_requests", "Requests of the last run that were answered with 429.",
            counts.throttled)
        text.gauge(
            "catalink_last_run_missing_items", "Items whose row was not in the catalog of the last run.",
            counts.missing)
        text.gauge(
            "catalink_last_run_still_selling_links",
            "Links that the catalog of the last run did not want as they are.", counts.stillSelling)
    }

    private func add(_ ledger: UnsettledItems, _ text: inout MetricsText) {
        text.gauge(
            "catalink_last_success_timestamp_seconds",
            "When the last run with exit status 0 ended, in seconds since 1970.",
            ledger.lastSuccess?.decimalSeconds)
        text.gauge(
            "catalink_ledger_items", "Items of the ledger, by state.", by: "state",
            ItemState.allCases.map { ($0 == .open ? "unknown" : $0.rawValue, ledger.counts[$0]) })
        text.gauge(
            "catalink_unknown_items", "Items of which nothing tells yet whether their link was made.",
            ledger.counts[.open])
        text.gauge(
            "catalink_unknown_oldest_age_seconds",
            "How long ago the oldest unknown item was sent first; 0 when there is none.",
            ledger.oldestUnknown.map { max(.zero, endedAt.since($0)).decimalSeconds } ?? "0")
        text.gauge("catalink_held_items", "Items that a person must look at.", ledger.counts[.held])
        text.gauge(
            "catalink_held_oldest_age_seconds",
            "How long ago the oldest held item was sent first; 0 when there is none.",
            ledger.oldestHeld.map { max(.zero, endedAt.since($0)).decimalSeconds } ?? "0")
        text.gauge(
            "catalink_overdue_items", "Unknown and held items that are older than the job allows.",
            ledger.overdue)
        text.gauge(
            "catalink_overdue_age_seconds", "How old an unknown or held item may be.",
            unsettledAfter.decimalSeconds)
    }
}

/// What a ledger tells of items whose fate is open.
package struct UnsettledItems: Sendable {
    package var counts: LedgerCounts
    /// When the oldest unknown item was sent first.
    package var oldestUnknown: Timestamp?
    /// When the oldest held item was.
    package var oldestHeld: Timestamp?
    /// Unknown and held items that were sent before a given moment.
    package var overdue: Int
    /// When the last run with exit status 0 ended.
    package var lastSuccess: Timestamp?

    package init(
        counts: LedgerCounts, oldestUnknown: Timestamp?, oldestHeld: Timestamp? = nil, overdue: Int,
        lastSuccess: Timestamp?
    ) {
        (self.counts, self.oldestUnknown, self.oldestHeld) = (counts, oldestUnknown, oldestHeld)
        (self.overdue, self.lastSuccess) = (overdue, lastSuccess)
    }
}
