/// Draws a run's progress in lines that fit a terminal.
package struct ProgressView: Sendable {
    /// Columns of the terminal.
    package var width: Int
    package var hasColor: Bool
    /// Whether block characters may be used.
    package var isUnicode: Bool

    package init(width: Int, hasColor: Bool, isUnicode: Bool) {
        self.width = max(20, width)
        self.hasColor = hasColor
        self.isUnicode = isUnicode
    }

    /// One run in full, several in a line each.
    package func lines(_ runs: [RunProgress]) -> [String] {
        runs.count == 1 ? runs.flatMap(block) : runs.map(line)
    }

    // MARK: One run

    private func block(_ run: RunProgress) -> [String] {
        var lines: [String]
        switch run.stage {
        case .planning:
            lines = flow(["\(run.job.shown(limit: 40)): planning", "\(run.rows.grouped) rows read"])
        case .sending, .paused:
            let tail = "\(padded(run.percent))%  \(run.done.grouped) of \(run.total.grouped)"
            let bar = bar(run, room: width - 1 - tail.columns)
            lines = [bar.isEmpty ? tail.cut(width) : bar + " " + tail] + flow(figures(run))
        }
        if case .paused(let text) = run.stage { lines += flow(["paused \(text)"], .yellow) }
        if let trouble = run.trouble { lines += flow([trouble.shown(limit: width)], .red) }
        return lines
    }

    private func figures(_ run: RunProgress) -> [String] {
        var parts = Verdict.allCases.compactMap { verdict -> String? in
            guard let count = run.verdicts[verdict], count > 0 else { return nil }
            return "\(verdict.rawValue) \(count.grouped)"
        }
        if run.inFlight > 0 { parts.append("on their way \(run.inFlight.grouped)") }
        if let perMinute = run.perMinute { parts.append("\(perMinute.grouped)/min") }
        if let window = run.window {
            parts.append("window \(window.used.grouped) of \(window.limit.grouped)")
        }
        if let finish = run.finish, run.done < run.total { parts.append("until about \(clock(finish))") }
        return parts
    }

    // MARK: One of several

    private func line(_ run: RunProgress) -> String {
        let name = run.job.shown(limit: 24)
        var tail: String
        switch run.stage {
        case .planning: tail = "planning, \(run.rows.grouped) rows"
        case .paused: tail = "\(padded(run.percent))%  paused"
        case .sending:
            tail = "\(padded(run.percent))%  \(run.done.grouped) of \(run.total.grouped)"
            if run.trouble != nil {
                tail += "  trouble"
            } else if let finish = run.finish, run.done < run.total {
                tail += "  \(clock(finish))"
            }
        }
        let room = width - name.columns - 2 - tail.columns
        let bar = run.stage == .planning ? "" : bar(run, room: min(room, 24))
        return bar.isEmpty ? "\(name) \(tail)".cut(width) : "\(name) \(bar) \(tail)"
    }

    // MARK: Plain

    /// One line for a log.
    package static func plain(_ run: RunProgress) -> String {
        let view = ProgressView(width: .max, hasColor: false, isUnicode: false)
        let head = "\(run.job.shown(limit: 40)): \(run.done.grouped) of \(run.total.grouped) settled"
        let line = ([head + " (\(run.percent)%)"] + view.figures(run)).joined(separator: ", ")
        return run.trouble.map { line + "; " + $0.shown(limit: 120) } ?? line
    }

    // MARK: Parts

    private enum Color: String {
        case red = "\u{1B}[31m"
        case green = "\u{1B}[32m"
        case yellow = "\u{1B}[33m"
    }

    private func colored(_ text: String, _ color: Color?) -> String {
        guard hasColor, let color else { return text }
        return color.rawValue + text + "\u{1B}[0m"
    }

    /// Nothing where there is no room for one.
    private func bar(_ run: RunProgress, room: Int) -> String {
        let size = min(room, 60) - 2
        guard size >= 5 else { return "" }
        let full = size * run.percent / 100
        let (on, off) = isUnicode ? ("█", "░") : ("#", ".")
        let color: Color = run.trouble != nil ? .red : run.stage == .sending ? .green : .yellow
        return "[" + colored(String(repeating: on, count: full), color)
            + String(repeating: off, count: size - full) + "]"
    }

    /// Parts beside one another as far as a line goes.
    private func flow(_ parts: [String], _ color: Color? = nil) -> [String] {
        var lines: [String] = []
        for part in parts {
            if let last = lines.last, last.columns + 2 + part.columns <= width {
                lines[lines.count - 1] = last + "  " + part
            } else {
                lines.append(part.cut(width))
            }
        }
        return lines.map { colored($0, color) }
    }

    private func padded(_ percent: Int) -> String {
        String(repeating: " ", count: 3 - String(percent).count) + String(percent)
    }

    /// `03:17:20Z`
    private func clock(_ moment: Timestamp) -> String {
        String(CivilTime(moment).iso8601.split(separator: "T").last ?? "")
    }
}

extension String {
    /// The first part that fits so many columns of a terminal.
    fileprivate func cut(_ width: Int) -> String {
        var room = width
        let fitting = unicodeScalars.prefix { scalar in
            room -= scalar.columns
            return room >= 0
        }
        return String(String.UnicodeScalarView(fitting))
    }

    /// How many columns of a terminal it takes.
    fileprivate var columns: Int { unicodeScalars.reduce(0) { $0 + $1.columns } }
}

extension Unicode.Scalar {
    /// Two for East Asian letters and emoji, none for what combines with the letter before.
    fileprivate var columns: Int {
        if isASCII { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
