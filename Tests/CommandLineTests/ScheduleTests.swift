import CatalinkCore
import CatalinkTestSupport
import Foundation
import Testing

/// `catalink schedule` by the real binary, and what the schedulers' own checkers say of it.
@Suite(.timeLimit(.minutes(5)))
struct ScheduleTests {
    /// A job of this name against the API itself, in a directory whose name has to be quoted.
    private static func with(
        _ name: String = "spring", body: (CommandLine, _ job: String) async throws -> Void
    )
        async throws
    {
        try await CommandLine.withProject { command in
            let folder = command.directory + "/a 100% odd"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try command.writeJob(
                "a 100% odd/job", source: "{path: ../c.csv}", target: "{url: \"https://api.devdraft.ai\"}")
            let text = try command.read("a 100% odd/job.yaml")
            try command.write(
                text.replacing("job: a 100% odd/job", with: "job: \(name)"), to: "a 100% odd/job.yaml")
            try await body(command, folder + "/job.yaml")
        }
    }

    @Test func crontabLineQuotesForShellAndCron() async throws {
        try await Self.with { command, job in
            let outcome = try await command.run(
                "schedule", job, "--as", "cron", "--at", "03:20", "--user", "shop")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let line = outcome.output.split(separator: "\n").last ?? ""
            #expect(line.hasPrefix("20 3 * * * shop /"))
            #expect(line.hasSuffix(" run -q '\(job.replacing("%", with: "\\%"))'"))
            #expect(outcome.output.contains("STATE_DIRECTORY=\(command.directory)/state\n"))
            #expect(outcome.output.contains("CREDENTIALS_DIRECTORY=/etc/catalink/keys\n"))
        }
    }

    @Test func timeFollowsFromTheNameAndAvoidsTheFullHour() async throws {
        var lines: Set<String> = []
        for name in ["spring", "autumn", "bundles"] {
            try await Self.with(name) { command, job in
                let first = try await command.run("schedule", job, "--as", "cron").output
                let second = try await command.run("schedule", job, "--as", "cron").output
                #expect(first == second)
                let fields = first.split(separator: "\n").last?.split(separator: " ").prefix(2) ?? []
                #expect(fields.first != "0")
                lines.insert(fields.joined(separator: " "))
            }
        }
        #expect(lines.count == 3)
    }

    @Test(arguments: [("7m", 64), ("5h", 64), ("15m", 0), ("6h", 0), ("1d", 0), ("90s", 64)])
    func intervalsDivideHourOrDay(_ interval: String, _ status: Int32) async throws {
        try await Self.with { command, job in
            let outcome = try await command.run("schedule", job, "--as", "cron", "--every", interval)
            #expect(outcome.status == status, "\(outcome.output)\(outcome.errors)")
        }
    }

    @Test(arguments: ["24:00", "3", "03:60", "3:5", "-1:10"])
    func timesThatAreNoneAreRefused(_ time: String) async throws {
        try await Self.with { command, job in
            let outcome = try await command.run("schedule", job, "--as", "cron", "--at=\(time)")
            #expect(outcome.status == 64)
        }
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")),
        arguments: [["--at", "03:20"], ["--every", "15m"], ["--every", "6h", "--user", "root"]])
    func systemdAcceptsTheUnits(_ words: [String]) async throws {
        try await Self.with { command, job in
            let units = try await Self.units(command, ["schedule", job, "--as", "systemd"] + words)
            #expect(units == ["catalink-spring.service", "catalink-spring.timer"])
            try await Self.expectValid(units, command)
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")))
    func systemdAcceptsTheTemplate() async throws {
        try await CommandLine.withProject { command in
            let units = try await Self.units(command, ["schedule", "--template", "--as", "systemd"])
            #expect(units == ["catalink@.service", "catalink@.timer"])
            try await Self.expectValid(units, command)
        }
    }

    /// Writes the units that are printed, each to a file of its name.
    private static func units(_ command: CommandLine, _ words: [String]) async throws -> [String] {
        let run = try command.start(words)
        try await run.expectEnd(0)
        var (names, unit): ([String], [Substring]) = ([], [])
        for line in try run.output().split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# /etc/systemd/system/") {
                names.append(String(line.split(separator: "/").last ?? ""))
                unit = []
            }
            unit.append(line)
            if let name = names.last {
                try command.write(unit.joined(separator: "\n") + "\n", to: name)
            }
        }
        return names
    }

