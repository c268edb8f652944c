import CatalinkCore
import CatalinkRunner
import CatalinkTestSupport
import Foundation
import Testing

/// What a job names for itself, and what is said of it where that is wrong.
struct JobNamesTests {
    private static func complaints(_ lines: String, rules: String = "") async throws -> [String] {
        try await withTemporaryDirectory { directory in
            try write("sku,uuid,day\nA,1,2026-11-20\nA,2,2026-11-20\n", to: directory + "/twice.csv")
            try write("sku,rate,day\nA,1.5,2026-11-01\nB,2,soon\n", to: directory + "/rates.csv")
            try write(
                """
                job: shop
                source: {path: c.csv}
                key: "{{sku}}"
                link: {title: "{{title}}", url: "{{sku}}"}
                pricing: {price: "{{price}}"\(rules.isEmpty ? "" : ", " + rules)}
                target: {sandbox: {limit: 10, window: 1s}}
                \(lines)
                """, to: directory + "/job.yaml")
            do {
                _ = try JobFile.load(directory + "/job.yaml")
                return []
            } catch let error as JobFileError {
                return error.messages.map { $0.replacing(directory + "/", with: "") }
            }
        }
    }

    private static let names: [(lines: String, complaint: String)] = [
        (
            "tables: {a: {path: twice.csv, key: sku, value: uuid}}",
            "job.yaml:7:20: tables.a: expected a table that can be read, got: twice.csv:3: expected one entry for each "
                + "key, got: \"A\" again, with another value than in line 2"
        ),
        (
            "tables: {a: {path: rates.csv, key: sku, value: rate, date: day}}",
            "job.yaml:7:20: tables.a: expected a table that can be read, got: rates.csv:3: expected a day such as "
                + "2026-11-27, got: \"soon\""
        ),
        (
            "tables: {a: {path: rates.csv, key: sko, value: rate}}",
            "job.yaml:7:36: tables.a: expected a column of rates.csv, got: \"sko\" (did you mean \"sku\"?)"
        ),
        (
            "tables: {a: {values: {x: 1}, maxAge: 7d}}",
            "job.yaml:7:13: tables.a: expected `date:` beside `maxAge:`, got: none (without a date nothing has an age)"
        ),
        (
            "tables: {a: {values: {x: 1}}}\nfields: {y: \"{{sku | lookup: b}}\"}",
            "job.yaml:8:13: fields.y: expected one of the job's `tables:`, got: \"b\" (did you mean \"a\"?)"
        ),
        (
            "fields: {segment: \"1\"}",
            "job.yaml:7:10: fields: expected a name that means nothing yet, got: \"segment\""
        ),
        ("bundle: {amount: total}", "job.yaml:7:18: bundle.amount: expected same, sum, got: \"total\""),
        (
            "policy: {rules: {slugform: off}}",
            "job.yaml:7:18: policy.rules: expected a known name, got: \"slugform\" (did you mean \"slugForm\"?)"
        ),
        (
            "policy: {rules: {markdown: never}}",
            "job.yaml:7:28: policy.rules.markdown: expected error, warning, off, got: \"never\""
        ),
        (
            "tracking: {source: \"{{Cost per item}}\"}",
            "job.yaml:7:20: link.customFields.tracking_source: expected columns that payers may see, got: \"Cost per "
                + "item\" (it looks like a cost or a margin; `policy.allow: [costColumns]` lets it through)"
        ),
    ]

    @Test(arguments: names.indices)
    func aWrongNameIsTold(_ index: Int) async throws {
        let complaints = try await Self.complaints(Self.names[index].lines)
        #expect(complaints.contains(Self.names[index].complaint), "\(complaints)")
    }

    private static let rules: [(rules: String, complaint: String)] = [
        (
            "rules: [{name: a, tier: {}, percent: 5}]",
            "job.yaml:5:55: pricing.rules.tier: expected `min:`, `max:`, `above:` or `below:`, got: none"
        ),
        (
            "rules: [{name: a, days: {}, percent: 5}]",
            "job.yaml:5:55: pricing.rules.days: expected `from:` or `to:`, got: neither"
        ),
        (
            "rules: [{name: a, days: {from: 2026-12-01, to: 2026-11-01}, percent: 5}]",
            "job.yaml:5:55: pricing.rules.days: expected a `to:` after `from:`, got: 2026-12-01T00:00:00Z to "
                + "2026-11-02T00:00:00Z"
        ),
        (
            "rules: [{name: a, margin: {cost: \"{{c}}\"}}]",
            "job.yaml:5:57: pricing.rules.margin: expected `percent:`, got: nothing"
        ),
        (
            "rules: [{name: a, set: -1}]",
            "job.yaml:5:54: pricing.rules.set: expected a number above zero such as 0.01, got: \"-1\""
        ),
        (
            "guard: {min: 5, max: 2}",
            "job.yaml:5:38: pricing.guard: expected a `max:` not below `min:`, got: 2 below 5"
        ),
    ]

    @Test(arguments: rules.indices)
    func aWrongRuleIsTold(_ index: Int) async throws {
        let complaints = try await Self.complaints("", rules: Self.rules[index].rules)
        #expect(complaints.contains(Self.rules[index].complaint), "\(complaints)")
    }

    @Test func aColumnThatAGuardReckonsFromStaysOutOfLinks() async throws {
        let complaints = try await Self.complaints(
            "tracking: {medium: \"{{ours}}\"}",
            rules: "guard: {minMargin: {cost: \"{{ours}}\", percent: 5}}")
        #expect(complaints.count == 1)
        #expect(complaints.first?.contains("expected columns that payers may see, got: \"ours\"") == true)
    }
}
