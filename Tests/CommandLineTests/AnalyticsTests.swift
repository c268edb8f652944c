import CatalinkCore
import Foundation
import Testing

/// What links have sold, against an independent computation.
@Suite(.timeLimit(.minutes(10)))
struct AnalyticsTests {
    /// Adds a file of payments with Python's own decimals: a line `slug currency count sum first last` for each link.
    private static let script = """
        import csv, sys
        from collections import defaultdict
        from datetime import datetime, timezone
        from decimal import Decimal
        links = defaultdict(list)
        for row in csv.DictReader(open(sys.argv[1], newline="")):
            time = datetime.fromisoformat(row["time"].replace("Z", "+00:00")).astimezone(timezone.utc)
            links[row["slug"], row["currency"]].append((Decimal(row["amount"]), time.strftime("%Y-%m-%dT%H:%M:%SZ")))
        for (slug, currency), paid in sorted(links.items()):
            total = sum(amount for amount, _ in paid)
            times = sorted(time for _, time in paid)
            print(slug, currency, len(paid), format(total.normalize(), "f"), times[0], times[-1])
        """

    private struct Expected: Equatable {
        var slug: String
        var currency: String
        var count: Int
        var sum: FixedDecimal
        var first: String
        var last: String
    }

    /// In the order of Python's output.
    private func computed(_ command: CommandLine, _ file: String) async throws -> [Expected] {
        try command.write(Self.script, to: "sums.py")
        let started = try StartedCommand(
            ["python3", "sums.py", file], directory: command.directory, variables: command.variables,
            executable: URL(filePath: "/usr/bin/env"))
        let status = await started.ended()
        let errors = try started.errors()
        try #require(status == 0, "\(errors)")
        return try started.output().split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            return Expected(
                slug: words[0], currency: words[1], count: try #require(Int(words[2])),
                sum: try #require(FixedDecimal(words[3])), first: words[4], last: words[5])
        }
    }

    private func json(_ scene: PaymentScene, _ words: String...) async throws -> JSONValue {
        let started = try scene.command.start(words + ["--format", "json"])
        let status = await started.ended()
        let (text, errors) = (try started.output(), try started.errors())
        try #require(status == 0, "\(text)\(errors)")
        return try JSONValue(parsing: Array(text.utf8))
    }

    @Test func everyLinkHasSoldWhatPythonSays() async throws {
        try await PaymentScene.with { scene in
            try await scene.imported(0, "samples/payments.csv")
            let expected = try await computed(scene.command, "samples/payments.csv")
            #expect(expected.count == 5)
            for line in expected {
                let link = try #require(scene.links[line.slug])
                let told = try await json(scene, "analytics", PaymentScene.job, link.id)
                let currencies = told["groups"]?.elements?.first?["currencies"]?.elements ?? []
                let one = try #require(currencies.first { $0["currency"]?.string == line.currency })
                #expect(one["conversions"]?.integer == line.count)
                #expect(FixedDecimal(one["revenue"]?.string ?? "") == line.sum, "\(line.slug)")
                #expect(one["first"]?.string == line.first)
                #expect(one["last"]?.string == line.last)
            }
            let top = try await json(scene, "top", PaymentScene.job)
            let ranked = expected.sorted {
                $0.currency == $1.currency ? $1.sum.isLess(than: $0.sum) ?? false : $0.currency < $1.currency
            }
            #expect(top.elements?.map { $0["link_id"]?.string } == ranked.map { scene.links[$0.slug]?.id })
            #expect(top.elements?.map { FixedDecimal($0["revenue"]?.string ?? "") } == ranked.map { $0.sum })
        }
    }

