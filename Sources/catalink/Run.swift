import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the links of a catalog; what is made already is left alone.",
        discussion: """
            Run it again whenever the catalog has changed, or a run was cut short:

              catalink run jobs/quickstart.yaml
              catalink run -q jobs/*.yaml
              catalink run jobs/mistakes.yaml --fix fix.csv

            Several jobs run side by side, each at the full rate of its own key; with
            `--format json` they make one document. The exit status is the gravest of
            all.

            Rows that need a change are written beside the results, in the catalog's
            own format. Correct them there and feed them back with --fix FILE.
            """)

    @Argument(help: "The job files.", completion: .file(extensions: ["yaml", "yml"]))
    var jobs: [String]

    @Option(help: "text or json.")
    var format = DocumentFormat.text

    @Flag(name: .shortAndLong, help: "Say nothing when every row is settled.")
    var quiet = false

    @Flag(help: "Begin a ledger where there is none; needed once against a live target.")
    var newLedger = false

    @Option(help: "Approve exactly the plan with this digest, once, though it goes beyond the brakes.")
    var approve: String?

    @Option(
        help: "Apply exactly the plan that `plan --out` has written, once.",
        completion: .file(extensions: ["json"]))
    var plan: String?

    @Option(help: "End the sending in good order after so long, such as 30m.")
    var stopAfter: WrittenDuration?

    @OptionGroup var correction: FixArgument
    @OptionGroup var display: DisplayOptions

    @Option(help: "How long to work on what is unknown before the end.")
    var heal: WrittenDuration = "10m"

    func validate() throws {
        guard !jobs.isEmpty else { throw ValidationError("expected a job file, got: none") }
        guard approve == nil || jobs.count == 1 else {
            throw ValidationError("--approve: expected one job, got: \(jobs.count)")
        }
        guard correction.fix == nil || jobs.count == 1 else {
            throw ValidationError("--fix: expected one job, got: \(jobs.count)")
        }
        guard plan == nil || jobs.count == 1 else {
            throw ValidationError("--plan: expected one job, got: \(jobs.count)")
        }
    }

    func run() async throws {
        // A reader that leaves, such as `head`, ends no run.
        signal(SIGPIPE, SIG_IGN)
        var environment = Signals.environment()
        environment.mayBeginLedger = newLedger
        environment.approval = approve
        environment.planFile = plan
        environment.stopAfter = stopAfter?.duration
        environment.healFor = heal.duration
        let display = display.display(isQuiet: quiet || format == .json)
        environment.onProgress = { display.show($0) }
        environment.log = self.display.logSettings
        let printer = RunPrinter(format: format, isQuiet: quiet)
        let ends = await RunGroup(jobs, environment, fix: correction.fix).run { end, job in
            display.end(job?.name) { printer.print(end, job) }
        }
        printer.printDocument(ends)
        try Terminal.end(.gravest(ends.map { ($0.status, $0.isFinished) }))
    }
}

/// Tells how runs ended: as text when each ends, or as one document after all.
struct RunPrinter: Sendable {
    let format: DocumentFormat
    let isQuiet: Bool

    func print(_ end: RunGroup.End, _ job: Job?) {
        switch end.result {
        case .failure(let failure): Terminal.say(failure.messages)
        case .success(let summary):
            guard format == .text, let job else { return }
            // Somebody who was to be told was not, perhaps.
            if isQuiet, summary.status == .settled { return Terminal.say(summary.notes) }
            Terminal.say(
                summary.plan.warnings + ReportText.cautions(summary.plan.cautions, jobFile: job.file))
            Terminal.print(
                ReportText.problems(summary.plan.problems, jobFile: job.file) + ReportText.troubles(summary)
                    + ReportText.run(summary, job))
        }
    }

    func printDocument(_ ends: [RunGroup.End]) {
        guard format == .json else { return }
        guard ends.count > 1 else { return Terminal.print(ends.map { $0.json.indented() }) }
        let status = ExitStatus.gravest(ends.map { ($0.status, $0.isFinished) })
        let document = JSONValue.object([
            ("exit", .integer(Int(status.rawValue))), ("jobs", .array(ends.map(\.json))),
        ])
        Terminal.print([document.indented()])
    }
}
