import CatalinkCore
import CatalinkDispatch
import Foundation
import Logging

/// What is kept and told of runs while they go.
package struct LogSettings: Sendable {
    /// From which level on lines are written: trace, debug, info, notice, warning, error or critical.
    package enum Level: String, Sendable, CaseIterable {
        case debug, info, warning, error
    }

    package var level = Level.info
    /// The form in which lines go to standard error as well.
    package var echo: LogFormat?

    package init() {}
}

/// The log of one run: `run.log.jsonl` in its directory.
///
/// Each line has the run and the job; lines of rows have item, place, attempt, status and the milliseconds that the
/// answer took. No secret and no body of a request or an answer is ever written.
struct RunLog: Sendable {
    private let logger: Logger
    private let file: LogSink?
    /// Why there is no file.
    private let trouble: String?

    static let name = "run.log.jsonl"

    /// - Parameter directory: of the run; made where it is not there.
    init(_ job: String, run: String, in directory: String, _ settings: LogSettings, _ clock: any WallClock) {
        let level = Logger.Level(settings.level)
        var handlers: [any LogHandler] = []
        do {
            try StateDirectory.make(directory)
            let sink = try LogSink(path: directory + "/" + Self.name)
            handlers.append(LineLogHandler(.json, level, to: sink) { clock.now() })
            (file, trouble) = (sink, nil)
        } catch {
            (file, trouble) = (nil, RunFailure(error).messages.joined(separator: "; "))
        }
        if let echo = settings.echo {
            handlers.append(LineLogHandler(echo, level, to: .standardError) { clock.now() })
        }
        var logger = Logger(label: "catalink") { [handlers] _ in MultiplexLogHandler(handlers) }
        logger[metadataKey: "run"] = .string(run)
        logger[metadataKey: "job"] = .string(job)
        self.logger = logger
    }

    /// What is wrong with the log itself; a run goes on without it.
    var failure: String? { trouble ?? file?.failure }

    func began(_ job: Job) {
        logger.info(
            "run begins",
            metadata: ["source": .string(job.source.name), "target": .string(job.identity.origin)])
    }

    func planned(_ plan: PlanReport) {
        var metadata: Logger.Metadata = [
            "rows": .stringConvertible(plan.books.rows), "requests": .stringConvertible(plan.totals.requests),
            "missing": .stringConvertible(plan.totals.missing),
        ]
        for verdict in Verdict.allCases where plan.books[verdict] > 0 {
            metadata[verdict.rawValue] = .stringConvertible(plan.books[verdict])
        }
        logger.info("planned", metadata: metadata)
        for warning in plan.warnings { logger.warning("\(warning)") }
    }

    func attempted(_ attempt: AttemptEvent) {
        var metadata: Logger.Metadata = [
            "item": .string(attempt.item.key.text), "place": .string("\(attempt.location)"),
            "attempt": .stringConvertible(attempt.number),
            "duration": .stringConvertible(Int(attempt.duration.inMicroseconds / 1000)),
        ]
        if !attempt.item.segment.isEmpty { metadata["segment"] = .string(attempt.item.segment.text) }
        if let status = attempt.status { metadata["status"] = .stringConvertible(status) }
        if let verdict = attempt.verdict { metadata["verdict"] = .string(verdict.rawValue) }
        let text = attempt.message.map { ": " + $0 } ?? ""
        logger.log(level: attempt.level, "\(attempt.outcome.rawValue)\(text)", metadata: metadata)
    }

    func paused(_ text: String) {
        logger.notice("paused \(text)")
    }

    func warned(_ text: String) {
        logger.warning("\(text)")
    }

    func ended(_ summary: RunSummary) {
        var metadata: Logger.Metadata = [
            "exit": .stringConvertible(Int(summary.status.rawValue)),
            "requests": .stringConvertible(summary.requests),
            "throttled": .stringConvertible(summary.dispatch.throttled),
            "duration": .stringConvertible(Int(summary.seconds * 1000)),
        ]
        for verdict in Verdict.allCases where summary.books[verdict] > 0 {
            metadata[verdict.rawValue] = .stringConvertible(summary.books[verdict])
        }
        for remark in summary.dispatch.remarks { logger.warning("\(remark)") }
        for note in summary.notes { logger.notice("\(note)") }
        let text = summary.failure.map { ": " + $0 } ?? ""
        logger.log(
            level: summary.status == .settled ? .info : .warning, "run ends\(text)", metadata: metadata)
    }

    func failed(_ failure: RunFailure) {
        logger.error(
            "run ends: \(failure.messages.joined(separator: "; "))",
            metadata: ["exit": .stringConvertible(Int(failure.status.rawValue))])
    }
}

extension AttemptEvent {
    /// Links that were made are many, and what was asked for.
    fileprivate var level: Logger.Level {
        if verdict == .rejected || verdict == .held || verdict == .failed { return .warning }
        return outcome == .created && message == nil ? .debug : .info
    }
}

extension Logger.Level {
    fileprivate init(_ level: LogSettings.Level) {
        self =
            switch level {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
    }
}
