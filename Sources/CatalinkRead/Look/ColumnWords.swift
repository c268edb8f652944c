/// A column's name as lower-case words: `Variant SKU`, `variant_sku` and `variantSku` are one name.
package struct ColumnWords: Sendable, Equatable {
    package let all: [String]

    /// - Parameter hasPrefixes: whether names are those of XML, in which `g:` is no part of a word.
    package init(_ column: String, hasPrefixes: Bool) {
        all = column.split(separator: "/").flatMap { name in
            Self.words(hasPrefixes ? name.split(separator: ":").last ?? "" : name)
        }
    }

    /// Parted by single blanks.
    package var text: String { all.joined(separator: " ") }

    private static func words(_ name: Substring) -> [String] {
        var words: [String] = [""]
        var last: Character = " "
        for character in name {
            if !character.isLetter && !character.isNumber {
                words.append("")
            } else {
                if character.isUppercase, last.isLowercase { words.append("") }
                words[words.count - 1] += character.lowercased()
            }
            last = character
        }
        return words.filter { !$0.isEmpty }
    }

    /// Whether it is a name that products have, and what is around them has not.
    var isOfProduct: Bool { Self.ofProduct.contains(text) }

    private static let ofProduct: Set<String> = [
        "price", "sku", "unit price", "regular price", "sale price", "selling price", "price amount",
        "price usd",
        "price eur", "price cents", "price gross", "unit amount", "variant sku", "variant price", "preis",
        "verkaufspreis", "artikelnummer", "ordernumber", "article number", "item number", "prezzo", "codice",
        "prix", "precio", "preço", "cena", "prijs", "цена", "артикул", "ean", "gtin", "isbn", "barcode",
    ]

    /// Whether it names a currency, or the code of one.
    package var isCurrency: Bool {
        guard let index = all.lastIndex(where: Self.currencies.contains) else { return false }
        return all[(index + 1)...].allSatisfy(Self.codes.contains)
    }

    private static let currencies: Set<String> = [
        "currency", "currencycode", "currencyid", "währung", "waehrung", "valuta", "devise", "monnaie",
        "moneda",
        "moeda", "divisa", "waluta", "měna", "mena", "валюта",
    ]
    private static let codes: Set<String> = ["code", "id", "iso", "uom", "symbol", "sign", "name"]

    /// Whether it tells prices of several kinds apart: by customers, by lists.
    package var isKindOfPrice: Bool {
        let bare = all.filter { !Self.codes.contains($0) }.joined(separator: " ")
        return Self.kinds.contains { bare == $0 || bare.hasSuffix(" " + $0) }
    }

    private static let kinds = [
        "price type", "pricetype", "price group", "pricegroup", "price list", "pricelist", "customer group",
        "customergroup", "price tier", "preisgruppe", "kundengruppe", "preisliste", "preisart",
    ]
}
