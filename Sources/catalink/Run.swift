import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the links of a catalog; what is made already is left alone.")

    @OptionGroup var argument: JobArgument

    @Option(help: "text or json.")
    var format = DocumentFormat.text

    @Flag(name: .shortAndLong, help: "Say nothing when every row is settled.")
    var quiet = false

    @Flag(help: "Begin a ledger where there is none; needed once against a live target.")
    var newLedger = false

    func run() async throws {
        try await reporting(argument.job, format) {
            let job = try JobFile.load(argument.job)
            var environment = Signals.environment()
            environment.mayBeginLedger = newLedger
            let line = ProgressLine(isOn: !quiet && format == .text)
            environment.onProgress = { line.show($0) }
            let summary = try await Pipeline(job, environment).run()
            line.clear()
            report(summary, job)
            return summary.status == .interrupted ? Signals.status : summary.status
        }
    }

    private func report(_ summary: RunSummary, _ job: Job) {
        if format == .json {
            Terminal.print([summary.json.indented()])
            return
        }
        if quiet, summary.status == .settled { return }
        Terminal.say(summary.plan.warnings)
        Terminal.print(ReportText.problems(summary.plan.problems, jobFile: job.file))
        Terminal.print(ReportText.troubles(summary))
        Terminal.print(ReportText.run(summary, job))
    }
}
