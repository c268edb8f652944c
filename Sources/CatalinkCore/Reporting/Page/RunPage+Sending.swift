/// What the run has sent over its time.
extension RunPage {
    private static let mostColumns = 120

    var sending: Markup {
        var charts = Markup()
        if let windows { charts += windows.markup }
        if let attempts, attempts.whole.total > 0 {
            charts += outcomes(attempts).markup
            if attempts.whole.latencies.count > 0 { charts += latencies(attempts).markup }
        }
        return """
            <section aria-labelledby="sending-name">
            <h2 id="sending-name">Sending</h2>
            \(charts.bytes.isEmpty ? "<p>Nothing was sent.</p>\n" : charts)</section>

            """
    }

    /// Requests beside what each window allows; of many windows several together.
    private var windows: TimeChart? {
        let uses = (summary["windows"]?.elements ?? []).map { window in
            TimeChart.Column(
                label: window["start"]?.string ?? "", values: [window["used"]?.integer ?? 0],
                limit: window["limit"]?.integer ?? 0)
        }
        guard !uses.isEmpty else { return nil }
        let together = (uses.count + Self.mostColumns - 1) / Self.mostColumns
        let columns = stride(from: 0, to: uses.count, by: together).map { first in
            let part = uses[first..<min(first + together, uses.count)]
            return TimeChart.Column(
                label: uses[first].label, values: [part.compactMap { $0.values[0] }.reduce(0, +)],
                limit: part.compactMap(\.limit).reduce(0, +))
        }
        let used = uses.compactMap { $0.values[0] }.reduce(0, +)
        let limit = uses.compactMap(\.limit).reduce(0, +)
        return TimeChart(
            name: "windows", title: "Windows",
            summary: "\(used.grouped) requests of \(limit.grouped) that "
                + "\(uses.count == 1 ? "1 window allows" : "\(uses.count.grouped) windows allow")"
                + (together > 1 ? "; each column is \(together) windows." : "."),
            unit: "requests", form: .columns, parts: [.init(name: "used", style: "used")], columns: columns)
    }

    private func outcomes(_ attempts: AttemptTimeline) -> TimeChart {
        let shown = AttemptOutcome.allCases.filter { attempts.whole.counts[$0] != nil }
        let told = shown.map { "\((attempts.whole.counts[$0] ?? 0).grouped) \($0.name)" }
        return TimeChart(
            name: "outcomes", title: "Outcomes",
            summary: "\(attempts.whole.total.grouped) attempts in steps of \(attempts.step): "
                + told.joined(separator: ", ") + ".",
            unit: "attempts", form: .columns,
            parts: shown.map { TimeChart.Part(name: $0.name, style: $0.rawValue) },
            columns: attempts.slots.indices.map { index in
                TimeChart.Column(
                    label: attempts.label(index),
                    values: shown.map { attempts.slots[index].counts[$0] ?? 0 })
            })
    }

    private func latencies(_ attempts: AttemptTimeline) -> TimeChart {
        let percents = [50, 95, 99]
        let all = percents.map { percent in
            "\(percent) % within \((attempts.whole.latencies.quantile(percent: percent) ?? 0).grouped) ms"
        }
        return TimeChart(
            name: "latencies", title: "Latency",
            summary: "From intent to recorded answer, \(all.joined(separator: ", ")).", unit: "ms",
            form: .lines,
            parts: percents.map { TimeChart.Part(name: "\($0) %", style: "line p\($0)") },
            columns: attempts.slots.indices.map { index in
                TimeChart.Column(
                    label: attempts.label(index),
                    values: percents.map { attempts.slots[index].latencies.quantile(percent: $0) })
            })
    }
}

extension AttemptTimeline {
    private var isFine: Bool { span < .seconds(1) }

    fileprivate var step: String {
        isFine ? "\(span.inMicroseconds / 1000) ms" : span.written
    }

    /// A moment; within seconds what has passed since the first one.
    fileprivate func label(_ slot: Int) -> String {
        isFine && slot > 0
            ? "+\(span.inMicroseconds / 1000 * Int64(slot)) ms" : CivilTime(start(of: slot)).iso8601
    }
}

extension AttemptOutcome {
    fileprivate var name: String {
        switch self {
        case .created: "made or changed"
        case .refused: "refused"
        case .notSent: "not sent"
        case .unknown: "unknown"
        }
    }
}
