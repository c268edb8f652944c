package import CatalinkCore
import Synchronization

/// By which a run is asked to stop, from anywhere and at any time: nothing more is granted, waits end, what is on its
/// way is waited for and recorded.
package final class StopLine: Sendable {
    private struct State {
        var reason: StopReason?
        var handlers: [Int: @Sendable () -> Void] = [:]
        var lastHandler = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// The first reason that came.
    package var reason: StopReason? { state.withLock { $0.reason } }

    package func stop(_ reason: StopReason) {
        let handlers = state.withLock { state in
            state.reason = state.reason ?? reason
            return Array(state.handlers.values)
        }
        for handler in handlers { handler() }
    }

    /// Calls `handler` once the run is asked to stop, at once if it has been.
    func watch(_ handler: @escaping @Sendable () -> Void) -> Int {
        let (number, isStopped) = state.withLock { state in
            state.lastHandler += 1
            state.handlers[state.lastHandler] = handler
            return (state.lastHandler, state.reason != nil)
        }
        if isStopped { handler() }
        return number
    }

    func unwatch(_ number: Int) {
        state.withLock { $0.handlers[number] = nil }
    }

    /// - Returns: whether the time came before a reason to stop.
    func wait(until moment: Timestamp, _ clock: any WallClock) async -> Bool {
        let sleeper = Task { try await clock.sleep(untilSteady: moment) }
        let watching = watch { sleeper.cancel() }
        _ = await sleeper.result
        unwatch(watching)
        return reason == nil
    }

    /// Stops the run at a time unless it has ended before.
    package func stop(_ reason: StopReason, at moment: Timestamp, _ clock: any WallClock) -> Task<Void, Never>
    {
        Task {
            do { try await clock.sleep(untilSteady: moment) } catch { return }
            stop(reason)
        }
    }
}
