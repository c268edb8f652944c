import CatalinkCore
import CatalinkTestSupport
import Foundation
import Testing

/// `notify:` of a job, by the real binary against receivers of its own.
@Suite(.timeLimit(.minutes(3)))
struct NotificationTests {
    private static let secret = "T0P/s3cr3t"
    private static let good = "sku,title,price\nA,Mug,5.00\nB,Cup,6.00\n"

    /// A receiver that answers everything alike.
    private static func receiver(_ status: String = "200 OK") throws -> TestListener {
        try TestListener { connection in
            while connection.receive() {
                connection.send("HTTP/1.1 \(status)\r\nContent-Length: 2\r\n\r\nok")
            }
        }
    }

    private static func write(_ catalog: String, _ notify: String, _ command: CommandLine) throws {
        try command.write(catalog, to: "c.csv")
        try command.writeJob(
            "shop", source: "{path: c.csv}", target: "{sandbox: {limit: 1000, window: 1s}}",
            more: "policy: {brakes: off}\nnotify:\n" + notify)
    }

    private static func body(_ message: String) -> String {
        message.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
    }

    private static func json(_ message: String) throws -> JSONValue {
        try JSONValue(parsing: Array(body(message).utf8))
    }

    private static func firstLine(_ message: String) -> String {
        message.components(separatedBy: "\r\n")[0]
    }

    @Test func aWebhookIsToldWhatTheJobWants() async throws {
        let receiver = try Self.receiver()
        defer { receiver.close() }
        try await CommandLine.withProject { command in
            var command = command
            command.variables["HOOK"] = "http://127.0.0.1:\(receiver.port)/\(Self.secret)"
            command.variables["TOKEN"] = "Bearer \(Self.secret)"
            try Self.write(
                Self.good,
                """
                  - on: [start, success, trouble]
                    webhook:
                      url: {env: HOOK}
                      headers: {Authorization: {env: TOKEN}}
                      body:
                        job: "{{job}}"
                        made: "{{ created }} of {{rows}}"
                        exit: "{{exit}}"
                        mrkdwn: true
                        blocks: [{text: "{{summary}}"}]
                """, command)
            let good = try await command.run("run", "shop.yaml")
            #expect(good.status == 0, "\(good.errors)")
            try #require(receiver.requests == 2)
            #expect(Self.firstLine(receiver.messages[1]) == "POST /\(Self.secret) HTTP/1.1")
            #expect(receiver.messages[1].contains("Authorization: Bearer \(Self.secret)\r\n"))
            #expect(try Self.json(receiver.messages[0])["exit"]?.string == "")
            let told = try Self.json(receiver.messages[1])
            #expect(told["job"]?.string == "shop")
            #expect(told["made"]?.string == "2 of 2")
            #expect(told["exit"]?.string == "0")
            #expect(told["mrkdwn"] == .bool(true))
            let text = told["blocks"]?.elements?.first?["text"]?.string ?? ""
            #expect(text.hasPrefix("shop: every row is settled (exit 0): 2 rows, 2 created, "))
            #expect(!(good.output + good.errors).contains(Self.secret))
        }
    }

