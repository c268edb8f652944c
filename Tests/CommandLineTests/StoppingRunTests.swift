import CatalinkCore
import Foundation
import Testing

/// Runs that are told to stop, to wait, or may not begin.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct StoppingRunTests {
    private static let slow = "latency=100ms..150ms"
    /// A rate that a busy machine cannot run out of rows under.
    private static let rationed = "limits: {rate: 40/1h, rest: 50ms}"

    @Test(arguments: zip([SIGTERM, SIGINT], [143, 130] as [Int32]))
    func aSignalDrainsWhatIsOnItsWay(_ signal: Int32, _ status: Int32) async throws {
        try await Scene.with("--fault", Self.slow, rows: 300, more: Self.rationed) { scene in
            let run = try await scene.startRun(untilMade: 20)
            run.signal(signal)
            let summary = try await scene.ended(
                run, status, says: signal == SIGTERM ? "terminated" : "interrupted")
            #expect(summary.count("unknown") == 0)
            #expect(try await scene.server.links().count == summary.count("created"))
            try await scene.server.restart()
            try scene.liftRate()
            try await scene.run(0)
            try await scene.expectOneLinkEach(300)
        }
    }

    @Test func theDocumentTellsOfTheSignalThatCame() async throws {
        try await Scene.with("--fault", Self.slow, rows: 100, more: Self.rationed) { scene in
            let run = try await scene.startRun(untilMade: 2)
            run.signal(SIGTERM)
            try await run.expectEnd(143)
            let text = try scene.command.read("\(scene.state)/latest/summary.json")
            let summary = try JSONValue(parsing: Array(text.utf8))
            #expect(summary["exit"]?.integer == 143)
        }
    }

    @Test func aSecondSignalEndsAtOnce() async throws {
        try await Scene.with("--fault", "stall-after@1", rows: 40) { scene in
            let run = try await scene.startRun(untilMade: 1)
            run.signal(SIGINT)
            try await Task.sleep(for: .milliseconds(200))
            let start = ContinuousClock.now
            run.signal(SIGINT)
            #expect(await run.ended() == 130)
            #expect(ContinuousClock.now - start < .seconds(2))
            try await scene.server.restart()
            try await scene.run(0)
            try await scene.expectOneLinkEach(40)
        }
    }

    /// As timeout(1) does: to the process, and to its group.
    @Test func theSameSignalTwiceAtOnceIsOne() async throws {
        try await Scene.with("--fault", Self.slow, rows: 100, more: Self.rationed) { scene in
            let run = try await scene.startRun(untilMade: 2)
            run.signal(SIGTERM)
            try await Task.sleep(for: .milliseconds(10))
            run.signal(SIGTERM)
            try await scene.ended(run, 143, says: "terminated")
        }
    }

    @Test func aSecondRunnerIsTurnedAway() async throws {
        try await Scene.with(rows: 200, more: Self.rationed) { scene in
            let first = try await scene.startRun(untilMade: 16)
            try await scene.verb(75, "run", "job.yaml", says: "expected no other run of this job, got: pid ")
            try await scene.verb(75, "retry", "job.yaml", "--rejected", says: "got: pid ")
            first.signal(SIGTERM)
            try await scene.ended(first, 143)
            try scene.liftRate()
            try await scene.run(0)
            try await scene.expectOneLinkEach(200)
        }
    }

    @Test(arguments: ["job.yaml", "--all"])
    func whatIsPausedSendsNothingUntilItIsResumed(_ what: String) async throws {
        try await Scene.with { scene in
            try await scene.verb(0, "pause", what, says: "nothing more is sent until `catalink resume`")
            try await scene.verb(0, "pause", what, says: "paused already")
            let run = try scene.command.start(["run", "job.yaml"])
            try await Task.sleep(for: .seconds(1))
            #expect(try await scene.server.count("requests") == 0)
            try await scene.verb(0, "status", "job.yaml", says: "paused")
            try await scene.verb(0, "resume", what, says: "resumed")
            try await scene.ended(run, 0)
            try await scene.expectOneLinkEach(30)
            try await scene.verb(0, "resume", what, says: "was not paused")
        }
    }

    @Test func aRunThatIsPausedInTheMiddleGoesOn() async throws {
        try await Scene.with("--fault", Self.slow, rows: 1000) { scene in
            let run = try await scene.startRun(untilMade: 20)
            try await scene.verb(0, "pause", "job.yaml")
            try await Task.sleep(for: .milliseconds(400))
            let made = try await scene.server.links().count
            try await Task.sleep(for: .milliseconds(600))
            #expect(try await scene.server.links().count == made)
            #expect(made < 1000)
            // Nothing is on its way now, so that the rest may go to a server that answers at once.
            try await scene.server.restart()
            try await scene.verb(0, "resume", "job.yaml")
            try await scene.ended(run, 0)
            try await scene.expectOneLinkEach(1000)
        }
    }

    @Test func aPausedRunStillEndsAtASignal() async throws {
        try await Scene.with { scene in
            try await scene.verb(0, "pause", "job.yaml")
            let run = try scene.command.start(["run", "job.yaml"])
            try await Task.sleep(for: .milliseconds(1500))
            run.signal(SIGTERM)
            #expect(try await scene.ended(run, 143).count("notReached") == 30)
            try await scene.verb(0, "resume", "job.yaml")
            try await scene.run(0)
            try await scene.expectOneLinkEach(30)
        }
    }

    @Test func aRunEndsWhenItsTimeIsOver() async throws {
        try await Scene.with(more: "limits: {rate: 10/1h, rest: 50ms}") { scene in
            let summary = try await scene.run(
                75, "--stop-after", "1s", says: "--stop-after: the time is over")
            #expect(summary.count("notReached") == 30 - (summary.count("created") ?? 0))
            try scene.liftRate()
            try await scene.run(0)
            try await scene.expectOneLinkEach(30)
        }
    }

    @Test func aDeadlineThatHasPassedSendsNothing() async throws {
        try await Scene.with(
            more: "limits: {rate: 100000/1m, rest: 50ms, deadline: \"2020-01-01T00:00:00Z\"}"
        ) { scene in
            let summary = try await scene.run(75, says: "limits.deadline: 2020-01-01T00:00:00Z has come")
            #expect(summary.count("notReached") == 30)
            #expect(try await scene.server.count("requests") == 0)
            try scene.writeJob()
            try await scene.run(0)
            try await scene.expectOneLinkEach(30)
        }
    }
}
