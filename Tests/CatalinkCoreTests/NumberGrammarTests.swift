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
    ]

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

    @Test func aDecimalCommaIsGuessedInTheHint() {
        #expect(
            throws: FilterFailure(
                expected: "a decimal number", got: "\"12,50\"", hint: "a decimal comma? say `decimal: comma`")
        ) { try plain("12,50", nil) }
    }

    @Test func aUnitBehindTheNumberIsTold() {
        #expect(
            throws: FilterFailure(
                expected: "a decimal number", got: "\"12.50 EUR\"",
                hint: "take the number alone, as in {{price | split: ' ' | first | decimal}}")
        ) { try plain("12.50 EUR", nil) }
    }

    @Test(arguments: ["", " ", "\t\n", "\u{A0}"], [nil, NumberGrammar.point, NumberGrammar.comma])
    func nothingStaysNothing(_ text: String, _ grammar: NumberGrammar?) throws {
        let plain = try plain(text, grammar)
        #expect(plain.isEmpty)
    }
}
