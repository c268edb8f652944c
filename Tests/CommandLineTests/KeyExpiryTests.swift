import CatalinkCore
import Foundation
import Testing

/// Answers are lost, the runner dies, and the server's memory of the keys with it.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct KeyExpiryTests {
    private static let limits = "rate: 100000/1m, rest: 500ms, lookupAfter: 500ms"

    /// Once told how long keys live, and once left to find out by the slugs that are taken.
    @Test(arguments: [", keyLifetime: 3s, timeout: 500ms}", "}\npolicy: {maxErrors: 100%}"])
    func whatWasMadeUnderADeadKeyIsFoundByLookUp(_ rest: String) async throws {
        try await Scene.with(
            "--key-lifetime", "3s", "--fault", "cut-after=30%", "--fault", "latency=40ms..80ms", rows: 200,
            // Its rate keeps the run from ending before it is killed, however busy the machine.
            more: "limits: {rate: 50/1s, rest: 500ms, lookupAfter: 500ms\(rest)"
        ) { scene in
            let run = try await scene.startRun(untilMade: 30)
            run.signal(SIGKILL)
            _ = await run.ended()
            await scene.server.kill()
            try await Task.sleep(for: .seconds(4))
            try await scene.server.start("--key-lifetime", "3s")
            let made = try await scene.server.links().count
            let summary = try await scene.run(0)
            // The page that is read before anything is sent, and two walks at least.
            #expect(summary["requests"]?["lookups"]?.integer ?? 0 > 1)
            #expect(made >= 30 && made < 200)
            try await scene.expectOneLinkEach(200)
            #expect(try await scene.run(0).count("unchanged") == 200)
        }
    }

    @Test func rowsThatOnlyALookUpCanSettleAreNoErrorsOfTheRun() async throws {
        try await Scene.with(
            "--key-lifetime", "1s", "--fault", "latency=200ms", rows: 300,
            more: "limits: {\(Self.limits), concurrency: 64}"
        ) { scene in
            let run = try await scene.startRun(untilMade: 65)
            run.signal(SIGKILL)
            _ = await run.ended()
            // The server makes what is on its way, and forgets the keys.
            try await Task.sleep(for: .milliseconds(1500))
            await scene.server.kill()
            try await scene.server.start("--key-lifetime", "1s")
            try await scene.run(0)
            let markers = try await scene.server.links().map { $0["paymentForId"]?.string ?? "" }
            #expect(Set(markers).count == markers.count)
        }
    }

    @Test(arguments: ["cut-before=40%", "cut-after=40%"])
    func noLinkIsMadeAtAPriceThatWasCorrectedMeanwhile(_ fault: String) async throws {
        try await Scene.with(
            "--fault", fault, "--fault", "latency=5ms..20ms", rows: 200,
            more: """
                limits: {\(Self.limits)}
                policy: {onChange: replace, brakes: {changed: 100%, new: 100%, moved: off}}
                """
        ) { scene in
            let run = try await scene.startRun(untilMade: 60)
            run.signal(SIGKILL)
            _ = await run.ended()
            await scene.server.kill()
            try await scene.server.start()
            let before = try await scene.server.links()
            try scene.write(rows: 1...200) { _ in "19.00" }
            try await scene.run(0)
            let links = try await scene.server.links()
            let old = links.filter { $0["amount"]?.decimal == FixedDecimal("12.5") }
            // Those that were there before the correction, and no other; none of them sells.
            #expect(old.count == before.count)
            #expect(old.filter(\.isActive).isEmpty)
            #expect(links.filter(\.isActive).count == 200)
            #expect(Set(links.filter(\.isActive).compactMap(\.itemMarker)).count == 200)
            #expect(try await scene.run(0).count("unchanged") == 200)
        }
    }
}

extension JSONValue {
    /// The part of a link's marker that names its item.
    fileprivate var itemMarker: String? {
        self["paymentForId"]?.string?.split(separator: "-").dropLast().joined(separator: "-")
    }
}
