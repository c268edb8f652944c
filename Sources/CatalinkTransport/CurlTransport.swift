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

        package init(target: Target, timeout: Duration, connections: Int) {
            self.target = target
            self.timeout = timeout
            self.connections = connections
        }
    }

    private let driver: CurlDriver

    package init(_ settings: Settings, credentials: Credentials) {
        driver = CurlDriver(settings, credentials)
    }

    deinit {
        driver.shutDown()
    }

    /// A cancelled call ends as lost: what has left cannot be called back.
    package func send(_ call: LinkCall) async -> CallResult {
        let id = driver.nextID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                driver.submit(.start(id, call, continuation))
            }
        } onCancel: {
            driver.submit(.cancel(id))
        }
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

    func submit(_ command: CurlCommand) {
        let isTaken = shared.withLock { shared in
            guard shared.isOpen else { return false }
            shared.commands.append(command)
            curl_multi_wakeup(UnsafeMutableRawPointer(multi))
            return true
        }
        if !isTaken, case .start(_, _, let continuation) = command {
            continuation.resume(returning: .notSent("the transport is closed"))
        }
    }

    func takeCommands() -> [CurlCommand] {
        shared.withLock { shared in
            defer { shared.commands = [] }
            return shared.commands
        }
    }

    func shutDown() {
        submit(.stop)
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
}
