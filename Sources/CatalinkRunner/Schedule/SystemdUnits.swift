/// A service that runs a job and the timer that starts it, as text.
struct SystemdUnits {
    /// Without suffix; with `@` at its end a template.
    let name: String
    /// As descriptions call the job.
    let job: String
    /// A command line.
    let start: String
    /// User, state and credentials, a line each.
    let account: [String]
    var protectHome = "yes"
    var privateTmp = "yes"
    /// When the timer starts it, a line each.
    let times: [String]
    /// What to type, once both files are in their places.
    let enabling: String

    /// Two files, each after a comment with its place.
    var text: String {
        """
        # /etc/systemd/system/\(name).service
        \(service)

        # /etc/systemd/system/\(name).timer
        \(timer)

        # \(enabling)
        """
    }

    private var service: String {
        """
        [Unit]
        Description=Catalink job \(job)
        Wants=network-online.target
        After=network-online.target
        # After so many tries it waits for the timer.
        StartLimitIntervalSec=6h
        StartLimitBurst=12

        [Service]
        # The run takes its own lock: a second one ends with 75.
        Type=oneshot
        ExecStart=\(start)
        # 69, the API is unreachable, and 75, run again, are left; the others wait for a person or the timer.
        Restart=on-failure
        RestartPreventExitStatus=1 2 3 4 64 65 77 78 130
        RestartSec=15min
        # Stopped by `systemctl stop`, once what was on its way has been recorded.
        SuccessExitStatus=143
        TimeoutStopSec=5min
        \(account.joined(separator: "\n"))
        UMask=0077
        NoNewPrivileges=yes
        CapabilityBoundingSet=
        ProtectSystem=strict
        ProtectHome=\(protectHome)
        PrivateTmp=\(privateTmp)
        PrivateDevices=yes
        ProtectClock=yes
        ProtectControlGroups=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        ProtectKernelTunables=yes
        LockPersonality=yes
        MemoryDenyWriteExecute=yes
        RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        SystemCallArchitectures=native
        SystemCallFilter=@system-service
        """
    }

    private var timer: String {
        """
        [Unit]
        Description=Time of the Catalink job \(job)

        [Timer]
        \(times.joined(separator: "\n"))
        # What was missed while the machine was off runs once it is on.
        Persistent=yes

        [Install]
        WantedBy=timers.target
        """
    }
}

extension SystemdUnits {
    /// Under one name all jobs share the user, and with it the budget of a key.
    static let sharedUser = ["DynamicUser=yes", "User=catalink"]
    static let sharedState = ["StateDirectory=catalink", "StateDirectoryMode=0700"]

    /// For each job `NAME` in `/etc/catalink/NAME.yaml` that uses the default account.
    ///
    /// - Parameter command: the path of the command.
    static func template(_ command: String) -> SystemdUnits {
        let keys = ["default.key", "default.secret", "default.hosts"]
        return SystemdUnits(
            name: "catalink@", job: "%i",
            start: [command.systemdWord, "run", "-q", "/etc/catalink/%i.yaml"].joined(separator: " "),
            account: sharedUser + sharedState
                + keys.map { "LoadCredential=\($0):/etc/catalink/keys/\($0)" }
                + [
                    "# A file that is not there is an empty one: a job that needs it says so and ends with 78."
                ]
                + keys.map { "SetCredential=\($0):\\n" },
            times: [
                "# Between 1 and 6 o'clock, always at the same time of machine and job.",
                "OnCalendar=*-*-* 01:00:00", "RandomizedDelaySec=5h", "FixedRandomDelay=yes",
            ],
            enabling: "systemctl daemon-reload && systemctl enable --now catalink@NAME.timer")
    }
}

extension String {
    /// `%` begins a specifier.
    var systemdEscaped: String { replacing("%", with: "%%") }

    /// One word of a command line: `$` begins a variable.
    var systemdWord: String {
        let word = systemdEscaped.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return word.contains(where: { " \"\\'$;".contains($0) })
            ? "\"" + word.replacing("$", with: "$$") + "\"" : word
    }
}
