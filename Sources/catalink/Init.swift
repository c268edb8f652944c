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
            Writes a job file with comments, which `catalink check` accepts; what was
            guessed is for a person to look over.
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
                Terminal.say(["next: catalink check \(beginning.output)"])
            }
            return .settled
        }
    }
}
