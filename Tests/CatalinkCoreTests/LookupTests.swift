import CatalinkCore
import Testing

struct LookupTests {
    /// The day of the sample's run is 2027-01-15.
    private func job(_ table: LookupTable) throws -> SampleJob {
        var job = try SampleJob()
        job.names.tables[table.name] = table
        job.link.paymentForID = try job.template("{{code | lookup: \(table.name)}}")
        return job
    }

    private func table(
        _ entries: [String: String], other: String? = nil, date: String? = nil, maxAge: Duration? = nil
    ) throws -> LookupTable {
        var made: [[UInt8]: LookupTable.Entry] = [:]
        for (key, value) in entries {
            made[utf8(key)] = LookupTable.Entry(
                value: utf8(value), date: date.flatMap { TimeFormat.iso8601(utf8($0)) })
        }
        return LookupTable(name: "codes", entries: made, other: other.map(utf8), maxAge: maxAge)
    }

    @Test(arguments: ["A-7", "  A-7 "])
    func aValueBecomesItsEntry(_ code: String) throws {
        let pair = try job(table(["A-7": "seven"])).planned(["code": code])
        #expect(pair.canonical.text.hasSuffix(#""paymentForId":"seven"}"#))
    }

    @Test func aValueThatIsNotListedIsAProblemWithTheNearest() throws {
        let problems = try job(table(["Books": "1", "Toys": "2"])).problems(["code": "Bocks"])
        #expect(
            problems.map(\.explanation) == [
                #"paymentForId: expected an entry of the table codes, got: "Bocks" (did you mean "Books"?)"#
            ])
    }

    @Test(arguments: [("other", "rest"), ("", "rest")])
    func theDefaultIsForAllOthers(_ code: String, _ expected: String) throws {
        let pair = try job(table(["A": "1"], other: "rest")).planned(["code": code])
        #expect(pair.canonical.text.hasSuffix("\"paymentForId\":\"\(expected)\"}"))
    }

    @Test func nothingStaysNothingWithoutADefault() throws {
        let pair = try job(table(["A": "1"])).planned(["code": " "])
        #expect(!pair.canonical.text.contains("paymentForId"))
    }

    @Test(arguments: [("2027-01-08T08:00:00Z", true), ("2027-01-08T07:59:59Z", false)])
    func anEntryMayBeTooOld(_ date: String, _ isGood: Bool) throws {
        let job = try job(table(["EUR": "1.08"], date: date, maxAge: .seconds(7 * 86_400)))
        let problems = try job.problems(["code": "EUR"])
        #expect(
            problems.map(\.explanation)
                == (isGood
                    ? []
                    : [
                        "paymentForId: expected an entry of the table codes that is at most 7d old, got: one of "
                            + "2027-01-08 for \"EUR\" (bring the table up to date, or raise its `maxAge:`)"
                    ]))
    }

    @Test func anUnknownTableIsNamedWithTheNearest() throws {
        var job = try SampleJob()
        job.names.tables["rates"] = try table([:])
        let error = #expect(throws: TemplateError.self) { try job.template("{{code | lookup: rate}}") }
        #expect(
            error
                == TemplateError(
                    expected: "one of the job's `tables:`", got: "\"rate\"", hint: "did you mean \"rates\"?"))
    }

    @Test func eachPartOfAListIsLookedUp() throws {
        var job = try SampleJob()
        job.names.tables["codes"] = try table(["a": "1", "b": "2"])
        job.link.paymentForID = try job.template("{{code | split: ';' | lookup: codes | join: '+'}}")
        let pair = try job.planned(["code": "b;a"])
        #expect(pair.canonical.text.hasSuffix(#""paymentForId":"2+1"}"#))
    }
}

struct NamedValueTests {
    @Test func aFieldIsUsedLikeAColumnAndMayBeFiltered() throws {
        var job = try SampleJob()
        job.names.fields["full"] = try job.template("{{brand}} {{title}}")
        job.link.title = try job.template("{{full}}!")
        job.link.url = try job.template("{{full | slug}}")
        let pair = try job.planned(["brand": "Acme", "title": "Tin Mug"])
        #expect(pair.canonical.text.hasPrefix(#"{"title":"Acme Tin Mug!","url":"acme-tin-mug","#))
    }

