import CatalinkCore
import CatalinkRunner
import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM ask the run to stop in good order; a second one ends the process at once, which loses nothing
/// that is recorded.
enum Signals {
    private static let received = Mutex<ContinuousClock.Instant?>(nil)
    /// What timeout(1) sends to the process and then to its group is one signal.
    private static let sameSignal = Duration.milliseconds(100)

    /// What a run of this process takes from outside.
    static func environment() -> RunEnvironment {
        let stop = StopSwitch()
        for (number, reason) in [(SIGINT, StopReason.interrupted), (SIGTERM, .terminated)] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            // The handler holds its own source, so that both live as long as the process.
            source.setEventHandler { withExtendedLifetime(source) { handle(reason, stop) } }
            source.resume()
        }
        return RunEnvironment(
            variables: Terminal.variables, clock: SystemClock(), random: { Double.random(in: 0..<1) },
            stop: stop)
    }

    private static func handle(_ reason: StopReason, _ stop: StopSwitch) {
        let now = ContinuousClock.now
        let isSecond = received.withLock { received in
            defer { received = received ?? now }
            return received.map { now - $0 > sameSignal } ?? false
        }
        if isSecond { exit(reason.status.rawValue) }
        stop.stop(reason)
    }
}
