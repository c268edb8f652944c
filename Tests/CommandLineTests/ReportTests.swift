import CatalinkCore
import Foundation
import Testing

/// `catalink report`, and the page that each run writes.
@Suite(.timeLimit(.minutes(2)))
struct ReportTests {
    private static let mistakes = "state/sandbox/default/mistakes"

    /// What stands between two marks, for every place where they are.
    private static func parts(_ text: String, from first: String, to last: String) -> [String] {
        text.components(separatedBy: first).dropFirst().map { $0.components(separatedBy: last)[0] }
    }

    private static func items(_ page: String) throws -> [[JSONValue]] {
        let data = parts(page, from: "<script type=\"application/json\" id=\"items\">", to: "</script>")
        #expect(data.count == 1)
        return try JSONValue(parsing: Array(data[0].utf8)).elements?.map { $0.elements ?? [] } ?? []
    }

    @Test func theBooksInThePageAreThoseOfTheSummary() async throws {
        try await CommandLine.withProject { command in
            let run = try await command.run("run", "jobs/mistakes.yaml")
            #expect(run.output.contains("/report.html\n"))
            let page = try command.read("\(Self.mistakes)/latest/report.html")
            let summary = try JSONValue(
                parsing: Array(try command.read("\(Self.mistakes)/latest/summary.json").utf8))
            var sum = 0
            for verdict in Verdict.allCases {
                let cell = Self.parts(page, from: "data-verdict=\"\(verdict.rawValue)\">", to: "<")
                #expect(cell.count == 1)
                let count = try #require(cell.first.flatMap { Int($0.replacing(",", with: "")) })
                #expect(count == summary.count(verdict.rawValue), "\(verdict)")
                sum += count
            }
            #expect(sum == summary.count("pairs"))
            let results = try command.read("\(Self.mistakes)/latest/results.csv").split(separator: "\n")
            #expect(try Self.items(page).count == results.count - 1)
            // A cause with its places in the catalog and the job file.
            #expect(page.contains("<code>samples/mistakes.csv:3:28 (price)</code> &quot;12,50&quot;"))
            #expect(page.contains("<code>jobs/mistakes.yaml:24</code>"))
            let attributes = try FileManager.default.attributesOfItem(
                atPath: "\(command.directory)/\(Self.mistakes)/latest/report.html")
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
    }

    @Test func aMissingPageIsMadeAnew() async throws {
        try await CommandLine.withProject { command in
            #expect(try await command.run("report", "jobs/mistakes.yaml").status == 78)
            _ = try await command.run("run", "jobs/mistakes.yaml")
            let latest = "\(command.directory)/\(Self.mistakes)/latest"
            let run = try FileManager.default.destinationOfSymbolicLink(atPath: latest)
                .replacing("runs/", with: "")
            let path = "\(command.directory)/\(Self.mistakes)/runs/\(run)/report.html"
            let first = try await command.run("report", "jobs/mistakes.yaml")
            #expect(first.output == path + "\n")
            #expect(first.errors == "")
            #expect(first.status == 0)

            let page = try String(contentsOfFile: path, encoding: .utf8)
            try FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent)
            let again = try await command.run("report", "jobs/mistakes.yaml", "--run", run)
            #expect(again.output == path + "\n")
            #expect(again.errors == "run \(run): the report is made anew\n")
            let made = try String(contentsOfFile: path, encoding: .utf8)
            #expect(try Self.items(made) == Self.items(page))
            #expect(
                Self.parts(made, from: "<h2 id=\"books-name\">", to: "</section>")
                    == Self.parts(page, from: "<h2 id=\"books-name\">", to: "</section>"))

            let elsewhere = try await command.run("report", "jobs/mistakes.yaml", "--out", "page.html")
            #expect(elsewhere.output == "page.html\n")
            #expect(try Self.items(command.read("page.html")) == Self.items(page))
        }
    }

    /// What people decide after a run is in the page of the newest run, and said.
    @Test func aPageThatIsBehindTheLedgerIsMadeAnew() async throws {
        try await Scene.with(rows: 2) { scene in
            try await scene.server.makeForeignLink(slug: "sku-1")
            try await scene.run(2)
            let first = try Self.items(scene.command.read("\(scene.state)/latest/report.html"))
            #expect(first.contains { $0.contains(.string("rejected")) })
            let before = try await scene.command.run("report", "job.yaml")
            #expect(before.errors == "")

            try await scene.verb(0, "retry", "job.yaml", "SKU-1")
            let after = try await scene.command.run("report", "job.yaml")
            #expect(after.status == 0)
            #expect(after.output == before.output)
            #expect(after.errors.hasSuffix(": the report is made anew, as the ledger has changed since\n"))
            let made = try Self.items(scene.command.read("\(scene.state)/latest/report.html"))
            #expect(made.contains { $0.contains(.string("released")) })
            // Once is enough.
            #expect(try await scene.command.run("report", "job.yaml").errors == "")
        }
    }

    @Test func aRunThatIsNotThereIsWrongUsage() async throws {
        try await CommandLine.withProject { command in
            _ = try await command.run("run", "jobs/mistakes.yaml")
            let outcome = try await command.run("report", "jobs/mistakes.yaml", "--run", "../../x")
            #expect(outcome.status == 64)
            #expect(outcome.output == "")
            #expect(
                outcome.errors
                    == "--run: expected a run of this job, got: \"../../x\" (`catalink status` names the last ones)\n"
            )
        }
    }

    @Test func aSecondRunsPageHasEveryItem() async throws {
        try await CommandLine.withProject { command in
            _ = try await command.run("run", "jobs/quickstart.yaml")
            _ = try await command.run("run", "jobs/quickstart.yaml")
            let page = try command.read("state/sandbox/default/quickstart/latest/report.html")
            let items = try Self.items(page)
            let results = try command.read("state/sandbox/default/quickstart/latest/results.csv")
            #expect(items.count == 52 + results.split(separator: "\n").count - 1)
            #expect(page.contains("data-verdict=\"unchanged\">52<"))
            #expect(page.contains("<p>Nothing was sent.</p>"))
        }
    }

    /// Titles that are markup, scripts, right-to-left, or 10,000 characters long.
    private static let hostile = """
        sku,title,price
        A,</script><script>alert(1)</script>,1.00
        B,"<!--<script>""'&amp; {}",2.00
        C,\u{202E}gnp.exe\u{202C} and \u{2028},3.00
        D,javascript:alert(1),4.00
        =1+1,Formula,5.00
        @cmd,Formula,6.00
        +1,Formula,7.00
        -1,Formula,8.00
        E,"\(String(repeating: "long", count: 2500))",9.00
        "<img src=x onerror=alert(1)>",Mug,x

        """

    @Test func aHostileCatalogIsShownAndNotObeyed() async throws {
        try await CommandLine.withProject { command in
            try command.write(Self.hostile, to: "c.csv")
            try command.write(
                """
                job: hostile
                source: {path: c.csv}
                key: "{{sku}}"
                link: {title: "{{title}}", url: "item-{{price | slug}}", linkType: PRODUCT}
                pricing: {price: "{{price}}"}
                target: {sandbox: {limit: 1000, window: 1s}}
                results: {bom: true}

                """, to: "job.yaml")
            _ = try await command.run("run", "job.yaml")
            let page = try command.read("state/sandbox/default/hostile/latest/report.html")
            #expect(page.components(separatedBy: "</script>").count == 3)
            #expect(page.components(separatedBy: "<script").count == 3)
            #expect(!page.contains("<img"))
            #expect(!page.contains("<!--"))
            #expect(!page.unicodeScalars.contains { [0x202E, 0x202C, 0x2028].contains($0.value) })
            let items = try Self.items(page)
            #expect(items.count == 10)
            let titles = items.compactMap { $0[2].string }
            #expect(titles.contains("</script><script>alert(1)</script>"))
            #expect(titles.contains("\\u{202E}gnp.exe\\u{202C} and \\u{2028}"))
            #expect(titles.allSatisfy { $0.unicodeScalars.count <= 121 })
            #expect(items.allSatisfy { $0[6].string?.hasPrefix("javascript") == false })

            let csv = try command.read("state/sandbox/default/hostile/latest/results.csv")
            // Foundation takes the mark off a text, so that it is looked for in the bytes.
            let path = "\(command.directory)/state/sandbox/default/hostile/latest/results.csv"
            #expect(try Data(contentsOf: URL(filePath: path)).starts(with: [0xEF, 0xBB, 0xBF]))
            let lines = csv.split(separator: "\n")
            for guarded in ["'=1+1,", "'@cmd,", "'+1,", "'-1,"] {
                #expect(lines.count { $0.hasPrefix(guarded) } == 1, "\(guarded)")
            }
            let records = try await command.run("results", "job.yaml", "--format", "jsonl").output
            #expect(records.hasPrefix("{"))
        }
    }
}
