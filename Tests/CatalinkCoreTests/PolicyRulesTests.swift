import CatalinkCore
import Testing

struct PolicyRulesTests {
    /// limitPayments, maxPayments, and who objects.
    private static let limits: [(String, String, [String])] = [
        ("", "", []), ("true", "5", []), ("false", "", []),
        ("true", "", ["maxPayments"]), ("", "5", ["limitPayments"]), ("false", "5", ["limitPayments"]),
        // One that cannot be read is told once, not again as missing.
        ("true", "many", ["maxPayments"]), ("maybe", "5", ["limitPayments"]),
    ]

    @Test(arguments: limits)
    func aLimitHasANumber(_ limit: String, _ number: String, _ expected: [String]) throws {
        var job = try SampleJob()
        job.link.limitPayments = try job.template("{{limit}}")
        job.link.maxPayments = try job.template("{{number}}")
        let objections = try job.objections(["limit": limit, "number": number])
        #expect(objections == expected)
    }

    @Test(arguments: [("true", ""), ("", "5"), ("false", "5")])
    func theLimitRuleCanBeLifted(_ limit: String, _ number: String) throws {
        var job = try SampleJob()
        job.link.limitPayments = try job.template("{{limit}}")
        job.link.maxPayments = try job.template("{{number}}")
        job.allowed = [.limitPair]
        let objections = try job.objections(["limit": limit, "number": number])
        #expect(objections.isEmpty)
    }

    private static let tax = "00000000-0000-4000-8000-00000000000a"

    /// collectTax, taxId, and who objects.
    private static let taxes: [(String, String, [String])] = [
        ("", "", []), ("true", tax, []), ("false", "", []), ("true", "", ["taxId"]), ("", tax, ["taxId"]),
        ("false", tax, ["taxId"]), ("true", "x", ["taxId"]),
        // One that cannot be read is told once, not again as missing.
        ("maybe", tax, ["collectTax"]),
    ]

    @Test(arguments: taxes)
    func taxIsCollectedForATax(_ collect: String, _ id: String, _ expected: [String]) throws {
        var job = try SampleJob()
        job.link.collectTax = try job.template("{{collect}}")
        job.link.taxID = try job.template("{{id}}")
        let objections = try job.objections(["collect": collect, "id": id])
        #expect(objections == expected)
    }

    @Test func theTaxRuleCanBeLifted() throws {
        var job = try SampleJob()
        job.link.collectTax = try job.template("true")
        job.allowed = [.taxPair]
        let objections = try job.objections()
        #expect(objections.isEmpty)
    }

    @Test(arguments: [
        ("2027-01-15T08:00:01Z", true), ("2027-01-15T08:00:00Z", false), ("2027-01-15T09:00:01+01:00", true),
        ("2027-01-15T08:30:00+01:00", false), ("2020-01-01", false), ("2030-12-31", true), ("", true),
    ])
    func anExpiryIsStillToCome(_ date: String, _ isValid: Bool) throws {
        var job = try SampleJob()
        job.link.expiration = try job.template("{{date}}")
        let problems = try job.problems(["date": date])
        #expect(problems.map(\.subject) == (isValid ? [] : ["expiration_date"]))
        #expect(problems.allSatisfy { $0.hint == "`policy.rules: {pastExpiry: off}` lifts this rule" })
    }

    @Test func aPastExpiryCanBeAllowed() throws {
        var job = try SampleJob()
        job.link.expiration = try job.template("{{date}}")
        job.allowed = [.pastExpiry]
        let pair = try job.planned(["date": "2020-01-01"])
        #expect(pair.canonical.text.hasSuffix(#""expiration_date":"2020-01-01T00:00:00Z"}"#))
    }

    @Test(arguments: ["2026-13-45", "31.12.2030", "tomorrow", "2030-12-31T23:59:59"])
    func whatIsNoDateIsAProblem(_ date: String) throws {
        var job = try SampleJob()
        job.link.expiration = try job.template("{{date}}")
        job.allowed = [.pastExpiry]
        let problems = try job.problems(["date": date])
        #expect(
            problems.map(\.expected) == [
                "a date such as 2026-12-31T23:59:59Z, or a time from the run on such as +14d"
            ])
        #expect(problems.compactMap(\.hint) == ["other forms are read by the filter `date: 'dd.MM.yyyy'`"])
    }

    @Test func emptyCustomFieldsAreLeftOut() throws {
        var job = try SampleJob()
        job.link.customFields = [
            (utf8("brand"), try job.template("{{brand}}")), (utf8("code"), try job.template("{{code}}")),
        ]
        let pair = try job.planned(["brand": " ", "code": "007"])
        #expect(pair.canonical.text.hasSuffix(#""customFields":{"code":"007"}}"#))
    }
}
