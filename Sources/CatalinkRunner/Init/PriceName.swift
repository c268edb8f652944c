import CatalinkRead

/// What a column's name says of the amounts in it.
struct PriceName {
    private let words: ColumnWords

    init(_ words: ColumnWords) {
        self.words = words
    }

    /// How much it sounds like what a customer pays, 0 the most; `nil` for what is no price, or another one.
    var rank: Int? {
        guard !isOther else { return nil }
        let inclusive = isInclusive ? 0 : 10_000
        if let index = Self.names.firstIndex(of: words.text) { return inclusive + index }
        guard let index = Self.nouns.firstIndex(where: words.all.contains) else { return nil }
        return inclusive + 1000 + index
    }

    /// Whether it names an amount, but not the one that is paid: postage, cost, a former price, one without tax.
    var isOtherAmount: Bool {
        isOther
            && words.all.contains {
                $0 == "amount" || Self.nouns.contains($0) || Self.otherAmounts.contains($0)
            }
    }

    /// Whether amounts are in cents, or what the currency has for them.
    var isMinor: Bool {
        words.all.contains(where: Self.minor.contains) || words.text.hasPrefix("unit amount")
    }

    private var isOther: Bool {
        if words.all.contains(where: { Self.others.contains($0) || Self.otherAmounts.contains($0) }) {
            return true
        }
        if words.all.contains(where: Self.exclusive.contains) { return true }
        return words.all.contains(where: Self.taxes.contains) && !isInclusive
    }

    private var isInclusive: Bool {
        words.all.contains(where: Self.inclusive.contains) || Self.inclusiveNames.contains(words.text)
    }

    private static let names = list(
        """
        price, variant price, regular price, selling price, retail price, unit price, price vat, price amount, \
        price value, amount, amount cents, amount in cents, unit amount, unit amount decimal, prezzo, preis, \
        verkaufspreis, vk, vkp, prix, precio, pvp, preço, cena, prijs, цена, стоимость, sale price, special price
        """)

    /// Words of names.
    private static let nouns = list(
        """
        price, saleprice, sellingprice, retailprice, unitprice, itemprice, productprice, prezzo, preis, verkaufspreis, \
        bruttopreis, endpreis, ladenpreis, einzelpreis, stückpreis, stueckpreis, vk, vkp, vkbrutto, prix, precio, pvp, \
        preço, preco, cena, prijs, pris, hinta, fiyat, цена, стоимость, prices, preise, prezzi, precios
        """)

    /// Names of one word.
    private static let otherAmounts = Set(
        list(
            """
            cost, costs, kosten, msrp, rrp, uvp, oldprice, listprice, purchaseprice, pseudoprice, costprice, baseprice, \
            shippingprice, einkaufspreis, nettopreis, streichpreis, altpreis, grundpreis, ek, unitcost
            """))

    private static let inclusiveNames: Set = ["price vat", "bruttopreis", "vkbrutto"]
    private static let inclusive = Set(
        list(
            "incl, inkl, including, inclusive, included, inclusa, incluso, compreso, incluido, ttc, gross, brutto, bruto, mit, with"
        ))
    private static let exclusive = Set(
        list(
            "excl, exkl, excluding, exclusive, excluded, ex, ht, net, netto, nett, ohne, without, bez, hors, esclusa, escluso"
        ))
    private static let taxes = Set(
        list("vat, tax, taxes, mwst, ust, steuer, iva, tva, btw, dph, moms, ндс, налог, gst, hst, pst, duty"))
    private static let minor = Set(
        list(
            "cent, cents, ct, cts, minor, pence, penny, centimes, centesimi, centavos, céntimos, centimos, grosze, groszy, öre, копейки, копейках, kopecks, paise"
        ))

    /// Words that make a price another one, a part of one, or something about one.
    private static let others = Set(
        list(
            """
            shipping, delivery, freight, postage, versand, versandkosten, porto, lieferung, spedizione, livraison, envio, \
            envío, dostawa, doprava, verzend, verzendkosten, доставка, доставки, handling, purchase, purchasing, buying, \
            einkauf, einkaufspreis, ek, acquisto, achat, compra, zakup, nákup, inkoop, закупка, закупочная, cost, costs, \
            kosten, costo, coût, cout, coste, koszt, себестоимость, wholesale, grosshandel, großhandel, ingrosso, gros, \
            mayorista, hurt, trade, dealer, händler, reseller, b2b, distributor, оптовая, опт, compare, msrp, rrp, uvp, srp, \
            list, listino, catalogue, old, was, former, original, previous, before, pseudo, strike, streich, statt, alt, \
            anterior, antes, ancien, barré, vecchio, stara, старая, discount, rabatt, sconto, remise, descuento, percent, \
            percentage, prozent, saving, savings, surcharge, aufpreis, fee, fees, deposit, pfand, minimum, maximum, min, max, \
            lowest, highest, low, high, range, from, to, ab, starting, start, bid, reserve, base, basis, per, pro, je, kg, \
            100, 100g, 100ml, 1kg, liter, litre, monthly, month, rent, rental, subscription, recurring, installment, setup, \
            member, members, vip, staff, employee, insurance, installation, warranty, gift, commission, margin, markup, \
            profit, currency, currencycode, currencyid, währung, waehrung, valuta, devise, moneda, waluta, валюта, id, group, \
            type, date, history, class, category, code, label, text, note, updated, rule, rules, tier, tiers, quantity, qty, \
            count, valid, visible, is, has, show, hide, stock, inventory, weight, rate, level, competitor, market, factor
            """))

    private static func list(_ words: String) -> [String] {
        words.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
    }
}
