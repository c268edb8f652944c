import CatalinkCore
import CatalinkHash
import Foundation
import Testing

/// The report of a run as HTML.
struct RunPageTests {
    private static let start = Timestamp(seconds: 1_800_000_000)

    private static func page(_ summary: String) throws -> RunPage {
        RunPage(
            job: "spring", jobFile: "jobs/spring.yaml", target: "sandbox", run: "20270115T080000Z-7f3a",
            startedAt: start, endedAt: start + .seconds(90), madeAt: start + .seconds(91),
            summary: try JSONValue(parsing: Array(summary.utf8)))
    }

    private static func html(_ page: RunPage) -> String {
        (page.head + page.tail).text
    }

    /// What stands between two marks, for every place where they are.
    private static func parts(_ text: String, from first: String, to last: String) -> [String] {
        text.components(separatedBy: first).dropFirst().map { $0.components(separatedBy: last)[0] }
    }

    private static let books = """
        {"exit": 2, "seconds": 1.5, "books": {"rows": 12, "pairs": 12, "created": 1234567, "invalid": 3},
            "error": null}
        """

    /// The browser runs the page's own style and script, by their digests, and nothing else.
    @Test func thePolicyAllowsExactlyWhatIsInThePage() throws {
        let html = Self.html(try Self.page(Self.books))
        let policy = try #require(
            Self.parts(html, from: "http-equiv=\"Content-Security-Policy\" content=\"", to: "\">").first)
        func source(_ text: String) -> String {
            "sha256-" + Data(SHA256.digest(of: Array(text.utf8)).bytes).base64EncodedString()
        }
        let styles = Self.parts(html, from: "<style>", to: "</style>")
        let scripts = Self.parts(html, from: "<script>", to: "</script>")
        #expect(styles.count == 1)
        #expect(scripts.count == 1)
        #expect(
            policy.replacing("&#39;", with: "'")
                == "default-src 'none'; style-src '\(source(styles[0]))'; script-src '\(source(scripts[0]))'; "
                + "base-uri 'none'; form-action 'none'")
        #expect(
            Self.parts(html, from: "<script", to: ">") == [" type=\"application/json\" id=\"items\"", ""])
    }

    @Test func nothingIsFetchedAndNothingIsInlineElsewhere() throws {
        let html = Self.html(try Self.page(Self.books))
        for word in [" src=", " href=", "url(", "@import", " style=", " onclick=", "innerHTML", "eval("] {
            #expect(!html.contains(word), "\(word)")
        }
        #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        #expect(html.contains("@media print"))
        #expect(html.contains("prefers-color-scheme: dark"))
        #expect(html.contains("name=\"viewport\""))
    }

    @Test func booksThatDoNotBalanceAreTold() throws {
        let html = Self.html(try Self.page(Self.books))
        #expect(html.contains("<td class=\"number\" data-verdict=\"created\">1,234,567</td>"))
        #expect(html.contains("12 pairs of row and segment, 1,234,570 verdicts: the books do not balance."))
        #expect(Self.parts(html, from: "data-verdict=\"", to: "\"") == Verdict.allCases.map(\.rawValue))
    }

    @Test func everyWindowIsCountedInTheChart() throws {
        let windows = (0..<1001).map {
            "{\"start\": \"2027-01-15T08:\($0 % 60):00Z\", \"limit\": 100, \"used\": \($0 % 2 == 0 ? 99 : 98)}"
        }
        let html = Self.html(
            try Self.page("{\"exit\": 0, \"books\": {}, \"windows\": [\(windows.joined(separator: ","))]}"))
        #expect(
            html.contains("98,599 requests of 100,100 that 1,001 windows allow; each column is 9 windows."))
        let chart = try #require(Self.parts(html, from: "<svg", to: "</svg>").first)
        #expect(chart.hasPrefix(" role=\"img\" aria-labelledby=\"windows-title windows-text\""))
        #expect(Self.parts(chart, from: "class=\"used\"", to: "/>").count == 112)
        let cells = Self.parts(html, from: "Windows as a table", to: "</details>")[0]
        let used = Self.parts(cells, from: "</th><td class=\"number\">", to: "</td>").compactMap {
            Int($0.replacing(",", with: ""))
        }
        #expect(used.reduce(0, +) == 98_599)
    }

    @Test func attemptsAreDrawnWithTheirLatency() throws {
        var page = try Self.page(Self.books)
        var timeline = AttemptTimeline(from: Self.start, to: Self.start + .seconds(59))
        for second in 0..<60 {
            timeline.add(
                second % 10 == 0 ? .refused : .created, at: Self.start + .seconds(second),
                latency: .milliseconds(20))
        }
        page.attempts = timeline
        let html = Self.html(page)
        #expect(html.contains("60 attempts in steps of 1s: 54 made or changed, 6 refused."))
        #expect(html.contains("50 % within 20 ms, 95 % within 20 ms, 99 % within 20 ms"))
        #expect(Self.parts(html, from: "<rect class=\"refused\"", to: "/>").count == 6)
        #expect(Self.parts(html, from: "<path class=\"line p50\"", to: "/>").count == 1)
    }

    @Test func aCauseIsToldWithItsExamplesAndRule() throws {
        let html = Self.html(
            try Self.page(
                """
                {"exit": 2, "books": {}, "problems": [{"cause": "title: expected <b>", "count": 2, "hint": "say it",
                    "rule": {"file": "job.yaml", "line": 41}, "first": {"file": "c.csv", "line": 3},
                    "examples": [{"file": "c.csv", "line": 3, "column": 5, "field": "name", "got": "\\"A<\\""},
                        {"file": "c.csv", "line": 9, "column": 0, "field": null, "got": "nothing"}]}]}
                """))
        #expect(html.contains("title: expected &lt;b&gt; <span class=\"hint\">say it</span>"))
        #expect(html.contains("<code>job.yaml:41</code>"))
        #expect(
            html.contains(
                "<code>c.csv:3:5 (name)</code> &quot;A&lt;&quot;</li><li><code>c.csv:9</code> nothing"))
    }

    @Test func movedPricesAreToldAsPlannedAndAsMade() throws {
        var page = try Self.page(
            """
            {"exit": 0, "books": {}, "prices": {"cheaper": 2, "dearer": 1, "others": 0, "furthest":
                [{"item": "\\"A\\"", "change": "9.00 → 1.00 usdc", "place": "c.csv:2"}]}}
            """)
        let old = PriceMove.Price(amount: FixedDecimal("5"), currency: "usdc")
        for (index, amount) in ["6", "4", "50"].enumerated() {
            let new = PriceMove.Price(amount: FixedDecimal(amount), currency: "usdc")
            let move = try #require(PriceMove(from: old, to: new))
            page.moves.add(
                .init(
                    item: ItemKey(key: Array("K\(index)".utf8), segment: []),
                    location: Location(file: "c.csv", line: index + 2, record: index + 1), move: move),
                keeping: 2)
        }
        let html = Self.html(page)
        #expect(html.contains("2 cost less, 1 cost more. Those that move furthest:"))
        #expect(html.contains("9.00 → 1.00 usdc"))
        #expect(html.contains("1 cost less, 2 cost more. Those that move furthest:"))
        #expect(page.moves.furthest.map(\.move.text) == ["5.00 → 50.00 usdc", "5.00 → 4.00 usdc"])
    }

    @Test func aLargeLedgerSaysWhatIsLeftOut() throws {
        var page = try Self.page(Self.books)
        (page.rows, page.others) = (12, 100_000)
        #expect(Self.html(page).contains("Only rows that this run spoke of are here, 12 of them;"))
    }
}
