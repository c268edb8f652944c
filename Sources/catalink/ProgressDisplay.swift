import ArgumentParser
import CatalinkCore
import CatalinkRunner
import Foundation
import Synchronization

enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
}

enum ProgressChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, bar, plain, none
}

extension LogFormat: ExpressibleByArgument {}
extension LogSettings.Level: ExpressibleByArgument {}

struct DisplayOptions: ParsableArguments {
    @Option(help: "How progress is shown: auto, bar, plain or none; auto is a bar on a terminal.")
    var progress = ProgressChoice.auto

    @Option(help: "auto, always or never; NO_COLOR in the environment means never.")
    var color = ColorChoice.auto

    @Option(help: "Write the log to standard error as well: text or json.")
    var log: LogFormat?

    @Option(help: "From which level on: debug (every request), info, warning or error.")
    var logLevel = LogSettings.Level.info

    var logSettings: LogSettings {
        var settings = LogSettings()
        (settings.echo, settings.level) = (log, logLevel)
        return settings
    }

    /// - Parameter isQuiet: whether nothing is shown unless it is asked for.
    func display(isQuiet: Bool) -> ProgressDisplay {
        let terminal = TerminalKind(Terminal.variables, isTerminal: isatty(STDERR_FILENO) == 1)
        return ProgressDisplay(
            terminal.mode(progress, isQuiet: isQuiet || log != nil), hasColor: terminal.hasColor(color),
            isUnicode: terminal.isUnicode)
    }
}

/// What standard error leads to.
struct TerminalKind {
    private let variables: [String: String]
    private let isTerminal: Bool

    init(_ variables: [String: String], isTerminal: Bool) {
        self.variables = variables
        self.isTerminal = isTerminal && variables["TERM"] != "dumb"
    }

    func mode(_ choice: ProgressChoice, isQuiet: Bool) -> ProgressDisplay.Mode {
        switch choice {
        case .none: .none
        case .plain: .plain
        case .bar: .bar
        case .auto where isQuiet: .none
        case .auto: isTerminal && isEmpty("CI") ? .bar : .plain
        }
    }

    func hasColor(_ choice: ColorChoice) -> Bool {
        switch choice {
        case .always: true
        case .never: false
        case .auto: isTerminal && isEmpty("NO_COLOR")
        }
    }

    var isUnicode: Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].first { !isEmpty($0) }.flatMap { variables[$0] } ?? ""
        return locale.uppercased().replacing("-", with: "").hasSuffix("UTF8")
    }

    private func isEmpty(_ name: String) -> Bool { variables[name, default: ""].isEmpty }
}

/// Where runs stand: lines on a terminal that are written over, or a line now and then.
final class ProgressDisplay: Sendable {
    enum Mode: Sendable {
        case none, plain, bar
    }

    private struct State {
        /// In the order in which they began.
        var runs: [RunProgress] = []
        var drawnLines = 0
        var drawnAt = ContinuousClock.Instant?.none
        var plain: [String: PlainPace] = [:]
        var pauses: Set<String> = []
    }

    private let mode: Mode
    private let hasColor: Bool
    private let isUnicode: Bool
    private let state = Mutex(State())
    private static let pace: Duration = .milliseconds(100)
    private static let mostRuns = 12

    init(_ mode: Mode, hasColor: Bool = false, isUnicode: Bool = false) {
        self.mode = mode
        self.hasColor = hasColor
        self.isUnicode = isUnicode
    }

    func show(_ run: RunProgress) {
        state.withLock { state in
            if let index = state.runs.firstIndex(where: { $0.job == run.job }) {
                state.runs[index] = run
            } else {
                state.runs.append(run)
            }
            if case .paused(let text) = run.stage, mode != .bar, state.pauses.insert(run.job).inserted {
                Terminal.say(["paused \(text): nothing is sent until `catalink resume`"])
            }
            switch mode {
            case .none: break
            case .plain: showPlain(run, &state)
            case .bar: draw(&state)
            }
        }
    }

    /// Takes a run that has ended off, and says its lines where it stood.
    func end(_ job: String?, _ say: () -> Void) {
        state.withLock { state in
            erase(&state)
            state.runs.removeAll { $0.job == job }
            say()
            if mode == .bar, !state.runs.isEmpty { draw(&state, isUrgent: true) }
        }
    }

    // MARK: Plain

    private func showPlain(_ run: RunProgress, _ state: inout State) {
        guard run.stage == .sending,
            state.plain[run.job, default: PlainPace()].isDue(run.percent, at: .now)
        else { return }
        Terminal.say([ProgressView.plain(run)])
    }

    /// A line each minute, and at each tenth of the way if the last is a while ago.
    struct PlainPace {
        private var at: ContinuousClock.Instant?
        private var percent = 0

        mutating func isDue(_ percent: Int, at now: ContinuousClock.Instant) -> Bool {
            let begin = at ?? now
            // The first line comes only when a run takes its time.
            guard at != nil else {
                at = begin
                return false
            }
            let isDue =
                now - begin >= .seconds(60) || (now - begin >= .seconds(10) && percent >= self.percent + 10)
            if isDue { (at, self.percent) = (now, percent) }
            return isDue
        }
    }

    // MARK: On a terminal

    private func draw(_ state: inout State, isUrgent: Bool = false) {
        let now = ContinuousClock.now
        let isWhole = state.runs.allSatisfy { $0.stage == .sending && $0.done == $0.total }
        if !isUrgent, !isWhole, let drawnAt = state.drawnAt, now - drawnAt < Self.pace { return }
        state.drawnAt = now
        let (width, height) = Self.size
        let view = ProgressView(width: width - 1, hasColor: hasColor, isUnicode: isUnicode)
        let shown = Array(state.runs.suffix(min(Self.mostRuns, max(1, height - 2))))
        // In one piece and over what stands there, so that nothing flickers.
        var text = Self.up(state.drawnLines)
        let lines = Array(view.lines(shown).prefix(max(1, height - 1)))
        for line in lines { text += line + "\u{1B}[K\n" }
        text += "\u{1B}[J"
        state.drawnLines = lines.count
        Terminal.draw(text)
    }

    private func erase(_ state: inout State) {
        guard state.drawnLines > 0 else { return }
        Terminal.draw(Self.up(state.drawnLines) + "\u{1B}[J")
        state.drawnLines = 0
    }

    private static func up(_ lines: Int) -> String {
        lines > 0 ? "\r\u{1B}[\(lines)A" : "\r"
    }

    /// Of the terminal, as it is now.
    private static var size: (width: Int, height: Int) {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), max(2, Int(size.ws_row)))
    }
}
