@testable import CatalinkCore
import CatalinkTestSupport
import Testing

struct ConditionTests {
    private static let one = FixedDecimal(coefficient: 1, scale: 0)
    private static let ten = FixedDecimal(coefficient: 100, scale: 1)

    private static let answers: [(Predicate, String, Bool)] = [
        (.equals(utf8("red")), "red", true), (.equals(utf8("red")), "  red\t", true),
        (.equals(utf8("red")), "Red", false), (.equals(utf8("red")), "reddish", false),
        (.equals([]), " ", true),
        (.isOneOf([utf8("a"), utf8("b")]), " b ", true), (.isOneOf([utf8("a"), utf8("b")]), "ab", false),
        (.isOneOf([]), "a", false),
        (.matchesOne(of: [utf8("0"), utf8("-*")]), "-3", true),
        (.matchesOne(of: [utf8("0"), utf8("-*")]), "03", false),
        (.matchesOne(of: []), "", false),
        (.matches(utf8("SKU-*")), " SKU-17 ", true), (.matches(utf8("SKU-*")), "sku-17", false),
        (.between(minimum: one, maximum: ten), "1", true),
        (.between(minimum: one, maximum: ten), "10.00", true),
        (.between(minimum: one, maximum: ten), "0.99", false),
        (.between(minimum: one, maximum: ten), "10.01", false),
        (.between(minimum: one, maximum: nil), "1000000", true),
        (.between(minimum: nil, maximum: ten), "-5", true),
        (.between(minimum: nil, maximum: ten), "11", false),
        (.inside(above: one, below: ten), "1", false), (.inside(above: one, below: ten), "10", false),
        (.inside(above: one, below: ten), " 1.01 ", true), (.inside(above: one, below: nil), "11", true),
        (.inside(above: nil, below: ten), "9.99", true), (.inside(above: nil, below: ten), "10", false),
        (.isEmpty(true), " \t", true), (.isEmpty(true), "x", false), (.isEmpty(false), "x", true),
        (.isEmpty(false), "", false),
        (.not(.equals(utf8("red"))), "blue", true), (.not(.equals(utf8("red"))), "red", false),
        (.not(.not(.isEmpty(true))), "", true),
        (.all([]), "x", true), (.all([.isEmpty(false), .between(minimum: one, maximum: nil)]), "5", true),
        (.all([.isEmpty(false), .between(minimum: one, maximum: nil)]), "0", false),
        // The earlier test keeps the range from being asked of nothing.
        (.all([.isEmpty(false), .between(minimum: one, maximum: nil)]), "", false),
    ]

    private static let words: [(Predicate, String)] = [
        (.equals(utf8("active")), "is not \"active\""),
        (.isOneOf([utf8("a"), utf8("b")]), "is not one of \"a\", \"b\""),
        (.matches(utf8("SKU-*")), "is not like \"SKU-*\""),
        (.matchesOne(of: [utf8("a*"), utf8("b")]), "is not like any of \"a*\", \"b\""),
        (.not(.matchesOne(of: [utf8("a*"), utf8("b")])), "is like one of \"a*\", \"b\""),
        (.between(minimum: one, maximum: ten), "is below 1 or above 10"),
        (.inside(above: one, below: nil), "is not above 1"),
        (.isEmpty(false), "is empty"), (.isEmpty(true), "is not empty"),
        (.not(.equals(utf8("red"))), "is \"red\""), (.not(.isEmpty(true)), "is empty"),
        (.all([.isEmpty(false), .not(.matches(utf8("x*")))]), "is empty or is like \"x*\""),
    ]

    @Test(arguments: words)
    func aPredicateSaysWhyAValueFails(_ predicate: Predicate, _ text: String) {
        #expect(predicate.failing == text)
    }

    @Test func theFirstTestThatFailsIsTold() throws {
        let tests = [Predicate.isEmpty(false), .equals(utf8("red")), .equals(utf8("blue"))].map {
            Condition.Test(subject: .column(0), predicate: $0, place: JobPlace(line: 1, column: 1))
        }
        let batch = makeBatch(columns: ["colour"], rows: [["red"]])
        let (slots, none) = ([0], [UInt8]())
        let row = RowView(batch, record: 0, slots: slots, segment: none.span, key: none.span)
        let failing = try Condition(tests: tests).firstFailing(for: row)
        #expect(failing == 2)
    }

    @Test(arguments: answers)
    func predicatesAnswer(_ predicate: Predicate, _ text: String, _ answer: Bool) throws {
        let value = utf8(text)
        let holds = try predicate.holds(for: value.span)
        #expect(holds == answer)
    }

    @Test(arguments: ["abc", "", "12,50", "5 EUR"])
    func aRangeOfWhatIsNoNumberIsAProblem(_ text: String) throws {
        let row = SampleRow(["stock": text])
        let test = Condition.Test(
            subject: .column(0), predicate: .between(minimum: Self.one, maximum: nil),
            place: JobPlace(line: 4, column: 9))
        let error = #expect(throws: Condition.TestFailure.self) {
            try row.satisfies(Condition(tests: [test]))
        }
        #expect(error?.failure.expected == "a number to compare with a range")
        #expect(error?.failure.got == "\"\(text)\"")
        #expect(error?.test.place == JobPlace(line: 4, column: 9))
        #expect(error?.test.subject == Subject.column(0))
    }

    @Test func aComparisonBeyondTheRangeIsAProblem() {
        let row = SampleRow(["stock": "99999999999999999999999999999999999999"])
        let limit = FixedDecimal(coefficient: 1, scale: 3)
        let test = Condition.Test(
            subject: .column(0), predicate: .inside(above: limit, below: nil), place: SampleRow.place)
        #expect(throws: Condition.TestFailure.self) { try row.satisfies(Condition(tests: [test])) }
    }

    private func test(_ subject: Subject, _ text: String) -> Condition.Test {
        Condition.Test(subject: subject, predicate: .equals(utf8(text)), place: SampleRow.place)
    }

    @Test func allTestsMustHold() throws {
        let row = SampleRow(["status": "active", "stock": "5"], segment: "premium", key: "A-1")
        let held = Condition(tests: [
            test(.column(0), "active"), test(.column(1), "5"), test(.segment, "premium"), test(.key, "A-1"),
        ])
        let failed = Condition(tests: [test(.column(0), "active"), test(.segment, "standard")])
        let allHold = try row.satisfies(held)
        let oneFails = try row.satisfies(failed)
        let nothingAsked = try row.satisfies(Condition(tests: []))
        #expect(allHold)
        #expect(!oneFails)
        #expect(nothingAsked)
    }
}
