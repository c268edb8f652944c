/// How the run ended, and its books.
extension RunPage {
    var outcome: Markup {
        let exit = summary["exit"]?.integer ?? 1
        let meaning = ExitStatus(rawValue: Int32(clamping: exit))?.meaning ?? "ended with \(exit)"
        var markup: Markup = """
            <section aria-labelledby="end-name">
            <h2 id="end-name" class="end \(exit == 0 ? "good" : "bad")">\(meaning)</h2>

            """
        for line in (summary["error"]?.string ?? "").split(separator: "\n") {
            markup += "<p class=\"note\">\(String(line))</p>\n"
        }
        if let fix = summary["fix"], let file = fix["file"]?.string {
            markup += """
                <p class="note">\((fix["rows"]?.integer ?? 0).grouped) rows to correct are in <code>\(file)</code>.</p>

                """
        }
        markup += "<dl class=\"figures\">\n"
        for figure in figures { markup += "<div><dt>\(figure.name)</dt><dd>\(figure.value)</dd></div>\n" }
        markup += "</dl>\n</section>\n"
        return markup
    }

    private var figures: [(name: String, value: String)] {
        func count(_ part: String, _ name: String) -> String {
            (summary[part]?[name]?.integer ?? 0).grouped
        }
        let seconds = summary["seconds"]?.decimal?.plain ?? "0"
        return [
            ("exit status", String(summary["exit"]?.integer ?? 1)), ("seconds", seconds),
            ("rows", count("books", "rows")), ("requests", count("requests", "sent")),
            ("retried", count("requests", "retried")), ("throttled", count("requests", "throttled")),
            ("look-ups", count("requests", "lookups")), ("items before", count("ledger", "before")),
            ("new items", count("ledger", "new")), ("items after", count("ledger", "after")),
            ("missing", count("ledger", "missing")), ("healed", count("ledger", "healed")),
            ("not as asked for", count("ledger", "mismatch")),
            ("still selling", count("ledger", "stillSelling")),
        ]
    }

    /// Every verdict with its count, and their sum beside the pairs that were read.
    var books: Markup {
        let counts = Verdict.allCases.map { ($0, summary["books"]?[$0.rawValue]?.integer ?? 0) }
        let pairs = summary["books"]?["pairs"]?.integer ?? 0
        let sum = counts.reduce(0) { $0 + $1.1 }
        var markup: Markup = """
            <section aria-labelledby="books-name">
            <h2 id="books-name">Books</h2>
            <p class="\(sum == pairs ? "good" : "bad")">\(pairs.grouped) pairs of row and segment, \(sum.grouped) verdicts\
            \(sum == pairs ? "" : ": the books do not balance").</p>
            <table class="books"><thead><tr><th scope="col">verdict</th><th scope="col" class="number">pairs</th>\
            <th scope="col">request</th></tr></thead><tbody>

            """
        for (verdict, count) in counts {
            markup += """
                <tr class="\(count == 0 ? "none" : "some")"><th scope="row">\(verdict.rawValue)</th>\
                <td class="number" data-verdict="\(verdict.rawValue)">\(count.grouped)</td>\
                <td>\(verdict.isSent ? "sent, or meant to be" : "none sent")</td></tr>

                """
        }
        markup += """
            </tbody><tfoot><tr><th scope="row">sum</th><td class="number">\(sum.grouped)</td><td></td></tr></tfoot></table>
            \(filtered)</section>

            """
        return markup
    }

    private var filtered: Markup {
        let reasons = summary["filtered"]?.elements ?? []
        guard !reasons.isEmpty else { return "" }
        var markup: Markup = "<h3>Why rows were filtered</h3>\n<ul>\n"
        for reason in reasons {
            markup += """
                <li>\((reason["count"]?.integer ?? 0).grouped): \(reason["reason"]?.string ?? "")</li>

                """
        }
        markup += "</ul>\n"
        return markup
    }
}

extension Verdict {
    /// Whether its row has or should have led to a request.
    fileprivate var isSent: Bool {
        switch self {
        case .filtered, .invalid, .duplicate, .merged, .notSelected, .unchanged, .changed: false
        case .created, .replaced, .updated, .rejected, .failed, .unknown, .held, .notReached: true
        }
    }
}

extension ExitStatus {
    /// In a few words, for people.
    fileprivate var meaning: String {
        switch self {
        case .settled: "Every row is settled"
        case .unexpected: "Ended unexpectedly"
        case .rowsNeedWork: "Some rows need work"
        case .stopped: "Stopped by brakes, canary or errors"
        case .needsPerson: "A person is needed"
        case .usage: "Wrong usage"
        case .catalog: "The catalog cannot be read"
        case .unreachable: "The API is unreachable"
        case .runAgain: "To be run again"
        case .credentials: "Wrong credentials"
        case .configuration: "Wrong job file, ledger or target"
        case .interrupted, .terminated: "Stopped by a signal"
        }
    }
}
