import CatalinkCore
import Foundation
import Testing

/// Keys that are wrong, revoked, or another merchant's.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct KeyFaultTests {
    @Test(
        arguments: zip(
            ["DEVDRAFT_CLIENT_KEY", "DEVDRAFT_CLIENT_SECRET"],
            ["403: Client key not found", "401: Invalid client key or secret"]))
    func aWrongPairMakesNothing(_ variable: String, _ message: String) async throws {
        try await Scene.with { scene in
            var wrong = scene
            wrong.command.variables[variable] = "not-the-one"
            let summary = try await wrong.run(77, says: message)
            #expect(summary.count("created") == 0)
            #expect(summary.count("unknown") == 0)
            #expect(try await scene.server.links().isEmpty)
            try await scene.run(0)
            try await scene.expectOneLinkEach(30)
        }
    }

    @Test(arguments: [401, 403])
    func aKeyThatIsRevokedMeanwhileStopsTheRun(_ status: Int) async throws {
        try await Scene.with("--fault", "latency=20ms..40ms", rows: 600) { scene in
            let run = try await scene.startRun(untilMade: 60)
            try await scene.server.send(.post, "/_sandbox/revoke?key=sandbox&status=\(status)")
            let summary = try await scene.ended(run, 77, says: "\(status): Client key has been revoked")
            let made = try await scene.server.links().count
            #expect(summary.count("created") == made)
            #expect(summary.count("unknown") == 0)
            // A server that is started again has forgotten the revocation.
            try await scene.server.restart()
            try await scene.run(0)
            try await scene.expectOneLinkEach(600)
        }
    }

    @Test func aKeyWithoutAScopeIsSaidToBeSo() async throws {
        try await Scene.with(rows: 25) { scene in
            try scene.command.write("sandbox sandbox account=shop scopes=read\n", to: "keys")
            await scene.server.kill()
            try await scene.server.start("--keys", "keys")
            let summary = try await scene.run(77, says: "403: Missing scope: payment-links:create")
            #expect(summary.count("failed") == 1)
            #expect(summary.count("notReached") == 24)
            try scene.command.write("sandbox sandbox account=shop\n", to: "keys")
            await scene.server.kill()
            try await scene.server.start("--keys", "keys")
            try await scene.run(0)
            try await scene.expectOneLinkEach(25)
        }
    }

    @Test func anotherMerchantBehindTheSameNameIsNoticed() async throws {
        try await Scene.with { scene in
            try scene.command.write(
                "sandbox sandbox account=one\nother other account=two\n", to: "keys")
            await scene.server.kill()
            try await scene.server.start("--keys", "keys")
            try scene.write(rows: 1...10)
            try await scene.run(0)
            var other = scene
            other.command.variables["DEVDRAFT_CLIENT_KEY"] = "other"
            other.command.variables["DEVDRAFT_CLIENT_SECRET"] = "other"
            try scene.write(rows: 1...12)
            try await other.run(78, says: "another merchant's key?")
            let links = try await scene.server.links()
            #expect(links.count <= 11)
            // The one that went to the other merchant is no row's link: a person must look.
            #expect(try await scene.run(4).count("held") == links.count - 10)
            try await scene.verb(0, "status", "job.yaml", says: "was made in another account")
            if links.count > 10 {
                try await scene.verb(0, "resolve", "job.yaml", "SKU-11", "--not-created")
            }
            try await scene.run(0)
            let mine = try await scene.server.links().filter { $0["appId"] == links.first?["appId"] }
            #expect(mine.count == 12)
        }
    }
}
