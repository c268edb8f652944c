import CatalinkCore
import Foundation
import Testing

/// What the command makes of catalogs of every kind, through the real binary.
@Suite(.timeLimit(.minutes(10)))
struct CatalogTests {
    private static let table = "sku,title,price\nA-1,Tin mug,5.00\nA-2,Tin cup,6.00\n"

    private func created(_ command: CommandLine, _ source: String, input: String? = nil) async throws -> Int?
    {
        try command.writeJob("job", source: source, target: "{sandbox: {limit: 100, window: 1s}}")
        let started = try command.start(["run", "job.yaml", "--format", "json"], input: input)
        let status = await started.ended()
        let errors = try started.errors()
        #expect(status == 0, "\(errors)")
        let summary = try JSONValue(parsing: Array(try started.output().utf8))
        return summary["books"]?["created"]?.integer
    }

    @Test func standardInputIsACatalog() async throws {
        try await CommandLine.withProject { command in
            let count = try await created(command, "{path: \"-\", format: csv}", input: Self.table)
            #expect(count == 2)
            // What it read twice, to inherit over the whole catalog, was there twice.
            try command.writeJob(
                "other", source: "{path: \"-\", format: csv}", target: "{sandbox: {limit: 100, window: 1s}}",
                more: "fillDown: {by: sku, columns: [title], reach: file}")
            let started = try command.start(
                ["run", "other.yaml"], input: "sku,title,price\nA,,1\nB,Tin cup,2\n")
            #expect(await started.ended() == 2)
            #expect(try started.output().contains("created    1"))
        }
    }

