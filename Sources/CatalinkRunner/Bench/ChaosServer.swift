import CatalinkCore
import CatalinkTransport

/// The sandbox as a process that is killed and comes back on the same port, with what it had stored.
struct ChaosServer: ~Copyable {
    /// What the server has counted, over all its lives.
    struct Tally: Sendable {
        var requests = 0
        var replays = 0
        var conflicts = 0

        fileprivate mutating func add(_ page: JSONValue) {
            requests += page["requests"]?.integer ?? 0
            replays += page["replays"]?.integer ?? 0
            conflicts += page["conflicts"]?.integer ?? 0
        }
    }

    private let plan: ChaosPlan
    private let executable: String
    private let directory: String
    private var process: ChildProcess?
    private var client: CurlTransport?
    private var lives = 0
    private(set) var port = 0
    private var hasPort = false
    private(set) var tally = Tally()

    init(_ plan: ChaosPlan, executable: String, directory: String) {
        self.plan = plan
        self.executable = executable
        self.directory = directory
    }

    deinit {
        process?.kill()
    }

    // MARK: Lives

    /// Starts it; after a kill its port may be taken for a moment.
    mutating func start(withFaults: Bool) async throws {
        for _ in 0..<40 {
            // Below the ports that the system gives to others, so that it is free again after a kill.
            if !hasPort { port = Int.random(in: 10_000..<32_000) }
            lives += 1
            let process = try ChildProcess(
                executable, arguments(withFaults), in: directory, name: "sandbox-\(lives)",
                variables: ["PATH": "/usr/bin:/bin"])
            if let port = try await announcedPort(of: process) {
                self.process = process
                self.port = port
                hasPort = true
                client = CurlTransport(
                    .init(
                        target: try Target("http://127.0.0.1:\(port)"), timeout: .seconds(10), connections: 1),
                    credentials: Credentials(
                        key: ChaosSettings.clientKey.key, secret: ChaosSettings.clientKey.secret))
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw RunFailure(.unexpected, "the sandbox: expected it to start on port \(port), got: an early end")
    }

    mutating func kill() async throws {
        try await count()
        process?.kill()
        _ = await process?.ended()
        process = nil
        client = nil
    }

    private func arguments(_ withFaults: Bool) -> [String] {
        var arguments = [
            "sandbox", "--port", String(port), "--store", directory + "/sandbox.sqlite", "--seed",
            String(plan.round), "--limit", String(plan.pace ?? 100_000), "--window", "1s", "--key-lifetime",
            plan.keyLifetime,
        ]
        for behavior in plan.behaviors { arguments += ["--behave", behavior] }
        guard withFaults else { return arguments }
        for fault in plan.faults { arguments += ["--fault", fault] }
        if plan.latency.upperBound > 0 {
            arguments += [
                "--fault", "latency=\(plan.latency.lowerBound)ms..\(plan.latency.upperBound)ms",
            ]
        }
        return arguments
    }

    /// `nil` when it ends without serving.
    private func announcedPort(of process: ChildProcess) async throws -> Int? {
        for _ in 0..<2000 where !process.hasEnded {
            let words = try process.output.split { $0 == ":" || $0.isNewline }
            if let port = words.last.flatMap({ Int($0) }) { return port }
            try await Task.sleep(for: .milliseconds(5))
        }
        process.kill()
        _ = await process.ended()
        return nil
    }

    // MARK: Pages

    /// Requests of this life; `nil` while it is gone.
    func requests() async throws -> Int? { try await page("/_sandbox/stats")?["requests"]?.integer }

    /// Adds what this life has counted.
    mutating func count() async throws {
        if let page = try await page("/_sandbox/stats") { tally.add(page) }
    }

    /// Every link that was ever made, in order.
    func links() async throws -> [JSONValue] {
        guard let links = try await page("/_sandbox/links")?.elements else {
            throw RunFailure(.unexpected, "/_sandbox/links: expected a list, got: none")
        }
        return links
    }

    private func page(_ path: String) async throws -> JSONValue? {
        guard let client, case .answered(let answer) = await client.send(LinkCall(method: .get, path: path))
        else { return nil }
        return try JSONValue(parsing: answer.body)
    }
}
