package import CatalinkCore
import Synchronization

/// A budget without end that counts what is taken.
package final class OpenBudget: RateBudget {
    private let counts = Mutex((granted: 0, settled: 0))

    package init() {}

    package var granted: Int { counts.withLock { $0.granted } }
    package var settled: Int { counts.withLock { $0.settled } }

    package func turn(_ answered: [Pacer.Settlement], wanted: Int, at now: Moment) async -> Pacer.Turn {
        let first = counts.withLock { counts in
            counts.settled += answered.count
            counts.granted += wanted
            return counts.granted - wanted
        }
        let tokens = (0..<wanted).map { Pacer.Token(id: Int64(first + $0 + 1), grantedAt: now.steady) }
        return Pacer.Turn(
            tokens: tokens, next: .room, window: Pacer.WindowUse(start: now.wall, limit: .max, used: 0))
    }

    package func windowUses() async -> [Pacer.WindowUse] { [] }
}
