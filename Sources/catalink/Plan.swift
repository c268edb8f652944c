import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a run would send, and what it would cost in time and money; send nothing.",
        discussion: """
            Read it before the first run, and before any change of prices:

              catalink plan jobs/quickstart.yaml --prices
              catalink plan jobs/quickstart.yaml --diff
              catalink plan jobs/products.yaml --explain 00417

            `--diff` prints a line for each item: `+` new, `~` changed with old and
            new values, `-` missing from the catalog though its link sells, `?` sent
            before without an answer. With `--format json` each line is a JSON
            object, and nothing else is printed.

            `--out plan.json` writes the plan; `catalink run JOB --plan plan.json`
            applies exactly it, once.
            """)

    @OptionGroup var argument: JobArgument

    @OptionGroup var correction: FixArgument

    @Option(help: "text or json.")
    var format = DocumentFormat.text

    @Flag(help: "Print every item that is new, changed or missing.")
    var diff = false

    @Flag(help: "Print the ten lowest and the ten highest prices, which json always has.")
    var prices = false

    @Option(help: "Write the plan to a file, for `run --plan`.", completion: .file(extensions: ["json"]))
    var out: String?

    @Flag(help: "Exit with 2 when there is work to do.")
    var detailedExitcode = false

    @Option(help: ArgumentHelp("Tell how the links of one row came about, step by step.", valueName: "key"))
    var explain: String?

    func run() async throws {
        try await reporting(argument.job, format) {
            let job = try JobFile.load(argument.job).reading(fix: correction.fix)
            if let explain { return try await tell(explain, job) }
            let plan = try await Pipeline(job, Signals.environment()).stagedPlan()
            if let out { try await plan.write(to: out) }
            Terminal.say(plan.report.warnings + ReportText.cautions(plan.report.cautions, jobFile: job.file))
            if diff {
                try await plan.writeChanges(asJSON: format == .json) { data in
                    try Terminal.write(data)
                }
            }
            try await printSummary(of: plan, job)
            let hasWork = plan.report.totals.requests > 0 || plan.report.hasNewProblems
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

    private func printSummary(of plan: StagedPlan, _ job: Job) async throws {
        switch format {
        case .json:
            guard !diff else { return }
            Terminal.print([plan.report.json(job, prices: try await plan.prices()).indented()])
        case .text:
            Terminal.print(ReportText.plan(plan.report, job))
            if prices { Terminal.print(ReportText.prices(try await plan.prices())) }
            if let out {
                Terminal.print([
                    "  plan       \(out): `catalink run \(job.file) --plan \(out)` applies exactly it, once"
                ])
            }
            Terminal.print(ReportText.problems(plan.report.problems, jobFile: job.file))
        }
    }
}

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find every mistake in a job file and its catalog; offline, without the ledger.",
        discussion: """
            Exits with 2 when rows have mistakes, 65 when the catalog cannot be read,
            78 when the job is wrong:

              catalink check jobs/mistakes.yaml
              catalink check jobs/mistakes.yaml --write-fix fix.csv
            """)

    @OptionGroup var argument: JobArgument

    @OptionGroup var correction: FixArgument

    @Option(help: "Write the rows that need a change to this file.", completion: .file())
    var writeFix: String?

    @Option(
        help: "Write the problems that are not accepted yet to this file, for `accept:`; with --until.",
        completion: .file())
    var writeKnown: String?

    @Option(help: "The last day on which they are accepted, such as 2027-02-28.")
    var until: String?

    @Option(help: "text or json.")
    var format = DocumentFormat.text

    func validate() throws {
        guard (writeKnown == nil) == (until == nil) else {
            throw ValidationError("expected --write-known and --until together, got: one of them")
        }
        guard writeKnown == nil || writeFix == nil else {
            throw ValidationError("expected --write-fix or --write-known, got: both")
        }
    }

    func run() async throws {
        try await reporting(argument.job, format) {
            let job = try JobFile.load(argument.job).reading(fix: correction.fix)
            if let writeKnown, let until { return try await write(known: writeKnown, until, of: job) }
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
            return report.hasNewProblems ? .rowsNeedWork : .settled
        }
    }

    private func write(known path: String, _ until: String, of job: Job) async throws -> ExitStatus {
        let (report, remarks) = try await Pipeline(job, Signals.environment()).check(
            writingKnownTo: path, until: until)
        Terminal.say(report.warnings)
        switch format {
        case .json: Terminal.print([report.json(job).indented()])
        case .text: Terminal.print(ReportText.check(report, job) + remarks)
        }
        return .settled
    }
}