    /// On a thread of its own, as it waits for who reads.
    private func written(_ data: Data, to end: FileHandle) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread {
                continuation.resume(with: Result { try end.write(contentsOf: data) })
            }
        }
    }

    private static let signals: [(verb: String, signal: Int32, status: Int32)] = [
        ("plan", SIGTERM, 143), ("check", SIGINT, 130), ("run", SIGTERM, 143), ("run", SIGINT, 130),
    ]

    @Test(arguments: signals.indices)
    func aSignalEndsTheWaitForStandardInput(_ index: Int) async throws {
        let (verb, signal, status) = Self.signals[index]
        try await CommandLine.withProject { command in
            try command.writeJob(
                "job", source: "{path: \"-\", format: csv}", target: "{sandbox: {limit: 100, window: 1s}}")
            let input = Pipe()
            let started = try command.start([verb, "job.yaml"], from: input)
            // More than a pipe holds: once it is written, the process reads.
            let text = "sku,title,price\n" + String(repeating: "A,Tin mug,1\n", count: 100_000)
            try await written(Data(text.utf8), to: input.fileHandleForWriting)
            started.signal(signal)
            #expect(await started.ended() == status)
            #expect(try started.errors().contains("while standard input was read; nothing was sent"))
            withExtendedLifetime(input) {}
        }
    }

    @Test func theBenchReadsStandardInput() async throws {
        try await CommandLine.withProject { command in
            let started = try command.start(["bench", "read", "-", "--format", "csv"], input: Self.table)
            #expect(await started.ended() == 0)
            let errors = try started.errors()
            #expect(try started.output().hasPrefix("2 records, "), "\(errors)")
        }
    }

    private static let forms: [(name: String, text: String, source: String)] = [
        ("c.json", "[{\"sku\": \"A\", \"title\": \"Tin mug\", \"price\": 5.50}]", "{path: c.json}"),
        (
            "c.json", "{\"p\": {\"A\": {\"sku\": \"A\", \"title\": \"Tin mug\", \"price\": \"5\"}}}",
            "{path: c.json, records: \"/p/*\"}"
        ),
        ("c.jsonl", "{\"sku\": \"A\", \"title\": \"Tin mug\", \"price\": 5}\n\n", "{path: c.jsonl}"),
        ("c.yml", "p:\n  - {sku: A, title: Tin mug, price: 5}\n", "{path: c.yml, records: /p}"),
        (
            "c.yml", "<p xmlns:x='urn:x'><x:i><sku>A</sku><title>Tin mug</title><price>5</price></x:i></p>",
            "{path: c.yml, format: xml, records: /p/n:i, namespaces: {n: \"urn:x\"}}"
        ),
        ("c.txt", "sku|title|price\nA|Tin mug|5\n", "{path: c.txt}"),
        ("c.tab", "sku\ttitle\tprice\nA\tTin mug\t5\n", "{path: c.tab}"),
        (
            "c.csv", "Export of today\n\n# note\nsku;title;price\nA;Tin mug;5;;\n",
            "{path: c.csv, headerRow: 3, comment: \"#\", ragged: ignore}"
        ),
        ("c.csv", "sku,title,price\nA,Tin mug,5\n", "{path: [\"?.csv\"], encoding: iso-8859-15}"),
    ]

    @Test(arguments: forms)
    func eachFormBecomesALink(_ name: String, _ text: String, _ source: String) async throws {
        try await CommandLine.withProject { command in
            try command.write(text, to: name)
            let count = try await created(command, source)
            #expect(count == 1)
        }
    }

    /// Rows of different files, and of one cell, each with a verdict of its own; some are refused or left out.
    @Test(arguments: [
        ("{path: [a.csv, b.csv, d.csv]}", "where: {price: {empty: false}}"),
        ("{path: c.csv}", "where: {price: {empty: false}}\nunfold: {columns: [sku]}"),
    ])
    func rowsOfSeveralFilesAndCellsAreEachSettled(_ source: String, _ more: String) async throws {
        try await CommandLine.withProject { command in
            try command.write("sku,title,price\nA,Tin mug,1\nB,Tin cup,\nC,Tin pot,x\n", to: "a.csv")
            try command.write("sku,title,price\nD,Tin pan,1\nE,,2\nF,Tin lid,3\n", to: "b.csv")
            try command.write("title,price,sku\nTin mug,1,A\nTin jug,4,G\n", to: "d.csv")
            try command.write(
                "sku,title,price\n\"A,D\",Tin mug,1\nB,Tin cup,\nC,Tin pot,x\nE,,2\n\"A,F,G\",Tin mug,1\n",
                to: "c.csv")
            try command.writeJob(
                "job", source: source, target: "{sandbox: {limit: 100, window: 1s}}", more: more)
            let first = try await command.run("run", "job.yaml", "--format", "json")
            #expect(first.status == 2, "\(first.errors)")
            let books = try first.json()["books"]
            #expect(books?["created"]?.integer == 4)
            #expect(books?["invalid"]?.integer == 2)
            #expect(books?["merged"]?.integer == 1)
            #expect(books?["filtered"]?.integer == 1)
            let again = try await command.run("run", "job.yaml", "--format", "json")
            #expect(try again.json()["books"]?["unchanged"]?.integer == 4)
            #expect(try again.json()["requests"]?["sent"]?.integer == 0)
        }
    }

    @Test func whatTheReaderGuessedIsTold() async throws {
        try await CommandLine.withProject { command in
            try command.write("sku;title;price\nA;Tin mug;5\nB;Tin cup\n", to: "c.csv")
            try command.writeJob("job", source: "{path: c.csv, ragged: pad}", target: "{sandbox: {}}")
            let outcome = try await command.run("check", "job.yaml")
            #expect(outcome.errors.contains("c.csv:1: delimiter \";\" found, confidence "))
            #expect(outcome.errors.contains("c.csv:3: 1 row has fewer fields than the header"))
        }
    }

    @Test func rowsThatAreLeftOutAreToldWithTheirReason() async throws {
        try await CommandLine.withProject { command in
            try command.write(
                "sku,title,price,s\nA,Tin mug,5,on\nB,Tin cup,,on\nC,Tin pot,5,off\n", to: "c.csv")
            try command.writeJob(
                "job", source: "{path: c.csv}", target: "{sandbox: {limit: 100, window: 1s}}",
                more: "where: {s: on, price: {empty: false, reason: no price yet}}")
            let outcome = try await command.run("run", "job.yaml")
            #expect(outcome.status == 0)
            #expect(
                outcome.output.contains(
                    "  filtered   2\n             1: no price yet\n             1: s is not \"on\"\n"))
            let document = try await command.run("run", "job.yaml", "--format", "json")
            let reasons = try document.json()["filtered"]
            #expect(
                reasons
                    == .array([
                        .object([("reason", .string("no price yet")), ("count", .integer(1))]),
                        .object([("reason", .string("s is not \"on\"")), ("count", .integer(1))]),
                    ]))
        }
    }

    @Test func aJobIsBegunThatCheckAccepts() async throws {
        try await CommandLine.withProject { command in
            try command.write(
                "Artikel;Bezeichnung;Preis\n1;Tasse;1.299,00\n2;Teller;12,50\n", to: "Ware 1.csv")
            let begun = try await command.run("init", "Ware 1.csv")
            #expect(begun.status == 0)
            #expect(begun.errors.contains("Ware 1.csv: CSV, delimiter ;, 3 columns"))
            #expect(begun.errors.contains("next: catalink check ware-1.yaml"))
            let checked = try await command.run("check", "ware-1.yaml")
            #expect(checked.status == 0, "\(checked.errors)")
            #expect(checked.output.contains("good       2"))
            let again = try await command.run("init", "Ware 1.csv")
            #expect(again.status == 64)
            #expect(again.errors.contains("ware-1.yaml: expected a file that is not there yet, got: one"))
        }
    }

    @Test func aKnownExportIsBegunOnItsPreset() async throws {
        try await CommandLine.withProject { command in
            let begun = try await command.run("init", "samples/google-merchant.xml", "-o", "jobs/feed.yaml")
            #expect(begun.status == 0)
            #expect(try command.read("jobs/feed.yaml").contains("preset: google-merchant-rss"))
            let checked = try await command.run("check", "jobs/feed.yaml")
            #expect([0, 2].contains(checked.status), "\(checked.errors)")
        }
    }

    @Test func presetsAreListedAndPrinted() async throws {
        try await CommandLine.withProject { command in
            let list = try await command.run("presets")
            #expect(list.status == 0)
            #expect(list.output.split(separator: "\n").count > 20)
            let one = try await command.run("presets", "shopify")
            #expect(one.output.contains("preset: shopify\n"))
            #expect(try await command.run("presets", "shopifi").status == 64)
        }
    }

    @Test func brokenCatalogsFindNothingInTheReaders() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run(
                "bench", "fuzz", "--seconds", "2", "--seed", "7", "--keep", command.directory + "/fuzz")
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.output.split(separator: "\n").count == 5)
        }
    }
}
