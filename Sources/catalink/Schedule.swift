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
            """)

    @OptionGroup var argument: JobArgument

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

    func validate() throws {
        guard at == nil || every == nil else { throw ValidationError("expected --at or --every, got: both") }
        guard image == nil || kind == .kubernetes else {
            throw ValidationError("--image: expected --as kubernetes, got: \(kind.rawValue)")
        }
        guard user == nil || kind != .kubernetes else {
            throw ValidationError("--user: expected --as cron or systemd, got: kubernetes")
        }
    }

    func run() async throws {
        try await reporting(argument.job) {
            let job = try JobFile.load(argument.job)
            let schedule = try Schedule(
                job, ScheduleTime(of: job.name, at: at, every: every?.duration), user: user, image: image,
                command: FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
                variables: Terminal.variables)
            Terminal.print([schedule.text(kind)])
            return .settled
        }
    }
}

extension Schedule.Kind: ExpressibleByArgument {}
