import CatalinkCore
import Foundation
import Testing

/// What the pages of the documentation let people type, typed.
@Suite(.timeLimit(.minutes(5)))
struct TroubleshootingTests {
    /// `Exit 65: the catalog cannot be read`
    private static func status(_ section: String) -> Int32? {
        guard section.hasPrefix("Exit ") else { return nil }
        return section.dropFirst(5).split(separator: ":").first.flatMap { Int32($0) }
    }

    @Test func everyExitStatusHasASection() throws {
        let statuses = try DocumentedPage("Troubleshooting").sections.compactMap(Self.status)
        #expect(statuses == ExitStatus.allCases.map(\.rawValue))
    }

    @Test func everyCommandEndsAsItsSectionSays() async throws {
        let page = try DocumentedPage("Troubleshooting")
        let setUp = page.examples.filter { $0.section == "Overview" }.map(\.commands).joined(separator: "\n")
        // The page's port may be another program's here.
        let port = "\(Int.random(in: 10_000..<32_000))"
        var reached: Set<Int32> = []
        try await CommandLine.withShell { command in
            for example in page.examples {
                guard let expected = Self.status(example.section) else { continue }
                let lines = try await example.run(
                    command, after: setUp, change: { $0.replacing("8787", with: port) })
                let statuses = lines.filter { $0.hasPrefix("exit ") }
                #expect(!statuses.isEmpty, "line \(example.line) tells no exit status")
                #expect(statuses.allSatisfy { $0 == "exit \(expected)" }, "line \(example.line): \(statuses)")
                if statuses.contains("exit \(expected)") { reached.insert(expected) }
            }
        }
        #expect(reached == Set(ExitStatus.allCases.map(\.rawValue)))
    }

    @Test(arguments: ["FirstRun", "Pricing"])
    func aPagePrintsWhatItSays(_ name: String) async throws {
        let page = try DocumentedPage(name)
        #expect(page.examples.contains { $0.shown != nil })
        try await CommandLine.withShell { command in
            for example in page.examples { _ = try await example.run(command) }
        }
    }

    /// Names of runs, times, and windows, which are by the clock.
    private static func tidy(_ text: String, home: String) -> String {
        text.replacing(home, with: "/home/ann")
            .replacing(#/\d{8}T\d{6}Z-[0-9a-f]{4}/#, with: "RUN")
            .replacing(#/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/#, with: "TIME")
            .replacing(#/in \d windows?, /#, with: "in WINDOWS, ")
            .replacing(#/\d+\.\d s$/#.anchorsMatchLineEndings(), with: "SECONDS")
    }

    @Test func theReadmeShowsWhatIsSeen() async throws {
        let page = try DocumentedPage(file: "README.md")
        let transcripts = page.examples.filter { $0.commands.hasPrefix("catalink ") }
        #expect(transcripts.count >= 5)
        try await CommandLine.withShell { command in
            var command = command
            command.variables["XDG_STATE_HOME"] = nil
            let home = command.variables["HOME"] ?? ""
            for example in transcripts {
                _ = try await example.run(command, tidy: { Self.tidy($0, home: home) })
            }
        }
    }

    private static let outputs: [(seen: String, shown: [String], fits: Bool)] = [
        ("a\nb\n", ["a", "b"], true), ("a\nb\n", ["a"], false), ("a\nb\n", ["a", "…"], true),
        ("a\nb\n", ["…", "b"], true), ("a\nb\n", ["b"], false), ("a\nb\n", ["…", "c"], false),
        ("run 7f3a: 2 rows\n", ["run …: 2 rows"], true), ("run 7f3a: 3 rows\n", ["run …: 2 rows"], false),
        ("", [], true), ("a\n", [], false), ("a\nb\nc\n", ["a", "…", "c"], true),
    ]

    @Test(arguments: outputs.indices)
    func threeDotsStandForWhatDiffers(_ index: Int) {
        let (seen, shown, fits) = Self.outputs[index]
        #expect(DocumentedPage.Example.fits(seen, shown) == fits)
    }
}
