package import CatalinkCore
import Foundation

/// The proof of exactly once: rounds of kills, faults and edits, each judged by the server's own list of links.
package struct ChaosBench: Sendable {
    package struct Options: Sendable {
        package var rounds = 20
        package var seed = 1
        /// One round alone, by its number.
        package var round: Int?
        package var mutant: Mutant?
        /// Where the rounds' directories stay; `nil` removes them.
        package var keep: String?
        /// Rows of each catalog; `nil` for 20 to 80.
        package var rows: Int?
        package var parallel = 2

        package init() {}
    }

    private let options: Options
    private let executable: String

    /// - Parameter executable: the program whose verbs are killed; its own, as a rule.
    package init(_ options: Options, executable: String) {
        self.options = options
        self.executable = executable
    }

    /// - Parameter onRound: told of each round at its end.
    package func run(onRound: @Sendable (ChaosRoundReport) -> Void) async throws -> ChaosSummary {
        let start = SystemClock().now()
        var rounds: [ChaosRoundReport] = []
        let numbers = options.round.map { [$0] } ?? Array(1...max(1, options.rounds))
        try await withThrowingTaskGroup(of: ChaosRoundReport.self) { group in
            for (index, number) in numbers.enumerated() {
                if index >= options.parallel, let report = try await group.next() {
                    rounds.append(report)
                    onRound(report)
                }
                group.addTask { try await report(number) }
            }
            for try await report in group {
                rounds.append(report)
                onRound(report)
            }
        }
        rounds.sort { $0.round < $1.round }
        let seconds = SystemClock().now().since(start).inSeconds
        return ChaosSummary(seed: options.seed, mutant: options.mutant, rounds: rounds, seconds: seconds)
    }

    private func report(_ number: Int) async throws -> ChaosRoundReport {
        let base = options.keep ?? FileManager.default.temporaryDirectory.path
        let name = options.keep == nil ? "catalink-chaos-\(UUID().uuidString)" : "round-\(number)"
        let directory = URL(filePath: base).path + "/" + name
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let plan = ChaosPlan(seed: options.seed, round: number, rows: options.rows)
        var report: ChaosRoundReport
        do {
            report = try await ChaosRound.report(
                plan, mutant: options.mutant, executable: executable, directory: directory)
        } catch {
            report = ChaosRoundReport(round: number)
            report.plan = plan.description
            report.findings = RunFailure(error).messages.map { ChaosFinding(check: "-", text: $0) }
        }
        if options.keep == nil { try FileManager.default.removeItem(atPath: directory) }
        return report
    }
}

/// What all rounds came to.
package struct ChaosSummary: Sendable {
    package var seed: Int
    package var mutant: Mutant?
    package var rounds: [ChaosRoundReport]
    package var seconds: Double

    package var failed: [ChaosRoundReport] { rounds.filter { !$0.holds } }

    private func sum(_ count: (ChaosRoundReport) -> Int) -> Int { rounds.reduce(0) { $0 + count($1) } }

    /// For `--format json`.
    package var json: JSONValue {
        .object([
            ("seed", .integer(seed)), ("mutant", .optional(mutant?.rawValue)),
            ("rounds", .integer(rounds.count)), ("failed", .integer(failed.count)),
            ("kills", .integer(sum(\.kills))), ("runs", .integer(sum(\.runs))),
            ("requests", .integer(sum(\.requests))), ("links", .integer(sum(\.links))),
            ("replays", .integer(sum(\.replays))),
            ("seconds", .number(String(Double(Int(seconds * 1000)) / 1000))),
            ("excused", .array(rounds.filter { $0.excused != nil }.map(Self.excuse))),
            ("failures", .array(failed.flatMap(Self.failures))),
        ])
    }

    private static func excuse(_ round: ChaosRoundReport) -> JSONValue {
        .object([("round", .integer(round.round)), ("why", .optional(round.excused))])
    }

    private static func failures(_ round: ChaosRoundReport) -> [JSONValue] {
        round.findings.map { finding in
            .object([
                ("round", .integer(round.round)), ("check", .string(finding.check)),
                ("what", .string(finding.text)), ("plan", .string(round.plan)),
            ])
        }
    }

    /// For people.
    package var lines: [String] {
        var lines: [String] = []
        for round in failed {
            lines.append("round \(round.round): \(round.plan)")
            lines += round.findings.map { "  \($0.description)" }
            lines.append("  again: \(command(round.round))")
        }
        lines.append(verdict)
        lines.append(
            "\(sum(\.kills)) kills, \(sum(\.runs)) runs, \(sum(\.requests)) requests, \(sum(\.links)) links, "
                + "\(sum(\.replays)) replays, \(Int(seconds)) s")
        let excused = rounds.count { $0.excused != nil }
        if excused > 0 { lines.append("\(excused) rounds left items unknown that nobody could know of") }
        return lines
    }

    private var verdict: String {
        let result =
            failed.isEmpty
            ? "every one of \(rounds.count) rounds holds" : "\(failed.count) of \(rounds.count) rounds fail"
        guard let mutant else { return result }
        return failed.isEmpty
            ? "\(mutant.rawValue) was not found: \(result)" : "\(mutant.rawValue) was found: \(result)"
    }

    private func command(_ round: Int) -> String {
        let mutant = mutant.map { " --mutant \($0.rawValue)" } ?? ""
        return "catalink bench chaos --seed \(seed) --round \(round)\(mutant) --keep DIR"
    }
}

extension ChaosRoundReport {
    /// One line for the progress.
    package var line: String {
        let seconds = Double(Int(seconds * 10)) / 10
        let found = findings.first.map { "FAILS \($0.description)" } ?? "holds"
        return
            "round \(round): \(kills) kills, \(runs) runs, \(requests) requests, \(links) links, \(seconds) s; "
            + found + (excused.map { " (\($0))" } ?? "")
    }
}
