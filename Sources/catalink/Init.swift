import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

/// `catalink init`
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at a catalog and write a job file for it.",
        discussion: """
            Names the format, encoding and delimiter, the preset where the export is
            a known one, else guesses a mapping by the columns' names and contents.
            Writes a job file with comments, in which what was guessed is marked.

              catalink init samples/shopify-products.csv
              catalink init samples/price-list.csv --stdout

            READ ITS `pricing`, `link.currency` AND `key` BEFORE YOU RUN IT: links sell
            at the prices that they were made with. Where the catalog leaves open what
            is paid, the file says FILL IN, and `catalink check` refuses it until then:
            no column is named as the price, or prices are in a currency that needs a
            rate. Numbers that may be read in two ways (1.299) are problems of their
            rows until `decimal: point` or `decimal: comma` is said.
            """)

    @Argument(help: "The catalog.", completion: .file())
    var file: String

    @Option(name: .shortAndLong, help: "The job file to write; by the catalog's name if left out.")
    var output: String?

    @Flag(help: "Print the job file instead of writing it.")
    var stdout = false

    func run() async throws {
        try await reporting("init", .text) {
            let beginning = JobBeginning(catalog: file, output: output)
            let draft = try await beginning.draft()
            Terminal.say(draft.findings)
            if stdout {
                Terminal.print(
                    draft.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(
                        String.init))
            } else {
                try beginning.write(draft)
                Terminal.say(draft.warnings)
                Terminal.say([
                    "read `pricing:` and `currency:` in \(beginning.output) before it is run: they are guessed",
                    "next: catalink check \(beginning.output)",
                ])
            }
            return .settled
        }
    }
}
