import CatalinkCore
import Foundation
import Testing

/// The command against a sandbox in a process of its own.
@Suite(.timeLimit(.minutes(10)))
struct ServerTests {
    private static let credentials = ["DEVDRAFT_CLIENT_KEY": "sandbox", "DEVDRAFT_CLIENT_SECRET": "sandbox"]

    private static func withSandbox(
        _ limit: String = "100000", _ body: (CommandLine, SandboxProcess) async throws -> Void
    ) async throws {
        try await CommandLine.withProject { command in
            var command = command
            command.variables.merge(credentials) { $1 }
            try await SandboxProcess.with(command, "--limit", limit) { sandbox in
                try await body(command, sandbox)
            }
        }
    }

    private static func csv(_ rows: Int, price: String = "12.50") -> String {
        "sku,title,price\n" + (1...rows).map { "SKU-\($0),Mug number \($0),\(price)\n" }.joined()
    }

    private static let catalogs: [(name: String, text: String, source: String)] = [
        ("c.csv", csv(40), "{path: c.csv}"),
        (
            "c.xml",
            "<shop>"
                + (1...40).map {
                    "<p><sku>SKU-\($0)</sku><title>Mug number \($0)</title><price>12.50</price></p>"
                }.joined()
                + "</shop>", "{path: c.xml, records: /shop/p}"
        ),
        (
            "c.yaml", (1...40).map { "- {sku: SKU-\($0), title: Mug number \($0), price: 12.50}\n" }.joined(),
            "{path: c.yaml}"
        ),
    ]

    @Test(arguments: catalogs.indices)
    func theServerCountsWhatTheSummarySays(_ index: Int) async throws {
        let catalog = Self.catalogs[index]
        try await Self.withSandbox { command, sandbox in
            try command.write(catalog.text, to: catalog.name)
            try command.writeJob("job", source: catalog.source, target: sandbox.target)
            let outcome = try await command.run("run", "job.yaml", "--format", "json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let (requests, stats) = (
                try outcome.json()["requests"], try await sandbox.page("/_sandbox/stats")
            )
            #expect(stats["requests"]?.integer == requests?["sent"]?.integer)
            #expect(stats["created"]?.integer == 40)
            #expect(stats["throttled"]?.integer == 0)
        }
    }

    @Test func whatIsKilledInTheMiddleIsFinishedByTheNextRunAndMadeOnce() async throws {
        try await Self.withSandbox { command, sandbox in
            try command.write(Self.csv(2000), to: "c.csv")
            try command.writeJob(
                "job", source: "{path: c.csv}", target: sandbox.target,
                more: "limits: {rate: 100000/1m, rest: 50ms}")
            let killed = try command.start(["run", "job.yaml"])
            for _ in 0..<2000 {
                if try await sandbox.page("/_sandbox/stats")["created"]?.integer ?? 0 > 100 { break }
                try await Task.sleep(for: .milliseconds(2))
            }
            killed.signal(SIGKILL)
            #expect(await killed.ended() == -SIGKILL)
            let made = try await sandbox.page("/_sandbox/links").elements?.count ?? 0
            #expect(made > 0)
            #expect(made < 2000)

            let outcome = try await command.run("run", "job.yaml", "--format", "json")
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            let links = try await sandbox.page("/_sandbox/links").elements ?? []
            #expect(links.count == 2000)
            #expect(Set(links.compactMap { $0["paymentForId"]?.string }).count == 2000)
            let document = try outcome.json()
            #expect(document["ledger"]?["after"]?.integer == 2000)
        }
    }

    @Test func aPriceThatChangesIsReportedAndNothingIsSent() async throws {
        try await Self.withSandbox { command, sandbox in
            try command.write(Self.csv(3), to: "c.csv")
            try command.writeJob("job", source: "{path: c.csv}", target: sandbox.target)
            #expect(try await command.run("run", "job.yaml").status == 0)
            try command.write(Self.csv(3, price: "13.00"), to: "c.csv")
            let outcome = try await command.run("run", "job.yaml", "--format", "json")
            #expect(outcome.status == 2)
            #expect(try outcome.json()["books"]?["changed"]?.integer == 3)
            #expect(try outcome.json()["ledger"]?["stillSelling"]?.integer == 3)
            #expect(try outcome.json()["requests"]?["sent"]?.integer == 0)
        }
    }

    @Test func wrongCredentialsEndWith77() async throws {
        try await Self.withSandbox { command, sandbox in
            var command = command
            command.variables["DEVDRAFT_CLIENT_SECRET"] = "not-the-secret"
            try command.write(Self.csv(30), to: "c.csv")
            try command.writeJob("job", source: "{path: c.csv}", target: sandbox.target)
            let outcome = try await command.run("run", "job.yaml")
            #expect(outcome.status == 77)
            #expect(outcome.output.contains("401: Invalid client key or secret"))
            #expect(!outcome.output.contains("not-the-secret"))
            #expect(try await sandbox.page("/_sandbox/stats")["created"]?.integer == 0)
            // With the right secret the same rows go through.
            command.variables["DEVDRAFT_CLIENT_SECRET"] = "sandbox"
            #expect(try await command.run("run", "job.yaml").status == 0)
            #expect(try await sandbox.page("/_sandbox/stats")["created"]?.integer == 30)
        }
    }

    @Test func anInterruptedRunDrainsAndTheNextOneFinishes() async throws {
        try await Self.withSandbox("50") { command, sandbox in
            try command.write(Self.csv(60), to: "c.csv")
            try command.writeJob(
                "job", source: "{path: c.csv}", target: sandbox.target, more: "limits: {rate: 50/1h}")
            let run = try command.start(["run", "job.yaml", "--format", "json"])
            for _ in 0..<500 {
                if try await sandbox.page("/_sandbox/links").elements?.count ?? 0 >= 40 { break }
                try await Task.sleep(for: .milliseconds(10))
            }
            run.signal(SIGTERM)
            #expect(await run.ended() == 143)
            let document = try JSONValue(parsing: Array(try run.output().utf8))
            #expect(document["books"]?["unknown"]?.integer == 0)
            let made = try #require(document["books"]?["created"]?.integer)
            #expect(document["books"]?["notReached"]?.integer == 60 - made)
            #expect(try await sandbox.page("/_sandbox/links").elements?.count == made)
        }
    }
}
