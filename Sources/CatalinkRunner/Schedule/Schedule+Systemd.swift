extension Schedule {
    /// A service and a timer of the job's own.
    var systemd: String {
        let unit = "catalink-\(job.name)"
        return SystemdUnits(
            name: unit, job: job.name,
            start: [command, "run", "-q", path].map(\.systemdWord).joined(separator: " "), account: account,
            protectHome: isBelow("/home", "/root") ? "read-only" : "yes",
            privateTmp: isBelow("/tmp", "/var/tmp") ? "no" : "yes", times: ["OnCalendar=\(time.calendar)"],
            enabling: "systemctl daemon-reload && systemctl enable --now \(unit).timer"
        ).text
    }

    /// Template units, by which `catalink@NAME` runs `/etc/catalink/NAME.yaml`.
    ///
    /// - Parameter command: the path of the command.
    /// - Throws: `RunFailure` for a path that systemd cannot be told.
    package static func systemdTemplate(command: String) throws -> String {
        try checkPlain([command])
        return SystemdUnits.template(command).text
    }

    /// User, state and credentials, which systemd hands over in `$STATE_DIRECTORY` and `$CREDENTIALS_DIRECTORY`.
    private var account: [String] {
        let owner = user.map { ["User=\($0.systemdEscaped)"] } ?? SystemdUnits.sharedUser
        let place = job.state == nil ? SystemdUnits.sharedState : ["ReadWritePaths=\(state.systemdWord)"]
        return owner + place + keyFiles.map { "LoadCredential=\($0):\("\(keys)/\($0)".systemdEscaped)" }
    }

    private func isBelow(_ roots: String...) -> Bool {
        roots.contains { root in ([path] + job.source.patterns).contains { $0.hasPrefix(root + "/") } }
    }
}
