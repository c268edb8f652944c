import CatalinkCore
package import Foundation

/// Where the state of one job lies: `<root>/<origin>/<account>/<job>/`, directories 0700, files 0600.
package struct StateDirectory: Sendable {
    package let path: String
    /// The rate budget of every key, shared by all processes.
    package let budget: String

    /// - Parameter environment: read for `STATE_DIRECTORY`, `XDG_STATE_HOME` and `HOME`, in this order.
    package init(of job: Job, environment: [String: String]) throws {
        let identity = job.identity
        let root = try Self.root(job, environment)
        path = [root, identity.origin, identity.account, identity.job].joined(separator: "/")
        budget = root + "/budget.sqlite"
    }

    private static func root(_ job: Job, _ environment: [String: String]) throws -> String {
        func given(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let state = job.state { return state }
        if let state = given("STATE_DIRECTORY") {
            return state.split(separator: ":").first.map(String.init) ?? state
        }
        if let state = given("XDG_STATE_HOME") { return state + "/catalink" }
        if let home = given("HOME") { return home + "/.local/state/catalink" }
        throw RunFailure(
            .configuration,
            "state: expected a place for the ledger, got: no STATE_DIRECTORY, XDG_STATE_HOME or HOME (say `state:` in the job)"
        )
    }

    package var ledger: String { path + "/ledger.sqlite" }
    package var sandbox: String { path + "/sandbox.sqlite" }
    package var hasLedger: Bool { FileManager.default.fileExists(atPath: ledger) }

    func runDirectory(_ run: String) -> String { path + "/runs/" + run }

    /// Makes the directory; what it holds is for its owner alone.
    func create() throws {
        umask(0o077)
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw RunFailure(
                .configuration, "\(path): expected a directory to write to, got: \(error.reason)")
        }
    }

    /// Points `latest` at a run's directory.
    func setLatest(_ run: String) throws {
        let temporary = path + "/latest.new"
        unsafe unlink(temporary)
        guard unsafe symlink("runs/\(run)", temporary) == 0, unsafe rename(temporary, path + "/latest") == 0
        else {
            throw RunFailure(
                .unexpected, "\(path)/latest: expected to point it at the run, got: \(systemMessage())")
        }
    }
}

/// The kernel's lock on a ledger; gone with the process, however it ends.
final class LedgerLock {
    private let descriptor: Int32

    init(_ directory: StateDirectory, text: String) throws {
        let path = directory.path + "/lock"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw RunFailure(.configuration, "\(path): expected to open it, got: \(systemMessage())")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder =
                FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
            close(descriptor)
            throw RunFailure(
                .runAgain,
                "\(path): expected no other run of this job, got: \(holder.isEmpty ? "one" : holder.shown())")
        }
        // The text is for people; the lock itself is the kernel's.
        ftruncate(descriptor, 0)
        _ = unsafe text.withCString { unsafe pwrite(descriptor, $0, strlen($0), 0) }
    }

    deinit {
        close(descriptor)
    }
}

/// Writes a file whole or not at all: a temporary name, synced, renamed.
package enum WholeFile {
    package static func write(to path: String, _ body: (FileHandle) throws -> Void) throws {
        let temporary = path + ".new"
        unsafe unlink(temporary)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try body(handle)
        try handle.synchronize()
        try handle.close()
        guard unsafe rename(temporary, path) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> RunFailure {
        RunFailure(.unexpected, "\(path): expected to write it, got: \(systemMessage())")
    }
}

/// What the system says of the call that has just failed.
private func systemMessage() -> String {
    unsafe String(cString: strerror(errno))
}

extension Error {
    /// What the system says of a file error.
    var reason: String {
        let error = self as NSError
        if let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError {
            return underlying.localizedDescription
        }
        return error.localizedDescription
    }
}
