import CatalinkRunner
import Foundation
import Synchronization

/// One line on a terminal that is written over; nothing anywhere else.
final class ProgressLine: Sendable {
    private struct State {
        var lastAt = Date.distantPast
        var isShown = false
        var isPauseShown = false
    }

    private let isOn: Bool
    private let state = Mutex(State())

    init(isOn: Bool) {
        self.isOn = isOn && isatty(STDERR_FILENO) == 1
    }

    func show(_ progress: RunEnvironment.Progress) {
        if case .paused(let text) = progress { return showPause(text) }
        guard isOn, case .sending(let done, let total, let inFlight) = progress else { return }
        state.withLock { state in
            let now = Date()
            guard now.timeIntervalSince(state.lastAt) >= 0.1 || done == total else { return }
            state.lastAt = now
            state.isShown = true
            write("\r\u{1B}[2K\(done) of \(total) sent, \(inFlight) on their way")
        }
    }

    /// Said once, also where nothing else is shown.
    private func showPause(_ text: String) {
        let isFirst = state.withLock { state in
            defer { state.isPauseShown = true }
            return !state.isPauseShown
        }
        if isFirst { Terminal.say(["paused \(text): nothing is sent until `catalink resume`"]) }
    }

    func clear() {
        state.withLock { state in
            if state.isShown { write("\r\u{1B}[2K") }
            state.isShown = false
        }
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
