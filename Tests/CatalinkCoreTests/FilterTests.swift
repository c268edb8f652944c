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
        ("date: 'dd.MM.yyyy'", "31.12.2026", "2026-12-31"),
        ("date: 'd.M.yyyy'", "1.2.2026", "2026-02-01"),
        ("date: 'MM/dd/yy HH:mm'", " 04/18/16 16:46 ", "2016-04-18T16:46:00Z"),
        ("date: 'dd.MM.yyyy'", " ", ""),
        ("date: 'dd.MM.yyyy', 'yyyy-MM-dd'", "31.12.2026", "2026-12-31"),
        ("date: 'dd.MM.yyyy', 'yyyy-MM-dd'", "2026-12-31", "2026-12-31"),
        ("date: 'd/M/yy', 'M/d/yy'", "1/2/26", "2026-02-01"),
        ("before: ' '", "149.00 EUR", "149.00"), ("before: '||'", "a|b||c||d", "a|b"),
        ("before: 'x'", "abc", "abc"),
        ("before: 'abcd'", "abc", "abc"), ("before: 'a'", "abc", ""), ("after: ': '", "Size: L: 5", "L: 5"),
        ("after: 'x'", "abc", ""), ("after: 'c'", "abc", ""), ("after: 'é'", "café au lait", " au lait"),
        ("split: '|' | nth: 2", "a|b|c", "b"), ("split: '|' | nth: 4", "a|b|c", ""), ("nth: 1", "abc", "abc"),
        ("nth: 2", "abc", ""), ("split: '|' | compact | first", "| |b|c", "b"), ("compact", "abc", "abc"),
        ("map: 'in stock=yes', 'out of stock = no'", " in stock ", "yes"),
        ("map: 'in stock=yes', 'out of stock = no'", "out of stock", "no"), ("map: 'a=b=c'", "a", "b=c"),
        ("map: 'a=b', '*=x'", "c", "x"), ("map: 'a=b', '*=x'", "", "x"), ("map: 'a=b'", " ", ""),
        ("map: '=none', 'a=b'", "", "none"), ("map: 'a='", "a", ""),
        ("split: '|' | map: 'a=1', 'b=2'", "b|a", "2, 1"),
        ("whole", "12", "12"), ("whole", "12.00", "12"), ("whole", "12,0", "12"), ("whole", " 12. ", "12"),
        ("whole", "12.0000", "12"), ("whole", "1234.000", "1234"), ("whole", "0.000", "0"),
        ("whole", "-0", "0"), ("whole", "-012", "-12"), ("whole", "'12", "12"), ("whole", "", ""),
        ("unguard", "'8720892119308", "8720892119308"), ("unguard", "=\"0123\"", "0123"),
        ("unguard", "'-1", "-1"),
        ("unguard", "'+x", "+x"), ("unguard", "'=x", "=x"), ("unguard", "'@x", "@x"),
        ("unguard", "'12,50", "12,50"),
        ("unguard", "=\"say \"\"hi\"\"\"", "say \"hi\""), ("unguard", "=\"\"", ""),
        ("unguard", "'90s T-shirt", "'90s T-shirt"), ("unguard", "'n Sync", "'n Sync"),
        ("unguard", "=A1", "=A1"),
        ("unguard", "=\"a\"&\"b\"", "=\"a\"&\"b\""), ("unguard", " 'tis ", " 'tis "), ("unguard", "'", "'"),
        ("money: EUR", "149.00 EUR", "149.00"), ("money: comma, EUR", "1.299,00 €", "1299.00"),
        ("money: minor", "EUR 34375", "343.75"), ("currency", "149.00 EUR", "EUR"),
        ("currency: USD", "$5", "USD"),
        ("minor: 2", "34375", "343.75"), ("minor: jpy", "34375", "34375"), ("minor: KWD", "1", "0.001"),
        ("nanos", "990000000", ".99"),
        ("prefix: '-'", "a", "-a"), ("prefix: '-'", "", ""), ("slug | prefix: '_'", "?!", ""),
        // The first digits of a SHA-256 where letters would fall away.
        ("slug: any", "Größe 5 – blau", "grosse-5-blau"), ("slug: any", "красный", "a8683e3b"),
        ("slug: any", " красный ", "a8683e3b"), ("slug: any", "L красный", "l-8c943726"),
        ("slug: any", "", ""),
        ("slug", "красный", ""),
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

    @Test func everyPatternIsNamedWhenNoneFits() {
        #expect(throws: FilterFailure(expected: "a date like d.M.yy or yyyy-M-d", got: "\"1/2/26\"")) {
            try filtered("1/2/26", "date: 'd.M.yy', 'yyyy-M-d'")
        }
    }

    @Test func aValueThatIsNotListedIsAProblem() {
        #expect(
            throws: FilterFailure(
                expected: "\"in stock\", \"sold out\"", got: "\"In Stock\"",
                hint: "did you mean \"in stock\"?")
        ) { try filtered("In Stock", "map: 'in stock=yes', 'sold out=no'") }
    }

    @Test(arguments: ["12.5", "1,299", "1 299", "12.0.0", "12.0,0", ".0", "x", "4,26E+12", "12 pcs", "-"])
    func numbersOfThingsAreWhole(_ text: String) {
        let failure = #expect(throws: FilterFailure.self) { try filtered(text, "whole") }
        #expect(failure?.expected == "a whole number")
    }

    @Test(arguments: [("1,000", "comma"), ("12.000", "point"), ("-999.000", "point")])
    func threeDecimalsOfAWholeNumberMayBeAGroup(_ text: String, _ mark: String) {
        let hint =
            "the \(mark) may group thousands or begin decimals; take it away with `replace:`, or the decimals with "
            + "`before:`"
        #expect(throws: FilterFailure(expected: "a whole number", got: text.quoted, hint: hint)) {
            try filtered(text, "whole")
        }
    }

    /// Filters, a value, and what is told of it.
    private static let made: [(String, String, String)] = [
        ("replace: 'x', '' | decimal", "12,5x", "\"12,5\" (made of \"12,5x\")"),
        ("trim | decimal", " 12,5 ", "\"12,5\""), ("decimal", "12,5", "\"12,5\""),
        ("split: '|' | last | decimal", "1|x", "\"x\" (made of \"1|x\")"),
        ("split: '|' | decimal", "1|x", "\"x\" (made of \"1|x\")"),
    ]

    @Test(arguments: made)
    func whatAFilterMadeIsToldWithItsCell(_ filters: String, _ value: String, _ got: String) {
        let failure = #expect(throws: FilterFailure.self) { try filtered(value, filters) }
        #expect(failure?.got == got)
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
        ("slug", ["x"], "`slug` or `slug: any`"), ("slug", ["any", "x"], "`slug: any`"),
        ("prefix", [""], "some text to put before for `prefix`"), ("prefix", [], "`prefix: 'text'`"),
        ("join", [], "`join: 'separator'`"),
        ("Trim", [], "a filter"),
        (
            "date", ["yyyy-MM-DD d"],
            "a pattern of y, M, d, H, m, s and marks between them for `date`"
        ),
        ("date", ["dd.MM.yyyy", "HH:mm"], "a pattern with y, M and d for `date`, such as 'dd.MM.yyyy'"),
        ("date", [], "`date: 'dd.MM.yyyy'`"),
        ("before", [""], "some text to look for in `before`"), ("after", [], "`after: 'text'`"),
        ("nth", ["0"], "a number of at least 1 for `nth`"), ("compact", ["x"], "`compact`"),
        ("map", [], "`map: 'old=new', 'old=new'`"), ("map", ["a"], "`map: 'old=new'`"),
        ("map", ["a=1", "a=2"], "each value of `map` once"),
        ("map", ["*=1", "*=2"], "each value of `map` once"),
        ("money", ["point", "comma"], "one of `comma`, `point` and `minor` for `money`"),
        ("money", ["EURO"], "a currency code, `comma`, `point` or `minor` for `money`"),
        ("currency", ["dollar"], "a currency code for `currency`"),
        ("minor", ["7"], "0 to 6 digits, or a currency code, for `minor`"),
        ("minor", ["-1"], "0 to 6 digits, or a currency code, for `minor`"),
        ("minor", ["USDC"], "0 to 6 digits, or a currency code, for `minor`"),
        ("minor", [], "`minor: DIGITS`"),
        ("nanos", ["9"], "`nanos`"), ("whole", ["9"], "`whole`"), ("unguard", ["9"], "`unguard`"),
    ]

    @Test(arguments: mistakes)
    func argumentsAreCheckedBeforeAnyRow(_ name: String, _ arguments: [String], _ expected: String) {
        let error = #expect(throws: TemplateError.self) { try Filter(name: name, arguments: arguments) }
        #expect(error?.expected == expected)
    }

    private static let hints: [(String, [String], String?)] = [
        ("money", ["EURO"], "did you mean \"EUR\"?"), ("money", ["coma"], "did you mean \"comma\"?"),
        ("money", ["€"], "did you mean \"EUR\"?"), ("currency", ["UDS"], "did you mean \"USD\"?"),
        ("currency", ["dollars"], nil), ("minor", ["USDC"], "say the number of digits of its minor unit"),
        ("moneys", [], "did you mean \"money\"?"),
    ]

    @Test(arguments: hints)
    func whatWasProbablyMeantIsNamed(_ name: String, _ arguments: [String], _ hint: String?) {
        let error = #expect(throws: TemplateError.self) { try Filter(name: name, arguments: arguments) }
        #expect(error?.hint == hint)
    }

    @Test func everyNamedFilterIsKnown() throws {
        let arguments: [String: [String]] = [
            "truncate": ["5"], "replace": ["a", "b"], "default": ["x"], "split": [","], "join": [","],
            "date": ["yyyy-MM-dd"], "before": ["x"], "after": ["x"], "nth": ["1"], "map": ["a=b"],
            "minor": ["2"], "prefix": ["x"], "lookup": ["list"],
        ]
        let tables = ["list": LookupTable(name: "list", entries: [:], other: nil, maxAge: nil)]
        for name in Filter.names {
            #expect(throws: Never.self) {
                try Filter(name: name, arguments: arguments[name] ?? [], tables: tables)
            }
        }
    }
}
