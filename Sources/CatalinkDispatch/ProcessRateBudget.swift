package import CatalinkCore
import Synchronization

/// The budget of one client key within this process.
package final class ProcessRateBudget: RateBudget {
    private let pacer: Mutex<Pacer>

    package init(_ limit: RateLimit) {
        pacer = Mutex(Pacer(limit))
    }

    package func grant(at now: Timestamp) async -> Pacer.Grant {
        pacer.withLock { $0.grant(at: now) }
    }

    package func settle(_ token: Pacer.Token, headers: RateHeaders?, at now: Timestamp) async {
        pacer.withLock { $0.settle(token, headers: headers, at: now) }
    }

    package func throttled(retryAfter: Duration?, at now: Timestamp) async {
        pacer.withLock { $0.throttled(retryAfter: retryAfter, at: now) }
    }

    package func windowUses() async -> [Pacer.WindowUse] {
        pacer.withLock { $0.uses }
    }
}
