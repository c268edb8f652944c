package import CatalinkCore
import Foundation

/// Runs several jobs side by side, each at the full rate of its own key; none waits for another's server.
package struct RunGroup: Sendable {
    /// How one job ended.
    package struct End: Sendable {
        package var file: String
        package var result: Result<RunSummary, RunFailure>

        package var status: ExitStatus {
            result.status
        }

        package var isFinished: Bool {
            if case .success(let summary) = result { return summary.isFinished }
            return false
        }

        package var json: JSONValue {
            switch result {
            case .success(let summary): summary.json
            case .failure(let failure): failure.json(file)
            }
        }

        fileprivate mutating func add(_ notes: [String]) {
            switch result {
            case .success(var summary):
                summary.notes += notes
                result = .success(summary)
            case .failure(var failure):
                failure.messages += notes
                result = .failure(failure)
            }
        }
    }

    private let files: [String]
    private let environment: RunEnvironment
    private let fix: String?
    /// Files and sockets of one job beside its connections: the ledger's three, its temporary ones, lock, catalog,
    /// what libcurl and the thread need.
    private static let filesOfAJob = 24

    /// - Parameter fix: the fix file that is read in place of the one job's catalog.
    package init(_ files: [String], _ environment: RunEnvironment, fix: String? = nil) {
        self.fix = fix
        self.files = files
        self.environment = environment
    }

    /// - Parameter onEnd: called with each job as it ends.
    package func run(onEnd: @escaping @Sendable (End, Job?) -> Void) async -> [End] {
        let jobs = files.map { file in
            (file, Result { [fix] in try JobFile.load(file).reading(fix: fix) }.mapError { RunFailure($0) })
        }
        var environment = environment
        environment.accounts = Set(jobs.compactMap { try? $0.1.get().account })
        let gate = Turnstile(Self.roomFor(jobs.compactMap { try? $0.1.get().limits.concurrency }.max() ?? 16))
        return await withTaskGroup(of: (Int, End).self) { [environment] group in
            for (index, (file, loaded)) in jobs.enumerated() {
                group.addTask {
                    let end = await gate.pass { await Self.run(file, loaded, environment) }
                    onEnd(end, try? loaded.get())
                    return (index, end)
                }
            }
            var ends: [(Int, End)] = []
            for await end in group { ends.append(end) }
            return ends.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func run(
        _ file: String, _ loaded: Result<Job, RunFailure>, _ environment: RunEnvironment
    ) async -> End {
        do {
            let job = try loaded.get()
            let monitor = RunMonitor(job, environment)
            // Beside the run, which does not wait for a receiver.
            async let begun = monitor.began()
            var end = End(file: file, result: await Pipeline(job, monitor.environment).ended())
            end.add(await monitor.recorded(await begun + monitor.ended(end.result), end.result))
            return end
        } catch {
            return End(file: file, result: .failure(RunFailure(error)))
        }
    }

    /// How many jobs may run at once within this process's limit on open files, which is raised as far as it may be.
    static func roomFor(_ concurrency: Int) -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1 }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        let files = Int(min(limit.rlim_cur, 1 << 20)) - 64
        return max(1, files / (concurrency + filesOfAJob))
    }
}

extension RunFailure {
    /// The document of `--format json` when a verb fails.
    package func json(_ file: String) -> JSONValue {
        .object([
            ("job", .string(file)), ("exit", .integer(Int(status.rawValue))),
            ("error", .string(messages.joined(separator: "\n"))),
        ])
    }
}
