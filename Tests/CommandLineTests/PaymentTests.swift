import CatalinkCore
import Foundation
import Testing

/// Payments of links, imported by the real binary.
@Suite(.timeLimit(.minutes(10)))
struct PaymentTests {
    @Test func paymentsAreRecordedOnce() async throws {
        try await PaymentScene.with { scene in
            let first = try await scene.imported(0, "samples/payments.csv")
            #expect(first.books("new") == 12)
            let again = try await scene.imported(0, "samples/payments.csv")
            #expect(again.books("known") == 12)
            #expect(again.books("new") == 0)
        }
    }

    private static let columns = "id,slug,amount,currency,time"
    private static let good = "p-1,enamel-mug-spring,14.90,usdc,2026-11-02T09:15:00Z"

    /// A row that is wrong, and what is said of it.
    private static let wrong: [(row: String, says: String)] = [
        (
            "p-2,enamel-mug-spring,\"14,90\",usdc,2026-11-02T09:15:00Z",
            #"p.csv:2:24 (amount): amount: expected a decimal number, got: "14,90" (a decimal comma? say `decimal: comma`)"#
        ),
        (
            "p-2,enamel-mug-spring,14.905,EUR,2026-11-02T09:15:00Z",
            #"p.csv:2:23 (amount): amount: expected at most 2 decimals, as EUR has, got: "14.905""#
        ),
        (
            "p-2,enamel-mug-spring,14.90,usd-c,2026-11-02T09:15:00Z",
            #"p.csv:2:29 (currency): currency: expected a currency code such as EUR or USDC, got: "usd-c""#
        ),
        (
            "p-2,enamel-mug-spring,14.90,usdc,02.11.2026",
            #"p.csv:2:34 (time): time: expected a time such as 2026-11-30T09:41:00Z, got: "02.11.2026""#
        ),
        (
            "p-2,enamel-mug-spring,14.90,usdc,1793610900",
            "(seconds since 1970? say `unix: seconds`)"
        ),
        (
            "p-2,enamel-mug,14.90,usdc,2026-11-02T09:15:00Z",
            #"p.csv:2:5 (slug): slug: expected a link of this job, got: "enamel-mug""#
        ),
        (
            "p-2,,14.90,usdc,2026-11-02T09:15:00Z",
            "p.csv:2:5 (slug): slug: expected the link that was paid, got: nothing"
        ),
        ("p-2,enamel-mug-spring,14.90,usdc", "p.csv:2: row: expected 5 fields as in the header, got: 4"),
        ("1.5E+07,enamel-mug-spring,14.90,usdc,2026-11-02T09:15:00Z", "a spreadsheet has rounded it"),
    ]

    @Test(arguments: wrong.indices)
    func aWrongRowIsToldWithItsPlaceAndTheOthersAreRecorded(_ index: Int) async throws {
        let (row, says) = Self.wrong[index]
        try await PaymentScene.with { scene in
            try scene.command.write("\(Self.columns)\n\(row)\n\(Self.good)\n", to: "p.csv")
            let outcome = try await scene.command.run("conversions", "import", PaymentScene.job, "p.csv")
            #expect(outcome.status == 2)
            #expect(outcome.output.contains(says), "\(outcome.output)")
            #expect(outcome.output.contains("  new        1\n"), "\(outcome.output)")
        }
    }

