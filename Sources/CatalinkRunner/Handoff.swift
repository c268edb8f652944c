import Foundation
import Synchronization

/// Hands values from one thread to another, a few of them ahead.
final class Handoff<Value: Sendable>: Sendable {
    private struct State {
        var waiting: [Value] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Signalled once for each value that may be put or is asked for, and once for each that is there.
    private let room = DispatchSemaphore(value: 0)
    private let values = DispatchSemaphore(value: 0)

    /// - Parameter ahead: how many values may wait while nobody takes one; with none each is put once it is asked for.
    init(ahead: Int) {
        // A semaphore that is freed below the value it began with ends the process, so it begins with none.
        for _ in 0..<ahead { room.signal() }
    }

    /// Waits for room.
    ///
    /// - Returns: whether the other side still takes values.
    func put(_ value: Value) -> Bool {
        room.wait()
        let isOpen = state.withLock { state in
            if !state.isClosed { state.waiting.append(value) }
            return !state.isClosed
        }
        if isOpen { values.signal() } else { room.signal() }
        return isOpen
    }

    /// Waits for a value; only one thread takes them.
    func take() -> Value {
        room.signal()
        values.wait()
        return state.withLock { $0.waiting.removeFirst() }
    }

    /// Ends it from the taking side; whoever waits to put goes on.
    func close() {
        state.withLock {
            $0.isClosed = true
            $0.waiting.removeAll()
        }
        room.signal()
    }
}
