import ArgumentParser
import CatalinkCore
import CatalinkRunner

/// `catalink presets`
struct Presets: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the exports that are known, or print what is known of one.",
        discussion: """
            A preset is the part of a job file that all jobs on one kind of export
            share. A job that says `source: {preset: NAME}` begins with it and
            overrides what it wants to. A preset printed into a file can be changed
            and named by its path:

              catalink presets
              catalink presets shopify > our-export.yaml
            """)

    @Argument(help: "The preset to print.")
    var name: String?

    func run() throws {
        guard let name else {
            let width = Preset.all.map(\.name.count).max() ?? 0
            Terminal.print(
                Preset.all.map { preset in
                    preset.name + String(repeating: " ", count: width + 2 - preset.name.count) + preset.about
                })
            return try Terminal.end(.settled)
        }
        guard let preset = Preset.named(name) else {
            throw ValidationError("expected a preset, got: \(name) (`catalink presets` lists them)")
        }
        let text = preset.text
        Terminal.print([text.hasSuffix("\n") ? String(text.dropLast()) : text])
        try Terminal.end(.settled)
    }
}
