import CatalinkCore

/// When a job runs: once a day, or every so many minutes or hours; never at the full hour of its own choice.
package struct ScheduleTime: Sendable, Equatable {
    enum Rhythm: Equatable {
        case daily(hour: Int, minute: Int)
        /// Each `step` minutes from `first` on; a divisor of 60.
        case minutes(step: Int, first: Int)
        /// Each `step` hours from `first` on, at `minute`; a divisor of 24.
        case hours(step: Int, first: Int, minute: Int)
    }

    let rhythm: Rhythm

    /// - Parameters:
    ///   - name: the job's, from which what is not said is derived: the same each time, other jobs at other times.
    ///   - time: `HH:MM`.
    /// - Throws: `RunFailure` for a time or a duration that cannot be.
    package init(of name: String, at time: String?, every interval: Duration?) throws {
        // FNV-1a: stable between versions and machines, as Swift's own hash is not.
        let hash = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let minute = 1 + Int(hash % 59)
        if let time {
            rhythm = try Self.daily(time)
        } else if let interval {
            rhythm = try Self.repeated(interval, minute, Int(hash / 64))
        } else {
            // At night, when catalogs have been exported.
            rhythm = .daily(hour: 1 + Int(hash / 64 % 5), minute: minute)
        }
    }

    private static func daily(_ time: String) throws -> Rhythm {
        let parts = time.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 2, let hour = UInt8(parts[0]), hour < 24,
            let minute = UInt8(parts[1]), minute < 60
        else {
            throw RunFailure(.usage, "--at: expected a time such as 03:20, got: \(time.quoted)")
        }
        return .daily(hour: Int(hour), minute: Int(minute))
    }

    private static func repeated(_ interval: Duration, _ minute: Int, _ number: Int) throws -> Rhythm {
        let minutes = Int(interval.components.seconds / 60)
        guard interval == .seconds(minutes * 60), minutes > 0 else { throw unknown(interval) }
        if minutes < 60, 60 % minutes == 0 {
            return .minutes(step: minutes, first: minutes == 1 ? 0 : 1 + number % (minutes - 1))
        }
        let hours = minutes / 60
        guard minutes % 60 == 0, 24 % hours == 0 else { throw unknown(interval) }
        return .hours(step: hours, first: number % hours, minute: minute)
    }

    private static func unknown(_ interval: Duration) -> RunFailure {
        RunFailure(
            .usage,
            "--every: expected minutes that divide an hour or hours that divide a day, such as 15m or 6h, got: \(interval)"
        )
    }

    /// The five fields of crontab(5).
    var cron: String {
        switch rhythm {
        case .daily(let hour, let minute): "\(minute) \(hour) * * *"
        case .minutes(let step, let first): step == 1 ? "* * * * *" : "\(first)-59/\(step) * * * *"
        case .hours(let step, let first, let minute):
            step == 24 ? "\(minute) \(first) * * *" : "\(minute) \(first)-23/\(step) * * *"
        }
    }

    /// The expression of systemd.time(7).
    var calendar: String {
        switch rhythm {
        case .daily(let hour, let minute): "*-*-* \(Self.two(hour)):\(Self.two(minute)):00"
        case .minutes(let step, let first): "*-*-* *:\(Self.two(first))/\(step):00"
        case .hours(let step, let first, let minute):
            step == 24
                ? "*-*-* \(Self.two(first)):\(Self.two(minute)):00"
                : "*-*-* \(Self.two(first))/\(step):\(Self.two(minute)):00"
        }
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
