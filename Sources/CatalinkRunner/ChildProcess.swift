import Foundation
import Synchronization

/// A process that was started; what it says goes to files.
final class ChildProcess: Sendable {
    private struct Exit {
        var status: Int32?
        var waiting: [CheckedContinuation<Int32, Never>] = []
    }

    /// Proof for `@unchecked`: after `run` only the process id is read, which does not change.
    private struct Handle: @unchecked Sendable {
        let process = Process()
    }

    private let handle = Handle()
    private let exit = Mutex(Exit())
    private let base: String

    /// Starts it.
    ///
    /// - Parameters:
    ///   - name: its output is `name.out` and `name.err` in `directory`.
    ///   - workingDirectory: where it works; `directory` unless it is said.
    init(
        _ executable: String, _ arguments: [String], in directory: String, name: String,
        variables: [String: String], input: FileHandle = .nullDevice, workingDirectory: String? = nil
    ) throws {
        base = directory + "/" + name
        let process = handle.process
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: workingDirectory ?? directory)
        process.environment = variables
        process.standardInput = input
        let files = [try Self.file(base + ".out"), try Self.file(base + ".err")]
        (process.standardOutput, process.standardError) = (files[0], files[1])
        process.terminationHandler = { [weak self] ended in
            let isKilled = ended.terminationReason == .uncaughtSignal
            self?.end(isKilled ? -ended.terminationStatus : ended.terminationStatus)
        }
        try process.run()
        // Foundation does not give up what the child has now; and with more than a thousand descriptors open, its
        // own look through /proc/self/fd reads beyond the end of its buffer.
        for file in files { try file.close() }
    }

    private static func file(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(filePath: path))
        return try FileHandle(forWritingTo: URL(filePath: path))
    }

    private func end(_ status: Int32) {
        let waiting = exit.withLock { exit in
            exit.status = status
            defer { exit.waiting = [] }
            return exit.waiting
        }
        for continuation in waiting { continuation.resume(returning: status) }
    }

    var hasEnded: Bool { exit.withLock { $0.status != nil } }

    /// The exit status; the negative number of the signal that ended it.
    func ended() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status = exit.withLock { exit in
                if exit.status == nil { exit.waiting.append(continuation) }
                return exit.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// The same; what goes on for longer than `limit` is killed.
    func ended(within limit: Duration) async -> Int32 {
        let watch = Task {
            try await Task.sleep(for: limit)
            kill()
        }
        defer { watch.cancel() }
        return await ended()
    }

    /// As the system does it when memory or power runs out: without a chance to say anything.
    func kill() {
        guard !hasEnded else { return }
        Foundation.kill(handle.process.processIdentifier, SIGKILL)
    }

    var output: String { get throws { try String(contentsOfFile: base + ".out", encoding: .utf8) } }
    var errors: String { get throws { try String(contentsOfFile: base + ".err", encoding: .utf8) } }
}
