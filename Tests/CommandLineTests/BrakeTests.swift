import CatalinkCore
import Foundation
import Testing

/// Catalogs that have gone wrong, and the brakes that hold them.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct BrakeTests {
    @Test func aCatalogThatIsCutShortSendsNothing() async throws {
        try await Scene.with(rows: 60) { scene in
            try await scene.run(0)
            try scene.write(rows: 1...20)
            let requests = try await scene.server.count("requests")
            try await scene.run(
                3,
                says:
                    "brakes.missing: expected at most 10% of the ledger's 60 items since the last run, got: 40"
            )
            #expect(try await scene.server.count("requests") == requests)
            try scene.write(rows: 1...60)
            #expect(try await scene.run(0).count("unchanged") == 60)
            try await scene.expectOneLinkEach(60)
        }
    }

    @Test func anotherKeyTemplateIsHeldAndAnApprovalIsGoodOnce() async throws {
        try await Scene.with { scene in
            try await scene.run(0)
            let job = try scene.command.read("job.yaml")
            let other = job.replacing("key: \"{{sku}}\"", with: "key: \"new-{{sku}}\"")
                .replacing("url: \"{{sku | slug}}\"", with: "url: \"new-{{sku | slug}}\"")
            try scene.command.write(other, to: "job.yaml")
            let said = try await scene.verb(3, "run", "job.yaml", says: "brakes.new: expected at most 50%")
            #expect(said.contains("brakes.missing"))
            let digest = try #require(said.components(separatedBy: "--approve ").last?.prefix(16))
            try await scene.verb(
                3, "run", "job.yaml", "--approve", "0123456789abcdef",
                says: "expected the digest of this plan, \(digest), got: 0123456789abcdef")
            #expect(try await scene.server.links().count == 30)

            let summary = try await scene.run(0, "--approve", String(digest))
            #expect(summary.count("created") == 30)
            try await scene.expectOneLinkEach(60)
            // What was approved is not asked about again; another plan is.
            #expect(try await scene.run(0).count("unchanged") == 30)
            try scene.write(rows: 1...10)
            try await scene.verb(3, "run", "job.yaml", "--approve", String(digest), says: "brakes.missing")
        }
    }

    @Test func anApprovedPlanThatCouldNotBeSentNeedsNoSecondApproval() async throws {
        try await Scene.with(
            more: "limits: {rate: 100000/1m, rest: 50ms, maxWait: 5s}\npolicy: {onChange: replace}"
        ) { scene in
            try await scene.run(0)
            try scene.write(rows: 1...30) { _ in "14.00" }
            let said = try await scene.verb(3, "run", "job.yaml")
            let digest = try #require(said.components(separatedBy: "--approve ").last?.prefix(16))
            // Approved, and ended before anything was sent.
            await scene.server.kill()
            try await scene.run(69, "--approve", String(digest))
            try await scene.server.start()
            #expect(try await scene.run(0).count("replaced") == 30)
        }
    }

    @Test func tooManyInvalidRowsAreHeld() async throws {
        try await Scene.with { scene in
            try await scene.run(0)
            try scene.write(rows: 1...30) { $0 <= 7 ? "free" : "12.50" }
            try await scene.run(3, says: "brakes.invalid: expected at most 20%")
            try scene.write(rows: 1...30) { $0 == 1 ? "free" : "12.50" }
            try await scene.run(2)
            try scene.write(rows: 1...30)
            #expect(try await scene.run(0).count("unchanged") == 30)
            try await scene.expectOneLinkEach(30)
        }
    }

    @Test func manyNewPricesNeedApprovalAndTakeThePlaceOfTheOld() async throws {
        try await Scene.with(more: Scene.limits + "\npolicy: {onChange: replace}") { scene in
            try await scene.run(0)
            try scene.write(rows: 1...30) { $0 <= 6 ? "13.00" : "12.50" }
            let said = try await scene.verb(
                3, "run", "job.yaml",
                says:
                    "brakes.changed: expected at most 10% of the ledger's 30 items since the last run, got: 6"
            )
            let digest = try #require(said.components(separatedBy: "--approve ").last?.prefix(16))
            let summary = try await scene.run(0, "--approve", String(digest))
            #expect(summary.count("replaced") == 6)
            #expect(summary.count("unchanged") == 24)
            let links = try await scene.server.links()
            #expect(links.count == 36)
            let (old, live) = (links.filter { !$0.isActive }, links.filter(\.isActive))
            #expect(old.count == 6)
            #expect(live.count == 30)
            #expect(Set(live.compactMap(\.slug)).count == 30)
            #expect(Set(live.compactMap(\.slug)).isSuperset(of: (1...6).map { "sku-\($0)-2" }))
            #expect(try await scene.run(0).count("unchanged") == 30)
        }
    }
}

extension JSONValue {
    /// Whether a link sells.
    var isActive: Bool { self["status"]?.string == "ACTIVE" }
    var slug: String? { self["url"]?.string?.split(separator: "/").last.map(String.init) }
}
