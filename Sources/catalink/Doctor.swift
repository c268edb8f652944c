import ArgumentParser
import CatalinkCore
import CatalinkRunner

/// `catalink doctor JOB`
struct Examine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look whether a job can run here: files, credentials, state, ledger, API, clock.",
        discussion: """
            Each line says ok, warning or trouble, and what to do. One request goes
            to the API, for its health; nothing is created there. Run it as the
            user that runs the job:

              catalink doctor jobs/quickstart.yaml

            Without trouble the exit status is 0, else the one that a run would
            end with.
            """)

    @OptionGroup var argument: JobArgument

    @Option(help: "text or json.")
    var format = DocumentFormat.text

    @Flag(help: "The next run will be told --new-ledger.")
    var newLedger = false

    func run() async throws {
        try await reporting(argument.job) {
            var environment = Signals.environment()
            environment.mayBeginLedger = newLedger
            let diagnosis = await Doctor(argument.job, environment).examine()
            switch format {
            case .json: Terminal.print([diagnosis.json.indented()])
            case .text: Terminal.print(diagnosis.lines)
            }
            return diagnosis.status
        }
    }
}
