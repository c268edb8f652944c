import CatalinkCore
import CatalinkTransport
import Foundation

/// What runs a job again and again: a crontab line, a systemd service with its timer, or a Kubernetes CronJob.
///
/// None takes a lock: a run has its own, and a second one ends with 75.
package struct Schedule: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case cron, systemd, kubernetes
    }

    let job: Job
    let time: ScheduleTime
    let user: String?
    let image: String?
    /// Of the command and of the job file, absolute.
    let command: String
    let path: String
    /// Where state lies when the scheduler does not say it.
    let state: String
    /// Where the credentials' files lie.
    let keys: String

    /// - Parameters:
    ///   - user: who runs it; `nil` for the owner of the crontab, or for a dynamic user.
    ///   - image: the container image, for Kubernetes.
    /// - Throws: `RunFailure` for a path that no scheduler can be told.
    package init(
        _ job: Job, _ time: ScheduleTime, user: String?, image: String?, command: String,
        variables: [String: String]
    ) throws {
        (self.job, self.time, self.user, self.image) = (job, time, user, image)
        self.command = command
        path = Self.absolute(job.file)
        state = Self.absolute(try job.state ?? StateDirectory.root(variables))
        let given = variables["CREDENTIALS_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
        keys = given.map(Self.absolute) ?? "/etc/catalink/keys"
        try Self.checkPlain([command, path, state, keys, user ?? "", image ?? ""])
    }

    static func checkPlain(_ texts: [String]) throws {
        for text in texts {
            guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
                throw RunFailure(.usage, "schedule: expected no control characters, got: \(text.quoted)")
            }
        }
    }

    private static func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }

    package func text(_ kind: Kind) -> String {
        switch kind {
        case .cron: cron
        case .systemd: systemd
        case .kubernetes: kubernetes
        }
    }

    /// The files of the account's credentials, such as `default.key`; none for a sandbox inside the run.
    var keyFiles: [String] {
        guard case .api(let target) = job.destination else { return [] }
        let isNamed = !target.isLoopback && target.host != CredentialFinder.knownHost
        return ["key", "secret"].map { "\(job.account).\($0)" } + (isNamed ? ["\(job.account).hosts"] : [])
    }

    // MARK: cron

    /// A crontab's variables are taken as they stand; `%` ends a command.
    private var cron: String {
        let words = [command, "run", "-q", path].map(\.shellQuoted).joined(separator: " ")
        let line = [time.cron, user, words.replacing("%", with: "\\%")].compactMap { $0 }
        var lines = [
            user == nil
                ? "# \(job.name): for `crontab -e`" : "# \(job.name): for a file of its own in /etc/cron.d",
            "# The run takes its own lock: a second one ends with 75. What it says, cron mails.",
        ]
        if job.state == nil { lines.append("STATE_DIRECTORY=\(state)") }
        if !keyFiles.isEmpty {
            lines.append("# Mode 0600: \(keyFiles.joined(separator: ", "))")
            lines.append("CREDENTIALS_DIRECTORY=\(keys)")
        }
        return (lines + [line.joined(separator: " ")]).joined(separator: "\n")
    }
}

extension String {
    /// As one word of sh.
    var shellQuoted: String {
        let isPlain = utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "/._-+:@%".utf8.contains(byte)
        }
        return isPlain && !isEmpty ? self : "'" + replacing("'", with: "'\\''") + "'"
    }
}
