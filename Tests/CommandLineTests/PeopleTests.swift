import CatalinkCore
import Foundation
import Testing

/// What people decide: retries, foreign links, held items, and what a look at all links tells.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct PeopleTests {
    @Test func aSlugThatAForeignLinkHasIsRejectedUntilItIsAdopted() async throws {
        try await Scene.with(rows: 10) { scene in
            try await scene.server.makeForeignLink(slug: "sku-4", title: "Mug number 4")
            let first = try await scene.run(2, says: "the slug belongs to the link")
            #expect(first.count("rejected") == 1)
            #expect(first.count("created") == 9)
            // Left alone at no request, until a person says so.
            let posts = try await scene.server.count("rejected")
            #expect(try await scene.run(2).count("rejected") == 1)
            #expect(try await scene.server.count("rejected") == posts)
            try await scene.verb(
                0, "retry", "job.yaml", "--rejected", says: "1 rejected item will be tried again")
            #expect(try await scene.run(2).count("rejected") == 1)
            #expect(try await scene.server.count("rejected") == posts + 1)

            try await scene.verb(0, "adopt", "job.yaml", says: "taken in      1")
            #expect(try await scene.run(0).count("unchanged") == 10)
            #expect(try await scene.server.links().count == 10)
        }
    }

    @Test func whatWasRejectedIsMadeOnceThereIsNoReasonAnyMore() async throws {
        try await Scene.with(rows: 10) { scene in
            try await scene.server.makeForeignLink(slug: "sku-4")
            try await scene.run(2)
            await scene.server.kill()
            try await scene.server.start("--behave", "duplicate-slug=accept")
            try await scene.verb(
                64, "retry", "job.yaml", "SKU-5", says: "expected the key of a rejected item")
            try await scene.verb(64, "retry", "job.yaml", "SKU-4", "--cause", "no such words")
            try await scene.verb(0, "retry", "job.yaml", "SKU-4")
            #expect(try await scene.run(0).count("created") == 1)
            let links = try await scene.server.links().filter { $0["paymentForId"]?.string != nil }
            #expect(links.count == 10)
        }
    }

    /// With a `paymentForId` of the job's own there is no marker to tell links apart by.
    private static func withHeldItem(_ body: (Scene, String) async throws -> Void) async throws {
        try await Scene.with(rows: 10) { scene in
            let job = try scene.command.read("job.yaml")
            try scene.command.write(
                job.replacing("linkType: PRODUCT", with: "linkType: PRODUCT, paymentForId: \"{{sku}}\""),
                to: "job.yaml")
            let foreign = try await scene.server.makeForeignLink(slug: "sku-4", title: "Something else")
            let first = try await scene.run(4, says: "the slug belongs to the link")
            #expect(first.count("held") == 1)
            #expect(first.count("created") == 9)
            #expect(try await scene.run(4).count("held") == 1)
            let status = try await scene.verb(0, "status", "job.yaml", says: "held       \"SKU-4\"")
            #expect(status.contains("s ago\n"), "\(status)")
            try await body(scene, foreign)
        }
    }

    @Test func aHeldItemIsResolvedWithItsLink() async throws {
        try await Self.withHeldItem { scene, foreign in
            try await scene.verb(
                78, "resolve", "job.yaml", "SKU-4", "--created", "no-such-link",
                says: "expected a link that the API has")
            try await scene.verb(64, "resolve", "job.yaml", "SKU-5", "--created", foreign)
            try await scene.verb(
                0, "resolve", "job.yaml", "SKU-4", "--created", foreign,
                says: "its link is \(foreign); it has another title")
            // It sells something else: changed, and a mismatch until someone says that it may.
            #expect(try await scene.run(4).count("changed") == 1)
            try await scene.verb(0, "status", "job.yaml", says: "mismatch   \"SKU-4\"")
            try await scene.verb(0, "resolve", "job.yaml", "SKU-4", "--created", foreign)
            #expect(try await scene.run(2).count("changed") == 1)
            #expect(try await scene.server.links().count == 10)
        }
    }

    @Test func aHeldItemIsResolvedAsNotMade() async throws {
        try await Self.withHeldItem { scene, _ in
            await scene.server.kill()
            try await scene.server.start("--behave", "duplicate-slug=accept")
            try await scene.verb(0, "resolve", "job.yaml", "SKU-4", "--not-created", says: "with a new key")
            #expect(try await scene.run(0).count("created") == 1)
            let own = try await scene.server.links().filter { $0["paymentForId"]?.string == "SKU-4" }
            #expect(own.count == 1)
        }
    }

    @Test func verifyTellsWhatHasBecomeOfEveryLink() async throws {
        try await Scene.with(rows: 30) { scene in
            try await scene.run(0)
            try await scene.verb(0, "verify", "job.yaml", says: "same          30")
            let links = try await scene.server.links()
            let ids = links.compactMap { $0["id"]?.string }
            let path = "/api/v0/payment-links/"
            try await scene.server.send(.put, path + ids[0], "{\"amount\": 99}")
            try await scene.server.send(.put, path + ids[1], "{\"status\": \"INACTIVE\"}")
            try await scene.server.makeForeignLink(slug: "foreign")
            let said = try await scene.verb(4, "verify", "job.yaml")
            #expect(said.contains("edited        1"))
            #expect(said.contains("link \(ids[0]): expected what the ledger has, got: other amount"))
            #expect(said.contains("expired       1"))
            #expect(said.contains("link \(ids[1]): expected a link that sells, got: INACTIVE"))
            #expect(said.contains("foreign       1"))
            #expect(said.contains("same          28"))

            // A copy from before the last rows knows less than the server.
            let copy = try await scene.backUp()
            try scene.write(rows: 1...32)
            try await scene.run(0)
            try scene.putBack(copy)
            #expect(try await scene.verb(4, "verify", "job.yaml").contains("orphaned      2"))
            try await scene.verb(0, "ledger", "recover", "job.yaml", says: "taken in      2")
            #expect(try await scene.run(0).count("unchanged") == 32)
        }
    }
}
