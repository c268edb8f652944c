import CatalinkCore
import Foundation
import Testing

/// A job in a project of its own, and what became of its rows.
struct FixWorkshop: Sendable {
    let command: CommandLine
    var target = "{sandbox: {limit: 100000, window: 1s}}"
    var state: String { "state/sandbox/default/job" }

    static func with(_ body: (FixWorkshop) async throws -> Void) async throws {
        try await CommandLine.withProject { try await body(FixWorkshop(command: $0)) }
    }

    @discardableResult
    func run(
        _ expected: Int32, _ words: String..., says: String = "",
        at place: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let outcome = try await command.start(["run", "job.yaml"] + words).expectEnd(
            expected, says: says, at: place)
        _ = outcome
        return try JSONValue(parsing: Array(try command.read("\(state)/latest/summary.json").utf8))
    }

    func fix(_ end: String) throws -> String { try command.read("\(state)/latest/fix.\(end)") }

    func hasFix(_ end: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(command.directory)/\(state)/latest/fix.\(end)")
    }

    /// Keys of all items with a link, each once.
    func created() async throws -> [String] {
        let results = try await command.run("results", "job.yaml", "--format", "jsonl")
        return try results.output.split(separator: "\n").compactMap { line in
            let item = try JSONValue(parsing: Array(line.utf8))
            return item["link_id"]?.string == nil ? nil : item["key"]?.string
        }.sorted()
    }
}
