package import CatalinkCore
import Synchronization

/// A clock that stands still until someone sleeps, and then is there at once.
package final class JumpingClock: WallClock {
    private let moment: Mutex<Timestamp>

    package init(_ start: Timestamp = Timestamp(seconds: 1_800_000_000)) {
        moment = Mutex(start)
    }

    package func now() -> Timestamp {
        moment.withLock { $0 }
    }

    package func sleep(until target: Timestamp) async throws {
        // Others that are ready go first, as they would in the time that is skipped.
        for _ in 0..<20 { await Task.yield() }
        try Task.checkCancellation()
        moment.withLock { $0 = max($0, target) }
    }

    package func advance(by duration: Duration) {
        moment.withLock { $0 = $0 + duration }
    }
}
