import ArgumentParser
import CatalinkCore
import CatalinkRunner

/// `catalink report JOB`
struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print where a run's report lies: one HTML page that needs nothing else.",
        discussion: """
            Each run writes it beside its results. Without --run it is that of the
            newest run that has closed its books:

              catalink report jobs/quickstart.yaml
              catalink report jobs/quickstart.yaml --out report.html

            It is made anew from the ledger where it is missing, and that of the
            newest run where a person or a run without books has since changed
            something, such as `retry` and `resolve` do.
            """)

    @OptionGroup var argument: JobArgument

    @Option(help: "The run, such as 20261121T031500Z-7f3a.")
    var run: String?

    @Option(help: "Make it anew, in this file.", completion: .file(extensions: ["html"]))
    var out: String?

    func run() async throws {
        try await reporting(argument.job) {
            let report = try await RunReport.find(
                JobFile.load(argument.job), run: run, out: out, variables: Terminal.variables,
                now: SystemClock().now())
            if let news = report.news { Terminal.say(["run \(report.run): \(news)"]) }
            Terminal.print([report.path])
            return .settled
        }
    }
}
