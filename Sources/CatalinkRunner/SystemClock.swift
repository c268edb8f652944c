package import CatalinkCore
import Foundation

/// The machine's wall clock.
package struct SystemClock: WallClock {
    package init() {}

    package func now() -> Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    package func sleep(until moment: Timestamp) async throws {
        let rest = moment.since(now())
        if rest > .zero { try await Task.sleep(for: rest) }
    }
}
