import CatalinkCore
import Foundation
import Testing

/// Answers that are not what they should be; each heals once the fault is gone.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct AnswerFaultTests {
    private static let patient = "limits: {timeout: 300ms, rate: 100000/1m, rest: 700ms, lookupAfter: 700ms}"

    @Test func aFirewallThatObjectsToOneRowFailsThatRowAlone() async throws {
        try await Scene.with { scene in
            try scene.command.write("slug:sku-5 1 firewall\n", to: "script")
            await scene.server.kill()
            try await scene.server.start("--fault-script", "script")
            let summary = try await scene.run(75, says: "failed")
            #expect(summary.count("failed") == 1)
            #expect(summary.count("created") == 29)
            #expect(try await scene.run(0).count("created") == 1)
            try await scene.expectOneLinkEach(30)
        }
    }

    @Test func aFirewallThatObjectsThreeTimesInARowStopsTheRun() async throws {
        try await Scene.with(
            "--fault", "firewall@4", "--fault", "firewall@5", "--fault", "firewall@6",
            more: "limits: {rate: 100000/1m, rest: 50ms, concurrency: 1}"
        ) { scene in
            let summary = try await scene.run(69, says: "403")
            #expect(summary.count("failed") == 3)
            #expect(summary.count("created") == 3)
            try await scene.run(0)
            try await scene.expectOneLinkEach(30)
        }
    }

    @Test(arguments: ["html", "redirect", "unavailable", "error-before"])
    func whatSaysNothingOfALinkLeavesItUnknownUntilTheFaultIsGone(_ fault: String) async throws {
        try await Scene.with(more: "limits: {rate: 100000/1m, rest: 50ms, maxWait: 1s}") { scene in
            let script = (1...100).map { "post \($0) \(fault)\n" }.joined()
            try scene.command.write(script, to: "script")
            await scene.server.kill()
            try await scene.server.start("--fault-script", "script")
            let summary = try await scene.run(69)
            #expect(summary.count("created") == 0)
            #expect(summary.count("unknown") ?? 0 > 0)
            #expect(try await scene.server.links().isEmpty)
            try await scene.server.restart()
            try await scene.run(0)
            try await scene.expectOneLinkEach(30)
        }
    }

    @Test(arguments: ["redirect@3", "html@3", "garbage@3", "throttle@3", "error-after@3", "cut-after@3"])
    func oneAnswerThatIsWrongIsMadeUpForInTheSameRun(_ fault: String) async throws {
        try await Scene.with("--fault", fault, "--window", "2s") { scene in
            try await scene.run(0)
            try await scene.expectOneLinkEach(30)
            #expect(try await scene.run(0).count("unchanged") == 30)
        }
    }

    @Test(arguments: ["stall=20%", "stall-after=20%"])
    func whatIsNeverAnsweredIsFollowedUp(_ fault: String) async throws {
        try await Scene.with("--fault", fault, more: Self.patient) { scene in
            _ = try await scene.run(0)
            try await scene.expectOneLinkEach(30)
            try await scene.server.restart()
            #expect(try await scene.run(0).count("unchanged") == 30)
            try await scene.expectOneLinkEach(30)
        }
    }

    @Test func aLinkWithAnotherAmountIsShownToAPerson() async throws {
        try await Scene.with("--fault", "wrong-echo@3") { scene in
            let summary = try await scene.run(4, says: "amount")
            #expect(summary["ledger"]?["mismatch"]?.integer == 1)
            try await scene.expectOneLinkEach(30)
        }
    }
}
