package import CatalinkCore

/// What people read of rows that are wrong.
extension ReportText {
    /// Problems up to this many are listed one by one; more are grouped by cause.
    private static let mostListed = 40
    private static let mostCauses = 20
    /// A cause's examples fit on a line of this width.
    private static let width = 118

    package static func problems(_ groups: ProblemGroups, jobFile: String) -> [String] {
        let isShort = groups.total <= mostListed && groups.groups.allSatisfy { $0.count == $0.examples.count }
        if isShort {
            let all = groups.groups.flatMap(\.examples)
            let sorted = all.enumerated().sorted { first, second in
                (first.element.location.line, first.offset) < (second.element.location.line, second.offset)
            }
            return sorted.map { $0.element.message(jobFile: jobFile) }
        }
        return causes(groups, jobFile: jobFile)
    }

    /// What is told of rows that are sent all the same.
    package static func cautions(_ groups: ProblemGroups, jobFile: String) -> [String] {
        guard groups.total > 0 else { return [] }
        return ["warnings of rows that are good to send:"] + causes(groups, jobFile: jobFile)
    }

    /// Two lines a cause: how often, what was expected, what to do and which rule objects; then where, and what was got.
    package static func causes(_ groups: ProblemGroups, jobFile: String) -> [String] {
        let sorted = groups.groups.sorted { $0.count > $1.count }
        let digits = sorted.first.map { grouped($0.count).count } ?? 1
        var lines: [String] = []
        for group in sorted.prefix(mostCauses) {
            guard let first = group.examples.first else { continue }
            let count = grouped(group.count)
            let padding = String(repeating: " ", count: digits - count.count)
            let hint = first.hint.map { " (\($0))" } ?? ""
            let rule = first.rule.map { " [\($0.preset ?? jobFile):\($0.line)]" } ?? ""
            lines.append("\(padding)\(count) × \(first.cause)\(hint)\(rule)")
            lines.append(String(repeating: " ", count: digits + 3) + examples(group))
        }
        let rest = sorted.count - mostCauses
        if rest > 0 || groups.ungrouped > 0 {
            let count = sorted.dropFirst(mostCauses).reduce(groups.ungrouped) { $0 + $1.count }
            lines.append("and \(grouped(count)) of other causes")
        }
        return lines
    }

    /// `catalog.csv:3:28 (price) "12,50"; :17:28 "9,99"; :20:28 "1,00"`
    private static func examples(_ group: ProblemGroups.Group) -> String {
        var text = ""
        var file = ""
        for problem in group.examples.prefix(3) {
            let location = problem.location
            var place = location.column > 0 ? ":\(location.line):\(location.column)" : ":\(location.line)"
            if location.file != file {
                place = location.file + place
                if let field = location.field { place += " (\(field.shown()))" }
            }
            let example = "\(place) \(problem.got)"
            guard text.isEmpty || text.count + example.count + 2 <= width else { break }
            text += (text.isEmpty ? "" : "; ") + example
            file = location.file
        }
        return text
    }
}
