package import CatalinkCore
package import CatalinkDispatch

/// What a run did: the document of `--format json` and `summary.json`.
package struct RunSummary: Sendable {
    package var job: String
    package var jobFile: String
    /// The origin of what it was sent to.
    package var target = "the API"
    package var run: String
    package var status = ExitStatus.unexpected
    package var seconds = 0.0
    package var plan = PlanReport()
    package var books = Books()
    package var ledgerBefore = LedgerCounts()
    package var ledgerAfter = LedgerCounts()
    package var dispatch = DispatchReport()
    package var healed = 0
    /// Every request that left, counted where it left.
    package var requests = 0
    /// Links that another has taken the place of and that still sell.
    package var superseded = 0
    /// Pairs whose problems are known and accepted.
    package var accepted = 0
    /// Links of the ledger that are not as they were asked for.
    package var mismatches = 0

    /// Links that today's catalog does not want as they are, now that the run has ended.
    package var stillSelling: Int {
        max(0, plan.totals.stillSelling - books[.replaced] - books[.updated]) + superseded
    }
    package var windows: [Pacer.WindowUse] = []
    /// Why the run did not finish.
    package var failure: String?
    /// Where the results lie.
    package var directory: String?
    /// The report, where there is one.
    package var page: String?
    /// The rows that need a change, where there are any.
    package var fix: FixFile?
    /// What became of the run's files beside, such as why there is no page.
    package var notes: [String] = []

    package init(job: String, jobFile: String, run: String) {
        self.job = job
        self.jobFile = jobFile
        self.run = run
    }

    /// Whether the run came to its end, as opposed to being stopped.
    package var isFinished: Bool { dispatch.stopped == nil && status != .unexpected }

    package var json: JSONValue {
        .object([
            ("job", .string(job)), ("run", .string(run)), ("exit", .integer(Int(status.rawValue))),
            ("seconds", .number(String(Double(Int(seconds * 1000)) / 1000))), ("books", booksJSON),
            ("accepted", .integer(accepted)), ("ledger", ledgerJSON), ("requests", requestsJSON),
            (
                "windows",
                .array(
                    windows.map { use in
                        .object([
                            ("start", .string(CivilTime(use.start).iso8601)), ("limit", .integer(use.limit)),
                            ("used", .integer(use.used)),
                        ])
                    })
            ),
            (
                "filtered",
                .array(
                    plan.filtered.sorted { $0.key < $1.key }.map { reason, count in
                        .object([("reason", .string(reason)), ("count", .integer(count))])
                    })
            ),
            ("problems", .array(plan.problems.groups.map { JSONValue($0, jobFile: jobFile) })),
            ("cautions", .array(plan.cautions.groups.map { JSONValue($0, jobFile: jobFile) })),
            ("prices", pricesJSON),
            (
                "fix",
                fix.map { fix in
                    .object([
                        ("file", .optional(fix.failure == nil ? fix.path : nil)),
                        ("rows", .integer(fix.rows)),
                        ("error", .optional(fix.failure)),
                    ])
                } ?? .null
            ),
            ("notes", .array(notes.map(JSONValue.string))), ("error", .optional(failure)),
        ])
    }

    /// Amounts that the plan would move, and those that move furthest.
    private var pricesJSON: JSONValue {
        let moves = plan.totals.moves
        return .object([
            ("cheaper", .integer(moves.cheaper.count)), ("dearer", .integer(moves.dearer.count)),
            ("others", .integer(moves.others)),
            (
                "furthest",
                .array(
                    moves.furthest.map { example in
                        .object([
                            ("item", .string(example.item.shown)), ("change", .string(example.move.text)),
                            ("place", .string("\(example.location)")),
                        ])
                    })
            ),
        ])
    }

    private var booksJSON: JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("rows", .integer(books.rows)), ("pairs", .integer(books.pairs)),
        ]
        for verdict in Verdict.allCases { members.append((verdict.rawValue, .integer(books[verdict]))) }
        return .object(members)
    }

    private var ledgerJSON: JSONValue {
        .object([
            ("before", .integer(ledgerBefore.total)),
            ("new", .integer(ledgerAfter.total - ledgerBefore.total)),
            ("after", .integer(ledgerAfter.total)), ("missing", .integer(plan.totals.missing)),
            ("healed", .integer(healed)), ("mismatch", .integer(mismatches)),
            ("stillSelling", .integer(stillSelling)),
        ])
    }

    private var requestsJSON: JSONValue {
        .object([
            ("sent", .integer(requests)), ("retried", .integer(dispatch.retried)),
            ("replayed", .integer(dispatch.replayed)), ("throttled", .integer(dispatch.throttled)),
            ("lookups", .integer(dispatch.lookups)), ("changes", .integer(dispatch.changes)),
        ])
    }
}

extension JSONValue {
    /// A group of problems with its first examples.
    init(_ group: ProblemGroups.Group, jobFile: String) {
        guard let first = group.examples.first else { preconditionFailure("a group has an example") }
        self = .object([
            ("cause", .string(first.cause)), ("count", .integer(group.count)),
            ("first", .object(Self.place(first.location))),
            ("examples", .array(group.examples.prefix(Self.mostExamples).map(JSONValue.example))),
            (
                "rule",
                first.rule.map { rule in
                    .object([("file", .string(rule.preset ?? jobFile)), ("line", .integer(rule.line))])
                } ?? .null
            ),
            ("hint", .optional(first.hint)),
        ])
    }

    private static let mostExamples = 5

    private static func example(_ problem: Problem) -> JSONValue {
        .object(place(problem.location) + [("got", .string(problem.got))])
    }

    private static func place(_ location: Location) -> [(name: String, value: JSONValue)] {
        [
            ("file", .string(location.file)), ("line", .integer(location.line)),
            ("column", .integer(location.column)), ("field", .optional(location.field)),
        ]
    }
}
