import Foundation
import Synchronization

/// A client that sends bytes as they are; it blocks threads of its own, never the pool's.
package final class RawClient: Sendable {
    private let descriptor: Int32
    private let ended = Mutex(false)

    package struct Failure: Error {}

    /// - Parameter patience: how many seconds it waits for bytes.
    package init(port: Int, patience: Int = 10) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        let isOpen = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isOpen else { throw Failure() }
        var timeout = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    package func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// No more will be sent, though answers may still come.
    package func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Whether the other side has closed the connection, as far as it was read.
    package var isClosed: Bool { ended.withLock { $0 } }

    /// What comes next.
    package func readSome() async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [self] in
                var buffer: [UInt8] = Array(repeating: 0, count: 65536)
                let count = max(0, read(descriptor, &buffer, buffer.count))
                continuation.resume(returning: String(decoding: buffer[..<count], as: UTF8.self))
            }
        }
    }

    /// Everything until the other side closes, or until nothing comes for as long as it waits.
    package func readToEnd() async -> String {
        await withCheckedContinuation { continuation in
            let thread = Thread { [self] in
                var text: [UInt8] = []
                var buffer: [UInt8] = Array(repeating: 0, count: 65536)
                while true {
                    let count = read(descriptor, &buffer, buffer.count)
                    guard count > 0 else {
                        ended.withLock { $0 = count == 0 || errno == ECONNRESET }
                        break
                    }
                    text.append(contentsOf: buffer[..<count])
                }
                continuation.resume(returning: String(decoding: text, as: UTF8.self))
            }
            thread.start()
        }
    }

    package func exchange(_ request: String) async throws -> String {
        send(request)
        return await readToEnd()
    }
}
