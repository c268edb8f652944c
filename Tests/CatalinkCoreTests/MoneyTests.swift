import CatalinkCore
import Testing

struct MoneyTests {
    private func filtered(_ value: String, _ filters: String) throws -> String {
        try SampleRow(["value": value]).text("{{value | \(filters)}}")
    }

    /// Filter, text, amount.
    private static let read: [(String, String, String)] = [
        ("money", "129900.00 TRY", "129900.00"), ("money", "1.80 USD", "1.80"), ("money", "99 USD", "99"),
        ("money", "352 AED", "352"), ("money", "AED 15", "15"), ("money", "$25.00", "25.00"),
        ("money", "€149.00", "149.00"), ("money", "EUR 34.50", "34.50"), ("money", "US$ 5", "5"),
        ("money", "CA$5", "5"), ("money", "5000 JPY", "5000"), ("money", "12.50usd", "12.50"),
        ("money", "149.00\u{A0}eur", "149.00"), ("money", "$25.00 USD", "25.00"), ("money", "", ""),
        ("money", " \u{202F}", ""), ("money", "12.50 USDC", "12.50"), ("money", "kr.500", "500"),
        ("money", "Rs.500", "500"), ("money", "500 руб.", "500"), ("money", "руб.500", "500"),
        ("money", "16.500000 EUR", "16.500000"),
        ("money", "-$5", "-5"), ("money", "$-5", "-5"), ("money", "EUR \u{2212}5.00", "-5.00"),
        ("money", "$.50", ".50"), ("money", "'$25.00", "25.00"), ("money", "=\"€5\"", "5"),
        ("money", "5. EUR", "5"),
        ("money: point", "£4,250.00", "4250.00"), ("money: point", "$1,299.00", "1299.00"),
        ("money: comma", "149,00 €", "149.00"), ("money: comma", "1 719 RUB", "1719"),
        ("money: comma", "1\u{A0}719 RUB", "1719"), ("money: comma", "1.299,00\u{202F}zł", "1299.00"),
        ("money: point", "CHF 1\u{2019}299.50", "1299.50"),
        ("money: EUR", "12.50", "12.50"), ("money: eur", "12.50 EUR", "12.50"), ("money: EUR", "€5", "5"),
        ("money: EUR, USD", "$5", "5"), ("money: USD, CAD", "$5", "5"), ("money: CAD", "CA$5", "5"),
        ("money: CAD", "$25.00 CAD", "25.00"), ("money: SEK", "500 kr", "500"), ("money: CNY", "¥5", "5"),
        ("money: RUB", "5 RUR", "5"), ("money: RUR", "5 RUB", "5"),
        ("money: comma, EUR", "1.299,00 €", "1299.00"), ("money: EUR, comma", "1.299,00 €", "1299.00"),
        ("money: minor", "EUR 34375", "343.75"), ("money: minor", "250 JPY", "250"),
        ("money: KWD, minor", "12500", "12.500"), ("money: USD, minor", "$5", "0.05"),
        ("money: minor, EUR", "-5 EUR", "-0.05"),
    ]

    @Test(arguments: read)
    func amountsAreReadWithTheirCurrencyAround(_ filter: String, _ text: String, _ amount: String) throws {
        let plain = try filtered(text, filter)
        #expect(plain == amount)
    }

    /// Filter, text, what was expected, hint.
    private static let refused: [(String, String, String, String?)] = [
        ("money: EUR", "12.00 USD", "a price in EUR", nil),
        ("money: EUR, GBP", "$5", "a price in EUR or GBP", nil),
        (
            "money: CAD", "$5", "a price in CAD",
            "its sign may mean USD, CAD, AUD, NZD …: replace it with the code that is meant"
        ),
        (
            "money: SEK, NOK", "5 kr", "a price in SEK or NOK",
            "its sign may mean SEK, NOK, DKK, ISK: replace it with the code that is meant"
        ),
        (
            "money: comma", "1 719 RUB за пара", "a price such as 149.00 EUR",
            "behind the currency stands \"за пара\": take it away with `before:` or `replace:`"
        ),
        (
            "money", "5 EUR/kg", "a price such as 149.00 EUR",
            "take the price alone with `before:`, `after:` or `replace:`"
        ),
        (
            "money", "ab 5 EUR", "a price such as 149.00 EUR",
            "take the price alone with `before:`, `after:` or `replace:`"
        ),
        (
            "money", "12 pcs", "a price such as 149.00 EUR",
            "take the price alone with `before:`, `after:` or `replace:`"
        ),
        (
            "money", "DE-EUR 2640#store", "a price such as 149.00 EUR",
            "take the price alone with `before:`, `after:` or `replace:`"
        ),
        (
            "money", "€5 USD", "a price such as 149.00 EUR",
            "take the price alone with `before:`, `after:` or `replace:`"
        ),
        (
            "money", "512 GBp", "a price such as 149.00 EUR",
            "GBp are hundredths of GBP: `replace: 'GBp', 'GBP' | money: minor` reads whole ones"
        ),
        (
            "money: GBP", "GBX 512", "a price in GBP",
            "GBX are hundredths of GBP: `replace: 'GBX', 'GBP' | money: minor` reads whole ones"
        ),
        (
            "money", "512 ZAc", "a price such as 149.00 EUR",
            "ZAc are hundredths of ZAR: `replace: 'ZAc', 'ZAR' | money: minor` reads whole ones"
        ),
        (
            "money", "512 ILA", "a price such as 149.00 EUR",
            "ILA are hundredths of ILS: `replace: 'ILA', 'ILS' | money: minor` reads whole ones"
        ),
        ("money", "EUR", "a price such as 149.00 EUR", nil),
        ("money", "free", "a price such as 149.00 EUR", nil),
        ("money", "149,00 €", "a decimal number", "a decimal comma? say `money: comma`"),
        ("money", "£4,250.00", "a decimal number", "say `money: point`"),
        (
            "money", "1.299 EUR", "a decimal number",
            "the point may group thousands or begin decimals; say `money: point` or `money: comma`"
        ),
        ("money", "4.26E+12", "a decimal number", "a spreadsheet has rounded it: export the column as text"),
        (
            "money", "#VALUE!", "a price such as 149.00 EUR",
            "a spreadsheet's formula has failed there: mend it, then export again"
        ),
        ("money", "12.5%", "a price such as 149.00 EUR", "a percentage is no amount"),
        ("money", "12.50-", "a price such as 149.00 EUR", "a minus stands before its number"),
        (
            "money", "($5.00)", "a price such as 149.00 EUR",
            "parentheses mean a negative amount to some: write a minus before it, or take them away"
        ),
        ("money", "5 EUR 6", "a decimal number", nil), ("money", "5 - 6 EUR", "a decimal number", nil),
        (
            "money: minor", "34375", "a price such as 149.00 EUR",
            "minor units of which currency? say one, as in `money: EUR, minor`"
        ),
        (
            "money: minor", "$34375", "a price such as 149.00 EUR",
            "minor units of which currency? say one, as in `money: EUR, minor`"
        ),
        (
            "money: minor", "343.75 EUR", "a whole number of minor units",
            "with decimals it is in whole units already: say `decimal`"
        ),
    ]

