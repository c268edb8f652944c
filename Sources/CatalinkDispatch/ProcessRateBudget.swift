package import CatalinkCore
import Synchronization

/// The budget of one client key within this process.
package final class ProcessRateBudget: RateBudget {
    private struct State {
        var pacer: Pacer
        var uses = Pacer.WindowUses()
    }

    private let state: Mutex<State>

    package init(_ settings: Pacer.Settings) {
        state = Mutex(State(pacer: Pacer(settings)))
    }

    package convenience init(_ limit: RateLimit) {
        self.init(Pacer.Settings([limit]))
    }

    package func turn(_ answered: [Pacer.Settlement], wanted: Int, at now: Moment) async -> Pacer.Turn {
        state.withLock { state in
            let turn = state.pacer.turn(answered, wanted: wanted, at: now)
            state.uses.count(turn)
            return turn
        }
    }

    package func windowUses() async -> [Pacer.WindowUse] {
        state.withLock { $0.uses.all }
    }
}
