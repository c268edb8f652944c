package import CatalinkCore
import CatalinkRead
import CatalinkTransport

/// The parts of a job file that say when a run stops by itself.
extension JobFile {
    static let policyNames = ["onChange", "allow", "rules", "brakes", "canary", "maxErrors"]
    /// How many of the first creations go one at a time against a live target, unless the job says it.
    private static let canaryWhenLive = 3

    static func policy(
        _ section: Section?, _ destination: Job.Destination?, _ diagnostics: JobDiagnostics
    ) -> Job.Policy {
        var isLive = false
        if case .api(let target) = destination { isLive = !target.isLoopback }
        var policy = Job.Policy(canary: isLive ? canaryWhenLive : 0)
        policy.onChange = section?.choice("onChange") ?? .report
        policy.canary = section?.count("canary", 0...1000) ?? policy.canary
        policy.maxErrors =
            section?.value(
                "maxErrors", expected: "a number of rows or a share such as 5%", ErrorLimit.init(written:))
            ?? ErrorLimit(.share(Brakes.Share(permille: 200)))
        let causes = Brakes.Cause.allCases
        if section?.node("brakes")?.isOff ?? false {
            policy.brakes.shares = [:]
            return policy
        }
        guard let brakes = section?.section("brakes", known: causes.map(\.rawValue)) else { return policy }
        for cause in causes {
            if brakes.node(cause.rawValue)?.isOff ?? false {
                policy.brakes.shares[cause] = nil
            } else if let share = brakes.value(
                cause.rawValue, expected: "a share from 0% to 100%, or off", Brakes.Share.init(written:))
            {
                policy.brakes.shares[cause] = share
            }
        }
        return policy
    }
}

extension YAMLNode {
    fileprivate var isOff: Bool {
        if case .scalar("off", _) = content { return true }
        return false
    }
}

/// When a run must have ended: a moment, or a time of day by UTC.
package enum Deadline: Sendable, Equatable {
    case at(Timestamp)
    /// Minutes after midnight.
    case daily(Int)

    /// `2026-12-01T05:30:00Z`, `05:30`
    package init?(written text: String) {
        if let moment = TimeFormat.iso8601(Array(text.utf8)), text.utf8.count > 10 {
            self = .at(moment)
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        self = .daily(hour * 60 + minute)
    }

    /// The first such moment that is not before `start`.
    package func moment(after start: Timestamp) -> Timestamp {
        switch self {
        case .at(let moment): return moment
        case .daily(let minutes):
            var day = CivilTime(start)
            (day.hour, day.minute, day.second) = (minutes / 60, minutes % 60, 0)
            let today = day.timestamp
            return today < start ? today + .seconds(86_400) : today
        }
    }
}
