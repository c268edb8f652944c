import CatalinkCore
import Foundation

/// One round: a sandbox that fails, a job that is killed and run again while its catalog is edited, and the judgement.
struct ChaosRound: ~Copyable {
    private let plan: ChaosPlan
    private let mutant: Mutant?
    private let executable: String
    private let directory: String
    private let clock = SystemClock()
    private var random: SplitMix64
    private var catalog: ChaosCatalog
    private var server: ChaosServer
    private var runs: [ChaosRun] = []
    private var report: ChaosRoundReport
    private static let longestRun: Duration = .seconds(90)

    init(_ plan: ChaosPlan, mutant: Mutant?, executable: String, directory: String) {
        self.plan = plan
        self.mutant = mutant
        self.executable = executable
        self.directory = directory
        random = plan.random
        catalog = plan.catalog
        server = ChaosServer(plan, executable: executable, directory: directory)
        report = ChaosRoundReport(round: plan.round)
        report.plan = plan.description
    }

    /// - Parameter directory: empty; everything of the round lies in it.
    static func report(
        _ plan: ChaosPlan, mutant: Mutant?, executable: String, directory: String
    ) async throws -> ChaosRoundReport {
        var round = ChaosRound(plan, mutant: mutant, executable: executable, directory: directory)
        return try await round.run()
    }

    private mutating func run() async throws -> ChaosRoundReport {
        let start = clock.now()
        try await server.start(withFaults: true)
        try write(ChaosSettings.job(plan, port: server.port), to: "job.yaml")
        for strike in plan.strikes {
            try await hold(strike)
            catalog.edit(share: strike.edits, using: &random)
        }
        try await server.kill()
        try await server.start(withFaults: false)
        let last = try await finish()
        try await judge(last)
        report.seconds = clock.now().since(start).inSeconds
        return report
    }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: directory + "/" + name))
    }

    // MARK: Kills

    private mutating func hold(_ strike: ChaosPlan.Strike) async throws {
        try write(catalog.text, to: catalog.fileName)
        let (process, start) = (try startJob(), clock.now())
        if let blow = strike.server {
            try await Task.sleep(for: blow.after)
            try await server.kill()
            report.kills += 1
            try await Task.sleep(for: blow.down)
            try await server.start(withFaults: true)
        }
        try await wait(for: strike.trigger, process)
        process.kill()
        let status = await process.ended()
        if status < 0 { report.kills += 1 }
        try await waitForQuiet()
        try note(process, status, start)
        try await Task.sleep(for: strike.pause)
    }

    /// Waits for the moment of the kill, or the end of the run if that is earlier.
    private func wait(for trigger: ChaosPlan.Trigger, _ process: ChildProcess) async throws {
        switch trigger {
        case .after(let delay): try await Task.sleep(for: delay)
        case .atRequest(let number, let later):
            let before = try await server.requests() ?? 0
            let latest = clock.now() + .milliseconds(1500)
            while !process.hasEnded, clock.now() < latest {
                if try await server.requests() ?? 0 >= before + number { break }
                try await Task.sleep(for: .milliseconds(4))
            }
            try await Task.sleep(for: later)
        }
    }

    /// Waits until the server has handled what a killed run had sent, which on a busy machine takes a while.
    private func waitForQuiet() async throws {
        let latest = clock.now() + .seconds(5)
        var before = try await server.requests()
        while before != nil, clock.now() < latest {
            try await Task.sleep(for: .milliseconds(40 + plan.latency.upperBound))
            let now = try await server.requests()
            if now == before { return }
            before = now
        }
    }

    private mutating func startJob() throws -> ChildProcess {
        report.runs += 1
        let verb = mutant.map { ["bench", "victim", "--mutant", $0.rawValue] } ?? ["run"]
        return try ChildProcess(
            executable, verb + ["job.yaml", "--format", "json"] + ChaosSettings.flags, in: directory,
            name: "run-\(report.runs)", variables: ChaosSettings.variables(directory))
    }

    // MARK: The end

    /// Runs the job until it says that it is settled.
    ///
    /// - Returns: the last exit status.
    private mutating func finish() async throws -> ExitStatus? {
        try write(catalog.text, to: catalog.fileName)
        if plan.kind == .dyingKeys { try await Task.sleep(for: plan.lifetime) }
        var last: ExitStatus?
        for _ in 0..<(plan.excuse == nil ? ChaosSettings.mostReruns : 4) {
            let (process, start) = (try startJob(), clock.now())
            let status = await process.ended(within: Self.longestRun)
            try note(process, status, start)
            last = ExitStatus(rawValue: status)
            guard last == .runAgain || last == .unreachable else { break }
            try await Task.sleep(for: random.milliseconds(100...400))
        }
        return last
    }

    /// Takes a run into the record and audits what it says.
    private mutating func note(_ process: ChildProcess, _ status: Int32, _ start: Timestamp) throws {
        runs.append(ChaosRun(rows: catalog.rows, start: start, end: clock.now(), status: status))
        guard status >= 0 else { return }
        let texts = ChaosAudit.differences(
            status, output: try process.output, errors: try process.errors, rows: catalog.rows.count)
        report.findings += texts.map { ChaosFinding(check: "d", text: "run \(report.runs): \($0)") }
    }

    private mutating func judge(_ last: ExitStatus?) async throws {
        let listed = try await server.links()
        try await server.count()
        let links = listed.compactMap { ChaosLink($0) }
        if links.count < listed.count {
            report.findings.append(
                ChaosFinding(check: "a", text: "\(listed.count - links.count) links without a marker"))
        }
        let judge = ChaosJudge(
            plan: plan, runs: runs, links: links, results: try await results(),
            conflicts: server.tally.conflicts, skew: plan.skew)
        report.findings += judge.findings()
        judgeEnd(last, judge)
        report.rows = catalog.rows.count
        report.requests = server.tally.requests
        report.replays = server.tally.replays
        report.links = links.count
    }

    private mutating func judgeEnd(_ last: ExitStatus?, _ judge: ChaosJudge) {
        guard last != .settled, last != .rowsNeedWork else { return }
        let unsettled = judge.unsettled
        if last == .runAgain, !unsettled.isEmpty, unsettled.allSatisfy(judge.isExcused) {
            report.excused = plan.excuse.map { "\(unsettled.count) items unknown: \($0)" }
            return
        }
        let status = runs.last.map { String($0.status) } ?? "nothing"
        let examples = unsettled.sorted().prefix(3).joined(separator: ", ")
        report.findings.append(
            ChaosFinding(
                check: "c",
                text:
                    "the last of \(report.runs) runs ended with \(status); \(unsettled.count) items unknown "
                    + "or held" + (examples.isEmpty ? "" : ", such as \(examples)")))
    }

    private mutating func results() async throws -> [ChaosResult] {
        let process = try ChildProcess(
            executable, ["results", "job.yaml", "--format", "jsonl"], in: directory, name: "results",
            variables: ChaosSettings.variables(directory))
        let status = await process.ended(within: Self.longestRun)
        guard status == 0 else {
            report.findings.append(
                ChaosFinding(check: "b", text: "results ended with \(status): \(try process.errors.shown())"))
            return []
        }
        return try process.output.split(separator: "\n").compactMap { line in
            ChaosResult(try JSONValue(parsing: Array(line.utf8)))
        }
    }
}
