import CatalinkCore
import Testing

/// `--help` of every command.
@Suite(.timeLimit(.minutes(2)))
struct HelpTests {
    private struct Command {
        var name: String
        var discussion: String
    }

    /// Every command below one, itself included, without `help`, which the argument parser brings.
    private static func commands(_ value: JSONValue?, after above: String = "") -> [Command] {
        guard let value, let own = value["commandName"]?.string, own != "help" else { return [] }
        let name = above.isEmpty ? own : above + " " + own
        let command = Command(name: name, discussion: value["discussion"]?.string ?? "")
        return [command] + (value["subcommands"]?.elements ?? []).flatMap { commands($0, after: name) }
    }

    @Test func everyCommandsHelpHasAnExample() async throws {
        try await CommandLine.withProject { command in
            let document = try await command.run("--experimental-dump-help").json()
            let commands = Self.commands(document["command"])
            #expect(commands.count > 25)
            for help in commands {
                let lines = help.discussion.split(separator: "\n")
                #expect(lines.contains { $0.hasPrefix("  \(help.name) ") }, "\(help.name)")
            }
        }
    }

    @Test func theHelpShowsTheExampleAsItIsWritten() async throws {
        try await CommandLine.withProject { command in
            let help = try await command.run("ledger", "backup", "--help")
            #expect(help.status == 0)
            #expect(
                help.output.contains("\n  catalink ledger backup jobs/quickstart.yaml\n"), "\(help.output)")
        }
    }
}
