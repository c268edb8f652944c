import Glibc

/// One process at a time begins a database or brings it up to date: both take several steps.
enum OpeningLock {
    /// - Parameter path: of the database; the lock is a file beside it.
    static func holding<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        let descriptor = unsafe Glibc.open(
            path + ".opening", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else {
            throw LedgerError("\(path): expected to open it, got: \(unsafe String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        return try body()
    }
}