    @Test func campaignsStandSideBySideAndCurrenciesAreNeverAdded() async throws {
        try await PaymentScene.with { scene in
            try await scene.imported(0, "samples/payments.csv")
            let outcome = try await scene.command.run("analytics", PaymentScene.job, "--by", "campaign")
            #expect(
                outcome.output == """
                    tracked-links: all links
                      campaign     links  conversions  currency    revenue      average  first                 last
                      autumn-2026      2            2  eurc          36.40        18.20  2026-11-05T20:02:00Z  2026-11-10T06:30:00Z
                      autumn-2026      2            4  usdc         115.75      28.9375  2026-11-03T07:00:00Z  2026-11-09T21:10:09Z
                      spring-2026      2            6  usdc      82.133333  13.68888883  2026-11-02T09:15:00Z  2026-11-09T22:59:59Z

                    """, "\(outcome.output)")
            let days = try await json(
                scene, "analytics", PaymentScene.job, "--by", "day", "--since", "2026-11-09")
            let counts = days["groups"]?.elements?.filter { $0["conversions"]?.integer != 0 }.map {
                ($0["name"]?.string ?? "") + " \($0["conversions"]?.integer ?? 0)"
            }
            #expect(counts == ["2026-11-09 2", "2026-11-10 1"])
            let csv = try await scene.command.run(
                "analytics", PaymentScene.job, "NL-001", "--format", "csv")
            #expect(
                csv.output.hasPrefix(
                    "links,conversions,currency,revenue,average,first,last\n1,4,usdc,44.133333,"))
            let unknown = try await scene.command.run("analytics", PaymentScene.job, "NL-999")
            #expect(unknown.status == 64)
            for since in ["366000d", "999999999w", "tomorrow"] {
                let long = try await scene.command.run("analytics", PaymentScene.job, "--since", since)
                #expect(long.status == 64)
                #expect(long.errors.contains("--since: expected a day, a moment or an age such as"))
                #expect(long.errors.contains("got: \"\(since)\""), "\(long.errors)")
            }
            let future = try await json(scene, "analytics", PaymentScene.job, "--since", "9999-12-31")
            #expect(future["groups"]?.elements?.first?["links"]?.integer == scene.links.count)
            #expect(future["groups"]?.elements?.first?["conversions"]?.integer == 0)
        }
    }

    @Test func daysOfLinksAndOfPaymentsAreToldApart() async throws {
        try await PaymentScene.with { scene in
            try await scene.imported(0, "samples/payments.csv")
            let outcome = try await scene.command.run("analytics", PaymentScene.job, "--by", "day")
            #expect(
                outcome.output.hasPrefix(
                    "tracked-links: all links; links on the day they were made, payments on the day they were paid\n"
                ),
                "\(outcome.output)")
        }
    }

    @Test func paymentsOfLinksThatAreGoneAreCountedApart() async throws {
        try await PaymentScene.with { scene in
            try await scene.imported(0, "samples/payments.csv")
            let gone = try #require(scene.links["enamel-mug-spring"]).id
            let told = try await json(scene, "analytics", PaymentScene.job, gone)
            let count = told["groups"]?.elements?.first?["conversions"]?.integer
            try scene.command.write(
                """
                import sqlite3, sys
                ledger = sqlite3.connect(sys.argv[1])
                ledger.execute("DROP TRIGGER link_is_never_deleted")
                ledger.execute("DELETE FROM link WHERE link_id = ?", [sys.argv[2]])
                ledger.commit()
                """, to: "forget.py")
            let forgotten = try StartedCommand(
                ["python3", "forget.py", "\(scene.state)/ledger.sqlite", gone],
                directory: scene.command.directory, variables: scene.command.variables,
                executable: URL(filePath: "/usr/bin/env"))
            try #require(await forgotten.ended() == 0)
            for dimension in ["product", "campaign"] {
                let groups = try await json(scene, "analytics", PaymentScene.job, "--by", dimension)["groups"]
                let lost = groups?.elements?.first { $0["name"]?.string == "(not in the ledger)" }
                #expect(lost?["links"]?.integer == 0)
                #expect(lost?["conversions"]?.integer == count)
                let all = groups?.elements?.compactMap { $0["conversions"]?.integer }.reduce(0, +)
                #expect(all == 12, "\(dimension)")
            }
            let whole = try await json(scene, "analytics", PaymentScene.job)["groups"]?.elements?.first
            #expect(whole?["conversions"]?.integer == 12)
            #expect(whole?["links"]?.integer == scene.links.count - 1)
        }
    }

    /// Whatever a title or a campaign is written in.
    @Test func columnsStandBelowEachOther() async throws {
        try await CommandLine.withProject { command in
            try command.write(
                "sku,title,price\nA,\u{1F375} \u{7DD1}\u{8336},5\nB,\u{E9}clair,6\n", to: "c.csv")
            try command.writeJob(
                "job", source: "{path: c.csv}", target: "{sandbox: {limit: 100, window: 1s}}",
                more: "tracking: {campaign: \"{{title}}\"}")
            #expect(try await command.run("run", "-q", "job.yaml").status == 0)
            let outcome = try await command.run("analytics", "job.yaml", "--by", "campaign")
            #expect(
                outcome.output == """
                    job: all links
                      campaign  links  conversions  currency  revenue  average  first  last
                      \u{E9}clair        1            0
                      \u{1F375} \u{7DD1}\u{8336}       1            0

                    """, "\(outcome.output)")
        }
    }

    @Test func theReportOfARunShowsWhatLinksHaveSold() async throws {
        try await PaymentScene.with { scene in
            #expect(
                !(try scene.command.read("state/sandbox/default/tracked-links/latest/report.html")).contains(
                    "Payments"))
            try await scene.imported(0, "samples/payments.csv")
            #expect(try await scene.command.run("run", "-q", PaymentScene.job).status == 0)
            let page = try scene.command.read("state/sandbox/default/tracked-links/latest/report.html")
            #expect(page.contains("10 payments, 197.883333 usdc; each column is a day by UTC"))
            #expect(page.contains("2 payments, 36.40 eurc"))
            #expect(page.contains("spring-2026"))
        }
    }

    @Test func trackingOfSegmentsIsReadFromEachLinksOwnRequest() async throws {
        try await CommandLine.withProject { command in
            try command.write("sku,title,price\nA,Tin mug,5\nB,Tin cup,6\n", to: "c.csv")
            try command.writeJob(
                "job", source: "{path: c.csv}", target: "{sandbox: {limit: 100, window: 1s}}",
                more: """
                    segments: [news, partner]
                    tracking: {source: "{{segment}}", medium: email, campaign: "{{sku}}-{{segment}}"}
                    """)
            let job = try command.read("job.yaml").replacing(
                "{{sku | slug}}", with: "{{sku | slug}}-{{segment}}")
            try command.write(job, to: "job.yaml")
            #expect(try await command.run("run", "-q", "job.yaml").status == 0)
            try command.write(
                """
                id,slug,amount,currency,time
                1,a-news,5,usdc,2026-11-01T00:00:00Z
                2,b-news,6,usdc,2026-11-01T00:00:00Z
                3,a-partner,5,usdc,2026-11-01T00:00:00Z

                """, to: "p.csv")
            #expect(try await command.run("conversions", "import", "job.yaml", "p.csv").status == 0)
            for (dimension, expected) in [
                ("source", "news,2,2,usdc,11.00\npartner,2,1,usdc,5.00\n"),
                ("segment", "news,2,2,usdc,11.00\npartner,2,1,usdc,5.00\n"),
                ("medium", "email,4,3,usdc,16.00\n"),
                (
                    "campaign",
                    "A-news,1,1,usdc,5.00\nA-partner,1,1,usdc,5.00\nB-news,1,1,usdc,6.00\nB-partner,1,0,,\n"
                ),
                ("product", "A,2,2,usdc,10.00\nB,2,1,usdc,6.00\n"),
            ] {
                let outcome = try await command.run(
                    "analytics", "job.yaml", "--by", dimension, "--format", "csv")
                let lines = outcome.output.split(separator: "\n").dropFirst().map { line in
                    line.split(separator: ",", omittingEmptySubsequences: false).prefix(5).joined(
                        separator: ",") + "\n"
                }
                #expect(lines.joined() == expected, "\(outcome.output)")
            }
        }
    }
}
