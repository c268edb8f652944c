import CatalinkCore
import CatalinkSandbox
import CatalinkTestSupport
import CatalinkTransport
import Testing

/// The sandbox's own pages.
@Suite(.timeLimit(.minutes(10)))
struct PageTests {
    private static func status(_ bench: SandboxBench, _ path: String) async -> Int? {
        await bench.send(.get, path).answer?.status
    }

    @Test func anOutageAnswersEverythingWith503UntilItsEnd() async throws {
        try await SandboxBench().serve { (bench) async throws in
            #expect(await bench.send(.post, "/_sandbox/outage?seconds=30").answer?.status == 200)
            for path in ["/api/v0/payment-links", "/api/v0/health", "/api/v0/health/public"] {
                #expect(await Self.status(bench, path) == 503, "\(path)")
            }
            #expect(try await bench.post().status == 503)
            #expect(try await bench.statistic("unavailable") == 3)
            #expect(try await bench.statistic("links") == 0)
            bench.clock.advance(by: .seconds(29))
            #expect(try await bench.post().status == 503)
            bench.clock.advance(by: .seconds(1))
            #expect(try await bench.post().status == 201)
        }
    }

    @Test func anOutageCanBeEnded() async throws {
        try await SandboxBench().serve { (bench) async throws in
            #expect(await bench.send(.post, "/_sandbox/outage?seconds=60").answer?.status == 200)
            #expect(try await bench.post().status == 503)
            #expect(await bench.send(.post, "/_sandbox/outage?seconds=0").answer?.status == 200)
            #expect(try await bench.post().status == 201)
        }
    }

    @Test(arguments: ["", "?seconds=", "?seconds=-1", "?seconds=soon", "?seconds=86401"])
    func anOutageOfNoTimeIsRefused(_ query: String) async throws {
        try await SandboxBench().serve { (bench) async throws in
            #expect(await bench.send(.post, "/_sandbox/outage\(query)").answer?.status == 400)
            #expect(try await bench.post().status == 201)
        }
    }

    @Test func everyCreateThatCameInIsCountedForItsKey() async throws {
        try await SandboxBench(failing: "cut-before@1").serve { (bench) async throws in
            _ = await bench.create(key: 1)
            _ = await bench.create(key: 1)
            _ = await bench.create(SandboxBench.minimal.replacing("\"mug\"", with: "\"cup\""), key: 2)
            _ = await bench.send(.get, "/api/v0/payment-links", key: 3)
            let (first, second) = (SandboxBench.key(1).uuid, SandboxBench.key(2).uuid)
            let posts = try await bench.get("/_sandbox/posts").body
            guard case .object(let members) = posts else {
                Issue.record("expected an object")
                return
            }
            #expect(Set(members.map(\.name)) == [first, second])
            #expect(posts[first]?.integer == 2)
            #expect(posts[second]?.integer == 1)
            #expect(
                try await bench.get("/_sandbox/posts?least=2").body == .object([(first, .integer(2))]))
            #expect(await bench.send(.post, "/_sandbox/reset").answer?.status == 200)
            #expect(try await bench.get("/_sandbox/posts").body == .object([]))
        }
    }

    @Test func aRefusedCreateIsCountedToo() async throws {
        try await SandboxBench(limit: 1).serve { (bench) async throws in
            for _ in 1...3 { _ = await bench.create() }
            #expect(
                try await bench.get("/_sandbox/posts").body[SandboxBench.key(1).uuid]?.integer == 3)
        }
    }
}