    @Test func aFieldThatIsAListStaysOne() throws {
        var job = try SampleJob()
        job.names.fields["parts"] = try job.template("{{code | split: ';'}}")
        job.link.paymentForID = try job.template("{{parts | last}}")
        let pair = try job.planned(["code": "x;y"])
        #expect(pair.canonical.text.hasSuffix(#""paymentForId":"y"}"#))
    }

    @Test func aFailureIsToldAtTheFieldsColumn() throws {
        var job = try SampleJob()
        job.names.fields["net"] = try job.template("{{price | decimal}}")
        job.link.paymentForID = try job.template("{{net}}")
        let problems = try job.problems(["price": "much"])
        #expect(problems.map(\.location.field) == ["price"])
        #expect(problems.map(\.subject) == ["paymentForId"])
    }
}

struct ProductListTests {
    private static let first = "00000000-0000-4000-8000-000000000001"
    private static let second = "00000000-0000-4000-8000-000000000002"

    private func job() throws -> SampleJob {
        var job = try SampleJob()
        let each = try job.template("{{parts | split: ';'}}")
        job.names.hasEach = true
        job.link.products = [
            LinkMapping.Product(
                each: each, productID: try job.template("{{each | before: ':'}}"),
                quantity: try job.template("{{each | after: ':' | default: 1}}"))
        ]
        return job
    }

    @Test func everyValueOfAListIsAProduct() throws {
        let pair = try job().planned(["parts": "\(Self.first):3; ;\(Self.second)"])
        #expect(
            pair.canonical.text.contains(
                """
                "paymentLinkProducts":[{"productId":"\(Self.first)","quantity":3},\
                {"productId":"\(Self.second)","quantity":1}]
                """))
    }

    @Test func anEmptyListIsNoProduct() throws {
        let pair = try job().planned(["parts": ""])
        #expect(!pair.canonical.text.contains("paymentLinkProducts"))
    }

    @Test func aValueThatIsNoProductIsAProblem() throws {
        let problems = try job().problems(["parts": "\(Self.first);x:2"])
        #expect(problems.map(\.explanation) == [#"paymentLinkProducts: expected a UUID, got: "x""#])
    }
}

struct RelativeExpiryTests {
    private func pair(_ expiry: String, now: String) throws -> PlannedPair {
        var job = try SampleJob()
        job.now = try #require(TimeFormat.iso8601(utf8(now)))
        job.link.expiration = try job.template("{{until}}")
        return try job.planned(["until": expiry])
    }

    @Test(arguments: [
        ("+14d", "2027-01-29T23:59:59Z"), ("+2w", "2027-01-29T23:59:59Z"), ("+36h", "2027-01-16T20:00:01Z"),
    ])
    func aTimeFromTheRunOnBecomesAMoment(_ expiry: String, _ expected: String) throws {
        let pair = try pair(expiry, now: "2027-01-15T08:00:01Z")
        #expect(pair.canonical.text.hasSuffix("\"expiration_date\":\"\(expected)\"}"))
    }

    @Test func theNextNightTheRowIsUnchanged() throws {
        let first = try pair("+14d", now: "2027-01-15T08:00:00Z")
        let second = try pair("+14d", now: "2027-01-16T08:00:00Z")
        #expect(first.canonical != second.canonical)
        #expect(first.fingerprint == second.fingerprint)
        let other = try pair("+15d", now: "2027-01-15T08:00:00Z")
        #expect(other.fingerprint != first.fingerprint)
        let fixed = try pair("2027-01-29T23:59:59Z", now: "2027-01-15T08:00:00Z")
        #expect(fixed.fingerprint != first.fingerprint)
    }

    @Test(arguments: ["+", "+0d", "+soon", "+11y", "+99999d", "-3d"])
    func otherTimesAreAProblem(_ expiry: String) throws {
        var job = try SampleJob()
        job.link.expiration = try job.template("{{until}}")
        let problems = try job.problems(["until": expiry])
        #expect(problems.count == 1)
        #expect(problems.allSatisfy { $0.got == "\"\(expiry)\"" })
    }
}
