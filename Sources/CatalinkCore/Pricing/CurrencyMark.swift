/// What stands beside an amount to name its currency: a code or a sign.
struct CurrencyMark: Sendable, Equatable {
    /// The currencies that it may mean: one for a code, several for `$` or `kr`.
    let candidates: [CurrencyCode]
    /// The one that it means wherever this one is expected at all: US dollars for `$`.
    let usual: CurrencyCode?

    private init(candidates: [CurrencyCode], usual: CurrencyCode? = nil) {
        self.candidates = candidates
        self.usual = usual
    }

    /// A code in letters of either case, or a known sign; `nil` for anything else.
    init?(_ text: ArraySlice<UInt8>) {
        if let code = CurrencyCode(text) {
            self.init(candidates: [code])
        } else if let sign = Self.signs[Array(text)] {
            self = sign
        } else {
            return nil
        }
    }

    /// The currency, if there is but one.
    var only: CurrencyCode? {
        candidates.count == 1 ? candidates.first : nil
    }

    /// The currency that it means where `codes` are expected; `nil` when none of them, or more than one, may be
    /// meant.
    func meaning(among codes: [CurrencyCode]) -> CurrencyCode? {
        if let usual { return codes.contains(usual) ? usual : nil }
        let possible = candidates.filter(codes.contains)
        return possible.count == 1 ? possible.first : nil
    }

    /// What both mean, as in `$25.00 CAD`; `nil` when they contradict each other.
    func agreed(with other: CurrencyMark) -> CurrencyMark? {
        let common = candidates.filter(other.candidates.contains)
        guard !common.isEmpty else { return nil }
        return CurrencyMark(candidates: common, usual: common.count > 1 ? usual : nil)
    }

    private static let signs: [[UInt8]: CurrencyMark] = {
        var signs: [[UInt8]: CurrencyMark] = [:]
        for line in certain.split(separator: "\n") + ambiguous.split(separator: "\n") {
            let words = line.split(separator: " ")
            let candidates = words.filter { $0.count == 3 }.compactMap { CurrencyCode($0.utf8) }
            for word in words where CurrencyCode(word.utf8) == nil {
                signs[Array(word.utf8)] = CurrencyMark(
                    candidates: candidates, usual: word == "$" ? candidates.first : nil)
            }
        }
        return signs
    }()

    /// Signs, then the currency.
    private static let certain = """
        € EUR
        £ GBP
        US$ U$ USD
        CA$ Can$ CAD
        A$ AU$ AUD
        NZ$ NZD
        HK$ HKD
        S$ SG$ SGD
        NT$ TWD
        MX$ MXN
        R$ BRL
        CN¥ RMB CNY
        JP¥ JPY
        ₹ INR
        ₽ RUB
        ₺ TL TRY
        ₴ UAH
        ₸ KZT
        ₩ KRW
        ₫ VND
        ₪ ILS
        ฿ THB
        ₱ PHP
        ₦ NGN
        ₵ GHS
        ₡ CRC
        ₲ PYG
        ₮ MNT
        ₼ AZN
        ₾ GEL
        ֏ AMD
        ៛ KHR
        ₭ LAK
        ৳ BDT
        zł PLN
        Kč CZK
        Ft HUF
        """

    /// Signs, then every currency that they may mean.
    private static let ambiguous = """
        $ USD CAD AUD NZD HKD SGD TWD MXN ARS CLP COP UYU BBD BMD BND BSD BZD DOP FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD
        C$ CAD NIO
        ¥ ￥ JPY CNY
        kr kr. Kr Kr. SEK NOK DKK ISK
        ₨ Rs Rs. INR PKR LKR NPR MUR SCR
        руб руб. р. RUB BYN
        lei RON MDL
        """
}
