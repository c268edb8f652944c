import CatalinkCore
import Foundation

/// Whether state can be kept: a directory of this user's, on a file system of this machine, with room.
struct StateExamination {
    private let directory: StateDirectory
    /// A ledger's WAL, its staged plan and a run's files want as much at the least.
    private static let leastRoom = 256 << 20

    init(_ directory: StateDirectory) {
        self.directory = directory
    }

    /// - Throws: `RunFailure` where a run could not keep its state.
    func finding() throws -> Finding {
        try checkOwner()
        try directory.create()
        var system = statvfs()
        guard unsafe statvfs(directory.path, &system) == 0 else {
            throw RunFailure(
                .configuration, "\(directory.path): expected to ask for its room, got: \(systemMessage())")
        }
        let room = Int(system.f_bavail) * Int(system.f_frsize)
        let text = "\(directory.path): \(room >> 20) MiB free"
        guard room >= Self.leastRoom else {
            return .warning(.state, "\(text), expected \(Self.leastRoom >> 20) MiB at least (make room)")
        }
        return .ok(.state, text)
    }

    /// Files that another user makes here, the service could not write afterwards.
    private func checkOwner() throws {
        guard let owner = FileMode(directory.path)?.owner, owner != geteuid() else { return }
        throw RunFailure(
            .configuration,
            "\(directory.path): expected a directory of user \(geteuid()), got: one of user \(owner) (run as its owner)"
        )
    }
}

/// Owner and permissions of a file.
struct FileMode {
    let owner: uid_t
    let isOpenToAll: Bool

    /// `nil` where there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        owner = status.st_uid
        isOpenToAll = status.st_mode & 0o007 != 0
    }
}

extension LedgerLock {
    /// Whether a run holds the lock now.
    static func finding(_ directory: StateDirectory) -> Finding {
        let path = directory.path + "/lock"
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            return errno == ENOENT
                ? .ok(.lock, "free")
                : .trouble(.lock, .configuration, "\(path): expected to open it, got: \(systemMessage())")
        }
        // Closing lets go; a run that begins within this moment would end with 75, as beside any other run.
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else {
            return .trouble(.lock, .runAgain, "\(path): held by \(holder(path)) (wait for it to end)")
        }
        return .ok(.lock, "free")
    }
}
