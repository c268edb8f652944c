package import CatalinkCore
import Foundation
import Glibc

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
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
