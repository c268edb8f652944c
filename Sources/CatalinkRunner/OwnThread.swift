import Foundation

/// Runs work that blocks on a thread of its own: the pool has only as many as there are cores.
func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.begin("catalink-plan") {
            continuation.resume(with: Result { try work() })
        }
    }
}

extension Thread {
    /// Begins a thread of a name, with a stack that deep records do not fill.
    static func begin(_ name: String, _ work: @escaping @Sendable () -> Void) {
        let thread = Thread(block: work)
        thread.stackSize = 4 * 1024 * 1024
        thread.name = name
        thread.start()
    }
}
