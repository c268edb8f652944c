import CatalinkCore
import Foundation
import Testing

/// Several jobs of one process, and one key in two processes.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct SeveralJobsTests {
    @Test func aJobWhoseServerIsDownHoldsUpNoOther() async throws {
        try await Scene.with { scene in
            let down = try await Server.start(scene.command, [])
            defer { down.signal(SIGKILL) }
            await down.kill()
            for (name, server) in [("a", scene.server), ("b", down), ("c", scene.server)] {
                let job = "sku,title,price\n" + (1...25).map { "\(name)-\($0),Mug \($0),1.00\n" }.joined()
                try scene.command.write(job, to: name + ".csv")
                try scene.command.writeJob(
                    name, source: "{path: \(name).csv}", target: server.target,
                    more: "limits: {rate: 100000/1m, rest: 50ms, maxWait: 500ms}")
            }
            let words = ["run", "a.yaml", "b.yaml", "c.yaml", "--format", "json"]
            let run = try scene.command.start(words)
            try await run.expectEnd(69)
            let document = try JSONValue(parsing: Array(try run.output().utf8))
            #expect(document["exit"]?.integer == 69)
            let jobs = try #require(document["jobs"]?.elements)
            #expect(jobs.compactMap { $0["exit"]?.integer } == [0, 69, 0])
            #expect(jobs.compactMap { $0["job"]?.string } == ["a", "b", "c"])
            try await scene.expectOneLinkEach(50)

            try await down.start()
            let again = try scene.command.start(words)
            try await again.expectEnd(0)
            try await scene.expectOneLinkEach(50)
            #expect(try await down.links().count == 25)
        }
    }

    @Test func aSlugThatALinkOfAnotherJobHasIsToldBeforeAnyRequest() async throws {
        try await Scene.with { scene in
            for (name, more) in [("a", ""), ("b", ""), ("c", "policy: {rules: {accountSlug: off}}")] {
                try scene.command.write(
                    "sku,title,price\nmug,Mug,1.00\n\(name)-2,Cup,1.00\n", to: name + ".csv")
                try scene.command.writeJob(
                    name, source: "{path: \(name).csv}", target: scene.server.target, more: more)
            }
            try await scene.command.start(["run", "a.yaml"]).expectEnd(0)
            let second = try scene.command.start(["run", "b.yaml"])
            try await second.expectEnd(2)
            let told = try second.output()
            let expected =
                "b.csv:2: url: expected a slug of its own for each item of the account, got: \"mug\", which a link of "
                + "the job a has (`policy.rules: {accountSlug: off}` lifts this rule)"
            #expect(told.contains(expected), "\(told)")
            #expect(try await scene.server.links().count == 3)
            let plan = try scene.command.start(["plan", "c.yaml", "--format", "json"])
            try await plan.expectEnd(0)
            #expect(try JSONValue(parsing: Array(try plan.output().utf8))["requests"]?["new"]?.integer == 2)
        }
    }

    @Test func twoProcessesShareTheBudgetOfOneKey() async throws {
        let limits = "limits: {rate: 50/1s, rest: 50ms}"
        try await Scene.with("--limit", "50", "--window", "1s", more: limits) { scene in
            for name in ["a", "b"] {
                let rows = (1...300).map { "\(name)-\($0),Mug \($0),1.00\n" }.joined()
                try scene.command.write("sku,title,price\n" + rows, to: name + ".csv")
                try scene.command.writeJob(
                    name, source: "{path: \(name).csv}", target: scene.server.target, more: limits)
            }
            let runs = try ["a", "b"].map { try scene.command.start(["run", "\($0).yaml"]) }
            for run in runs { try await run.expectEnd(0) }
            try await scene.expectOneLinkEach(600)
            let stats = try await scene.server.send(.get, "/_sandbox/stats")
            #expect(stats["throttled"]?.integer == 0)
            let used = stats["windows"]?.elements?.compactMap { $0["count"]?.integer } ?? []
            #expect(!used.isEmpty)
            #expect(used.allSatisfy { $0 <= 50 }, "\(used)")
        }
    }
}
