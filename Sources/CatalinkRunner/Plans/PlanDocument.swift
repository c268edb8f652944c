package import CatalinkCore
import CatalinkHash

extension PlanReport {
    /// The document of `plan --format json` and `check --format json`.
    package func json(_ job: Job, prices: [PlanPrices] = []) -> JSONValue {
        .object([
            ("job", .string(job.name)),
            (
                "books",
                .object(
                    [("rows", .integer(books.rows)), ("pairs", .integer(books.pairs))]
                        + Verdict.allCases.map { ($0.rawValue, .integer(books[$0])) })
            ),
            ("accepted", .integer(accepted)), ("requests", requestsJSON(schedule(of: job))),
            ("time", timeJSON(schedule(of: job))),
            ("money", moneyJSON(prices)), ("moved", movedJSON),
            ("missing", .integer(totals.missing)), ("stillSelling", .integer(totals.stillSelling)),
            ("digest", .optional(totals.digest?.hexadecimal)),
            ("brakes", .array(holds(job).map(JSONValue.string))),
            ("problems", .array(problems.groups.map { JSONValue($0, jobFile: job.file) })),
            ("cautions", .array(cautions.groups.map { JSONValue($0, jobFile: job.file) })),
            ("unusual", .array(remarks.map(JSONValue.string))),
            ("warnings", .array(warnings.map(JSONValue.string))),
        ])
    }

    /// How long its requests take, from when it was made.
    func schedule(of job: Job) -> PlanSchedule {
        PlanSchedule(
            requests: totals.calls, rates: job.limits.rates, start: madeAt,
            deadline: job.limits.deadline?.moment(after: madeAt))
    }

    private func requestsJSON(_ schedule: PlanSchedule) -> JSONValue {
        .object([
            ("new", .integer(totals.creations)), ("again", .integer(totals.resends)),
            ("replacements", .integer(totals.replacements)), ("updates", .integer(totals.updates)),
            ("lookUps", .integer(totals.lookUps)), ("calls", .integer(totals.calls)),
            ("windows", .integer(schedule.windows)),
            ("seconds", .integer(Int(schedule.finish.since(schedule.start).components.seconds))),
        ])
    }

    private func timeJSON(_ schedule: PlanSchedule) -> JSONValue {
        func text(_ moment: Timestamp) -> JSONValue { .string(CivilTime(moment).iso8601) }
        return .object([
            ("start", text(schedule.start)), ("finish", text(schedule.finish)),
            ("deadline", schedule.deadline.map(text) ?? .null),
            ("inTime", schedule.deadline == nil ? .null : .bool(schedule.late == 0)),
            ("late", .integer(schedule.late)),
        ])
    }

    private func moneyJSON(_ prices: [PlanPrices]) -> JSONValue {
        .object(
            totals.money.sorted { $0.key < $1.key }.map { currency, money in
                var members: [(name: String, value: JSONValue)] = [
                    ("links", .integer(money.count)), ("sum", .optional(money.sum?.plain)),
                    ("lowest", .string(money.lowest.plain)), ("highest", .string(money.highest.plain)),
                ]
                if let prices = prices.first(where: { $0.currency == currency }) {
                    members.append(("lowestTen", .array(prices.lowest.map(\.json))))
                    members.append(("highestTen", .array(prices.highest.map(\.json))))
                }
                return (currency, .object(members))
            })
    }

    private var movedJSON: JSONValue {
        let moves = totals.moves
        func side(_ side: PriceMoves.Side) -> JSONValue {
            let factor = side.typical.map { FixedDecimal(coefficient: Int128($0), scale: 6).plain }
            return .object([("count", .integer(side.count)), ("typicalFactor", .optional(factor))])
        }
        return .object([
            ("count", .integer(moves.count)), ("cheaper", side(moves.cheaper)),
            ("dearer", side(moves.dearer)),
            ("others", .integer(moves.others)), ("beyondMaxChange", .integer(moves.beyond)),
            ("furthest", .array(moves.furthest.map { .string($0.text) })),
        ])
    }

    /// What a plan file says of itself.
    var fileTotals: JSONValue {
        .object([
            ("new", .integer(totals.creations)), ("again", .integer(totals.resends)),
            ("replacements", .integer(totals.replacements)), ("updates", .integer(totals.updates)),
            ("lookUps", .integer(totals.lookUps)), ("changed", .integer(totals.changedItems)),
            ("missing", .integer(totals.missing)), ("invalid", .integer(totals.settled[.invalid] ?? 0)),
            ("money", moneyJSON([])),
        ])
    }
}
