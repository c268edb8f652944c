package import CatalinkCore
package import CatalinkHash
import Synchronization

/// The budget of one client key, shared by all processes of a machine.
///
/// The pacer itself lies in a file; a turn loads it, takes its step and stores it, all in one transaction that keeps
/// others out.
package final class SharedRateBudget: RateBudget {
    private struct Own {
        var uses = Pacer.WindowUses()
        var inFlight: Set<Pacer.Token> = []
    }

    private let store: Store
    private let origin: String
    private let key: Digest
    private let settings: Pacer.Settings
    private let own = Mutex(Own())
    /// How often to look whether another process has its answer.
    private static let poll = Duration.milliseconds(50)

    package init(_ store: Store, origin: String, key: Digest, _ settings: Pacer.Settings) {
        self.store = store
        self.origin = origin
        self.key = key
        self.settings = settings
    }

    package func turn(
        _ answered: [Pacer.Settlement], wanted: Int, at now: Moment
    ) async throws -> Pacer.Turn {
        var turn = try await store.turn(origin, key, settings, answered, wanted, now)
        own.withLock { own in
            own.uses.count(turn)
            own.inFlight.subtract(answered.map(\.token))
            own.inFlight.formUnion(turn.tokens)
            // No answer will come to this process when what is on its way is another's.
            if turn.next == .waitForAnswer, own.inFlight.isEmpty {
                turn.next = .wait(until: now.steady + Self.poll)
            }
        }
        return turn
    }

    package func windowUses() async -> [Pacer.WindowUse] {
        own.withLock { $0.uses.all }
    }
}
