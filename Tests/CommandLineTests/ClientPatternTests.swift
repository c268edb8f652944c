import CatalinkCore
import Foundation
import Testing

/// The two patterns that the API's clients are made of, as jobs, down to the bytes that are sent.
@Suite(.timeLimit(.minutes(10)))
struct ClientPatternTests {
    /// The bodies of the links that a job would make, by slug, as `plan --explain` tells them.
    private func requests(_ command: CommandLine, _ job: String, _ keys: [String]) async throws -> [String] {
        var requests: [String] = []
        for key in keys {
            let outcome = try await command.run(
                "plan", "jobs/\(job).yaml", "--explain", key, "--format", "json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            for row in try outcome.json().elements ?? [] {
                requests.append(row["request"]?.bytes.text ?? "none")
            }
        }
        return requests
    }

    @Test func aRuleChangesOneProductForOneSegment() async throws {
        try await CommandLine.withProject { command in
            let keys = (1...5).map { "product-\($0)" }
            let amounts = try await requests(command, "dynamic-links", keys).map { request in
                request.components(separatedBy: "\"amount\":").last?.prefix { $0 != "," } ?? ""
            }
            #expect(
                amounts == [
                    "100", "90", "64.9", "64.9", "43.41", "43.41", "20.1", "20.1", "174", "174",
                ])
            let run = try await command.run("run", "jobs/dynamic-links.yaml", "--format", "json")
            #expect(run.status == 0, "\(run.errors)")
            #expect(try run.json()["books"]?["created"]?.integer == 10)
        }
    }

    @Test func trackingIsPartOfTheLink() async throws {
        try await CommandLine.withProject { command in
            let requests = try await requests(command, "tracked-links", ["NL-003"])
            #expect(
                requests == [
                    """
                    {"title":"Cast iron trivet","url":"cast-iron-trivet-autumn","linkType":"PRODUCT",\
                    "allowQuantityAdjustment":true,"allowMobilePayment":false,"currency":"usdc",\
                    "collectTax":false,"collectAddress":false,"amount":24,"customFields":{"sku":"NL-003",\
                    "tracking_campaign":"autumn-2026","tracking_medium":"email",\
                    "tracking_source":"newsletter"}}
                    """
                ])
        }
    }

    @Test func anExplanationTellsEveryStepAndItsRule() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run("plan", "jobs/offers.yaml", "--explain", "OF-1")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let steps = outcome.output.split(separator: "\n").prefix(6).map(String.init)
            #expect(
                steps == [
                    "samples/offers.csv:2",
                    "  price: {{list_price | decimal: comma}} = 129 [jobs/offers.yaml:22]",
                    "  rule kitchen week: -25% = 96.75 [jobs/offers.yaml:24]",
                    "  rule a little off the rest: not for this row: category is \"kitchen\" [jobs/offers.yaml:25]",
                    "  round: to the ending 0.9, down = 95.9 [jobs/offers.yaml:26]", "  amount: 95.9 eurc",
                ])
        }
    }

    @Test func aKeyThatIsNotThereIsWrongUsage() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run("plan", "jobs/offers.yaml", "--explain", "OF-9")
            #expect(outcome.status == 64)
            #expect(
                outcome.errors.contains(
                    "--explain: expected a key of samples/offers.csv, got: \"OF-9\""))
        }
    }
}
