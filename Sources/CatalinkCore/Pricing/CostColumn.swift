/// Columns that say what a shop pays itself, by their usual names.
package enum CostColumn {
    private static let phrases = [
        "cost per item", "variant cost", "unit cost", "item cost", "product cost", "cost price",
        "cost of goods",
        "purchase price", "purchasing price", "buying price", "buy price", "wholesale price",
        "supplier price",
        "supplier cost", "dealer price", "landed cost", "gross margin", "profit margin", "einkaufspreis",
        "ek preis", "ek netto", "prix d achat", "precio de compra", "prezzo di acquisto", "inkoopprijs",
        "nakupni cena", "cena zakupu",
    ]
    private static let words: Set<String> = [
        "cost", "costs", "cogs", "margin", "profit", "markup", "wholesale", "ek", "marge", "einkaufspreis",
    ]
    /// What payers may well know.
    private static let harmless: Set<String> = [
        "shipping", "delivery", "postage", "handling", "freight", "versand",
    ]

    /// Whether a column or path of this name holds costs or margins.
    package static func isNamed(_ name: String) -> Bool {
        let words = words(of: name.split(separator: "/").last.map(String.init) ?? name)
        guard harmless.isDisjoint(with: words) else { return false }
        if words.count <= 2, let last = words.last, Self.words.contains(last) { return true }
        let text = " " + words.joined(separator: " ") + " "
        return phrases.contains { text.contains(" \($0) ") }
    }

    /// `costPerItem`, `cost_per_item` and `Cost per item` alike.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasLower = false
        for character in name {
            let isLetter = character.isLetter || character.isNumber
            if !word.isEmpty, !isLetter || (character.isUppercase && wasLower) {
                words.append(word)
                word = ""
            }
            if isLetter { word += character.lowercased() }
            wasLower = character.isLowercase
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
