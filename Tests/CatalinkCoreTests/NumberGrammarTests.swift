import CatalinkCore
import Testing

struct NumberGrammarTests {
    private func plain(_ text: String, _ grammar: NumberGrammar?) throws -> String {
        try NumberGrammar.plain(utf8(text), grammar).text
    }

    private static let read: [(NumberGrammar?, String, String)] = [
        (nil, "1299.00", "1299.00"), (nil, "12", "12"), (nil, " 12.50\t", "12.50"), (nil, "0.299", "0.299"),
        (nil, "1234.567", "1234.567"), (nil, "-3", "-3"), (nil, ".5", ".5"), (nil, "16.5000", "16.5000"),
        (.point, "1,299.00", "1299.00"), (.point, "1,299", "1299"), (.point, "1.299", "1.299"),
        (.point, "1299.00", "1299.00"), (.point, "1 299.5", "1299.5"), (.point, "1'299.50", "1299.50"),
        (.point, "-1,299.00", "-1299.00"), (.point, "+7", "7"), (.point, "12,345,678.9", "12345678.9"),
        (.comma, "1299,00", "1299.00"), (.comma, "1.299,00", "1299.00"), (.comma, "1.299", "1299"),
        (.comma, "5\u{A0}000,50", "5000.50"), (.comma, "5\u{202F}000,50", "5000.50"),
        (.comma, "5 000,50", "5000.50"),
        (.comma, "26.067,00", "26067.00"), (.comma, "12", "12"), (.comma, ",5", ".5"),
        (.comma, "\u{A0}5,1\u{A0}", "5.1"),
        // Signs, and numbers without a digit on one side.
        (nil, "+7", "7"), (nil, "\u{2212}12.50", "-12.50"), (.comma, "\u{2212}1.299,5", "-1299.5"),
        (nil, "5.", "5"), (.comma, "5,", "5"), (.point, "-.5", "-.5"), (.point, "1,299.", "1299"),
        (nil, "007", "007"),
        // Thousands of every kind.
        (.point, "1\u{2019}299\u{2019}000.50", "1299000.50"), (.comma, "5\u{2009}000,50", "5000.50"),
        (.point, "5\u{202F}000", "5000"), (.comma, "12'345'678,9", "12345678.9"),
        // Digits are kept, all of them.
        (nil, "16.500000", "16.500000"), (.comma, "40,000", "40.000"), (.point, "25.0000", "25.0000"),
        (nil, "12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
        (.comma, "0,123456789012345678901234567890123456", "0.123456789012345678901234567890123456"),
        // Guards of spreadsheets.
        (nil, "'872", "872"), (nil, "'-1", "-1"), (nil, "=\"12.50\"", "12.50"),
        (.comma, "'1.299,00", "1299.00"),
        (.comma, " =\"12,50\" ", "12.50"), (nil, "=\"\"", ""), (nil, "'", ""),
    ]

    @Test(arguments: read)
    func numbersAreReadIntoPlainNotation(_ grammar: NumberGrammar?, _ text: String, _ result: String) throws {
        let plain = try plain(text, grammar)
        #expect(plain == result)
    }

    private static let refused: [(NumberGrammar?, String)] = [
        (nil, "12,50"), (nil, "1,299.00"), (nil, "5 000"), (nil, "12.50 EUR"), (nil, "abc"), (nil, "1e3"),
        (nil, "-"),
        (.point, "12,34"), (.point, "1,2345"), (.point, "1234,567"), (.point, ",123"), (.point, "1,,234"),
        (.point, "1,234 567"), (.point, "1.2.3"), (.point, "1,23,456"), (.point, "1.234,5"), (.point, "- 5"),
        (.point, "12.50 EUR"), (.point, "1,234,"), (.point, "-"), (.point, "."),
        (.comma, "1,299.00"), (.comma, "1.29"), (.comma, "1.2345,0"), (.comma, "1,2,3"), (.comma, "$5,00"),
        (.comma, "5\u{A0}00,50"), (.comma, "5\u{A0}000.000,50"),
        (nil, "1'299"), (.point, "1'299\u{2019}000"), (.point, "1\n299"), (.point, "1\t299"),
        (.point, "1  299"),
        (.comma, "0.299"), (.point, "0,299"), (.point, "012,345"), (.comma, "5.,0"),
        (nil, "--5"), (nil, "+-5"), (nil, "\u{2212}"), (nil, "''5"), (nil, "=12.50"), (nil, "=\"12\"50\""),
        (nil, "５"), (nil, "٥"), (nil, "0x10"), (nil, "1_000"), (nil, "NaN"), (nil, "∞"), (nil, "12.50\0"),
    ]

    private static let reasons: [(NumberGrammar?, String, String)] = [
        (.comma, "4,26E+12", "a spreadsheet has rounded it: export the column as text"),
        (nil, "7.8332E+11", "a spreadsheet has rounded it: export the column as text"),
        (nil, "#N/A", "a spreadsheet's formula has failed there: mend it, then export again"),
        (nil, "1e3", "scientific notation is not read: export the column as text"),
        (nil, "12.5%", "a percentage is no amount"),
        (
            nil, "(12.50)",
            "parentheses mean a negative amount to some: write a minus before it, or take them away"
        ),
        (nil, "12.50-", "a minus stands before its number"),
        (nil, "12.50\u{2212}", "a minus stands before its number"),
        (.comma, "12,-", "a dash for no decimals? take it away with `replace:`"),
        (.point, "1,29,900.00", "groups of two digits? take the commas away: `replace: ',', ''`"),
        (.comma, "12.50", "say `decimal: point`"),
        (.point, "1.299,00", "a decimal comma? say `decimal: comma`"),
        (nil, "1,299.00", "say `decimal: point`"),
        (nil, "5 000", "say `decimal: point` or `decimal: comma`"),
        (nil, "5 000,5", "a decimal comma? say `decimal: comma`"),
        (nil, "12.50 EUR", "a currency stands with it: say `money`, as in {{price | money}}"),
        (.comma, "$12,50", "a currency stands with it: say `money`, as in {{price | money}}"),
    ]

    @Test(arguments: reasons)
    func refusalsSayWhatWouldHelp(_ grammar: NumberGrammar?, _ text: String, _ hint: String) {
        #expect(throws: FilterFailure(expected: "a decimal number", got: "\"\(text)\"", hint: hint)) {
            try plain(text, grammar)
        }
    }

