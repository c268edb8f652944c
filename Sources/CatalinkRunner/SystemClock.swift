package import CatalinkCore
import Foundation

/// The machine's clocks.
package struct SystemClock: WallClock {
    package init() {}

    package func now() -> Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    package func moment() -> Moment {
        Moment(steady: steady(), wall: now())
    }

    package func sleep(untilSteady moment: Timestamp) async throws {
        while true {
            let rest = moment.since(steady())
            guard rest > .zero else { return }
            try await Task.sleep(for: rest)
        }
    }

    /// Since boot, sleep included: one clock for all processes of a machine.
    private func steady() -> Timestamp {
        let clock = ContinuousClock()
        return Timestamp(microseconds: clock.systemEpoch.duration(to: clock.now).inMicroseconds)
    }
}
