import CatalinkCore
import Testing

struct FilterTests {
    private func filtered(_ value: String, _ filters: String) throws -> String {
        try SampleRow(["value": value]).text("{{value | \(filters)}}")
    }

    /// Filters, a value, and what they make of it.
    private static let table: [(String, String, String)] = [
        ("trim", " \t a b \r\n", "a b"), ("trim", "\u{A0} a \u{A0}", "a"), ("trim", "\u{A0}", ""),
        ("lower", "Tin MUG", "tin mug"), ("lower", "ÀÉ", "àé"),
        ("upper", "Tin mug", "TIN MUG"), ("upper", "straße", "STRASSE"),
        ("truncate: 5", "abcdefgh", "abcde"), ("truncate: 6", "hello world", "hello"),
        ("truncate: 3", "abc", "abc"),
        ("truncate: 100", "abc", "abc"), ("truncate: 3", "äöüß", "äöü"), ("truncate: 1", "", ""),
        ("replace: 'a', 'b'", "banana", "bbnbnb"), ("replace: 'na', ''", "banana", "ba"),
        ("replace: 'aa', 'a'", "aaa", "aa"), ("replace: 'x', 'y'", "banana", "banana"),
        ("default: 'none'", "", "none"), ("default: 'none'", " \t", "none"), ("default: 'none'", "x", "x"),
        ("split: '|' | first", "a|b|c", "a"), ("split: '|' | last", "a|b|c", "c"),
        ("split: '|' | first", "", ""),
        ("split: ', ' | first", "EUR 5", "EUR 5"), ("split: '|' | first", "|b", ""),
        ("split: '|' | join: '-'", "a||b", "a-b"), ("split: '|' | upper | join: ' '", "a|b", "A B"),
        ("split: '|' | trim | last", "a | b ", "b"), ("split: '--' | join: '+'", "a--b---c", "a+b+-c"),
        ("first", "abc", "abc"), ("last", "abc", "abc"), ("join: '-'", "abc", "abc"),
        ("decimal", "12.50", "12.50"), ("decimal: comma", "1.299,00", "1299.00"),
        ("decimal: point", "1,299.00", "1299.00"), ("split: ' ' | first | decimal", "149.00 EUR", "149.00"),
        ("date: 'dd.MM.yyyy'", "31.12.2026", "2026-12-31T00:00:00Z"),
        ("date: 'd.M.yyyy'", "1.2.2026", "2026-02-01T00:00:00Z"),
        ("date: 'MM/dd/yy HH:mm'", " 04/18/16 16:46 ", "2016-04-18T16:46:00Z"),
        ("date: 'dd.MM.yyyy'", " ", ""),
        ("text | truncate: 4", "<p>Two</p><p>lines</p>", "Two"),
        ("trim | lower | replace: ' ', '-'", "  Tin Mug ", "tin-mug"),
    ]

    @Test(arguments: table)
    func filtersChangeTheirValue(_ filters: String, _ value: String, _ result: String) throws {
        let text = try filtered(value, filters)
        #expect(text == result)
    }

    @Test(arguments: 1...14)
    func truncateCutsNoCharacterInTwo(_ length: Int) throws {
        let family = "👨‍👩‍👧‍👦"
        let text = try filtered("ab\(family)c", "truncate: \(length)")
        switch length {
        case 1: #expect(text == "a")
        case 2...12: #expect(text == "ab")
        case 13: #expect(text == "ab\(family)")
        default: #expect(text == "ab\(family)c")
        }
    }

    @Test func aDateOfAnotherFormIsAProblem() {
        #expect(throws: FilterFailure(expected: "a date like dd.MM.yyyy", got: "\"2026-12-31\"")) {
            try filtered("2026-12-31", "date: 'dd.MM.yyyy'")
        }
    }

    @Test func aPartThatIsNoNumberIsAProblem() {
        #expect(throws: FilterFailure.self) { try filtered("1|x", "split: '|' | decimal | first") }
    }

    private static let mistakes: [(String, [String], String)] = [
        ("truncate", ["0"], "a length of at least 1 for `truncate`"),
        ("truncate", ["x"], "a length of at least 1 for `truncate`"),
        ("replace", ["", "x"], "some text to look for in `replace`"),
        ("split", [""], "a separator for `split`"),
        ("decimal", ["dot"], "`decimal: point` or `decimal: comma`"),
        ("decimal", ["point", "comma"], "`decimal: point|comma`"),
        ("date", ["HH:mm"], "a pattern with y, M and d for `date`, such as 'dd.MM.yyyy'"),
        ("slug", ["x"], "`slug`"),
        ("join", [], "`join: 'separator'`"),
        ("Trim", [], "a filter"),
    ]

    @Test(arguments: mistakes)
    func argumentsAreCheckedBeforeAnyRow(_ name: String, _ arguments: [String], _ expected: String) {
        let error = #expect(throws: TemplateError.self) { try Filter(name: name, arguments: arguments) }
        #expect(error?.expected == expected)
    }

    @Test func everyNamedFilterIsKnown() throws {
        let arguments: [String: [String]] = [
            "truncate": ["5"], "replace": ["a", "b"], "default": ["x"], "split": [","], "join": [","],
            "date": ["yyyy-MM-dd"],
        ]
        for name in Filter.names {
            #expect(throws: Never.self) { try Filter(name: name, arguments: arguments[name] ?? []) }
        }
    }
}
