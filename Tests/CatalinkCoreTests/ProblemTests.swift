import CatalinkCore
import Testing

struct ProblemTests {
    private func problem(_ subject: String = "price", line: Int = 12, rule: JobPlace? = nil) -> Problem {
        Problem(
            subject: subject,
            location: Location(file: "a.csv", line: line, column: 5, record: line - 1, field: "cost"),
            rule: rule, expected: "a decimal number", got: "\"12,50\"", hint: "a decimal comma?")
    }

    @Test func aMessageNamesBothEnds() {
        let message = problem(rule: JobPlace(line: 41, column: 3)).message(jobFile: "job.yaml")
        let expected = #"""
            a.csv:12:5 (cost): price: expected a decimal number, got: "12,50" (a decimal comma?) [job.yaml:41]
            """#
        #expect(message == expected)
    }

    @Test func aMessageDoesWithoutRuleAndHint() {
        var bare = problem()
        bare.hint = nil
        let message = bare.message(jobFile: "job.yaml")
        #expect(message == "a.csv:12:5 (cost): price: expected a decimal number, got: \"12,50\"")
    }

    @Test func problemsAreGroupedByCause() {
        var groups = ProblemGroups()
        for line in 2...31 { groups.add(problem(line: line)) }
        groups.add(problem("cost"))
        #expect(groups.groups.map(\.count) == [30, 1])
        #expect(groups.groups[0].examples.map(\.location.line) == Array(2...21))
        #expect(groups.total == 31)
        #expect(groups.ungrouped == 0)
    }

    @Test func manyCausesAreCountedInMemoryThatDoesNotGrow() {
        var groups = ProblemGroups()
        for number in 0..<600 { groups.add(problem("field \(number)")) }
        groups.add(problem("field 0"))
        groups.add(problem("field 599"))
        #expect(groups.groups.count == 500)
        #expect(groups.groups[0].count == 2)
        #expect(groups.ungrouped == 101)
        #expect(groups.total == 602)
    }
}
