import CatalinkCore
import CatalinkSandbox
import CatalinkTestSupport
import Testing

/// Clients that are slow, stuck, hasty or half gone; the others are served meanwhile.
@Suite(.timeLimit(.minutes(10)))
struct ConnectionTests {
    @Test func stuckAndSlowClientsHoldNobodyUp() async throws {
        try await SandboxBench().serve { (bench) async throws in
            let heads = try (1...100).map { _ in try RawClient(port: bench.port) }
            for client in heads { client.send("POST /api/v0/payment-links HT") }
            let bodies = try (1...100).map { _ in try RawClient(port: bench.port) }
            for client in bodies {
                client.send(SandboxBench.request(String(repeating: " ", count: 1000)).prefix(900).description)
            }
            for number in 1...50 {
                let body = SandboxBench.minimal.replacing("\"mug\"", with: "\"mug-\(number)\"")
                #expect(try await bench.post(body, key: number).status == 201)
            }
            withExtendedLifetime((heads, bodies)) {}
        }
    }

    @Test func aConnectionOnWhichNothingMovesIsClosed() async throws {
        try await SandboxBench { $0.idleTimeout = .milliseconds(150) }.serve { (bench) async throws in
            let client = try RawClient(port: bench.port)
            client.send("POST /api/v0/payment-links HTTP/1.1\r\nHost: x\r\n")
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 2") == false)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await SandboxBench().serve { (bench) async throws in
            let text = (1...5).map { number in
                let body = SandboxBench.minimal.replacing("\"mug\"", with: "\"mug-\(number)\"")
                return SandboxBench.request(
                    body, key: number, more: number == 5 ? "Connection: close\r\n" : "")
            }.joined()
            let answers = try await bench.raw(text)
            let slugs = answers.components(of: "checkout.devdraft.ai/").dropFirst().map { $0.prefix(5) }
            #expect(slugs == ["mug-1", "mug-2", "mug-3", "mug-4", "mug-5"])
        }
    }

    @Test func aHalfClosedClientStillGetsItsAnswer() async throws {
        try await SandboxBench().serve { (bench) async throws in
            let client = try RawClient(port: bench.port)
            client.send(SandboxBench.request())
            client.finishSending()
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 201 "))
        }
    }

    @Test func garbageOnTheWireIsRefused() async throws {
        try await SandboxBench().serve { (bench) async throws in
            #expect(
                try await bench.raw("\u{0}\u{1}\u{2} nothing like HTTP\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
            #expect(try await bench.post().status == 201)
        }
    }
}

extension String {
    fileprivate func components(of separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
