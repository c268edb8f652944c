import Foundation
import Synchronization

/// A server that says exactly what a test wants, byte by byte; connections are served one after another on a thread
/// of its own.
package final class TestListener: Sendable {
    package struct Failure: Error {}

    package struct Connection {
        fileprivate let descriptor: Int32
        fileprivate let listener: TestListener

        /// Reads one request: its head, and as much body as it announces.
        ///
        /// - Returns: whether there was one, and not the connection's end.
        @discardableResult
        package func receive() -> Bool {
            var text: [UInt8] = []
            var buffer: [UInt8] = Array(repeating: 0, count: 65536)
            while !text.holdsRequest {
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else { return false }
                text.append(contentsOf: buffer[..<count])
            }
            listener.note(text)
            return true
        }

        /// Reads what comes next, which need not be HTTP.
        package func receiveBytes() {
            var buffer: [UInt8] = Array(repeating: 0, count: 65536)
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 { listener.note(bytes: buffer[..<count]) }
        }

        package func send(_ text: String) {
            let bytes = Array(text.utf8)
            _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }

        /// Nobody else is let in; this connection stays.
        package func closeListener() {
            listener.close()
        }

        package func waitForClose() {
            var buffer: [UInt8] = [0]
            while read(descriptor, &buffer, 1) > 0 {}
        }
    }

    private struct State {
        var isOpen = true
        var connections = 0
        var requests: [String] = []
        var bytes: [UInt8] = []
    }

    package let port: Int
    private let descriptor: Int32
    private let state = Mutex(State())

    package init(_ serve: @escaping @Sendable (Connection) -> Void) throws {
        // No process that a test starts gets hold of it.
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else { throw Failure() }
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { break }
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                state.withLock { $0.connections += 1 }
                serve(Connection(descriptor: connection, listener: self))
                Foundation.close(connection)
            }
            // Here and nowhere else, so that no other listener gets the number while this thread still uses it.
            state.withLock { state in
                state.isOpen = false
                Foundation.close(descriptor)
            }
        }
        thread.start()
    }

    package var connections: Int { state.withLock { $0.connections } }
    package var requests: Int { messages.count }
    /// Each request, as it came.
    package var messages: [String] { state.withLock { $0.requests } }
    package var received: String { messages.joined() }
    /// What `receiveBytes` has read.
    package var bytes: [UInt8] { state.withLock { $0.bytes } }

    /// Nobody is let in from now on; a connection that is being served stays.
    package func close() {
        state.withLock { state in
            if state.isOpen { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    private func note(_ request: [UInt8]) {
        state.withLock { $0.requests.append(String(decoding: request, as: UTF8.self)) }
    }

    private func note(bytes: ArraySlice<UInt8>) {
        state.withLock { $0.bytes += bytes }
    }
}

extension [UInt8] {
    fileprivate var holdsRequest: Bool {
        let text = String(decoding: self, as: UTF8.self)
        guard let head = text.range(of: "\r\n\r\n") else { return false }
        let lengths = text[..<head.lowerBound].lowercased().components(separatedBy: "content-length: ")
        let length = lengths.count > 1 ? Int(lengths[1].prefix { $0.isNumber }) ?? 0 : 0
        return text[head.upperBound...].utf8.count >= length
    }
}
