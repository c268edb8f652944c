import ArgumentParser
import CatalinkCore
import CatalinkRunner

/// `catalink schema`
struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a JSON Schema of job files, for editors.",
        discussion: """
            Editors that know YAML complete and explain the names of a job file, and
            mark what is wrong, by a JSON Schema (draft 2020-12). Print it beside the
            job and name it in the job's first line:

              catalink schema > catalink.schema.json
              # yaml-language-server: $schema=catalink.schema.json

            Whether columns and filters are right is for `catalink check` to say.
            """)

    func run() throws {
        Terminal.print([JobSchema.json.indented()])
        try Terminal.end(.settled)
    }
}