    @Test func anIDWithOtherContentsIsNotSilentlyKnown() async throws {
        try await PaymentScene.with { scene in
            let other = Self.good.replacing("14.90", with: "15")
            try scene.command.write("\(Self.columns)\n\(Self.good)\n\(other)\n\(Self.good)\n", to: "p.csv")
            let first = try await scene.imported(2, "p.csv")
            #expect(first.books("new") == 1)
            #expect(first.books("known") == 1)
            #expect(first.books("invalid") == 1)
            try scene.command.write("\(Self.columns)\n\(other)\n", to: "p.csv")
            let outcome = try await scene.command.run("conversions", "import", PaymentScene.job, "p.csv")
            #expect(outcome.status == 2)
            let link = scene.links["enamel-mug-spring"]?.id ?? "?"
            #expect(
                outcome.output.contains(
                    #"p.csv:2 (id): id: expected one payment for each id, got: "p-1" with 15.00 usdc at "#
                        + "2026-11-02T09:15:00Z for \(link), and recorded with 14.90 usdc at 2026-11-02T09:15:00Z "
                        + "for \(link) ("), "\(outcome.output)")
        }
    }

    @Test func wrongRowsAreCorrectedInAFileOfTheirOwn() async throws {
        try await PaymentScene.with { scene in
            try scene.command.write(
                """
                \(Self.columns),note
                \(Self.good),first
                p-2,enamel-mug-spring,"-14,90",usdc,2026-11-03T09:15:00Z,refund
                p-3,no-such-link,1.00,usdc,2026-11-03T09:15:00Z,"a, b"

                """, to: "p.csv")
            let report = try await scene.imported(2, "p.csv")
            let path = try #require(report["fix"]?["file"]?.string)
            #expect(report["fix"]?["rows"]?.integer == 2)
            var fix = try String(contentsOfFile: path, encoding: .utf8)
            #expect(fix.hasPrefix("\(Self.columns),note,_item,_problem,_field,_place\n"), "\(fix)")
            fix = fix.replacing("-14,90", with: "-14.90").replacing(
                "no-such-link", with: "linen-tea-towel-spring")
            try scene.command.write(fix, to: "fix.csv")
            let corrected = try await scene.imported(0, "--fix", "fix.csv")
            #expect(corrected.books("new") == 2, "\(fix)")
            #expect(try await scene.imported(2, "p.csv", "--write-fix", "again.csv").books("known") == 1)
            #expect(try scene.command.read("again.csv").contains("no-such-link"))
        }
    }

    /// A row that had too few fields is no payment as long as the same ones are empty.
    @Test func aRowThatIsNotCorrectedIsNoPayment() async throws {
        try await PaymentScene.with { scene in
            try scene.command.write(
                "slug,amount,currency,time,id\nenamel-mug-spring,9,usdc,2026-11-02\n", to: "p.csv")
            try await scene.imported(2, "p.csv", "--write-fix", "fix.csv")
            #expect(try await scene.imported(2, "--fix", "fix.csv").books("invalid") == 1)
            let fix = try scene.command.read("fix.csv")
            try scene.command.write(fix.replacing("2026-11-02,,", with: "2026-11-02,real-1,"), to: "fix.csv")
            #expect(try await scene.imported(0, "--fix", "fix.csv").books("new") == 1, "\(fix)")
        }
    }

    /// Without it, payments that are equal otherwise would be one.
    @Test func anIDThatTheJobAsksForIsNeverLeftOut() async throws {
        try await PaymentScene.with { scene in
            try scene.command.write("id: \"{{payment}}\"\n", to: "m.yaml")
            try scene.command.write(
                "payment,slug,amount,currency,time\n,enamel-mug-spring,9,usdc,2026-11-02\n", to: "p.csv")
            let outcome = try await scene.command.run(
                "conversions", "import", PaymentScene.job, "p.csv", "--mapping", "m.yaml", "--write-fix",
                "f.csv")
            #expect(outcome.status == 2)
            #expect(outcome.output.contains("id: expected an id, as the job has `id:`, got: nothing"))
            #expect(
                outcome.output.contains(
                    "then: catalink conversions import \(PaymentScene.job) --mapping m.yaml --fix f.csv\n"),
                "\(outcome.output)")
        }
    }

    @Test func whatIsReadIsNotWrittenOver() async throws {
        try await PaymentScene.with { scene in
            let text = "\(Self.columns)\np-2,,1,usdc,2026-11-02\n"
            try scene.command.write(text, to: "p.csv")
            let outcome = try await scene.command.run(
                "conversions", "import", PaymentScene.job, "p.csv", "--write-fix", "./p.csv")
            #expect(outcome.status == 64)
            #expect(
                outcome.errors == "--write-fix: expected another file than what is read, got: \"./p.csv\"\n")
            #expect(try scene.command.read("p.csv") == text)
            let missing = try await scene.imported(2, "p.csv", "--write-fix", "nowhere/p.csv")
            #expect(
                missing["fix"]?["error"]?.string?.hasPrefix("nowhere/p.csv: expected to write it") == true)
        }
    }

    @Test func everyFormatSaysTheSame() async throws {
        try await PaymentScene.with { scene in
            let link = try #require(scene.links["enamel-mug-spring"])
            let rows = [
                ("x-1", "14.9", "2026-11-02T09:15:00Z"), ("x-2", "-3.50", "2026-11-02T10:00:00+02:00"),
            ]
            let csv = rows.map { "\($0.0),\(link.id),\($0.1),usdc,\($0.2)\n" }.joined()
            try scene.command.write("id,link_id,amount,currency,time\n" + csv, to: "p.csv")
            #expect(try await scene.imported(0, "p.csv").books("new") == 2)
            let xml = rows.map {
                "<payment><id>\($0.0)</id><url>\(link.url)/?utm_source=x</url><amount>\($0.1)</amount>"
                    + "<currency>USDC</currency><time>\($0.2)</time></payment>"
            }
            try scene.command.write("<payments>\(xml.joined())</payments>", to: "p.xml")
            let yaml = rows.map {
                "- {id: \($0.0), url: \"\(link.url)\", amount: \($0.1), currency: usdc, time: \"\($0.2)\"}\n"
            }
            try scene.command.write(yaml.joined(), to: "p.yaml")
            let lines = rows.map {
                #"{"id": "\#($0.0)", "slug": "enamel-mug-spring", "amount": \#($0.1), "currency": "usdc", "time": "\#($0.2)"}"#
            }
            try scene.command.write(lines.joined(separator: "\n"), to: "p.jsonl")
            for file in ["p.xml", "p.yaml", "p.jsonl"] {
                #expect(try await scene.imported(0, file).books("known") == 2, "\(file)")
            }
            let piped = try await scene.imported(
                0, "-", "--as", "csv", input: "id,link_id,amount,currency,time\n" + csv)
            #expect(piped.books("known") == 2)
        }
    }

    @Test func aMappingReadsWhatASourceWrites() async throws {
        try await PaymentScene.with { scene in
            try scene.command.write(
                "Beleg;Ziel;Betrag;Datum\nb-1;enamel-mug-spring;1.214,90;02.11.2026 09:15\n", to: "p.csv")
            try scene.command.write(
                """
                id: "{{Beleg}}"
                slug: "{{Ziel}}"
                amount: "{{Betrag | decimal: comma}}"
                currency: usdc
                time: "{{Datum | date: 'dd.MM.yyyy HH:mm'}}"
                """, to: "map.yaml")
            #expect(try await scene.imported(0, "p.csv", "--mapping", "map.yaml").books("new") == 1)
            // The same from the job itself, and by the same contents known.
            let job = try scene.command.read(PaymentScene.job)
            let mapping = try scene.command.read("map.yaml").split(separator: "\n").map { "  \($0)\n" }
                .joined()
            try scene.command.write("\(job)\nconversion:\n\(mapping)", to: PaymentScene.job)
            #expect(try await scene.imported(0, "p.csv").books("known") == 1)
            try scene.command.write(
                "\(job)\nconversion: {amount: \"{{Betrag | decimal: komma}}\"}\n", to: PaymentScene.job)
            let wrong = try await scene.command.run("conversions", "import", PaymentScene.job, "p.csv")
            #expect(wrong.status == 78)
            #expect(wrong.errors.contains("conversion.amount: expected"), "\(wrong.errors)")
        }
    }

    @Test func aNameOfSeveralLinksIsNoneOfThem() async throws {
        try await CommandLine.withProject { command in
            try command.write(
                "sku,title,price,order\nA,Tin mug,5,o-1\nB,Tin cup,6,o-1\nC,Tin can,7,o-2\n", to: "c.csv")
            try command.writeJob(
                "job", source: "{path: c.csv}", target: "{sandbox: {limit: 100, window: 1s}}")
            let job = try command.read("job.yaml").replacing(
                "linkType: PRODUCT", with: "linkType: PRODUCT, paymentForId: \"{{order}}\"")
            try command.write(job, to: "job.yaml")
            #expect(try await command.run("run", "-q", "job.yaml").status == 0)
            try command.write(
                """
                id,reference,amount,currency,time
                1,o-1,5,usdc,2026-11-01T00:00:00Z
                2,o-2,7,usdc,2026-11-01T00:00:00Z

                """, to: "p.csv")
            let outcome = try await command.run("conversions", "import", "job.yaml", "p.csv")
            #expect(outcome.status == 2)
            #expect(
                outcome.output.contains(
                    #"p.csv:2:3 (reference): reference: expected a link of this job, got: "o-1", which are several "#
                        + "(name it by its link_id)"), "\(outcome.output)")
            #expect(outcome.output.contains("2 rows = 1 new + 0 known + 1 unmatched + 0 invalid"))
        }
    }

    @Test func eachFileMustHaveItsColumns() async throws {
        try await PaymentScene.with { scene in
            try scene.command.write("\(Self.columns)\n\(Self.good)\n", to: "a.csv")
            try scene.command.write(
                "slug,time,amount,currency\nenamel-mug-spring,2026-11-05,2,eurc\n", to: "b.csv")
            try scene.command.write("id,slug,amount,time\n1,enamel-mug-spring,2,2026-11-05\n", to: "c.csv")
            #expect(try await scene.imported(0, "a.csv", "b.csv").books("new") == 2)
            let short = try await scene.command.run(
                "conversions", "import", PaymentScene.job, "a.csv", "c.csv")
            #expect(short.status == 78)
            #expect(short.errors.contains("c.csv: expected a column currency, got:"), "\(short.errors)")
        }
    }

    @Test func paymentsWithoutAnIDAreKnownByWhatTheySay() async throws {
        try await PaymentScene.with { scene in
            let row = "enamel-mug-spring,14.90,usdc,2026-11-02T09:15:00Z\n"
            let others =
                "enamel-mug-spring,14.9,usdc,2026-11-02T10:15:00+01:00\nenamel-mug-spring,14.90,usdc,2026-11-02T09:15:01Z\n"
            try scene.command.write("slug,amount,currency,time\n\(row)\(others)", to: "p.csv")
            let report = try await scene.imported(0, "p.csv")
            #expect(report.books("new") == 2)
            #expect(report.books("known") == 1)
            #expect(report["withoutId"]?.integer == 3)
        }
    }

    @Test func whatCannotBeReadSaysSo() async throws {
        try await PaymentScene.with { scene in
            let gone = try await scene.command.run("conversions", "import", PaymentScene.job, "gone.csv")
            #expect(gone.status == 65)
            try scene.command.write("id,slug,amount\n1,a,2\n", to: "p.csv")
            let short = try await scene.command.run("conversions", "import", PaymentScene.job, "p.csv")
            #expect(short.status == 78)
            #expect(short.errors.contains(#"p.csv: expected a column currency, got: "id", "slug", "amount""#))
            let unknown = try await scene.command.run("conversions", "import", "jobs/offers.yaml", "p.csv")
            #expect(unknown.status == 78)
            #expect(unknown.errors.contains("expected a ledger, got: none"))
        }
    }

    /// Rows of a file that takes a moment to import.
    private static let many = 60_000

    @Test func anImportThatIsKilledLosesAndDoublesNothing() async throws {
        try await PaymentScene.with { scene in
            var rows = Self.columns + "\n"
            for number in 0..<Self.many {
                rows += "k-\(number),linen-tea-towel-spring,\(number).25,usdc,2026-11-02T09:15:00Z\n"
            }
            try scene.command.write(rows, to: "p.csv")
            let first = try scene.command.start(["conversions", "import", PaymentScene.job, "p.csv"])
            // Past its first transaction.
            for _ in 0..<500 {
                if try await conversions(scene) > 0 { break }
                try await Task.sleep(for: .milliseconds(5))
            }
            first.signal(SIGKILL)
            #expect(await first.ended() == -SIGKILL)
            let rerun = try await scene.imported(0, "p.csv")
            let (new, known) = (rerun.books("new") ?? 0, rerun.books("known") ?? 0)
            #expect(new + known == Self.many)
            #expect(new > 0 && known > 0, "\(new) new, \(known) known: it was killed too late or too early")
            #expect(try await scene.imported(0, "p.csv").books("known") == Self.many)
            #expect(try await conversions(scene) == Self.many)
        }
    }

    private func conversions(_ scene: PaymentScene) async throws -> Int {
        let outcome = try await scene.command.run("analytics", PaymentScene.job, "--format", "json")
        return try outcome.json()["groups"]?.elements?.first?["conversions"]?.integer ?? 0
    }
}
