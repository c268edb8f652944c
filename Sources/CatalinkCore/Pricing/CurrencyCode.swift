/// A currency by its code of ISO 4217, or one of the API's own (`USDC`, `EURC`).
package struct CurrencyCode: Sendable, Hashable {
    /// The code's letters, upper case, one a byte.
    private let letters: UInt32

    /// ISO 4217's own code for no currency, which no text names.
    package static let none = CurrencyCode(letters: packed("XXX".utf8))

    private init(letters: UInt32) {
        self.letters = letters
    }

    /// Letters of either case; `RUR`, which some still write, is `RUB`. `nil` for what is no known code, and for
    /// `GBp`: a small third letter is how markets write hundredths.
    package init?(_ text: some Collection<UInt8>) {
        guard text.count == 3 || text.count == 4, text.allSatisfy(\.isASCIILetter),
            !Self.namesHundredths(text)
        else { return nil }
        let letters = Self.packed(text)
        let current = letters == Self.formerRouble ? Self.rouble : letters
        guard Self.known[current] != nil else { return nil }
        self.letters = current
    }

    /// Two capitals and a small letter: `GBp`, `ZAc`.
    static func namesHundredths(_ text: some Collection<UInt8>) -> Bool {
        text.count == 3 && text.dropLast().allSatisfy { $0 & 0x20 == 0 } && text.allSatisfy(\.isASCIILetter)
            && text.dropFirst(2).allSatisfy { $0 & 0x20 != 0 }
    }

    /// The currency of which markets call a hundredth so: `GBP` for `GBp` and `GBX`.
    static func ofHundredths(named name: some Collection<UInt8>) -> String? {
        let upper = Array(name.map { $0.isASCIILetter ? $0 & 0x5F : $0 }).text
        if let currency = ["GBX": "GBP", "ZAC": "ZAR", "ILA": "ILS"][upper] { return currency }
        return namesHundredths(name) ? CurrencyCode(upper)?.text : nil
    }

    package init?(_ text: String) {
        self.init(Array(text.utf8))
    }

    /// The letters as one number, by which they can be told apart.
    package var packed: UInt32 { letters }

    package var text: String {
        let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: letters >> $0) }
        return Array(bytes.drop { $0 == 0 }).text
    }

    /// How many decimals the currency's minor unit has; `nil` where nobody agrees.
    package var minorDigits: Int? {
        Self.known[letters].flatMap { $0 }
    }

    /// For finding what someone probably meant; the ones that are traded most come first.
    static var allNames: [String] {
        (twoDecimals + " " + noDecimals + " " + threeDecimals).split(separator: " ").map(String.init)
    }

    private static func packed(_ text: some Collection<UInt8>) -> UInt32 {
        text.reduce(0) { $0 << 8 | UInt32($1 & 0x5F) }
    }

    private static let formerRouble = packed("RUR".utf8)
    private static let rouble = packed("RUB".utf8)

    private static let known: [UInt32: Int?] = {
        var known: [UInt32: Int?] = [:]
        let lists: [(String, Int?)] = [
            (twoDecimals, 2), (noDecimals, 0), (threeDecimals, 3), ("CLF UYW", 4), ("USDC EURC", nil),
        ]
        for (list, digits) in lists {
            for code in list.split(separator: " ") { known.updateValue(digits, forKey: packed(code.utf8)) }
        }
        return known
    }()

    private static let noDecimals = "JPY KRW VND CLP ISK PYG UGX RWF BIF DJF GNF KMF VUV XAF XOF XPF UYI"
    private static let threeDecimals = "KWD BHD JOD OMR TND IQD LYD"
    /// Those that have gone in recent years, such as HRK, are in older exports.
    private static let twoDecimals = """
        EUR USD GBP CNY AUD CAD CHF SGD HKD NZD SEK NOK DKK INR MXN ZAR BRL TRY PLN CZK HUF RUB UAH THB ILS AED SAR \
        AFN ALL AMD ANG AOA ARS AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BSD BTN BWP BYN BZD CDF CHE CHW COP COU CRC \
        CUC CUP CVE DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP GMD GTQ GYD HNL HRK HTG IDR IRR JMD KES KGS KHR KPW KYD \
        KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXV MYR MZN NAD NGN NIO NPR PAB PEN PGK \
        PHP PKR QAR RON RSD SBD SCR SDG SHP SLE SLL SOS SRD SSP STN SVC SYP SZL TJS TMT TOP TTD TWD TZS USN UYU UZS \
        VED VES WST XCD XCG YER ZMW ZWG ZWL
        """
}
