import CatalinkCore
import Glibc

/// A regular file, watched from its opening to its end: one that changes while it is read is no catalog.
final class CatalogFile: ByteSource {
    private let name: String
    private let path: String
    private let descriptor: Int32
    private let opened: FileState
    private var bytesRead: Int64 = 0

    /// - Parameter name: how messages call the file.
    init(path: String, name: String) throws(CatalogError) {
        self.path = path
        self.name = name
        // Asked before the file is opened: opening alone does something to some devices, and fails for a socket.
        var status = stat()
        guard stat(path, &status) == 0 else { throw Self.unreadable(name, errno) }
        try Self.checkRegular(status, name)
        // Non-blocking, for a FIFO may have taken the file's place meanwhile.
        let opened = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else { throw Self.unreadable(name, errno) }
        guard fstat(opened, &status) == 0, FileState(status).kind == S_IFREG else {
            close(opened)
            throw CatalogError(at: name, expected: "a regular file", got: "one that was replaced")
        }
        descriptor = opened
        self.opened = FileState(status)
    }

    deinit {
        close(descriptor)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw CatalogError(at: name, expected: "to read on", got: String(cString: strerror(errno)))
            }
            bytesRead += Int64(count)
            if count == 0 { try checkUnchanged() }
            return count
        }
    }

    private func checkUnchanged() throws(CatalogError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw changed("removed") }
        guard FileState(status).isSameFile(as: opened) else { throw changed("replaced by another") }
        // By the descriptor, too: between the two calls the name may have been given to another file.
        guard fstat(descriptor, &status) == 0 else { throw changed("removed") }
        let now = FileState(status)
        guard now.size <= opened.size, bytesRead <= opened.size else { throw changed("added to") }
        guard now.size >= opened.size, bytesRead >= opened.size else { throw changed("cut short") }
        guard now == opened else { throw changed("written to") }
    }

    private func changed(_ how: String) -> CatalogError {
        CatalogError(
            at: name, expected: "the same file from begin to end",
            got: "one that was \(how) while it was read",
            hint: "let the export finish first, best by writing to another name and renaming")
    }

    private static func checkRegular(_ status: stat, _ name: String) throws(CatalogError) {
        let kind = FileState(status).kind
        guard kind != S_IFREG else { return }
        let names: [mode_t: String] = [
            S_IFDIR: "a directory", S_IFIFO: "a pipe", S_IFSOCK: "a socket", S_IFCHR: "a device",
            S_IFBLK: "a device",
        ]
        throw CatalogError(
            at: name, expected: "a regular file", got: names[kind, default: "something else"],
            hint: kind == S_IFIFO || kind == S_IFCHR ? "`-` reads standard input" : nil)
    }

    static func unreadable(_ name: String, _ code: Int32) -> CatalogError {
        let hint: String? =
            switch code {
            case ENOENT, ENOTDIR: "paths in a job are relative to the job file, others to where you are"
            case EACCES, EPERM: "the file and every directory above it must be readable to this user"
            default: nil
            }
        return CatalogError(
            at: name, expected: "a catalog file", got: String(cString: strerror(code)), hint: hint)
    }
}

/// What tells one state of a file from another.
private struct FileState: Equatable {
    let kind: mode_t
    let size: Int64
    let seconds: Int
    let nanoseconds: Int
    let inode: UInt64
    let device: UInt64

    init(_ status: stat) {
        kind = status.st_mode & S_IFMT
        size = Int64(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
        inode = UInt64(status.st_ino)
        device = UInt64(status.st_dev)
    }

    func isSameFile(as other: FileState) -> Bool {
        inode == other.inode && device == other.device
    }
}
