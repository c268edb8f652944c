/// The report of one run as one HTML page that needs nothing else: no network, no other file.
///
/// `head`, then the items as `PageItemWriter` writes them, then `tail`.
package struct RunPage: Sendable {
    package var job: String
    package var jobFile: String
    /// The origin of what it was sent to.
    package var target: String
    package var run: String
    package var startedAt: Timestamp
    package var endedAt: Timestamp
    package var madeAt: Timestamp
    /// The document of `summary.json`.
    package var summary: JSONValue
    /// `nil` where nothing was sent.
    package var attempts: AttemptTimeline?
    package var troubles: [RunTrouble] = []
    /// Amounts that the run has moved in links.
    package var moves = PriceMoves()
    /// `nil` where no payment was recorded.
    package var payments: PaymentFigures?
    /// Rows that the run spoke of, and all other items of the ledger.
    package var rows = 0
    package var others = 0

    /// Where there are more lines, the table has the first rows of the run and no other items.
    package static let mostItems = 100_000

    package var hasOthers: Bool { rows + others <= Self.mostItems }

    package init(
        job: String, jobFile: String, target: String, run: String, startedAt: Timestamp, endedAt: Timestamp,
        madeAt: Timestamp, summary: JSONValue
    ) {
        self.job = job
        self.jobFile = jobFile
        self.target = target
        self.run = run
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.madeAt = madeAt
        self.summary = summary
    }

    package var head: [UInt8] {
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(PageAssets.policy)">
            <meta name="referrer" content="no-referrer">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(job): run \(run)</title>
            <style>\(asset: PageAssets.style)</style>
            </head>
            <body>
            <header>
            <h1>\(job)</h1>
            <p>Run <code>\(run)</code> of <code>\(jobFile)</code> against <code>\(target)</code>, \
            \(CivilTime(startedAt).iso8601) to \(CivilTime(endedAt).iso8601)</p>
            </header>
            <main>
            \(outcome)\(books)\(sending)\(problems)\(prices)\(paid)\(table)\
            <script type="application/json" id="items">[
            """
        return page.bytes
    }

    package var tail: [UInt8] {
        let page: Markup = """

            ]</script>
            </main>
            <footer><p>Made by catalink at \(CivilTime(madeAt).iso8601). Items are as the ledger had them then.</p></footer>
            <script>\(asset: PageAssets.script)</script>
            </body>
            </html>

            """
        return page.bytes
    }

    private var table: Markup {
        let rest: Markup =
            hasOthers
            ? ""
            : """
            <p class="note">Only rows that this run spoke of are here, \(min(rows, Self.mostItems).grouped) of them; \
            <code>catalink results \(jobFile)</code> prints every item.</p>

            """
        return """
            <section aria-labelledby="items-name">
            <h2 id="items-name">Items</h2>
            <p>\((rows + others).grouped) lines: every item, and rows that became none.</p>
            \(rest)<noscript><p class="note">The table needs scripts to be allowed; all of it is in <code>results.csv</code>, too.</p></noscript>
            <div id="browser" hidden>
            <form id="search" role="search">
            <label>Search <input type="search" id="words" autocomplete="off" spellcheck="false"></label>
            <label>This run said <select id="verdict"></select></label>
            <label>Ledger <select id="state"></select></label>
            </form>
            <p id="count" role="status"></p>
            <div class="scroll"><table id="rows" class="cards"><thead><tr></tr></thead><tbody></tbody></table></div>
            <nav id="pages" aria-label="Pages of the table">
            <button type="button" data-step="first">First</button>
            <button type="button" data-step="back">Back</button>
            <span id="page"></span>
            <button type="button" data-step="on">Next</button>
            <button type="button" data-step="last">Last</button>
            </nav>
            </div>
            </section>

            """
    }
}

/// What rows of a run that did not end well have in common.
package struct RunTrouble: Sendable, Equatable {
    package var verdict: String
    package var message: String
    package var count: Int
    /// Of the first one.
    package var place: String

    package init(verdict: String, message: String, count: Int, place: String) {
        self.verdict = verdict
        self.message = message
        self.count = count
        self.place = place
    }
}
