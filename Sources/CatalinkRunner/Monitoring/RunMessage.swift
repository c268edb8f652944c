import CatalinkCore
import CatalinkHash

/// What receivers are told of a run.
struct RunMessage: Sendable {
    /// By the names of `NotificationTemplate`.
    private(set) var values: [String: String]
    /// For programs.
    private(set) var document: JSONValue
    let occasion: Notification.Occasion
    let exit: ExitStatus?
    /// The same for every message of a run; a UUID, as heartbeat servers want one.
    let id: String

    /// A run begins.
    init(beginOf run: String, _ job: Job) {
        self.init(.start, nil, run, job, .object([("job", .string(job.name)), ("run", .string(run))]))
        say("\(job.name): run \(run) begins")
    }

    /// A run has ended.
    ///
    /// - Parameter overdue: how many unknown and held items are older than the job allows.
    init(endOf run: String, _ job: Job, _ result: Result<RunSummary, RunFailure>, overdue: Int) {
        let occasion: Notification.Occasion = result.status == .settled ? .success : .trouble
        let exit = result.status
        let late = overdue > 0 ? "; " + ReportText.overdue(overdue, job.unsettledAfter) : ""
        switch result {
        case .success(let summary):
            self.init(occasion, exit, run, job, summary.json)
            add(summary)
            say("\(job.name): \(exit.words) (exit \(exit.rawValue)): \(Self.account(summary))\(late)")
        case .failure(let failure):
            self.init(occasion, exit, run, job, failure.json(job.file))
            let why = failure.messages.joined(separator: "; ").shown(limit: 1000)
            say("\(job.name): \(exit.words) (exit \(exit.rawValue)): \(why)\(late)")
        }
        values["overdue"] = String(overdue)
    }

    private init(
        _ occasion: Notification.Occasion, _ exit: ExitStatus?, _ run: String, _ job: Job,
        _ document: JSONValue
    ) {
        (self.occasion, self.exit, self.document) = (occasion, exit, document)
        id = Self.uuid(job, run)
        values = ["job": job.name, "run": run]
        guard let exit else { return }
        values["exit"] = String(exit.rawValue)
        values["status"] = exit.words
    }

    private mutating func add(_ summary: RunSummary) {
        for verdict in Verdict.allCases { values[verdict.rawValue] = String(summary.books[verdict]) }
        values["rows"] = String(summary.books.rows)
        values["requests"] = String(summary.requests)
        values["next"] = ReportText.next(summary)
        values["report"] = summary.page
    }

    private mutating func say(_ summary: String) {
        values["summary"] = summary
        let more = [("next", "Next"), ("report", "Report")].compactMap { name, title in
            values[name].map { "\n\(title): \($0)" }
        }
        values["message"] = summary + more.joined()
    }

    /// `52 rows, 50 created, 2 invalid, 50 requests in 12 s; why it stopped`
    private static func account(_ summary: RunSummary) -> String {
        let verdicts = Verdict.allCases.filter { summary.books[$0] > 0 }
            .map { ", \(summary.books[$0].grouped) \($0.rawValue)" }
        return
            "\(summary.books.rows.grouped) rows\(verdicts.joined()), \(summary.requests.grouped) requests in "
            + "\(Int(summary.seconds)) s" + (summary.failure.map { "; " + $0.shown(limit: 1000) } ?? "")
    }

    /// A UUID of version 8 (RFC 9562) from the names of job and run.
    private static func uuid(_ job: Job, _ run: String) -> String {
        let name = "\(job.identity.origin)/\(job.account)/\(job.name)/\(run)"
        var digits = Array(SHA256.digest(of: Array(name.utf8)).hexadecimal.prefix(32))
        (digits[12], digits[16]) = ("8", "a")
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return groups.map { String(digits[$0]) }.joined(separator: "-")
    }
}

extension ExitStatus {
    /// What an exit status means, in a few words.
    fileprivate var words: String {
        switch self {
        case .settled: "every row is settled"
        case .unexpected: "unexpected failure"
        case .rowsNeedWork: "rows need work"
        case .stopped: "stopped by a guard"
        case .needsPerson: "a person must look"
        case .usage: "wrong usage"
        case .catalog: "the catalog cannot be read"
        case .unreachable: "the API cannot be reached"
        case .runAgain: "not all is settled"
        case .credentials: "the API refuses the credentials"
        case .configuration: "job, place or ledger is not in order"
        case .interrupted: "interrupted"
        case .terminated: "terminated"
        }
    }
}
