import CatalinkCore
import CatalinkLedger
package import Foundation

/// Where the state of one job lies: `<root>/<origin>/<account>/<job>/`, directories 0700, files 0600.
package struct StateDirectory: Sendable {
    package let path: String
    /// The rate budget of every key, shared by all processes.
    package let budget: String

    /// - Parameter environment: read for `STATE_DIRECTORY`, `XDG_STATE_HOME` and `HOME`, in this order.
    package init(of job: Job, environment: [String: String]) throws {
        let identity = job.identity
        let root = try job.state ?? Self.root(environment)
        path = [root, identity.origin, identity.account, identity.job].joined(separator: "/")
        budget = root + "/budget.sqlite"
        let common = try? Self.root(environment)
        pauses = [path, root, common].compactMap { $0 }.map { PauseFile(in: $0) }
    }

    static func root(_ environment: [String: String]) throws -> String {
        func given(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let state = given("STATE_DIRECTORY") {
            return state.split(separator: ":").first.map(String.init) ?? state
        }
        // By the base directory specification a relative path is none.
        if let state = given("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/catalink" }
        if let home = given("HOME"), home.hasPrefix("/") {
            return (home == "/" ? "" : home) + "/.local/state/catalink"
        }
        throw RunFailure(
            .configuration,
            "state: expected a directory for the ledger, got: neither STATE_DIRECTORY nor an absolute XDG_STATE_HOME or "
                + "HOME (\(hint))")
    }

    private static let hint = "set STATE_DIRECTORY, or say `state:` in the job"

    /// What stops this job's sending while it is there: its own, and that of all jobs, also where the job has a state
    /// directory of its own.
    let pauses: [PauseFile]

    package var ledger: String { path + "/ledger.sqlite" }
    package var sandbox: String { path + "/sandbox.sqlite" }
    /// Ledgers of the account's other jobs.
    var neighbours: [String] {
        let account = URL(filePath: path).deletingLastPathComponent()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: account.path)) ?? []
        return names.sorted().map { account.appending(path: $0).path }
            .filter { $0 != URL(filePath: path).path }.map { $0 + "/ledger.sqlite" }
            .filter { FileManager.default.fileExists(atPath: $0) }
    }

    package var hasLedger: Bool { FileManager.default.fileExists(atPath: ledger) }

    /// - Throws: `RunFailure` where there is no ledger yet.
    func openLedger(of job: Job) throws -> SQLiteLedger {
        guard hasLedger else {
            throw RunFailure(
                .configuration, "\(ledger): expected a ledger, got: none (has `catalink run` been here?)")
        }
        return try SQLiteLedger(path: ledger, identity: job.identity)
    }

    /// - Throws: `RunFailure` where a live target's ledger is missing and none may begin.
    func checkBeginning(of job: Job, mayBegin: Bool) throws {
        guard job.isLive, !hasLedger, !mayBegin else { return }
        throw RunFailure(
            .configuration,
            "\(ledger): expected the ledger of \(job.name), got: none (a first run begins one with --new-ledger; "
                + "if it has moved, set `state:`; if it is lost, `catalink ledger recover` makes it anew from the API's list; "
                + "without it every row would be created again)")
    }

    func runDirectory(_ run: String) -> String { path + "/runs/" + run }

    /// Makes the directory; what it holds is for its owner alone.
    ///
    /// - Throws: `RunFailure` also where it lies on a network file system, on which SQLite's locks cannot be trusted.
    func create() throws {
        try Self.make(path, hint: " (\(Self.hint))")
        guard let name = FileSystem.network(at: path) else { return }
        throw RunFailure(
            .configuration,
            "\(path): expected a file system of this machine, got: \(name) (locks and syncs of a ledger cannot be trusted "
                + "there; \(Self.hint))")
    }

    /// - Parameter hint: behind the message where it cannot be made or written to.
    static func make(_ path: String, hint: String = "") throws {
        umask(0o077)
        func refused(_ code: Int32) -> RunFailure {
            let got = unsafe String(cString: strerror(code))
            return RunFailure(
                .configuration, "\(path): expected a directory to write to, got: \(got)\(hint)")
        }
        if let code = makeWithParents(path) { throw refused(code) }
        guard unsafe access(path + "/.", W_OK) == 0 else { throw refused(errno) }
    }

    /// - Returns: the system's reason where one of the directories cannot be made.
    private static func makeWithParents(_ path: String) -> Int32? {
        guard unsafe mkdir(path, 0o700) != 0 else { return nil }
        let code = errno
        let parent = (path as NSString).deletingLastPathComponent
        guard code == ENOENT, !parent.isEmpty, parent != path else { return code == EEXIST ? nil : code }
        if let code = makeWithParents(parent) { return code }
        guard unsafe mkdir(path, 0o700) != 0 else { return nil }
        return errno == EEXIST ? nil : errno
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
            close(descriptor)
            throw RunFailure(
                .runAgain, "\(path): expected no other run of this job, got: \(Self.holder(path))")
        }
        // The text is for people; the lock itself is the kernel's.
        ftruncate(descriptor, 0)
        _ = unsafe text.withCString { unsafe pwrite(descriptor, $0, strlen($0), 0) }
    }

    deinit {
        close(descriptor)
    }

    /// What the holder has written of itself.
    static func holder(_ path: String) -> String {
        let text =
            FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.isEmpty ? "one" : text.shown()
    }
}

/// Writes a file whole or not at all: a temporary name, synced, renamed.
package enum WholeFile {
    /// - Parameter mode: who may read it; its owner alone unless it is said.
    package static func write(
        to path: String, mode: mode_t = 0o600, _ body: (FileHandle) throws -> Void
    ) throws {
        let temporary = path + ".new"
        unsafe unlink(temporary)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Past the umask, which takes the reading from others.
        guard fchmod(descriptor, mode) == 0 else { throw failure(path) }
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
func systemMessage() -> String {
    unsafe String(cString: strerror(errno))
}

extension Error {
    /// What the system says of a file error.
    package var reason: String {
        let error = self as NSError
        let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        guard cause.domain == NSPOSIXErrorDomain else { return cause.localizedDescription }
        return unsafe String(cString: strerror(Int32(cause.code)))
    }
}

/// What kind of file system a path lies on.
enum FileSystem {
    private static let networks: Set<Substring> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "ceph", "afs", "coda", "lustre", "glusterfs",
        "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.davfs",
    ]

    /// The name of a network file system; `nil` for one of this machine, and for one that nothing is known of.
    static func network(at path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: "/proc/self/mountinfo") else { return nil }
        return network(
            at: URL(filePath: path).resolvingSymlinksInPath().path,
            mounts: String(decoding: data, as: UTF8.self))
    }

    /// - Parameter mounts: lines as in proc(5): `36 35 98:0 / /mnt rw,noatime shared:1 - ext4 /dev/sda rw`.
    static func network(at path: String, mounts: String) -> String? {
        var longest = (length: -1, type: Substring())
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 1, fields.count > 4 else {
                continue
            }
            let mount = String(fields[4]).replacing("\\040", with: " ")
            let isInside = mount == "/" || path == mount || path.hasPrefix(mount + "/")
            // Of several at one place the last one counts.
            if isInside, mount.utf8.count >= longest.length { longest = (mount.utf8.count, fields[dash + 1]) }
        }
        return networks.contains(longest.type) ? String(longest.type) : nil
    }
}
