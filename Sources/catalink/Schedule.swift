import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation

/// `catalink schedule JOB`
struct PrintSchedule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Print what runs a job again and again: a crontab line, systemd units or a CronJob.",
        discussion: """
            Nothing is installed. Paths are absolute, state and credentials are
            said, and no lock is added, because a run takes its own:

              catalink schedule /etc/catalink/spring.yaml --as systemd --at 03:20
              catalink schedule spring.yaml --as cron --every 6h

            Without a time it is one at night that follows from the job's name:
            always the same, and seldom that of another job.

            With --template and no JOB, the units catalink@.service and
            catalink@.timer run any job /etc/catalink/NAME.yaml as catalink@NAME.
            """)

    @Argument(help: "The job file.", completion: .file(extensions: ["yaml", "yml"]))
    var job: String?

    @Option(name: .customLong("as"), help: "cron, systemd or kubernetes.")
    var kind: Schedule.Kind

    @Option(help: "The time of day, such as 03:20.")
    var at: String?

    @Option(help: "Minutes that divide an hour or hours that divide a day, such as 15m or 6h.")
    var every: WrittenDuration?

    @Option(help: "Who runs it, for systemd and /etc/cron.d.")
    var user: String?

    @Option(help: "The container image, for kubernetes.")
    var image: String?

    @Flag(help: "Print units for all jobs in /etc/catalink, for systemd.")
    var template = false

    func validate() throws {
        guard (job == nil) == template else {
            throw ValidationError("expected a job file or --template, got: \(template ? "both" : "neither")")
        }
        if template { try validateTemplate() }
        guard at == nil || every == nil else { throw ValidationError("expected --at or --every, got: both") }
        guard image == nil || kind == .kubernetes else {
            throw ValidationError("--image: expected --as kubernetes, got: \(kind.rawValue)")
        }
        guard user == nil || kind != .kubernetes else {
            throw ValidationError("--user: expected --as cron or systemd, got: kubernetes")
        }
    }

    private func validateTemplate() throws {
        guard kind == .systemd else {
            throw ValidationError("--template: expected --as systemd, got: \(kind.rawValue)")
        }
        guard at == nil, every == nil, user == nil else {
            throw ValidationError("--template: expected no --at, --every or --user, got: one of them")
        }
    }

    func run() async throws {
        let command = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        try await reporting(job ?? "schedule") {
            Terminal.print([try text(command)])
            return .settled
        }
    }

    private func text(_ command: String) throws -> String {
        guard let job else { return try Schedule.systemdTemplate(command: command) }
        let loaded = try JobFile.load(job)
        let time = try ScheduleTime(of: loaded.name, at: at, every: every?.duration)
        return try Schedule(
            loaded, time, user: user, image: image, command: command, variables: Terminal.variables
        ).text(kind)
    }
}

extension Schedule.Kind: ExpressibleByArgument {}
