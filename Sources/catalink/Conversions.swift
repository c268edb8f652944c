import ArgumentParser
import CatalinkCore
import CatalinkRunner

/// `catalink conversions import JOB FILE…`, `catalink conversions listen JOB --port N`
struct Conversions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Record payments of a job's links.",
        discussion: """
            From files, or as they happen:

              catalink conversions import jobs/tracked-links.yaml samples/payments.csv
              catalink conversions listen jobs/tracked-links.yaml --port 8788

            `catalink analytics` and `catalink top` tell what links have sold.
            """,
        subcommands: [Import.self, Listen.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record the payments of files, each once.",
            discussion: """
                Importing a file again records nothing twice:

                  catalink conversions import jobs/tracked-links.yaml samples/payments.csv
                  catalink conversions import JOB --fix FILE

                Columns id, link_id (or url, slug, reference), amount, currency and
                time need no mapping; others are named in the job's `conversion:`,
                or in a file for --mapping. Exits with 2 when rows have no link or
                are wrong: they are written to a file of the same format, to correct
                and feed back with --fix.
                """)

        @OptionGroup var argument: JobArgument

        @Argument(help: "The files, patterns with `*` and `?`, or `-`, standard input.", completion: .file())
        var files: [String] = []

        @Option(
            name: .customLong("as"),
            help: "csv, tsv, xml, yaml, json or jsonl; by the files' names unless it is said.")
        var inputFormat: Job.Format?

        @Option(
            help: "A file that says what `conversion:` says, instead of it.",
            completion: .file(extensions: ["yaml", "yml"]))
        var mapping: String?

        @Option(help: "Read this fix file, corrected, instead of files.", completion: .file())
        var fix: String?

        @Option(help: "Write the rows that need a change to this file.", completion: .file())
        var writeFix: String?

        @Option(help: "text or json.")
        var format = DocumentFormat.text

        func validate() throws {
            guard files.isEmpty == (fix != nil) else {
                throw ValidationError("expected files or --fix, got: \(files.isEmpty ? "neither" : "both")")
            }
        }

        func run() async throws {
            try await reporting(argument.job, format) {
                var job = try JobFile.load(argument.job)
                if let mapping { job.conversion = try JobFile.loadConversion(mapping, for: job) }
                let input = ConversionImport.Input(
                    files: files, format: inputFormat, fix: fix, writesFixTo: writeFix)
                let report = try await ConversionImport(job, input, Signals.environment()).run()
                Terminal.say(report.warnings)
                switch format {
                case .json: Terminal.print([report.json.indented()])
                case .text:
                    Terminal.print(ReportText.problems(report.problems, jobFile: report.jobFile))
                    Terminal.print(ReportText.conversions(report))
                }
                return report.status
            }
        }
    }
}
