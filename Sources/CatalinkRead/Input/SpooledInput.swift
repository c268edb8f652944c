package import CatalinkCore
import Glibc

/// Standard input, copied to a file that can be read as often as needed and is gone with the process.
package final class SpooledInput: Sendable {
    /// Opens the copy, as often as wanted, for as long as this lives.
    package var path: String { "/proc/self/fd/\(descriptor)" }
    private let descriptor: Int32

    /// Copies everything up to the end.
    ///
    /// - Parameters:
    ///   - directory: where the copy is kept; `nil`: `$TMPDIR`, else `/tmp`.
    ///   - name: how messages call the input.
    ///   - isStopped: asked several times a second while nothing comes, and between pieces; ends the copying.
    package init(
        from input: Int32 = STDIN_FILENO, directory: String? = nil, name: String = "standard input",
        isStopped: () -> Bool = { false }
    ) throws(CatalogError) {
        let folder = directory ?? Self.temporaryDirectory
        descriptor = try Self.unnamedFile(in: folder, name)
        do throws(CatalogError) {
            try Self.copy(from: input, to: descriptor, in: folder, name, isStopped: isStopped)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit {
        close(descriptor)
    }

    private static var temporaryDirectory: String {
        guard let value = getenv("TMPDIR"), value.pointee != 0 else { return "/tmp" }
        return String(cString: value)
    }

    /// A file without a name, so that nothing is left behind however the process ends.
    private static func unnamedFile(in folder: String, _ name: String) throws(CatalogError) -> Int32 {
        let path = folder + "/catalink-" + String(UInt64.random(in: .min ... .max), radix: 36)
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0, unlink(path) == 0 else { throw noRoom(in: folder, name, errno) }
        return descriptor
    }

    /// Everything from one descriptor to another; what was written before a failure stays.
    package static func copy(
        from input: Int32, to output: Int32, in folder: String, _ name: String,
        isStopped: () -> Bool = { false }
    ) throws(CatalogError) {
        var chunk: [UInt8] = Array(repeating: 0, count: 256 * 1024)
        while true {
            try wait(for: input, name, isStopped)
            let count = Glibc.read(input, &chunk, chunk.count)
            if count == 0 { return }
            if count > 0 {
                try write(chunk[..<count], to: output, in: folder, name)
            } else if errno != EINTR, errno != EAGAIN {
                throw unreadable(name, errno)
            }
        }
    }

    /// Until a read would not block; a signal that comes between a look at it and a read would else be waited out.
    private static func wait(
        for input: Int32, _ name: String, _ isStopped: () -> Bool
    ) throws(CatalogError) {
        // A negative descriptor is one that `poll` passes over, for ever.
        guard input >= 0 else { throw unreadable(name, EBADF) }
        var waited = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        while true {
            guard !isStopped() else {
                throw CatalogError(at: name, expected: "to read it to its end", got: "a stop")
            }
            let ready = poll(&waited, 1, 200)
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw unreadable(name, errno) }
        }
    }

    private static func unreadable(_ name: String, _ code: Int32) -> CatalogError {
        CatalogError(at: name, expected: "to read a catalog", got: String(cString: strerror(code)))
    }

    private static func write(
        _ bytes: ArraySlice<UInt8>, to output: Int32, in folder: String, _ name: String
    ) throws(CatalogError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw noRoom(in: folder, name, errno)
            }
        }
    }

    private static func noRoom(in folder: String, _ name: String, _ code: Int32) -> CatalogError {
        CatalogError(
            at: name, expected: "room for a copy of it in \(folder.shown())",
            got: String(cString: strerror(code)), hint: "TMPDIR names another directory")
    }
}
