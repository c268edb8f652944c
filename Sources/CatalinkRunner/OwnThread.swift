import Foundation

/// Runs work that blocks on a thread of its own: the pool has only as many as there are cores.
func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
            continuation.resume(with: Result { try work() })
        }
        thread.stackSize = 4 * 1024 * 1024
        thread.name = "catalink-plan"
        thread.start()
    }
}
