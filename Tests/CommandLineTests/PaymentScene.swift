import CatalinkCore
import Foundation
import Testing

/// The links of `jobs/tracked-links.yaml`, made, and payments for them.
struct PaymentScene: Sendable {
    static let job = "jobs/tracked-links.yaml"

    let command: CommandLine
    /// Ids and addresses by slug.
    let links: [String: (id: String, url: String)]

    static func with(_ body: (PaymentScene) async throws -> Void) async throws {
        try await CommandLine.withProject { command in
            let run = try await command.run("run", "-q", job)
            try #require(run.status == 0, "\(run.errors)")
            let results = try await command.run("results", job, "--format", "jsonl")
            var links: [String: (id: String, url: String)] = [:]
            for line in results.output.split(separator: "\n") {
                let item = try JSONValue(parsing: Array(line.utf8))
                let url = item["link_url"]?.string ?? ""
                links[url.split(separator: "/").last.map(String.init) ?? ""] = (
                    item["link_id"]?.string ?? "", url
                )
            }
            try await body(PaymentScene(command: command, links: links))
        }
    }

    var state: String { "\(command.directory)/state/sandbox/default/tracked-links" }

    /// Imports and checks the exit status and that the books balance.
    @discardableResult
    func imported(
        _ expected: Int32, _ words: String..., input: String? = nil,
        at place: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let started = try command.start(
            ["conversions", "import", Self.job, "--format", "json"] + words, input: input)
        let status = await started.ended()
        let (output, errors) = (try started.output(), try started.errors())
        #expect(status == expected, "\(output)\(errors)", sourceLocation: place)
        let json = try JSONValue(parsing: Array(output.utf8))
        let counts = ["new", "known", "unmatched", "invalid"].compactMap { json.books($0) }
        #expect(json.books("rows") == counts.reduce(0, +), "\(output)", sourceLocation: place)
        return json
    }
}

extension JSONValue {
    func books(_ name: String) -> Int? { self["books"]?[name]?.integer }
}
