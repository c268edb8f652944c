import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Compare every link of the account with the ledger: edited, expired, gone, orphaned, foreign.",
        discussion: """
            Changes nothing. Exits with 4 when a person should look at something:

              catalink verify jobs/quickstart.yaml
            """)

    @OptionGroup var argument: JobArgument

    @Option(help: "text or json.")
    var format = DocumentFormat.text

    func run() async throws {
        try await working(argument.job, format) { work in show(try await work.verify(), format) }
    }
}

struct Adopt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take over links that were made before Catalink, by the slugs that today's rows ask for.",
        discussion: """
            They are items of the ledger from then on, and the next run leaves them
            alone where they are as their rows ask for. Do it before the first run:

              catalink adopt jobs/quickstart.yaml
            """)

    @OptionGroup var argument: JobArgument

    @Option(help: "text or json.")
    var format = DocumentFormat.text

    @Flag(help: "Begin a ledger where there is none; needed once against a live target.")
    var newLedger = false

    func run() async throws {
        try await working(argument.job, format, mayBegin: newLedger) { work in
            show(try await work.adopt(), format)
        }
    }
}

struct Ledger: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Care for a job's ledger.",
        discussion: """
            A copy before anything is done by hand, and a look whether all is whole:

              catalink ledger backup jobs/quickstart.yaml
              catalink ledger check jobs/quickstart.yaml
            """,
        subcommands: [Check.self, Backup.self, Recover.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look whether the ledger is whole.",
            discussion: """
                Exits with 78 when it is not, and says what is wrong:

                  catalink ledger check jobs/quickstart.yaml
                """)

        @OptionGroup var argument: JobArgument

        func run() async throws {
            try await working(argument.job) { work in
                let findings = try await work.check()
                Terminal.print(findings.isEmpty ? ["the ledger is whole"] : findings)
                return findings.isEmpty ? .settled : .configuration
            }
        }
    }

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy the ledger into backups/ beside it, also while a run writes.",
            discussion: """
                Prints where the copy lies; older ones stay:

                  catalink ledger backup jobs/quickstart.yaml
                """)

        @OptionGroup var argument: JobArgument

        func run() async throws {
            try await working(argument.job) { work in
                Terminal.print([try await work.backUp()])
                return .settled
            }
        }
    }

    struct Recover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Find the links that this job has made, by their markers, and write into the ledger what it lacks.",
            discussion: """
                For a ledger that was lost, or restored from a copy that is older than the
                last run:

                  catalink ledger recover jobs/quickstart.yaml
                """)

        @OptionGroup var argument: JobArgument

        @Option(help: "text or json.")
        var format = DocumentFormat.text

        func run() async throws {
            try await working(argument.job, format) { work in show(try await work.recover(), format) }
        }
    }
}

private func show(_ report: LinkReport, _ format: DocumentFormat) -> ExitStatus {
    switch format {
    case .json: Terminal.print([report.json.indented()])
    case .text:
        Terminal.print(report.findings)
        Terminal.print(
            report.counts.map {
                "  " + $0.name.padding(toLength: 14, withPad: " ", startingAt: 0) + "\($0.count)"
            })
        Terminal.print(["  requests      \(report.requests)"])
    }
    return report.needsPerson ? .needsPerson : .settled
}
