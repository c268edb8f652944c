import CatalinkCore
import CatalinkDispatch
import CatalinkHash
import CatalinkLedger
import Foundation

/// What people read of plans and runs.
package enum ReportText {
    // MARK: Plan

    package static func plan(_ report: PlanReport, _ job: Job) -> [String] {
        let totals = report.totals
        var lines = [header(job, report.books)]
        lines.append("  to send    " + work(totals))
        for (currency, money) in totals.money.sorted(by: { $0.key < $1.key }) {
            lines.append(
                "  money      \(money.sum.map(amount) ?? "more than can be added") \(currency) in "
                    + "\(grouped(money.count)) links, \(amount(money.lowest)) to \(amount(money.highest))")
        }
        if totals.requests > 0 { lines += time(report.schedule(of: job)) }
        lines += verdicts(report.books, filtered: report.filtered)
        lines += accepted(report.accepted, report.known)
        lines += selling(totals, 0)
        for remark in report.remarks { lines.append("  unusual    \(remark)") }
        for hold in report.holds(job) { lines.append("  brakes     \(hold)") }
        if let digest = totals.digest { lines.append("  digest     \(digest.hexadecimal.prefix(16))") }
        return lines
    }

    /// `40 new, 2 again, 1 in place of others, 3 updates, 1 to look up first`
    private static func work(_ totals: PlanTotals) -> String {
        let parts = [
            (totals.resends, "again"), (totals.replacements, "in place of others"),
            (totals.updates, "updates"),
            (totals.lookUps, "to look up first"),
        ]
        return ["\(grouped(totals.creations)) new"].joined()
            + parts.filter { $0.0 > 0 }.map { ", \(grouped($0.0)) \($0.1)" }.joined()
    }

    private static func selling(_ totals: PlanTotals, _ superseded: Int) -> [String] {
        var lines: [String] = []
        if totals.missing > 0 || totals.stillSelling > 0 {
            let money = totals.stillSellingMoney.sorted { $0.key < $1.key }.map { currency, money in
                "\(amount(money.lowest)) to \(amount(money.highest)) \(currency)"
            }
            lines.append(
                "  selling    \(grouped(totals.stillSelling)) links that today's catalog does not want as they are, "
                    + "\(grouped(totals.missing)) of them missing from it"
                    + (money.isEmpty ? "" : "; " + money.joined(separator: ", ")))
        }
        if superseded > 0 {
            lines.append("  selling    \(grouped(superseded)) links that others have taken the place of")
        }
        return lines
    }

    private static func header(_ job: Job, _ books: Books) -> String {
        let pairs = books.pairs == books.rows ? "" : ", \(grouped(books.pairs)) pairs of row and segment"
        return "\(job.name): \(grouped(books.rows)) rows of \(job.source.name)\(pairs)"
    }

    private static func time(_ schedule: PlanSchedule) -> [String] {
        func text(_ moment: Timestamp) -> String { CivilTime(moment).iso8601 }
        let windows = schedule.windows
        let span =
            "\(grouped(schedule.requests)) requests in \(grouped(windows)) window\(windows == 1 ? "" : "s") of "
            + "\(grouped(schedule.rate.usable)), from \(text(schedule.start)) "
        let end = windows == 1 ? "at once" : "until about \(text(schedule.finish))"
        guard let deadline = schedule.deadline else { return ["  time       \(span)\(end)"] }
        let judgement =
            schedule.late == 0
            ? "in time" : "not in time, about \(grouped(schedule.late)) requests are left for another run"
        return ["  time       \(span)\(end)", "  deadline   \(text(deadline)): \(judgement)"]
    }

    /// The lowest and the highest amounts, a line each.
    package static func prices(_ all: [PlanPrices]) -> [String] {
        all.flatMap { prices in
            ["  lowest     \(prices.currency)"] + prices.lowest.map { "  \(padded(""))\($0.text)" }
                + ["  highest    \(prices.currency)"] + prices.highest.map { "  \(padded(""))\($0.text)" }
        }
    }

    private static func verdicts(_ books: Books, filtered: [String: Int]) -> [String] {
        var lines: [String] = []
        for verdict in Verdict.allCases where books[verdict] > 0 {
            lines.append("  \(padded(verdict.rawValue))\(grouped(books[verdict]))")
            guard verdict == .filtered else { continue }
            let reasons = filtered.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            lines += reasons.map { "  \(padded(""))\(grouped($0.value)): \($0.key)" }
        }
        return lines
    }

    private static func padded(_ word: String) -> String {
        word.padding(toLength: 11, withPad: " ", startingAt: 0)
    }

    package static func check(_ report: PlanReport, _ job: Job) -> [String] {
        [header(job, report.books)] + verdicts(report.books, filtered: report.filtered)
            + accepted(report.accepted, report.known) + ["  good       \(grouped(report.totals.requests))"]
    }

    private static func accepted(_ count: Int, _ known: AcceptedProblems?) -> [String] {
        guard count > 0, let known else { return [] }
        return ["  accepted   \(grouped(count)) of them, by \(known.file)"]
    }

    // MARK: Run

    package static func run(_ summary: RunSummary, _ job: Job) -> [String] {
        var lines = [header(job, summary.books)]
        lines += verdicts(summary.books, filtered: summary.plan.filtered)
        lines += accepted(summary.accepted, summary.plan.known)
        let ledger = (summary.ledgerBefore.total, summary.ledgerAfter.total)
        lines.append(
            "  books      \(grouped(summary.books.pairs)) pairs, as many verdicts; ledger \(grouped(ledger.0)) + "
                + "\(grouped(ledger.1 - ledger.0)) new = \(grouped(ledger.1)) items")
        lines.append("  requests   " + requests(summary))
        if summary.healed > 0 {
            lines.append("  healed     \(grouped(summary.healed)) that were unknown before")
        }
        if summary.mismatches > 0 {
            lines.append("  mismatch   \(grouped(summary.mismatches)) links are not as they were asked for")
        }
        var totals = summary.plan.totals
        totals.stillSelling = summary.stillSelling - summary.superseded
        if summary.books[.replaced] + summary.books[.updated] > 0 { totals.stillSellingMoney = [:] }
        lines += selling(totals, summary.superseded)
        if let directory = summary.directory { lines.append("  results    \(directory)/results.csv") }
        if let page = summary.page { lines.append("  report     \(page)") }
        if let fix = summary.fix { lines.append("  fix        \(fix.line)") }
        lines += summary.notes.map { "  note       \($0)" }
        if let failure = summary.failure { lines.append("  stopped    \(failure)") }
        if let next = next(summary) { lines.append("  next       \(next)") }
        return lines
    }

    /// `52 in 1 window, 0 of them again, 2 look-ups, 0 throttled; 0.2 s`
    private static func requests(_ summary: RunSummary) -> String {
        let sent = summary.dispatch
        let others = [(sent.lookups, "look-ups"), (sent.changes, "retirements")].filter { $0.0 > 0 }
        let windows = summary.windows.count
        return "\(grouped(summary.requests)) in \(grouped(windows)) window\(windows == 1 ? "" : "s"), "
            + "\(grouped(sent.retried)) retried"
            + others.map { ", \(grouped($0.0)) \($0.1)" }.joined()
            + ", \(grouped(sent.throttled)) throttled; \(String(format: "%.1f", summary.seconds)) s"
    }

    /// Rows whose requests went wrong, and links that could not be changed.
    package static func troubles(_ summary: RunSummary) -> [String] {
        summary.dispatch.troubles.prefix(20).map { "\($0.place): \($0.verdict.rawValue): \($0.message)" }
            + summary.dispatch.remarks.prefix(20)
    }

    static func next(_ summary: RunSummary) -> String? {
        switch summary.status {
        case .rowsNeedWork: nextForRows(summary)
        case .runAgain, .interrupted, .terminated:
            "run again: what is open is settled first, nothing is made twice"
        case .needsPerson:
            "catalink status \(summary.jobFile): look at what is held or differs; `catalink resolve` settles it"
        case .unreachable: "run again when \(summary.target) can be reached: nothing is made twice"
        case .credentials: "put the right key and secret in place and run again"
        default: nil
        }
    }

    private static func nextForRows(_ summary: RunSummary) -> String {
        guard let fix = summary.fix, fix.failure == nil, fix.rows > 0 else {
            return "correct what is listed and run again: only those rows are sent"
        }
        return "correct the rows in the fix file, then: \(fix.command(summary.jobFile))"
    }

    /// `3 unknown or held items are older than 6h`
    static func overdue(_ count: Int, _ age: Duration) -> String {
        let items = count == 1 ? "item is" : "items are"
        return "\(grouped(count)) unknown or held \(items) older than \(age.written)"
    }

    // MARK: Status

    package static func status(_ status: JobStatus) -> [String] {
        var lines = ["\(status.job): \(grouped(status.ledger.counts.total)) items in \(status.path)"]
        for state in ItemState.allCases where status.ledger.counts[state] > 0 {
            let name = state == .open ? "unknown" : state.rawValue
            lines.append(
                "  " + name.padding(toLength: 11, withPad: " ", startingAt: 0)
                    + grouped(status.ledger.counts[state]))
        }
        for run in status.ledger.runs {
            let exit = run.exit.map { "exit \($0)" } ?? "did not end"
            lines.append("  run        \(run.id): \(exit), \(grouped(run.created)) created")
        }
        for approval in status.ledger.approvals {
            lines.append(
                "  \(approval.isFile ? "applied   " : "approved  ") \(approval.digest.hexadecimal.prefix(16)): "
                    + "by \(approval.person) at \(CivilTime(approval.at).iso8601), run \(approval.run)")
        }
        if let pause = status.pause {
            lines.append("  paused     \(pause) (`catalink resume` lets it go on)")
        }
        if status.unsettled.overdue > 0 {
            lines.append("  overdue    " + overdue(status.unsettled.overdue, status.unsettledAfter))
        }
        for unknown in status.ledger.unknown {
            let age = status.now.since(unknown.firstSentAt).rounded
            let dies = CivilTime(unknown.firstSentAt + status.keyLifetime).iso8601
            lines.append(
                "  unknown    \(unknown.item.shown): sent \(age) ago, its key dies at \(dies); \(unknown.message ?? "no answer")"
            )
        }
        for link in status.ledger.mismatched {
            lines.append("  mismatch   \(link.item.shown): \(link.message ?? "")")
        }
        for held in status.ledger.held {
            let age = held.sentAt.map { "; sent \(status.now.since($0).rounded) ago" } ?? ""
            lines.append("  held       \(held.item.shown): \(held.message ?? "look at its link")\(age)")
        }
        for link in status.ledger.superseded.prefix(20) {
            lines.append(
                "  selling    \(link.item.shown): its former link \(link.linkID.shown()) is not retired yet")
        }
        if status.ledger.orphans > 0 {
            lines.append(
                "  orphans    \(grouped(status.ledger.orphans)) recovered links whose row no catalog had")
        }
        return lines
    }

    /// `1,234,567`
    static func grouped(_ number: Int) -> String { number.grouped }

    /// `1,234.56`, `0.0125`
    private static func amount(_ amount: FixedDecimal) -> String {
        let parts = amount.asMoney.split(separator: ".", maxSplits: 1)
        guard let whole = Int(parts[0]), whole >= 0 else { return amount.asMoney }
        return grouped(whole) + "." + parts[1]
    }
}
