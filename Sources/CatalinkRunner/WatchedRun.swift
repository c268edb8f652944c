import CatalinkCore
import CatalinkDispatch
import Synchronization

/// Keeps where a run stands, and tells it at each step.
final class WatchedRun: Sendable {
    fileprivate struct State {
        var progress: RunProgress
        var meter = ProgressMeter()
        /// Rows that were sent when the run was seen to be paused.
        var pausedAt: Int?
        var sent = 0
    }

    private let state: Mutex<State>
    private let rates: [RateLimit]
    private let clock: any WallClock
    private let onProgress: @Sendable (RunProgress) -> Void

    init(_ job: Job, _ environment: RunEnvironment) {
        state = Mutex(State(progress: RunProgress(job: job.name)))
        rates = job.limits.rates
        clock = environment.clock
        onProgress = environment.onProgress
    }

    /// - Parameter rows: of the catalog, so far.
    func read(_ rows: Int) {
        update { $0.progress.rows = rows }
    }

    /// - Parameter total: rows that are to be sent.
    func begins(_ total: Int) {
        let now = clock.moment()
        update { state in
            state.progress.stage = .sending
            state.progress.total = total
            state.meter.note(0, at: now.steady)
            state.estimate(rates, now)
        }
    }

    func sent(_ report: DispatchReport) {
        let now = clock.moment()
        update { state in
            state.sent = report.sent
            if state.pausedAt != report.sent {
                state.progress.stage = .sending
                state.pausedAt = nil
            }
            state.progress.verdicts = report.verdicts
            state.progress.done = report.verdicts.values.reduce(0, +)
            state.progress.inFlight = report.inFlight
            state.progress.window = report.window
            state.progress.trouble = report.trouble
            state.meter.note(state.progress.done, at: now.steady)
            state.estimate(rates, now)
        }
    }

    /// - Parameter text: who paused, and since when.
    /// - Returns: whether it was not paused before.
    func paused(_ text: String) -> Bool {
        update { state in
            defer { state.pausedAt = state.sent }
            state.progress.stage = .paused(text)
            return state.pausedAt == nil
        }
    }

    private func update<Result>(_ body: (inout State) -> Result) -> Result {
        let (result, progress) = state.withLock { (body(&$0), $0.progress) }
        onProgress(progress)
        return result
    }
}

extension WatchedRun.State {
    fileprivate mutating func estimate(_ rates: [RateLimit], _ now: Moment) {
        progress.perMinute = meter.perMinute
        progress.finish = meter.remaining(progress.total - progress.done, rates).map { now.wall + $0 }
    }
}
