import CatalinkCore
import Foundation
import Testing

/// `catalink schema`, and job files held to it by a validator that is not ours.
@Suite(.timeLimit(.minutes(10)))
struct JobSchemaCommandTests {
    @Test func theSchemaIsPrinted() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run("schema")
            #expect(outcome.status == 0)
            #expect(outcome.errors.isEmpty)
            let schema = try outcome.json()
            #expect(schema["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
            #expect(schema["$id"] == nil)
            #expect(schema["properties"]?["pricing"]?["properties"]?["rules"]?["description"] != nil)
        }
    }

    /// Where the packages of `.ci/setup` are not there, only CI takes that for a failure.
    @Suite(
        .enabled(
            "needs python3-jsonschema and python3-yaml, see .ci/setup",
            { try await SchemaValidator.isExpected() }))
    struct Validated {
        @Test func everyJobOfTheProjectIsRight() async throws {
            try await CommandLine.withProject { command in
                let jobs = try FileManager.default.contentsOfDirectory(atPath: command.directory + "/jobs")
                    .sorted().map { "jobs/\($0)" }
                #expect(jobs.count >= 14)
                let outcome = try await SchemaValidator(command).validate(jobs)
                #expect(outcome.errors == "")
                #expect(outcome.output == jobs.map { "\($0): right\n" }.joined())
                #expect(outcome.status == 0)
            }
        }

        /// Each in more spellings than the project's own jobs have.
        @Test(arguments: [
            "limits: {rate: server, reserve: \"2\", deadline: 05:30, timeout: 30s}",
            "limits: {rate: [100/1m, 5000/24h], deadline: 2026-12-01T05:30:00Z}",
            "policy: {brakes: off, maxErrors: 5, allow: [taxPair], rules: {decimals: off, markdown: warning}}",
            "policy: {brakes: {new: off, missing: 12.5%}, maxErrors: 5%, canary: 3, onChange: replace}",
            "where: {sku: [A, 1], price: {min: 1, max: \"9.50\", reason: dear}, title: {not: {glob: \"x*\"}}}",
            "where: {sku: 1, title: true, price: {empty: false}}",
            "fields: {name: \"{{title}}\"}\ntables: {t: {values: {a: 1, b: true}, default: no}}",
            "fillDown: {by: sku, columns: [title], reach: file}\nunfold: {columns: [title]}",
            "parent: {of: sku, is: [\"{{sku}}\", \"{{title}}\"], columns: [title], optional: true}",
            "segments: [1, b]\ntracking: {source: x, campaign: 2026}\nbundle: {amount: sum}",
            "state: ./state", "keep: 30\nresults: {bom: true}", "keep: 30 runs\nresults: {bom: \"false\"}",
            "metrics: {file: a.prom}\nunsettledAfter: 6h\nnotify: [{heartbeat: {env: HC}}, {command: [tee, 1]}]",
            "notify: [{on: [start], webhook: {url: \"https://a.b/c\", body: {n: 1, t: [\"{{job}}\"]}, headers: {X-A: 1}}}]",
        ])
        func whatTheParserTakesIsRight(_ more: String) async throws {
            try await CommandLine.withProject { command in
                try command.write("sku,title,price\nA,Mug,1.00\n", to: "c.csv")
                try command.writeJob("right", source: "{path: c.csv}", target: "{sandbox: {}}", more: more)
                #expect(try await command.run("check", "right.yaml").status != 78)
                let outcome = try await SchemaValidator(command).validate(["right.yaml"])
                #expect(outcome.output == "right.yaml: right\n")
            }
        }

        @Test(arguments: [
            ("source: {path: c.csv", "source: {path: c.csv, recrods: /a", "/source: additionalProperties"),
            ("key:", "kee: 1\nkey:", "/: additionalProperties"),
            ("key: \"{{sku}}\"", "", "/: required"),
            ("target: {sandbox: {}}", "", "/: required"),
            ("{sandbox: {}}", "{credentials: shop}", "/target: anyOf"),
            ("{sandbox: {}}", "{sandbox: {limit: many}}", "/target/sandbox/limit: pattern"),
            ("title: \"{{title}}\"", "title: [a]", "/link/title: type"),
            ("{price: \"{{price}}\"}", "{price: \"1\", zero: none}", "/pricing/zero: enum"),
            ("{price: \"{{price}}\"}", "{price: \"1\", floor: 0}", "/pricing/floor: exclusiveMinimum"),
            ("{price: \"{{price}}\"}", "{floor: 1}", "/pricing: required"),
            (
                "{price: \"{{price}}\"}", "{price: \"1\", rules: [{name: a, percent: 1, add: 2}]}",
                "/pricing/rules/0: oneOf"
            ),
            (
                "{price: \"{{price}}\"}", "{price: \"1\", rules: [{name: a, when: {b: {gt: 1}}, add: 2}]}",
                "/pricing/rules/0/when/b: additionalProperties"
            ),
            ("target:", "limits: {concurrency: 2000}\ntarget:", "/limits/concurrency: maximum"),
            ("target:", "limits: {timeout: 30}\ntarget:", "/limits/timeout: type"),
            ("target:", "policy: {brakes: {new: half}}\ntarget:", "/policy/brakes/new: pattern"),
            ("target:", "keep: 0\ntarget:", "/keep: minimum"),
            ("target:", "keep: 30 days\ntarget:", "/keep: pattern"),
            ("target:", "results: {bom: maybe}\ntarget:", "/results/bom: enum"),
            ("target:", "where: {a: {reason: b}}\ntarget:", "/where/a: minProperties"),
            ("{path: c.csv}", "{path: c.csv, preset: shopfy}", "/source/preset: anyOf"),
        ])
        func whatTheParserRefusesIsWrongInOnePlace(_ old: String, _ new: String, _ fault: String) async throws
        {
            try await CommandLine.withProject { command in
                try command.writeJob("wrong", source: "{path: c.csv}", target: "{sandbox: {}}")
                let job = try command.read("wrong.yaml")
                try command.write(job.replacing(old, with: new), to: "wrong.yaml")
                #expect(try await command.run("check", "wrong.yaml").status == 78)
                let outcome = try await SchemaValidator(command).validate(["wrong.yaml"])
                #expect(outcome.output == "wrong.yaml: \(fault)\n")
                #expect(outcome.status == 1)
            }
        }
    }
}