    @Test(arguments: refused)
    func whatIsNotCertainIsRefused(_ filter: String, _ text: String, _ expected: String, _ hint: String?) {
        let failure = #expect(throws: FilterFailure.self) { try filtered(text, filter) }
        #expect(failure?.expected == expected)
        #expect(failure?.hint == hint)
    }

    /// A point that belongs to letters begins no decimals.
    @Test(arguments: ["zł.500", "EUR.500", "Kč.500", "S/.500", "Fr.500"])
    func lettersWithAPointAreNoTensOfCents(_ text: String) {
        #expect(throws: FilterFailure.self) { try filtered(text, "money") }
    }

    private static let currencies: [(String, String, String)] = [
        ("currency", "149.00 EUR", "EUR"), ("currency", "€", "EUR"), ("currency", "£4,250.00", "GBP"),
        ("currency", "aud", "AUD"), ("currency", "RUR", "RUB"), ("currency", "12.50", ""),
        ("currency", " ", ""),
        ("currency", "US$5", "USD"), ("currency", "1.299,00 zł", "PLN"), ("currency", "'€5", "EUR"),
        ("currency: USD", "$5", "USD"), ("currency: CAD", "$5", "CAD"), ("currency: CAD", "5 EUR", "EUR"),
        ("currency: NOK, USD", "5 kr", "NOK"), ("currency", "usdc", "USDC"),
    ]

    @Test(arguments: currencies)
    func theCurrencyIsNamedByItsCode(_ filter: String, _ text: String, _ code: String) throws {
        let name = try filtered(text, filter)
        #expect(name == code)
    }

    @Test(arguments: [
        ("currency", "$5", "say which is meant, as in `currency: USD`"),
        ("currency: EUR", "$5", "say which is meant, as in `currency: USD`"),
        ("currency: USD, CAD", "$5", "say which is meant, as in `currency: USD`"),
        ("currency", "kr", "say which is meant, as in `currency: SEK`"),
    ])
    func aSignOfSeveralCurrenciesIsRefused(_ filter: String, _ text: String, _ hint: String) {
        #expect(
            throws: FilterFailure(expected: "a currency that is certain", got: "\"\(text)\"", hint: hint)
        ) { try filtered(text, filter) }
    }

    @Test(arguments: ["abc", "12 pcs", "5 EUR 6", "5 EUR / 6 USD", "€5 USD", "5 EUR/kg"])
    func whatIsNoCurrencyIsRefused(_ text: String) {
        #expect(throws: FilterFailure.self) { try filtered(text, "currency") }
    }

    private static let minorDigits: [(String, Int?)] = [
        ("JPY", 0), ("KRW", 0), ("VND", 0), ("CLP", 0), ("ISK", 0), ("XOF", 0), ("HUF", 2), ("EUR", 2),
        ("BHD", 3),
        ("KWD", 3), ("JOD", 3), ("OMR", 3), ("TND", 3), ("CLF", 4), ("USDC", nil),
    ]

    @Test(arguments: minorDigits)
    func minorUnitsAreThoseOfTheStandard(_ code: String, _ digits: Int?) throws {
        let currency = try #require(CurrencyCode(code))
        #expect(currency.minorDigits == digits)
        #expect(currency.text == code)
    }

    @Test(arguments: ["", "EU", "EURO", "XYZ", "E1R", "ÄB", "€"])
    func unknownCodesAreNone(_ text: String) {
        #expect(CurrencyCode(text) == nil)
    }
}
