package import CatalinkCore
import CLibCurl
import Foundation
import Synchronization

/// HTTP by libcurl's multi interface: one thread drives every transfer, callers wait without blocking a thread.
///
/// libcurl never sends a request a second time by itself: a transfer that would open a second connection is refused.
/// Redirects are not followed, proxies only by the environment's own variables, HTTP/1.1 only.
package final class CurlTransport: LinkTransport {
    package struct Settings: Sendable {
        package var target: Target
        package var timeout: Duration
        package var connections: Int
        package var surroundings: Surroundings

        package init(
            target: Target, timeout: Duration, connections: Int,
            surroundings: Surroundings = Surroundings(ProcessInfo.processInfo.environment)
        ) {
            self.target = target
            self.timeout = timeout
            self.connections = connections
            self.surroundings = surroundings
        }
    }

    private let driver: CurlDriver

    package init(_ settings: Settings, credentials: Credentials) {
        driver = CurlDriver(settings, credentials)
    }

    deinit {
        driver.shutDown()
    }

    /// A call that is cancelled before it left is not sent; one that left ends as lost, as it cannot be called back.
    package func send(_ call: LinkCall) async -> CallResult {
        let id = driver.nextID()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                driver.start(id, call, continuation)
            }
        } onCancel: {
            driver.cancel(id)
        }
        if Task.isCancelled { driver.forget(id) }
        return result
    }
}

enum CurlCommand: Sendable {
    case start(UInt64, LinkCall, CheckedContinuation<CallResult, Never>)
    case cancel(UInt64)
    case stop
}

/// Owns the thread and what is shared with it: a list of commands, and the handle by which the thread is woken.
///
/// `@unchecked`: the only unsafe member is the multi handle. It is set once before the thread starts; others call on
/// it nothing but `curl_multi_wakeup`, which libcurl allows from any thread, and only under the lock that `isOpen`
/// guards, so never after the thread has freed it.
final class CurlDriver: @unchecked Sendable {
    private struct Shared {
        var commands: [CurlCommand] = []
        var isOpen = true
        var lastID: UInt64 = 0
        /// Calls that are not to begin, if they have not.
        var cancelled: Set<UInt64> = []
    }

    private let shared = Mutex(Shared())
    private let multi: OpaquePointer
    private static let prepared: Void = {
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    }()

    init(_ settings: CurlTransport.Settings, _ credentials: Credentials) {
        Self.prepared
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl has no memory") }
        self.multi = OpaquePointer(multi)
        let thread = Thread { [self] in
            Self.prepareThread()
            var loop = CurlLoop(multi: UnsafeMutableRawPointer(self.multi), settings, credentials)
            loop.run(self)
        }
        thread.name = "catalink-http"
        thread.start()
    }

    func nextID() -> UInt64 {
        shared.withLock { shared in
            shared.lastID += 1
            return shared.lastID
        }
    }

    func start(_ id: UInt64, _ call: LinkCall, _ continuation: CheckedContinuation<CallResult, Never>) {
        let refusal: String? = shared.withLock { shared in
            guard shared.isOpen else { return "the transport is closed" }
            guard !shared.cancelled.contains(id) else { return "cancelled before it was sent" }
            submit(.start(id, call, continuation), &shared)
            return nil
        }
        if let refusal { continuation.resume(returning: .notSent(refusal)) }
    }

    /// Ends a call, or keeps it from beginning.
    func cancel(_ id: UInt64) {
        shared.withLock { shared in
            shared.cancelled.insert(id)
            submit(.cancel(id), &shared)
        }
    }

    /// After a cancelled call has ended.
    func forget(_ id: UInt64) {
        shared.withLock { shared in
            _ = shared.cancelled.remove(id)
        }
    }

    func shutDown() {
        shared.withLock { submit(.stop, &$0) }
    }

    private func submit(_ command: CurlCommand, _ shared: inout Shared) {
        guard shared.isOpen else { return }
        shared.commands.append(command)
        curl_multi_wakeup(UnsafeMutableRawPointer(multi))
    }

    func takeCommands() -> [CurlCommand] {
        shared.withLock { shared in
            defer { shared.commands = [] }
            return shared.commands
        }
    }

    /// Called by the thread, last: what came too late is returned.
    func close() -> [CurlCommand] {
        shared.withLock { shared in
            shared.isOpen = false
            defer { shared.commands = [] }
            curl_multi_cleanup(UnsafeMutableRawPointer(multi))
            return shared.commands
        }
    }

    /// For each thread on which libcurl works.
    ///
    /// `CURLOPT_NOSIGNAL` leaves to its user the signal that a TLS library's write to a closed connection raises.
    static func prepareThread() {
        prepared
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
