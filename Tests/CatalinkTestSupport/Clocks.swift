package import CatalinkCore
import Synchronization

/// A clock that stands still until someone sleeps, and then is there at once.
package final class JumpingClock: WallClock {
    private let present: Mutex<Moment>

    package init(_ start: Timestamp = Timestamp(seconds: 1_800_000_000)) {
        present = Mutex(Moment(steady: Timestamp(seconds: 1000), wall: start))
    }

    package func now() -> Timestamp {
        moment().wall
    }

    package func moment() -> Moment {
        present.withLock { $0 }
    }

    package func sleep(untilSteady target: Timestamp) async throws {
        // Others that are ready go first, as they would in the time that is skipped.
        for _ in 0..<20 { await Task.yield() }
        try Task.checkCancellation()
        present.withLock { present in
            let rest = max(.zero, target.since(present.steady))
            present = Moment(steady: present.steady + rest, wall: present.wall + rest)
        }
    }

    package func advance(by duration: Duration) {
        present.withLock { $0 = Moment(steady: $0.steady + duration, wall: $0.wall + duration) }
    }

    /// Sets the wall's clock forward or back, as an operator or NTP may; no time passes.
    package func stepWall(by duration: Duration) {
        present.withLock { $0.wall = $0.wall + duration }
    }
}
