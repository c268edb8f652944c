import CatalinkCore
import Foundation
import Testing

/// The newcomer's first hour: the samples, as the README runs them.
@Suite(.timeLimit(.minutes(10)))
struct SampleTests {
    @Test(arguments: [
        ("quickstart", 52, 20), ("google-merchant", 25, 5), ("products", 23, 2), ("shopify", 25, 21),
        ("tickets", 5, 1), ("dynamic-links", 10, 0), ("tracked-links", 4, 0), ("bundles", 3, 0),
        ("hampers", 2, 0),
        ("subscriptions", 6, 0), ("donations", 2, 0), ("offers", 3, 1), ("services", 3, 0),
    ])
    func aSampleIsCreatedOnceAndThenUnchanged(_ job: String, _ created: Int, _ filtered: Int) async throws {
        try await CommandLine.withProject { command in
            let first = try await command.run("run", "jobs/\(job).yaml", "--format", "json")
            #expect(first.status == 0, "\(first.errors)")
            let books = try first.json()
            #expect(books["books"]?["created"]?.integer == created)
            #expect(books["books"]?["filtered"]?.integer == filtered)
            #expect(books["requests"]?["sent"]?.integer == created)
            #expect(books["ledger"]?["after"]?.integer == created)

            let again = try await command.run("run", "jobs/\(job).yaml", "--format", "json")
            #expect(again.status == 0, "\(again.errors)")
            #expect(try again.json()["books"]?["unchanged"]?.integer == created)
            #expect(try again.json()["requests"]?["sent"]?.integer == 0)
            #expect(try again.json()["ledger"]?["new"]?.integer == 0)
        }
    }

