import CatalinkCore
import Foundation
import Testing

/// Catalogs whose prices have gone wrong.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct PriceGuardTests {
    private static func more(_ onChange: String) -> String {
        Scene.limits + "\npolicy: {onChange: \(onChange), brakes: {changed: off}}"
    }

    /// What stands in the message, up to the digest.
    private static func digest(of said: String) throws -> String {
        try String(#require(said.components(separatedBy: "--approve ").last?.prefix(16)))
    }

    @Test func aSlippedCommaIsStoppedAndExplainedAndPassesAfterApproval() async throws {
        try await Scene.with(rows: 500, more: Scene.limits) { scene in
            try scene.write(rows: 1...500) { _ in "129.00" }
            try await scene.run(0)
            let requests = try await scene.server.count("requests")
            try scene.write(rows: 1...500) { $0 <= 480 ? "12.90" : "129.00" }
            let said = try await scene.verb(3, "run", "job.yaml")
            let digest = try Self.digest(of: said)
            #expect(
                said.contains(
                    """
                      stopped    brakes.changed: expected at most 10% of the ledger's 500 items since the last run, \
                    got: 480; brakes.moved: expected at most 10% of the ledger's 500 items since the last run, got: 480, \
                    which all cost less (half of them at most 0.1 times as much): "SKU-1" 129.00 → 12.90 usdc \
                    (c.csv:2), "SKU-2" 129.00 → 12.90 usdc (c.csv:3), "SKU-3" 129.00 → 12.90 usdc (c.csv:4) (nothing \
                    was sent; if the plan is right, `catalink run job.yaml --approve \(digest)` approves exactly it, \
                    once)

                    """), "\(said)")
            #expect(try await scene.server.count("requests") == requests)
            try await scene.verb(0, "plan", "job.yaml", says: "  digest     \(digest)")

            let approved = try await scene.run(2, "--approve", digest)
            #expect(approved.count("changed") == 480)
            try await scene.verb(0, "status", "job.yaml", says: "  approved   \(digest): by unknown at 2")
            // The next night nobody is asked again, unless the prices move once more.
            try await scene.run(2)
            try scene.write(rows: 1...500) { $0 <= 480 ? "1.29" : "129.00" }
            try await scene.run(3, says: "which all cost less (half of them at most 0.01 times as much)")
            #expect(
                try await scene.server.links().allSatisfy { $0["amount"]?.decimal == FixedDecimal("129") })
        }
    }

    /// However a job treats changes, and whatever its other brakes allow.
    @Test(arguments: ["report", "keep", "replace", "update"])
    func pricesThatMoveAtOnceAreStoppedUnderEveryPolicy(_ onChange: String) async throws {
        try await Scene.with(rows: 40, more: Self.more(onChange)) { scene in
            try await scene.run(0)
            try scene.write(rows: 1...44) { $0 <= 5 ? "125.00" : "12.50" }
            let requests = try await scene.server.count("requests")
            let said = try await scene.verb(
                3, "run", "job.yaml",
                says:
                    "brakes.moved: expected at most 10% of the ledger's 40 items since the last run, got: 5, which all "
                    + "cost more (half of them at least 10 times as much)")
            // New links are not made from such a catalog either.
            #expect(try await scene.server.count("requests") == requests)
            let digest = try Self.digest(of: said)
            let approved = try await scene.run(onChange == "report" ? 2 : 0, "--approve", digest)
            #expect(approved.count("created") == 4)
            let made = ["replace": "replaced", "update": "updated"][onChange] ?? "changed"
            #expect(approved.count(made) == 5)
            try await scene.run(onChange == "report" ? 2 : 0)
        }
    }

    @Test func aBrakeThatIsOffLetsPricesMove() async throws {
        let more = Scene.limits + "\npolicy: {onChange: keep, brakes: {changed: off, moved: off}}"
        try await Scene.with(more: more) { scene in
            try await scene.run(0)
            try scene.write(rows: 1...30) { _ in "1.25" }
            #expect(try await scene.run(0).count("changed") == 30)
        }
    }

    /// What a job says about single amounts holds also where a share would say nothing.
    @Test func oneAmountBeyondTheLargestChangeIsHeld() async throws {
        try await Scene.with(rows: 5, more: Self.more("update")) { scene in
            let job = try scene.command.read("job.yaml").replacing(
                "pricing: {price: \"{{price}}\"}",
                with: "pricing: {price: \"{{price}}\", guard: {maxChange: 30%}}")
            try scene.command.write(job, to: "job.yaml")
            try await scene.run(0)
            try scene.write(rows: 1...5) { $0 == 3 ? "16.25" : "12.50" }
            #expect(try await scene.run(0).count("updated") == 1)
            try scene.write(rows: 1...5) { [3: "16.25", 4: "8.74"][$0] ?? "12.50" }
            let said = try await scene.verb(3, "run", "job.yaml")
            let digest = try Self.digest(of: said)
            #expect(
                said.contains(
                    """
                      stopped    pricing.guard.maxChange: expected amounts at most 30% away from what their links were \
                    made with, got: 1 further away, such as "SKU-4" 12.50 → 8.74 usdc (c.csv:5) (nothing was sent; \
                    if the plan is right, `catalink run job.yaml --approve \(digest)` approves exactly it, once)

                    """), "\(said)")
            #expect(try await scene.run(0, "--approve", digest).count("updated") == 1)
        }
    }
}
