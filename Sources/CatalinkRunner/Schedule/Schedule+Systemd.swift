extension Schedule {
    private var unit: String { "catalink-\(job.name)" }

    /// Two files, each after a comment with its place.
    var systemd: String {
        """
        # /etc/systemd/system/\(unit).service
        \(service)

        # /etc/systemd/system/\(unit).timer
        \(timer)

        # systemctl daemon-reload && systemctl enable --now \(unit).timer
        """
    }

    private var service: String {
        """
        [Unit]
        Description=Catalink job \(job.name)
        Wants=network-online.target
        After=network-online.target
        # After so many tries it waits for the timer.
        StartLimitIntervalSec=6h
        StartLimitBurst=12

        [Service]
        # The run takes its own lock: a second one ends with 75.
        Type=oneshot
        ExecStart=\([command, "run", "-q", path].map(Self.word).joined(separator: " "))
        # 69, the API is unreachable, and 75, run again, are left; the others wait for a person or the timer.
        Restart=on-failure
        RestartPreventExitStatus=1 2 3 4 64 65 77 78 130
        RestartSec=15min
        # Stopped by `systemctl stop`, once what was on its way has been recorded.
        SuccessExitStatus=143
        TimeoutStopSec=5min
        \(account)
        UMask=0077
        NoNewPrivileges=yes
        CapabilityBoundingSet=
        ProtectSystem=strict
        ProtectHome=\(isBelow("/home", "/root") ? "read-only" : "yes")
        PrivateTmp=\(isBelow("/tmp", "/var/tmp") ? "no" : "yes")
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

    /// Under one name all jobs share the user, and with it the budget of a key.
    private static let sharedUser = "DynamicUser=yes\nUser=catalink"

    /// User, state and credentials, which systemd hands over in `$STATE_DIRECTORY` and `$CREDENTIALS_DIRECTORY`.
    private var account: String {
        let owner = user.map { "User=\(Self.escaped($0))" } ?? Self.sharedUser
        let place =
            job.state == nil
            ? "StateDirectory=catalink\nStateDirectoryMode=0700" : "ReadWritePaths=\(Self.word(state))"
        let credentials = keyFiles.map { "LoadCredential=\($0):\(Self.escaped("\(keys)/\($0)"))" }
        return ([owner, place] + credentials).joined(separator: "\n")
    }

    private var timer: String {
        """
        [Unit]
        Description=Time of the Catalink job \(job.name)

        [Timer]
        OnCalendar=\(time.calendar)
        # What was missed while the machine was off runs once it is on.
        Persistent=yes

        [Install]
        WantedBy=timers.target
        """
    }

    private func isBelow(_ roots: String...) -> Bool {
        roots.contains { root in ([path] + job.source.patterns).contains { $0.hasPrefix(root + "/") } }
    }

    /// `%` begins a specifier.
    private static func escaped(_ text: String) -> String { text.replacing("%", with: "%%") }

    /// One word of a command line: `$` begins a variable.
    private static func word(_ text: String) -> String {
        let word = escaped(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return word.contains(where: { " \"\\'$;".contains($0) })
            ? "\"" + word.replacing("$", with: "$$") + "\"" : word
    }
}
