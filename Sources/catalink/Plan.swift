import ArgumentParser
import CatalinkCore
import CatalinkRunner

struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a run would send, and what it would cost in time and money; send nothing.")

    @OptionGroup var argument: JobArgument

    @OptionGroup var correction: FixArgument

    @Option(help: "text or json.")
    var format = DocumentFormat.text

    @Flag(help: "Exit with 2 when there is work to do.")
    var detailedExitcode = false

    @Option(help: ArgumentHelp("Tell how the links of one row came about, step by step.", valueName: "key"))
    var explain: String?

    func run() async throws {
        try await reporting(argument.job, format) {
            let job = try JobFile.load(argument.job).reading(fix: correction.fix)
            if let explain { return try await tell(explain, job) }
            let report = try await Pipeline(job, Signals.environment()).plan()
            Terminal.say(report.warnings + ReportText.cautions(report.cautions, jobFile: job.file))
            switch format {
            case .json: Terminal.print([report.json(job).indented()])
            case .text:
                Terminal.print(ReportText.plan(report, job, now: SystemClock().now()))
                Terminal.print(ReportText.problems(report.problems, jobFile: job.file))
            }
            let hasWork = report.totals.requests > 0 || report.hasProblems
            return detailedExitcode && hasWork ? .rowsNeedWork : .settled
        }
    }

    private func tell(_ key: String, _ job: Job) async throws -> ExitStatus {
        let rows = try await Pipeline(job, Signals.environment()).explain(key)
        switch format {
        case .json: Terminal.print([JSONValue.array(rows.map { ReportText.document($0, job) }).indented()])
        case .text: Terminal.print(rows.flatMap { ReportText.explanation($0, job) })
        }
        return .settled
    }
}

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find every mistake in a job file and its catalog; offline, without the ledger.",
        discussion:
            "Exits with 2 when rows have mistakes, 65 when the catalog cannot be read, 78 when the job is wrong."
    )

    @OptionGroup var argument: JobArgument

    @OptionGroup var correction: FixArgument

    @Option(help: "Write the rows that need a change to this file.", completion: .file())
    var writeFix: String?

    @Option(help: "text or json.")
    var format = DocumentFormat.text

    func run() async throws {
        try await reporting(argument.job, format) {
            let job = try JobFile.load(argument.job).reading(fix: correction.fix)
            let pipeline = Pipeline(job, Signals.environment())
            let (report, fix) =
                if let writeFix {
                    try await pipeline.check(writingFixTo: writeFix)
                } else {
                    (try await pipeline.check(), FixFile?.none)
                }
            Terminal.say(report.warnings + ReportText.cautions(report.cautions, jobFile: job.file))
            switch format {
            case .json: Terminal.print([report.json(job).indented()])
            case .text:
                Terminal.print(ReportText.problems(report.problems, jobFile: job.file))
                Terminal.print(
                    ReportText.check(report, job) + (fix.map { ["  fix        \($0.line)"] } ?? []))
            }
            return report.hasProblems ? .rowsNeedWork : .settled
        }
    }
}
