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

    /// Whether it names a currency.
    package var isCurrency: Bool {
        let tail = all.suffix(2).joined(separator: " ")
        return Self.currencies.contains(all.last ?? "") || Self.currencyCodes.contains(tail)
    }

    private static let currencies: Set<String> = [
        "currency", "currencycode", "currencyid", "currencyuomid", "währung", "waehrung", "valuta", "devise",
        "monnaie",
        "moneda", "moeda", "divisa", "waluta", "měna", "mena", "валюта",
    ]
    private static let currencyCodes: Set<String> = [
        "currency code", "currency id", "currency iso", "currency symbol", "currency sign", "iso currency",
        "währung code", "code devise",
    ]
}
