/// One thing that is wrong with a row, with both ends of it: the place in the catalog and the rule in the job file.
package struct Problem: Sendable, Equatable {
    /// The field of the request or the part of the job that objects: `title`, `price`, `key` …
    package var subject: String
    package var location: Location
    package var rule: JobPlace?
    package var expected: String
    /// What stands there, quoted and safe to show.
    package var got: String
    package var hint: String?

    package init(
        subject: String, location: Location, rule: JobPlace?, expected: String, got: String,
        hint: String? = nil
    ) {
        self.subject = subject
        self.location = location
        self.rule = rule
        self.expected = expected
        self.got = got
        self.hint = hint
    }

    /// What problems of many rows have in common.
    package var cause: String {
        "\(subject): expected \(expected)"
    }

    /// `expected …, got: … (hint)`
    package var explanation: String {
        "\(subject): expected \(expected), got: \(got)" + (hint.map { " (\($0))" } ?? "")
    }

    /// `catalog.csv:12:5 (price): price: expected …, got: … (hint) [job.yaml:41]`
    package func message(jobFile: String) -> String {
        "\(location): \(explanation)" + (rule.map { " [\($0.preset ?? jobFile):\($0.line)]" } ?? "")
    }
}

/// Problems of a whole catalog grouped by cause, in memory that does not grow with the rows.
package struct ProblemGroups: Sendable {
    package struct Group: Sendable {
        package var count: Int
        /// The first few, in the order of the catalog.
        package var examples: [Problem]
    }

    package private(set) var groups: [Group] = []
    /// Problems beyond the largest number of causes that is kept apart.
    package private(set) var ungrouped = 0
    private var indexes: [String: Int] = [:]
    private static let mostGroups = 500
    private static let mostExamples = 20

    package init() {}

    package mutating func add(_ problem: Problem) {
        if let index = indexes[problem.cause] {
            groups[index].count += 1
            if groups[index].examples.count < Self.mostExamples { groups[index].examples.append(problem) }
        } else if groups.count < Self.mostGroups {
            indexes[problem.cause] = groups.count
            groups.append(Group(count: 1, examples: [problem]))
        } else {
            ungrouped += 1
        }
    }

    /// Adds groups of later rows.
    package mutating func add(_ later: ProblemGroups) {
        for group in later.groups {
            for problem in group.examples { add(problem) }
            guard let first = group.examples.first else { continue }
            let rest = group.count - group.examples.count
            if let index = indexes[first.cause] { groups[index].count += rest } else { ungrouped += rest }
        }
        ungrouped += later.ungrouped
    }

    package var total: Int { groups.reduce(ungrouped) { $0 + $1.count } }
}
