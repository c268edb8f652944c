package import CatalinkCore
import CatalinkHash
package import CatalinkLedger

/// The books of a job between runs.
package struct JobStatus: Sendable {
    package var job: String
    package var path: String
    package var ledger: LedgerStatus
    /// Who paused it and since when.
    package var pause: String?
    package var keyLifetime: Duration

    /// - Throws: `RunFailure` where there is no ledger yet.
    package init(of job: Job, variables: [String: String]) async throws {
        let directory = try StateDirectory(of: job, environment: variables)
        self.job = job.name
        keyLifetime = job.limits.keyLifetime
        path = directory.path
        pause = directory.pauses.lazy.compactMap(\.text).first
        ledger = try await directory.openLedger(of: job).status()
    }

    package var json: JSONValue {
        .object([
            ("job", .string(job)), ("path", .string(path)),
            ("items", .object(ItemState.allCases.map { ($0.rawValue, .integer(ledger.counts[$0])) })),
            (
                "runs",
                .array(
                    ledger.runs.map { run in
                        .object([
                            ("run", .string(run.id)), ("exit", run.exit.map(JSONValue.integer) ?? .null),
                            ("created", .integer(run.created)),
                        ])
                    })
            ),
            ("paused", .optional(pause)), ("account", .optional(ledger.appID)),
            (
                "held",
                .array(
                    ledger.held.map { held in
                        .object([
                            ("key", .string(held.item.key.text)),
                            ("segment", .string(held.item.segment.text)),
                            ("message", .optional(held.message)),
                        ])
                    })
            ),
            (
                "mismatched",
                .array(
                    ledger.mismatched.map { held in
                        .object([
                            ("key", .string(held.item.key.text)),
                            ("segment", .string(held.item.segment.text)),
                            ("message", .optional(held.message)),
                        ])
                    })
            ),
            ("superseded", .array(ledger.superseded.map { .string($0.linkID) })),
            ("orphans", .integer(ledger.orphans)),
            (
                "unknown",
                .array(
                    ledger.unknown.map { unknown in
                        .object([
                            ("key", .string(unknown.item.key.text)),
                            ("segment", .string(unknown.item.segment.text)),
                            ("first_sent_at", .string(CivilTime(unknown.firstSentAt).iso8601)),
                            (
                                "key_dies_at",
                                .string(CivilTime(unknown.firstSentAt + keyLifetime).iso8601)
                            ),
                        ])
                    })
            ),
        ])
    }
}

extension PlanReport {
    /// The document of `plan --format json` and `check --format json`.
    package func json(_ job: Job) -> JSONValue {
        let (windows, time) = job.limits.rate.duration(of: totals.requests)
        return .object([
            ("job", .string(job.name)),
            (
                "books",
                .object(
                    [("rows", .integer(books.rows)), ("pairs", .integer(books.pairs))]
                        + Verdict.allCases.map { ($0.rawValue, .integer(books[$0])) })
            ),
            (
                "requests",
                .object([
                    ("new", .integer(totals.creations)), ("again", .integer(totals.resends)),
                    ("replacements", .integer(totals.replacements)), ("updates", .integer(totals.updates)),
                    ("lookUps", .integer(totals.lookUps)),
                    ("windows", .integer(windows)), ("seconds", .integer(Int(time.components.seconds))),
                ])
            ),
            (
                "money",
                .object(
                    totals.money.sorted { $0.key < $1.key }.map { currency, money in
                        (
                            currency,
                            .object([
                                ("links", .integer(money.count)), ("sum", .string(money.sum.asHundredths)),
                                ("lowest", .string(money.lowest.asHundredths)),
                                ("highest", .string(money.highest.asHundredths)),
                            ])
                        )
                    })
            ),
            ("missing", .integer(totals.missing)), ("stillSelling", .integer(totals.stillSelling)),
            ("digest", .optional(totals.digest?.hexadecimal)),
            (
                "brakes",
                .array(
                    job.policy.brakes.holds(totals.touched, items: totals.items).map { .string($0.message) })
            ),
            ("problems", .array(problems.groups.map { JSONValue($0, jobFile: job.file) })),
            ("warnings", .array(warnings.map(JSONValue.string))),
            ("cautions", .array(cautions.groups.map { JSONValue($0, jobFile: job.file) })),
        ])
    }
}

extension Int {
    fileprivate var asHundredths: String {
        FixedDecimal(coefficient: Int128(self), scale: 2).plain
    }
}
