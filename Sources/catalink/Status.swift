import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the books of a job: items by state, runs, what is unknown.",
        discussion: """
            Reads the ledger alone, also while a run is at work:

              catalink status jobs/quickstart.yaml
            """)

    @OptionGroup var argument: JobArgument

    @Option(help: "text or json.")
    var format = DocumentFormat.text

    func run() async throws {
        try await reporting(argument.job, format) {
            let status = try await JobStatus(
                of: JobFile.load(argument.job), variables: Terminal.variables, now: SystemClock().now())
            switch format {
            case .json: Terminal.print([status.json.indented()])
            case .text: Terminal.print(ReportText.status(status))
            }
            return .settled
        }
    }
}

struct Results: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print one line an item: its link, or why there is none.",
        discussion: """
            Rows of the last run that became no item, such as invalid ones, come
            after the items:

              catalink results jobs/quickstart.yaml > links.csv
              catalink results jobs/quickstart.yaml --format jsonl
            """)

    @OptionGroup var argument: JobArgument

    @Option(help: "csv or jsonl.")
    var format = ResultsWriter.Format.csv

    func run() async throws {
        try await reporting(argument.job) {
            let job = try JobFile.load(argument.job)
            try ResultsWriter.write(job, variables: Terminal.variables, as: format) { data in
                try Terminal.write(data)
            }
            return .settled
        }
    }
}

extension ResultsWriter.Format: ExpressibleByArgument {}