    @Test func quietSaysNothingWhenAllIsSettled() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run("run", "-q", "jobs/products.yaml")
            #expect(outcome.status == 0)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.isEmpty)
        }
    }

    @Test func everyMistakeIsNamedAndTheGoodRowsAreCreated() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run("run", "jobs/mistakes.yaml")
            #expect(outcome.status == 2)
            let expected = [
                #"samples/mistakes.csv:3:28 (price): price: expected a decimal number, got: "12,50" (a decimal comma? say `decimal: comma`) [jobs/mistakes.yaml:24]"#,
                #"samples/mistakes.csv:5:22 (price): price: expected a price, got: nothing (`zero: skip` leaves such rows out, `zero: free` makes links without an amount) [jobs/mistakes.yaml:24]"#,
                #"samples/mistakes.csv:9:8 (title): title: expected at least 3 characters, got: "Ax" [jobs/mistakes.yaml:13]"#,
                #"samples/mistakes.csv:9:102 (type): linkType: expected PRODUCT, DONATION, SUBSCRIPTION, got: "PRODUKT" (did you mean PRODUCT?) [jobs/mistakes.yaml:16]"#,
                #"samples/mistakes.csv:11:9 (title): title: expected at most 100 characters, got: 130 (`| truncate: 100` cuts it) [jobs/mistakes.yaml:13]"#,
                #"samples/mistakes.csv:19:130 (stock): maxPayments: expected a whole number of at least 1, got: "many" [jobs/mistakes.yaml:20]"#,
            ]
            let lines = Set(outcome.output.split(separator: "\n").map(String.init))
            for line in expected { #expect(lines.contains(line), "missing: \(line)") }
            #expect(lines.count { $0.hasPrefix("samples/mistakes.csv:") } == 13)
            #expect(lines.contains("  created    11"))
            #expect(lines.contains("  invalid    10"))
            #expect(lines.contains("  duplicate  2"))
            #expect(lines.contains("  merged     1"))
        }
    }

    @Test func onlyCorrectedRowsAreCreatedAfterwards() async throws {
        try await CommandLine.withProject { command in
            _ = try await command.run("run", "jobs/mistakes.yaml")
            try command.write(
                try Self.corrected(command.read("samples/mistakes.csv")), to: "samples/mistakes.csv")
            let outcome = try await command.run("run", "jobs/mistakes.yaml", "--format", "json")
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            let document = try outcome.json()
            #expect(document["books"]?["created"]?.integer == 11)
            #expect(document["books"]?["unchanged"]?.integer == 11)
            #expect(document["books"]?["merged"]?.integer == 2)
            #expect(document["requests"]?["sent"]?.integer == 11)
        }
    }

    /// Every record of the file, its mistakes mended.
    private static func corrected(_ text: String) throws -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        func mend(_ line: Int, _ old: String, _ new: String) throws {
            try #require(lines[line - 1].contains(old), "line \(line)")
            lines[line - 1] = lines[line - 1].replacing(old, with: new, maxReplacements: 1)
        }
        func cut(_ line: Int, column: Int, to length: Int) throws {
            var cells = try #require(Self.cells(lines[line - 1]))
            cells[column] = String(cells[column].prefix(length))
            lines[line - 1] = cells.map { "\"\($0)\"" }.joined(separator: ",")
        }
        try mend(3, "\"12,50\"", "12.50")
        var empty = try #require(Self.cells(lines[4]))
        empty[2] = "9.50"
        lines[4] = empty.map { "\"\($0)\"" }.joined(separator: ",")
        try mend(7, "0.00", "8.00")
        try mend(9, "Ax", "Axe")
        try mend(9, "PRODUKT", "PRODUCT")
        try cut(11, column: 1, to: 100)
        try cut(13, column: 4, to: 500)
        try mend(15, "usd", "usdc")
        try mend(17, "photo.jpg", "https://cdn.example.com/photo.jpg")
        try mend(19, "many", "7")
        try mend(19, "2026-13-45", "2030-12-31")
        lines[20] = "MK-099" + lines[20]
        lines[24] = lines[22]
        return lines.joined(separator: "\n")
    }

    private static func cells(_ line: String) -> [String]? {
        var cells: [String] = [""]
        var isQuoted = false
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                cells.append("")
            } else {
                cells[cells.count - 1].append(character)
            }
        }
        return cells.count == 9 ? cells : nil
    }

    @Test func planAndCheckSendNothingAndMakeNoLedger() async throws {
        try await CommandLine.withProject { command in
            let plan = try await command.run(
                "plan", "jobs/quickstart.yaml", "--format", "json", "--detailed-exitcode")
            #expect(plan.status == 2)
            #expect(try plan.json()["requests"]?["new"]?.integer == 52)
            let check = try await command.run("check", "jobs/mistakes.yaml")
            #expect(check.status == 2)
            #expect(check.output.contains("samples/mistakes.csv:3:28 (price)"))
            #expect(!FileManager.default.fileExists(atPath: command.directory + "/state"))
        }
    }

    @Test func resultsAndStatusTellOfEveryRow() async throws {
        try await CommandLine.withProject { command in
            _ = try await command.run("run", "jobs/mistakes.yaml")
            let results = try await command.run("results", "jobs/mistakes.yaml", "--format", "jsonl")
            let lines = try results.output.split(separator: "\n").map {
                try JSONValue(parsing: Array($0.utf8))
            }
            #expect(lines.count { $0["state"]?.string == "created" } == 11)
            #expect(lines.count { $0["state"]?.string == "invalid" } == 10)
            #expect(lines.count { $0["state"]?.string == "duplicate" } == 2)
            let first = try #require(lines.first { $0["state"]?.string == "created" })
            #expect(first["link_url"]?.string?.hasPrefix("https://checkout.devdraft.ai/") == true)
            #expect(first["idempotency_key"]?.string?.count == 36)
            let csv = try command.read("state/sandbox/default/mistakes/latest/results.csv")
            #expect(csv.split(separator: "\n").count == 1 + 24)
            let status = try await command.run("status", "jobs/mistakes.yaml", "--format", "json")
            #expect(try status.json()["items"]?["created"]?.integer == 11)
        }
    }
}
