import CatalinkCore
import CatalinkDispatch
import CatalinkLedger
import CatalinkTransport
import Foundation

/// What people do to a ledger beside runs. Every verb that writes takes the ledger's lock, and every request goes
/// through the job's budget.
package struct HandWork: Sendable {
    let job: Job
    let environment: RunEnvironment
    let directory: StateDirectory

    package init(_ job: Job, _ environment: RunEnvironment) throws {
        self.job = job
        self.environment = environment
        directory = try StateDirectory(of: job, environment: environment.variables)
    }

    /// The ledger, locked for this verb.
    func withLedger<Value>(
        mayBegin: Bool = false, _ body: (SQLiteLedger) async throws -> Value
    ) async throws -> Value {
        if !mayBegin, !directory.hasLedger { _ = try directory.openLedger(of: job) }
        try directory.create()
        let since = CivilTime(environment.clock.now()).iso8601
        let lock = try LedgerLock(
            directory, text: "pid \(getpid()) on \(ProcessInfo.processInfo.hostName) since \(since)")
        defer { withExtendedLifetime(lock) {} }
        return try await body(SQLiteLedger(path: directory.ledger, identity: job.identity))
    }

    /// A way to the API under the job's budget.
    func withWire<Value>(_ body: (Wire) async throws -> Value) async throws -> Value {
        let connection = try Connection(job, directory, environment)
        let line = StopLine()
        environment.stop.onStop { line.stop($0) }
        let budget = try connection.budget { [watched = WatchedRun(job, environment)] in
            _ = watched.paused($0)
        }
        let value = try await connection.open { transport, _ in
            try await body(
                Wire(
                    transport: CountingTransport(transport), budget: budget, clock: environment.clock,
                    line: line, random: environment.random))
        }
        if let reason = line.reason { throw RunFailure(reason.status, reason.message) }
        return value
    }

    var retry: RetryPolicy { RetryPolicy(retries: job.limits.retries, rest: job.limits.rest) }

    /// Runs of a person's own are in the ledger like all others.
    func record<Value>(
        in ledger: SQLiteLedger, _ body: (_ run: String) async throws -> Value
    ) async throws -> Value {
        let run = RunID.make(environment.clock.now(), environment.random)
        try await ledger.beginByHand(run, at: environment.clock.now())
        do {
            let value = try await body(run)
            try await ledger.finish(run, at: environment.clock.now(), exit: 0, summary: "by hand")
            return value
        } catch {
            let failure = RunFailure(error)
            try await ledger.finish(
                run, at: environment.clock.now(), exit: Int(failure.status.rawValue), summary: "by hand")
            throw failure
        }
    }

    // MARK: Retry and resolve

    /// Gives rejected items a new try in the next run.
    ///
    /// - Parameters:
    ///   - key: of one item; `nil` for all.
    ///   - cause: a part of the API's message.
    package func retry(key: String?, cause: String?) async throws -> String {
        let count = try await withLedger { ledger in
            try await ledger.retry(
                key: key.map(Self.canonical), cause: cause, by: environment.person,
                at: environment.clock.now())
        }
        guard count > 0 || key == nil else {
            throw RunFailure(.usage, "retry: expected the key of a rejected item, got: \((key ?? "").quoted)")
        }
        return "\(count) rejected item\(count == 1 ? "" : "s") will be tried again by the next run"
    }

    /// Settles an item as a person has found it.
    ///
    /// - Parameter linkID: of its link, which the API must have; `nil` when none was made.
    package func resolve(key: String, segment: String?, linkID: String?) async throws -> String {
        try await withLedger { ledger in
            let items = try await ledger.unsettled(
                key: Self.canonical(key), segment: segment.map(Self.canonical))
            guard let item = items.first else {
                throw RunFailure(
                    .usage,
                    "resolve: expected the key of an unknown, held or mismatched item, got: \(key.quoted)")
            }
            guard items.count == 1 else {
                let segments = items.map { $0.item.segment.text.quoted }.joined(separator: ", ")
                throw RunFailure(.usage, "resolve: expected --segment with one of \(segments), got: none")
            }
            let link = try await linkID.asyncMap { try await self.link($0) }
            let differences = try await record(in: ledger) { run in
                try await ledger.resolve(
                    item, as: link, by: environment.person, run: run, at: environment.clock.now())
            }
            guard let link else {
                return "\(item.item.shown): not created; the next run sends it with a new key"
            }
            let other = differences.joined(separator: ", ")
            return "\(item.item.shown): created, its link is \(link.id)"
                + (other.isEmpty ? "" : "; it has another \(other), so that the row counts as changed")
        }
    }

    private func link(_ id: String) async throws -> ListedLink {
        try await withWire { wire in
            let answer = try await LinkReader(wire, retry).read(id)
            guard let link = answer.link else {
                throw RunFailure(
                    .configuration,
                    "resolve: expected a link that the API has, got: \(id.quoted) (\(answer.said))")
            }
            return link
        }
    }

    /// As a row's key is compared.
    private static func canonical(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        bytes.trim()
        bytes.compose()
        return bytes
    }

    // MARK: Care

    /// - Returns: what is wrong with the ledger; empty for one that is whole.
    package func check() async throws -> [String] {
        try await directory.openLedger(of: job).check()
    }

    /// - Returns: where the copy lies.
    package func backUp() async throws -> String {
        let ledger = try directory.openLedger(of: job)
        let folder = directory.path + "/backups"
        try StateDirectory.make(folder)
        let path = folder + "/ledger-\(CivilTime(environment.clock.now()).compact).sqlite"
        try await ledger.backUp(to: path)
        return path
    }
}

extension Optional {
    fileprivate func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
