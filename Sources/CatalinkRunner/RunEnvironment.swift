package import CatalinkCore
import CatalinkLedger
import Synchronization

/// What a run takes from outside.
package struct RunEnvironment: Sendable {
    package var variables: [String: String]
    package var clock: any WallClock
    /// Uniform in 0 ..< 1.
    package var random: @Sendable () -> Double
    /// Told where a run stands, at each step.
    package var onProgress: @Sendable (RunProgress) -> Void = { _ in }
    /// Told how long each answer for a row took, from the grant of its request.
    package var onAnswer: @Sendable (Duration) -> Void = { _ in }
    /// The run's name, where it has one already.
    package var run: String?
    package var log = LogSettings()
    package var stop: StopSwitch
    /// Whether a ledger may begin against a live target.
    package var mayBeginLedger = false
    /// The digest of a plan beyond the brakes that a person approves, in hexadecimal digits; a prefix will do.
    package var approval: String?
    /// A plan that was made beforehand: exactly it is applied.
    package var planFile: String?
    /// Sending ends so long after the begin of the run.
    package var stopAfter: Duration?
    /// How long a run works on what is unknown before it ends.
    package var healFor: Duration = .seconds(600)
    /// The accounts of all jobs of this process.
    package var accounts: Set<String> = []
    /// What the jobs of one process share.
    package var shared = SharedResources()
    /// A fault that is built in, for the proof that it is found.
    package var mutant: Mutant?

    package init(
        variables: [String: String], clock: any WallClock, random: @escaping @Sendable () -> Double,
        stop: StopSwitch
    ) {
        self.variables = variables
        self.clock = clock
        self.random = random
        self.stop = stop
    }

    /// Who runs this, for the audit.
    var person: String {
        for name in ["SUDO_USER", "USER", "LOGNAME"] {
            if let person = variables[name], !person.isEmpty { return person.shown(limit: 64) }
        }
        return "unknown"
    }
}

/// Asks runs to stop: nothing more is granted, what is on its way is recorded.
package final class StopSwitch: Sendable {
    private struct State {
        var reason: StopReason?
        var actions: [@Sendable (StopReason) -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// The first reason that came.
    package var reason: StopReason? { state.withLock { $0.reason } }

    /// - Parameter reason: `interrupted` or `terminated`.
    package func stop(_ reason: StopReason) {
        let actions = state.withLock { state in
            state.reason = state.reason ?? reason
            return state.actions
        }
        for action in actions { action(reason) }
    }

    func onStop(_ action: @escaping @Sendable (StopReason) -> Void) {
        let reason = state.withLock { state in
            state.actions.append(action)
            return state.reason
        }
        if let reason { action(reason) }
    }
}

/// What the jobs of one process share: one connection to each budget file, and turns at planning, which is bound by
/// the processors.
package final class SharedResources: Sendable {
    private let stores = Mutex<[String: SharedRateBudget.Store]>([:])
    let planning: Turnstile

    /// - Parameter planners: how many jobs may read their catalogs at once.
    package init(planners: Int = 2) {
        planning = Turnstile(planners)
    }

    func store(at path: String) throws -> SharedRateBudget.Store {
        try stores.withLock { stores in
            if let store = stores[path] { return store }
            let store = try SharedRateBudget.Store(path: path)
            stores[path] = store
            return store
        }
    }
}

/// Lets so many in at a time; the others wait, without holding a thread.
final class Turnstile: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ places: Int) {
        state = Mutex(State(free: max(1, places)))
    }

    func pass<Value: Sendable>(_ body: () async throws -> Value) async rethrows -> Value {
        await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state in
            guard state.waiting.isEmpty else { return Optional(state.waiting.removeFirst()) }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