    private static func expectValid(_ units: [String], _ command: CommandLine) async throws {
        let check = try StartedCommand(
            ["verify", "--man=no"] + units.map { "\(command.directory)/\($0)" },
            directory: command.directory, variables: command.variables,
            executable: URL(filePath: "/usr/bin/systemd-analyze"))
        #expect(try await check.expectEnd(0) == "")
    }

    @Test func templateIsTheUnitsOfAJobButForItsNameCredentialsPlacesAndTime() async throws {
        try await Self.with { command, job in
            let own = try await command.run("schedule", job, "--as", "systemd").output
            let template = try await command.run("schedule", "--template", "--as", "systemd").output
            #expect(Self.shared(own) == Self.shared(template))
            #expect(template.contains(" run -q /etc/catalink/%i.yaml\n"))
            #expect(template.contains("\nLoadCredential=default.key:/etc/catalink/keys/default.key\n"))
            #expect(template.contains("\nSetCredential=default.key:\\n\n"))
        }
    }

    private static func shared(_ text: String) -> [Substring] {
        let own = [
            "#", "Description=", "ExecStart=", "LoadCredential=", "SetCredential=", "ProtectHome=",
            "PrivateTmp=",
            "OnCalendar=", "RandomizedDelaySec=", "FixedRandomDelay=",
        ]
        return text.split(separator: "\n").filter { line in !own.contains { line.hasPrefix($0) } }
    }

    @Test(arguments: [
        (["--as", "systemd"], "expected a job file or --template, got: neither"),
        (
            ["jobs/quickstart.yaml", "--template", "--as", "systemd"],
            "expected a job file or --template, got: both"
        ),
        (["--template", "--as", "cron"], "--template: expected --as systemd, got: cron"),
        (
            ["--template", "--as", "systemd", "--at", "03:20"],
            "--template: expected no --at, --every or --user"
        ),
    ])
    func templateIsForSystemdAndForNoJob(_ words: [String], _ message: String) async throws {
        try await CommandLine.withProject { command in
            try await command.start(["schedule"] + words).expectEnd(64, says: message)
        }
    }

    @Test func cronJobMountsJobStateAndKeys() async throws {
        try await Self.with { command, job in
            let outcome = try await command.run(
                "schedule", job, "--as", "kubernetes", "--at", "03:20", "--image",
                "registry.example/catalink:1")
            #expect(outcome.status == 0, "\(outcome.errors)")
            for line in [
                "\n  schedule: \"20 3 * * *\"\n", "\n              image: \"registry.example/catalink:1\"\n",
                "\n                - {name: CREDENTIALS_DIRECTORY, value: /etc/catalink/keys}\n",
                "\n            - {name: keys, secret: {secretName: catalink-spring, defaultMode: 0440}}\n",
            ] {
                #expect(outcome.output.contains(line), "\(outcome.output)")
            }
        }
    }

    @Test func jobOfASandboxNeedsNoKeys() async throws {
        try await CommandLine.withProject { command in
            for kind in ["cron", "systemd", "kubernetes"] {
                let text = try await command.run("schedule", "jobs/quickstart.yaml", "--as", kind).output
                #expect(text.contains("quickstart"))
                #expect(!text.contains("keys"), "\(text)")
            }
        }
    }

    @Test func versionOfAWorkingCopySaysSo() async throws {
        try await CommandLine.withProject { command in
            let outcome = try await command.run("--version")
            #expect(outcome.status == 0)
            #expect(outcome.output == "catalink 0.1.0 (development build)\n")
        }
    }
}