    @Test func troubleIsToldAsOneText() async throws {
        let receiver = try Self.receiver()
        defer { receiver.close() }
        try await CommandLine.withProject { command in
            try Self.write(
                Self.good, "  - webhook: {url: \"http://127.0.0.1:\(receiver.port)/x\"}", command)
            #expect(try await command.run("run", "shop.yaml").status == 0)
            #expect(receiver.requests == 0)

            try command.write(Self.good + "C,Jug,x\n", to: "c.csv")
            #expect(try await command.run("run", "shop.yaml").status == 2)
            try #require(receiver.requests == 1)
            let partial = try Self.json(receiver.messages[0])["text"]?.string ?? ""
            #expect(
                partial.hasPrefix("shop: rows need work (exit 2): 3 rows, 1 invalid, 2 unchanged, 0 requests")
            )
            #expect(partial.contains("\nNext: "))
            #expect(partial.contains("/report.html"))

            // Before anything was planned.
            try FileManager.default.removeItem(atPath: command.directory + "/c.csv")
            #expect(try await command.run("run", "shop.yaml").status == 65)
            try #require(receiver.requests == 2)
            let failed = try Self.json(receiver.messages[1])["text"]?.string ?? ""
            #expect(failed.hasPrefix("shop: the catalog cannot be read (exit 65): "))
        }
    }

    @Test func aHeartbeatHasABeginAndAnEnd() async throws {
        let receiver = try Self.receiver()
        defer { receiver.close() }
        try await CommandLine.withProject { command in
            try Self.write(
                Self.good + "C,Jug,x\n", "  - heartbeat: \"http://127.0.0.1:\(receiver.port)/ping/\"", command
            )
            #expect(try await command.run("run", "shop.yaml").status == 2)
            try #require(receiver.requests == 2)
            let lines = receiver.messages.map(Self.firstLine)
            let id = try #require(lines[0].components(separatedBy: "rid=").last?.split(separator: " ").first)
            #expect(UUID(uuidString: String(id)) != nil)
            #expect(lines[0] == "POST /ping/start?rid=\(id) HTTP/1.1")
            #expect(lines[1] == "POST /ping/2?rid=\(id) HTTP/1.1")
            #expect(Self.body(receiver.messages[1]).hasPrefix("shop: rows need work (exit 2): "))
        }
    }

    /// What tells of it is the begin without an end; what it left open is told by the next look.
    @Test func aKilledRunPostsNoEnd() async throws {
        let receiver = try Self.receiver()
        defer { receiver.close() }
        let more =
            "unsettledAfter: 1ms\nnotify: [{heartbeat: \"http://127.0.0.1:\(receiver.port)/ping\"}]"
        try await Scene.with("--fault", "stall-after@1", rows: 3, more: more) { scene in
            let run = try await scene.startRun(untilMade: 1)
            for _ in 0..<2000 where receiver.requests == 0 { try await Task.sleep(for: .milliseconds(5)) }
            run.signal(SIGKILL)
            _ = await run.ended()
            #expect(receiver.messages.map(Self.firstLine).count == 1)
            #expect(receiver.received.hasPrefix("POST /ping/start?rid="))
            let status = try await scene.verb(0, "status", "job.yaml")
            #expect(status.contains("  overdue    "), "\(status)")
            #expect(status.contains(": sent "), "\(status)")
        }
    }

    @Test func aProgramReadsTheSummary() async throws {
        try await CommandLine.withProject { command in
            try Self.write(
                Self.good,
                """
                  - {on: [success], command: [tee, told.json]}
                  - {on: [success], command: ["false"]}
                  - {on: [success], command: [no-such-program]}
                """, command)
            let outcome = try await command.run("run", "shop.yaml")
            #expect(outcome.status == 0)
            #expect(try JSONValue(parsing: Array(command.read("told.json").utf8)).count("created") == 2)
            #expect(
                outcome.output.contains("notify: command: expected \"false\" to end with status 0, got: 1"))
            #expect(
                outcome.output.contains(
                    "notify: command: expected a program to start, got: \"no-such-program\""))
            // What the terminal was told is in the run's directory, too.
            let latest = "state/sandbox/default/shop/latest"
            let summary = try JSONValue(parsing: Array(command.read(latest + "/summary.json").utf8))
            let notes = summary["notes"]?.elements?.compactMap(\.string) ?? []
            #expect(notes.count == 2)
            let warnings = try command.read(latest + "/run.log.jsonl").split(separator: "\n")
                .map { try JSONValue(parsing: Array($0.utf8)) }
                .filter { $0["level"]?.string == "warning" }.compactMap { $0["message"]?.string }
            #expect(warnings == notes)
        }
    }

    /// Neither an answer of 500 nor none at all changes how the run ends; both are said, the secrets are not.
    @Test func aReceiverThatFailsIsSaidAndFailsNothing() async throws {
        let broken = try Self.receiver("500 No")
        let silent = try TestListener { $0.waitForClose() }
        defer {
            broken.close()
            silent.close()
        }
        try await CommandLine.withProject { command in
            var command = command
            command.variables["HOOK"] = "http://127.0.0.1:\(broken.port)/\(Self.secret)"
            try Self.write(
                Self.good,
                """
                  - {on: [success], webhook: {url: {env: HOOK}}}
                  - {on: [success], webhook: {url: {env: NOT_SET}}}
                  - {on: [success], heartbeat: "http://127.0.0.1:\(silent.port)/\(Self.secret)"}
                """, command)
            let outcome = try await command.run("run", "shop.yaml")
            #expect(outcome.status == 0)
            #expect(broken.requests == 2)
            #expect(silent.connections == 2)
            let said = outcome.output + outcome.errors
            #expect(said.contains("notify: http://127.0.0.1: expected an answer of 2xx, got: 500"))
            #expect(said.contains("notify: http://127.0.0.1: expected an answer of 2xx, got: Timeout"))
            #expect(said.contains("notify: expected NOT_SET or NOT_SET_FILE to be set, got: neither"))
            #expect(!said.contains(Self.secret))
            let state = command.directory + "/state"
            for case let name as String in FileManager.default.enumerator(atPath: state) ?? .init() {
                let data = FileManager.default.contents(atPath: "\(state)/\(name)") ?? Data()
                #expect(!data.contains(Data(Self.secret.utf8)), "\(name)")
            }
        }
    }
}

extension Data {
    fileprivate func contains(_ part: Data) -> Bool { range(of: part) != nil }
}
