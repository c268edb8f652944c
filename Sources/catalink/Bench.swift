import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure and prove what Catalink promises, on this machine.",
        discussion: """
            Nothing outside this machine is asked for anything:

              catalink bench chaos --rounds 3
              catalink bench read samples/shopify-products.csv
            """,
        subcommands: [Chaos.self, Fuzz.self, Read.self, Victim.self])
}

struct Chaos: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Kill runs at random moments while catalogs are edited and a sandbox fails; count the links.",
        discussion: """
              catalink bench chaos --rounds 3
              catalink bench chaos --seed 1 --round 10 --keep rounds

            Each round starts a sandbox with random faults, kills the run and now
            and then the sandbox, edits the catalog between kills, and runs the job
            until it is settled. Then the sandbox's own list must say:
              (a) no item has two live links
              (b) every link is in the ledger
              (c) every valid row has a link
              (d) the books of every run add up
              (e) no link was made at a price that nobody wanted then
              (f) no key was in flight twice
            Exits with 1 when a round does not hold. With --mutant that is what
            should happen: a fault is built into the runs, and the proof must find
            it. The kills of a round are planned by its seed; where exactly they
            land depends on the machine too.
            """)

    @Option(help: "How many rounds.")
    var rounds = 20

    @Option(help: "Decides all that is left to chance.")
    var seed = 1

    @Option(help: "Only this round.")
    var round: Int?

    @Option(help: "A fault to find: \(Mutant.allCases.map(\.rawValue).joined(separator: ", ")).")
    var mutant: Mutant?

    @Option(help: "Keep the rounds' directories below this one.", completion: .directory)
    var keep: String?

    @Option(help: "Rows of each catalog; 20 to 80 if left out.")
    var rows: Int?

    @Option(help: "How many rounds at once.")
    var parallel = 2

    @Option(help: "text or json.")
    var format = DocumentFormat.text

    func run() async throws {
        try await reporting("bench chaos", format) {
            let bench = ChaosBench(
                options, executable: Bundle.main.executablePath ?? CommandLine.arguments[0])
            let summary = try await bench.run { Terminal.say([$0.line]) }
            switch format {
            case .json: Terminal.print([summary.json.indented()])
            case .text: Terminal.print(summary.lines)
            }
            return summary.failed.isEmpty ? .settled : .unexpected
        }
    }

    private var options: ChaosBench.Options {
        var options = ChaosBench.Options()
        options.rounds = rounds
        options.seed = seed
        options.round = round
        options.mutant = mutant
        options.keep = keep
        options.rows = rows
        options.parallel = parallel
        return options
    }

    func validate() throws {
        for (name, value) in [
            ("rounds", rounds), ("round", round ?? 1), ("rows", rows ?? 1), ("parallel", parallel),
        ] where value < 1 {
            throw ValidationError("--\(name): expected at least 1, got: \(value)")
        }
    }
}

/// `run` with a fault built in; only the proof calls it.
struct Victim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a job with a fault built in, for the proof to find.",
        discussion: """
              catalink bench victim jobs/quickstart.yaml --mutant no-rest
            """, shouldDisplay: false)

    @OptionGroup var argument: JobArgument

    @Option(help: "The fault.")
    var mutant: Mutant

    @Option(help: "text or json; the document is the same.")
    var format = DocumentFormat.json

    @Option(help: "As in run.")
    var heal: WrittenDuration = "10m"

    func run() async throws {
        try await reporting(argument.job, format) {
            let job = try JobFile.load(argument.job)
            var environment = Signals.environment()
            environment.mutant = mutant
            environment.healFor = heal.duration
            let summary = try await Pipeline(job, environment).run()
            Terminal.print([summary.json.indented()])
            return summary.status
        }
    }
}

extension Mutant: ExpressibleByArgument {}
