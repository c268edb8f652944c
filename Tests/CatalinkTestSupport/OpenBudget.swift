package import CatalinkCore
import Synchronization

/// A budget without end that counts what is taken.
package final class OpenBudget: RateBudget {
    private let counts = Mutex((granted: 0, settled: 0))

    package init() {}

    package var granted: Int { counts.withLock { $0.granted } }
    package var settled: Int { counts.withLock { $0.settled } }

    package func grant(at now: Timestamp) async -> Pacer.Grant {
        counts.withLock { $0.granted += 1 }
        return .granted(Pacer.Token(window: now))
    }

    package func settle(_ token: Pacer.Token, headers: RateHeaders?, at now: Timestamp) async {
        counts.withLock { $0.settled += 1 }
    }

    package func throttled(retryAfter: Duration?, at now: Timestamp) async {}

    package func windowUses() async -> [Pacer.WindowUse] { [] }
}
