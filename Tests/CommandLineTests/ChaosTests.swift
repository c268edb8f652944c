import CatalinkCore
import Foundation
import Testing

/// The proof by the real binary: kills, faults and edits, judged by the server's own list of links.
@Suite(.timeLimit(.minutes(10)), .serialized)
struct ChaosTests {
    @Test func everyRoundHolds() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run("bench", "chaos", "--rounds", "5", "--seed", "1")
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        }
    }

    /// A proof that cannot fail proves nothing. The other mutants need more rounds than a test has time for.
    @Test func aRunThatForgetsItsIntentsIsFound() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run(
                "bench", "chaos", "--rounds", "5", "--seed", "1", "--mutant", "no-intent")
            #expect(outcome.status == 1, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.output.contains("no-intent was found"))
        }
    }

    @Test func aRunCannotBeMutated() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run("run", "jobs/quickstart.yaml", "--mutant", "no-rest")
            #expect(outcome.status == 64)
            #expect(try await command.run("bench", "--help").output.contains("victim") == false)
        }
    }

    @Test func aRoundOnItsOwnIsToldAsJSON() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run(
                "bench", "chaos", "--round", "3", "--rows", "5", "--format", "json", "--keep", "rounds")
            let document = try outcome.json()
            #expect(document["rounds"]?.integer == 1)
            #expect(document["links"]?.integer ?? 0 > 0)
            #expect(document["failures"]?.elements?.allSatisfy { $0["round"]?.integer == 3 } == true)
            #expect(outcome.errors.contains("round 3: "))
            #expect(FileManager.default.fileExists(atPath: command.directory + "/rounds/round-3/job.yaml"))
        }
    }

    @Test func aNumberOfRoundsBelowOneIsWrongUsage() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run("bench", "chaos", "--rounds", "0")
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains("--rounds: expected at least 1, got: 0"))
        }
    }
}
