import CatalinkCore
import CatalinkTestSupport
import Foundation
import Testing

/// Servers that are not there, or go away.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct OutageTests {
    /// Gives up soon.
    private static let impatient = "limits: {rate: 100000/1m, rest: 50ms, maxWait: 500ms}"

    @Test func aServerThatIsDownFromTheStartIsToldAndNothingIsLost() async throws {
        try await Scene.with(more: Self.impatient) { scene in
            await scene.server.kill()
            let summary = try await scene.run(69)
            #expect(summary.count("unknown") == 0)
            #expect(summary.count("created") == 0)
            try await scene.server.start()
            try await scene.run(0)
            try await scene.expectOneLinkEach(30)
        }
    }

    @Test func aServerThatIsKilledForLongerThanMaxWaitEndsTheRun() async throws {
        try await Scene.with(
            "--fault", "latency=20ms..40ms", rows: 600,
            more: Self.impatient
        ) { scene in
            let run = try await scene.startRun(untilMade: 60)
            await scene.server.kill()
            try await scene.ended(run, 69)
            try await scene.server.start()
            try await scene.run(0)
            try await scene.expectOneLinkEach(600)
        }
    }

    @Test func aServerThatComesBackIsWaitedFor() async throws {
        try await Scene.with("--fault", "latency=20ms..40ms", rows: 600) { scene in
            let run = try await scene.startRun(untilMade: 60)
            await scene.server.kill()
            try await Task.sleep(for: .milliseconds(300))
            try await scene.server.start()
            try await scene.ended(run, 0)
            try await scene.expectOneLinkEach(600)
            #expect(try await scene.run(0).count("unchanged") == 600)
        }
    }

    @Test func anOutageOfTheServersOwnIsWaitedFor() async throws {
        try await Scene.with("--fault", "latency=20ms..40ms", rows: 600) { scene in
            let run = try await scene.startRun(untilMade: 60)
            try await scene.server.send(.post, "/_sandbox/outage?seconds=1")
            try await scene.ended(run, 0)
            try await scene.expectOneLinkEach(600)
        }
    }

    @Test func aNameThatNobodyKnowsEndsWith69() async throws {
        try await Scene.with { scene in
            var scene = scene
            scene.command.variables["DEVDRAFT_CLIENT_HOSTS"] = "no-such-host.invalid"
            try scene.writeJob(target: "{url: \"https://no-such-host.invalid\"}", more: Self.impatient)
            try await scene.run(69, "--new-ledger", says: "Couldn't resolve host name")
        }
    }

    @Test func aServerThatSpeaksNoTLSEndsWith69() async throws {
        try await Scene.with { scene in
            try scene.writeJob(
                target: "{url: \"https://127.0.0.1:\(scene.server.port)\"}", more: Self.impatient)
            let summary = try await scene.run(69)
            #expect(summary.count("unknown") == 0)
            #expect(try await scene.server.links().isEmpty)
            try scene.writeJob()
            try await scene.run(0)
            try await scene.expectOneLinkEach(30)
        }
    }
}