/// Debian's Python, whose packages `.ci/setup` installs, and whatever the schema is now.
private struct SchemaValidator {
    private static let interpreter = "/usr/bin/python3"

    let command: CommandLine

    init(_ command: CommandLine) {
        self.command = command
    }

    static func isExpected() async throws -> Bool {
        if ProcessInfo.processInfo.environment["CI"] == "true" { return true }
        guard FileManager.default.isExecutableFile(atPath: interpreter) else { return false }
        var status: Int32 = -1
        try await CommandLine.withProject { command in
            status = try await SchemaValidator(command).python(["-c", "import jsonschema, yaml"]).status
        }
        return status == 0
    }

    func validate(_ files: [String]) async throws -> CommandLine.Outcome {
        try command.write(try await command.run("schema").output, to: "catalink.schema.json")
        let tests = #filePath.components(separatedBy: "/CommandLineTests/").dropLast().joined(
            separator: "/CommandLineTests/")
        return try await python(["\(tests)/SchemaValidator/validate.py", "catalink.schema.json"] + files)
    }

    private func python(_ arguments: [String]) async throws -> CommandLine.Outcome {
        let started = try StartedCommand(
            arguments, directory: command.directory, variables: command.variables,
            executable: URL(filePath: Self.interpreter))
        let status = await started.ended()
        return CommandLine.Outcome(
            status: status, output: try started.output(), errors: try started.errors())
    }
}
