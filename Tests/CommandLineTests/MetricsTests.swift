import Foundation
import Testing

/// `metrics:` of a job, by the real binary.
@Suite(.timeLimit(.minutes(2)))
struct MetricsTests {
    private static let good = "sku,title,price\nA,Mug,5.00\nB,Cup,6.00\n"

    private static func write(_ catalog: String, _ command: CommandLine) throws {
        try command.write(catalog, to: "c.csv")
        try command.writeJob(
            "shop", source: "{path: c.csv}", target: "{sandbox: {limit: 1000, window: 1s}}",
            more: "metrics: {file: shop.prom}")
    }

    private static func value(_ name: String, _ text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(name + "{job=\"shop\"} ") }
            .map { String($0.split(separator: " ")[1]) }
    }

    @Test func everyEndOfARunIsWritten() async throws {
        try await CommandLine.withProject { command in
            try Self.write(Self.good, command)
            #expect(try await command.run("run", "shop.yaml").status == 0)
            let first = try command.read("shop.prom")
            #expect(Self.value("catalink_last_run_exit_status", first) == "0")
            #expect(Self.value("catalink_last_run_rows", first) == "2")
            #expect(Self.value("catalink_last_run_request_duration_seconds_count", first) == "2")
            #expect(first.contains("catalink_ledger_items{job=\"shop\",state=\"created\"} 2\n"))
            let success = Self.value("catalink_last_success_timestamp_seconds", first)
            #expect(success != nil)
            let attributes = try FileManager.default.attributesOfItem(
                atPath: command.directory + "/shop.prom")
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o644)

            // A run without a catalog, too; the success before it is still told.
            try FileManager.default.removeItem(atPath: command.directory + "/c.csv")
            #expect(try await command.run("run", "shop.yaml").status == 65)
            let second = try command.read("shop.prom")
            #expect(Self.value("catalink_last_run_exit_status", second) == "65")
            #expect(Self.value("catalink_last_run_rows", second) == nil)
            #expect(Self.value("catalink_last_success_timestamp_seconds", second) == success)
            #expect(second.contains("catalink_ledger_items{job=\"shop\",state=\"created\"} 2\n"))
        }
    }

    @Test func aFileThatCannotBeWrittenIsSaidAndFailsNothing() async throws {
        try await CommandLine.withProject { command in
            try Self.write(Self.good, command)
            let path = command.directory + "/shop.prom"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            let outcome = try await command.run("run", "shop.yaml")
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("note       metrics.file is not written: "))
        }
    }
}