    @Test(arguments: [
        "123456789012345678901234567890123456789", "0.1234567890123456789012345678901234567",
        "1000000000000000000.00000000000000000000",
    ])
    func moreDigitsThanANumberHoldsAreRefused(_ text: String) {
        #expect(
            throws: FilterFailure(
                expected: "a number of at most 38 digits, 36 of them decimals", got: "\"\(text)\"")
        ) { try plain(text, .point) }
    }

    @Test(arguments: refused)
    func malformedNumbersAndGroupsAreRefused(_ grammar: NumberGrammar?, _ text: String) {
        #expect(throws: FilterFailure.self) { try plain(text, grammar) }
    }

    @Test(arguments: ["1.299", "-1.299", "+12.000", "999.999"])
    func aPointThatMayGroupThousandsIsRefused(_ text: String) {
        #expect(
            throws: FilterFailure(
                expected: "a decimal number", got: "\"\(text)\"",
                hint:
                    "the point may group thousands or begin decimals; say `decimal: point` or `decimal: comma`"
            )
        ) { try plain(text, nil) }
    }

    @Test(arguments: ["1,299", "-1,299", "999,999"])
    func aCommaThatMayGroupThousandsIsRefused(_ text: String) {
        #expect(
            throws: FilterFailure(
                expected: "a decimal number", got: "\"\(text)\"",
                hint:
                    "the comma may group thousands or begin decimals; say `decimal: point` or `decimal: comma`"
            )
        ) { try plain(text, nil) }
    }

    @Test func aDecimalCommaIsGuessedInTheHint() {
        #expect(
            throws: FilterFailure(
                expected: "a decimal number", got: "\"12,50\"", hint: "a decimal comma? say `decimal: comma`")
        ) { try plain("12,50", nil) }
    }

    @Test func aUnitBehindTheNumberIsTold() {
        #expect(
            throws: FilterFailure(
                expected: "a decimal number", got: "\"12.50 each\"",
                hint: "take the number alone, as in {{price | before: ' ' | decimal}}")
        ) { try plain("12.50 each", nil) }
    }

    @Test(arguments: ["", " ", "\t\n", "\u{A0}"], [nil, NumberGrammar.point, NumberGrammar.comma])
    func nothingStaysNothing(_ text: String, _ grammar: NumberGrammar?) throws {
        let plain = try plain(text, grammar)
        #expect(plain.isEmpty)
    }
}
