package import CatalinkCore
package import CatalinkLedger

/// The books of a job between runs.
package struct JobStatus: Sendable {
    package var job: String
    package var path: String
    package var ledger: LedgerStatus

    /// - Throws: `RunFailure` where there is no ledger yet.
    package init(of job: Job, variables: [String: String]) throws {
        let directory = try StateDirectory(of: job, environment: variables)
        guard directory.hasLedger else {
            throw RunFailure(
                .configuration,
                "\(directory.ledger): expected a ledger, got: none (has `catalink run` been here?)")
        }
        self.job = job.name
        path = directory.path
        ledger = try SQLiteLedger(path: directory.ledger, identity: job.identity).status()
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
                                .string(CivilTime(unknown.firstSentAt + .seconds(24 * 3600)).iso8601)
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
            ("problems", .array(problems.groups.map { JSONValue($0, jobFile: job.file) })),
            ("warnings", .array(warnings.map(JSONValue.string))),
        ])
    }
}

extension Int {
    fileprivate var asHundredths: String {
        FixedDecimal(coefficient: Int128(self), scale: 2).plain
    }
}
