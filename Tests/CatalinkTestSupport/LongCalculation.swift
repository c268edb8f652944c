import Foundation
import Glibc

/// Calculates on a thread of its own that gives way to all others.
///
/// The pool has as many threads as there are cores, and tests that wait for a process or a server need them.
package func longCalculation<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            // On Linux this holds for the calling thread alone.
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 15)
            continuation.resume(with: Result { try work() })
        }
    }
}
