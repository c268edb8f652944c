package import CatalinkCore

/// What people read of how one row came to what it is.
extension ReportText {
    package static func explanation(_ row: RowExplanation, _ job: Job) -> [String] {
        let segment = row.segment.isEmpty ? "" : " (\(row.segment.text.shown()))"
        var lines = ["\(row.location)\(segment)"]
        for step in row.steps {
            let result = step.amount.map { " = \($0.plain)" } ?? ""
            lines.append(
                "  \(step.name.shown()): \(step.how.shown())\(result) [\(step.place.preset ?? job.file):\(step.place.line)]"
            )
        }
        switch row.pair {
        case .filtered(let reason): lines.append("  filtered: \(job.mapping.filterReasons[reason])")
        case .invalid(_, _, let problems): lines += problems.map { "  " + $0.message(jobFile: job.file) }
        case .merged: lines.append("  merged: another row's link carries it")
        case .request(let pair): lines += request(pair, job)
        }
        return lines
    }

    private static func request(_ pair: PlannedPair, _ job: Job) -> [String] {
        var lines = [
            "  amount: \(pair.amount.map { "\($0.plain) \(pair.currency.rawValue)" } ?? "the payer's choice")"
        ]
        guard case .object(let members)? = try? JSONValue(parsing: pair.canonical) else { return lines }
        for member in members where !["amount", "currency"].contains(member.name) {
            lines.append("  link.\(member.name): \(member.value.bytes.text.shown())")
        }
        return lines + pair.warnings.map { "  warning: " + $0.message(jobFile: job.file) }
    }

    package static func document(_ row: RowExplanation, _ job: Job) -> JSONValue {
        let steps = row.steps.map { step in
            JSONValue.object([
                ("name", .string(step.name)), ("how", .string(step.how)),
                ("amount", .optional(step.amount?.plain)),
                ("rule", .string("\(step.place.preset ?? job.file):\(step.place.line)")),
            ])
        }
        var problems: [Problem] = []
        var request = JSONValue.null
        switch row.pair {
        case .invalid(_, _, let found): problems = found
        case .request(let pair): request = (try? JSONValue(parsing: pair.canonical)) ?? .null
        case .filtered, .merged: break
        }
        return .object([
            ("place", .string("\(row.location)")), ("segment", .string(row.segment.text)),
            ("steps", .array(steps)), ("request", request),
            ("problems", .array(problems.map { .string($0.message(jobFile: job.file)) })),
        ])
    }
}
