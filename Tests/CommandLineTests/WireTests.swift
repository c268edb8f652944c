import CatalinkCore
import CatalinkTestSupport
import Foundation
import Testing

/// What the environment may not change about where a secret goes.
@Suite(.timeLimit(.minutes(10)))
struct WireTests {
    @Test func neitherProxyNorNetrcTouchesARunAgainstLoopback() async throws {
        let proxy = try TestListener { connection in
            connection.receive()
        }
        defer { proxy.close() }
        let server = try TestListener { connection in
            while connection.receive() {
                connection.send(
                    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 2\r\n\r\n{}"
                )
            }
        }
        defer { server.close() }
        try await CommandLine.withProject { command in
            var command = command
            let address = "http://127.0.0.1:\(proxy.port)"
            command.variables.merge([
                "DEVDRAFT_CLIENT_KEY": "k", "DEVDRAFT_CLIENT_SECRET": "s", "HOME": command.directory,
                "http_proxy": address, "https_proxy": address, "ALL_PROXY": address,
            ]) { $1 }
            try command.write("machine 127.0.0.1 login some password one\n", to: ".netrc")
            try command.write("sku,title,price\nA-1,Good mug,1.00\n", to: "c.csv")
            try command.writeJob(
                "job", source: "{path: c.csv}", target: "{url: \"http://127.0.0.1:\(server.port)\"}")
            let outcome = try await command.run("run", "job.yaml")
            #expect(outcome.status != 0)
        }
        #expect(server.requests > 0)
        #expect(!server.received.lowercased().contains("authorization"))
        #expect(proxy.connections == 0)
    }

    /// Connections are cut in every fourth exchange: what the server counts is still what the run says it sent.
    @Test func theServerReceivesEachCreateAsOftenAsItWasSent() async throws {
        try await CommandLine.withProject { command in
            var command = command
            command.variables.merge(["DEVDRAFT_CLIENT_KEY": "sandbox", "DEVDRAFT_CLIENT_SECRET": "sandbox"]) {
                $1
            }
            let rows = (1...60).map { "SKU-\($0),Mug number \($0),12.50\n" }.joined()
            try command.write("sku,title,price\n" + rows, to: "c.csv")
            try await SandboxProcess.with(
                command, "--limit", "100000", "--fault", "cut-before=10%", "--fault", "cut-after=15%"
            ) { sandbox in
                try command.writeJob(
                    "job", source: "{path: c.csv}", target: sandbox.target,
                    more: "limits: {rate: 100000/1m, rest: 20ms}")
                let outcome = try await command.run("run", "job.yaml", "--format", "json")
                guard case .object(let posts) = try await sandbox.page("/_sandbox/posts") else {
                    Issue.record("expected the counts of every key")
                    return
                }
                let received = posts.compactMap { $0.value.integer }.reduce(0, +)
                #expect(posts.count == 60)
                #expect(received > 60)
                let requests = try outcome.json()["requests"]
                let sent = (requests?["sent"]?.integer ?? 0) - (requests?["lookups"]?.integer ?? 0)
                #expect(sent == received, "\(outcome.output)")
            }
        }
    }
}
