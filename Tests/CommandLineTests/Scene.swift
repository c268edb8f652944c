import CatalinkCore
import CatalinkTransport
import Foundation
import Synchronization
import Testing

/// A job of rows `SKU-1`, `SKU-2` … in a project of its own, against a sandbox that can be killed and started again.
struct Scene: Sendable {
    var command: CommandLine
    let server: Server
    private(set) var job = "job"

    /// As fast as it goes, and a lost answer is followed up at once.
    static let limits = "limits: {rate: 100000/1m, rest: 50ms}"

    /// - Parameters:
    ///   - server: what the sandbox is started with beside `--store`.
    ///   - more: of the job file.
    static func with(
        _ server: String..., rows: Int = 30, more: String = limits, body: (Scene) async throws -> Void
    ) async throws {
        try await CommandLine.withProject { command in
            var command = command
            command.variables["DEVDRAFT_CLIENT_KEY"] = "sandbox"
            command.variables["DEVDRAFT_CLIENT_SECRET"] = "sandbox"
            let started = try await Server.start(command, server)
            defer { started.signal(SIGKILL) }
            let scene = Scene(command: command, server: started)
            try scene.write(rows: 1...rows)
            try scene.writeJob(more: more)
            try await body(scene)
        }
    }

    // MARK: The project

    func write(rows: ClosedRange<Int>, price: (Int) -> String = { _ in "12.50" }) throws {
        let lines = rows.map { "SKU-\($0),Mug number \($0),\(price($0))\n" }
        try command.write("sku,title,price\n" + lines.joined(), to: "c.csv")
    }

    func writeJob(target: String? = nil, more: String = limits, prefix: String = "") throws {
        try command.writeJob(
            job, source: "{path: c.csv}", target: target ?? server.target, more: more, prefix: prefix)
    }

    /// Lets the job send as fast as it goes, whatever the shared budget remembers.
    func liftRate() throws {
        try FileManager.default.removeItem(atPath: "\(command.directory)/state/budget.sqlite")
        try writeJob()
    }

    /// Where the job's state lies.
    var state: String { "state/127.0.0.1-\(server.port)/default/\(job)" }
    var ledger: String { "\(command.directory)/\(state)/ledger.sqlite" }

    /// Removes the ledger with what SQLite keeps beside it.
    func removeLedger() throws {
        for end in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: ledger + end) {
            try FileManager.default.removeItem(atPath: ledger + end)
        }
    }

    /// - Returns: where the copy lies.
    func backUp() async throws -> String {
        try await verb(0, "ledger", "backup", "\(job).yaml").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func putBack(_ copy: String) throws {
        try removeLedger()
        try FileManager.default.copyItem(atPath: copy, toPath: ledger)
    }

    // MARK: Runs

    /// Runs to the end and checks exit status, message and books.
    ///
    /// - Returns: the run's summary; `null` where it had none.
    @discardableResult
    func run(
        _ expected: Int32, _ words: String..., says: String = "", at place: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        try? FileManager.default.removeItem(atPath: "\(command.directory)/\(state)/latest")
        return try await ended(
            command.start(["run", "\(job).yaml"] + words), expected, says: says, at: place)
    }

    /// - Parameter told: the exit status that the summary tells, where it is another one.
    @discardableResult
    func ended(
        _ run: StartedCommand, _ expected: Int32, says: String = "", told: Int32? = nil,
        at place: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        try await run.expectEnd(expected, says: says, at: place)
        guard let json = try? command.read("\(state)/latest/summary.json") else { return .null }
        let summary = try JSONValue(parsing: Array(json.utf8))
        #expect(summary["exit"]?.integer.map { Int32($0) } == told ?? expected, sourceLocation: place)
        guard case .object(let books)? = summary["books"] else { return summary }
        let counts = books.filter { !["rows", "pairs"].contains($0.name) }
        let sum = counts.compactMap { $0.value.integer }.reduce(0, +)
        #expect(summary["books"]?["pairs"]?.integer == sum, "\(json)", sourceLocation: place)
        return summary
    }

    /// Another verb of the command.
    @discardableResult
    func verb(
        _ expected: Int32, _ words: String..., says: String = "", at place: SourceLocation = #_sourceLocation
    ) async throws -> String {
        try await command.start(words).expectEnd(expected, says: says, at: place)
    }

    /// A run that goes on by itself once so many links are made.
    func startRun(untilMade count: Int) async throws -> StartedCommand {
        let run = try command.start(["run", "\(job).yaml"])
        try await server.waitUntilMade(count)
        return run
    }

    /// Each row has one link, by the server's own list.
    func expectOneLinkEach(_ rows: Int, at place: SourceLocation = #_sourceLocation) async throws {
        let markers = try await server.links().map { $0["paymentForId"]?.string ?? "" }
        #expect(markers.count == rows, sourceLocation: place)
        #expect(Set(markers).count == rows, sourceLocation: place)
    }
}

extension JSONValue {
    /// How many rows have a verdict.
    func count(_ verdict: String) -> Int? { self["books"]?[verdict]?.integer }
}

extension StartedCommand {
    /// Waits for the end and checks the exit status and what was said.
    ///
    /// - Returns: all that was said.
    @discardableResult
    func expectEnd(
        _ expected: Int32, says: String = "", at place: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let status = await ended()
        let text = try output() + errors()
        #expect(status == expected, "\(text)", sourceLocation: place)
        #expect(says.isEmpty || text.contains(says), "\(text)", sourceLocation: place)
        return text
    }
}
