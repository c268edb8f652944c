import CatalinkCore
import CatalinkRead

/// Which columns of a catalog are probably which fields of a link, by their names in several languages and by what
/// stands in them.
struct ColumnGuess {
    private let look: CatalogLook
    private let names: [String]

    init(_ look: CatalogLook) {
        self.look = look
        names = look.columns.map(Self.plain)
    }

    /// A column that tells all rows of the sample apart, among those whose name says so.
    var key: String? {
        let candidates = columns(named: Self.keys)
        return
            (candidates.first(where: isDistinct) ?? candidates.first
            ?? look.columns.indices.first(where: isDistinct)).map { look.columns[$0] }
    }

    var title: String? { best(Self.titles) }
    var description: String? { best(Self.descriptions).flatMap { $0 == title ? nil : $0 } }
    var image: String? {
        columns(named: Self.images).first { column in
            look.values(of: column).contains { $0.hasPrefix("https://") }
        }.map { look.columns[$0] }
    }
    var slug: String? { best(Self.slugs) }

    /// The column of prices, and how it is read.
    var price: (column: String, filter: String, hasGaps: Bool)? {
        let readable = columns(named: Self.prices).compactMap { column -> (String, String, Bool)? in
            let values = look.values(of: column)
            let written = values.filter { !$0.allSatisfy(\.isWhitespace) }
            guard !written.isEmpty, let filter = Self.filter(for: written) else { return nil }
            return (look.columns[column], filter, written.count < values.count)
        }
        return readable.first
    }

    /// The part of a price behind its point, where it stands in a column of its own: billionths beside whole units.
    func billionths(of price: String) -> String? {
        guard price.hasSuffix("/units") else { return nil }
        let beside = price.dropLast("units".count) + "nanos"
        return look.columns.first { $0 == beside }
    }

    /// The first way of reading numbers that reads all of these.
    private static func filter(for values: [String]) -> String? {
        let filters = [
            "decimal", "decimal: point", "decimal: comma", "money", "money: point", "money: comma",
        ]
        return filters.first { filter in
            values.allSatisfy { SampleFilter(filter).reads($0) }
        }
    }

    // MARK: Names

    private func best(_ wanted: [String]) -> String? {
        let found = columns(named: wanted)
        let filled = found.first { column in look.values(of: column).contains { !$0.isEmpty } }
        return (filled ?? found.first).map { look.columns[$0] }
    }

    /// Columns by how early their names stand in the list; those that are a name come before those that hold one.
    private func columns(named wanted: [String]) -> [Int] {
        var found: [Int] = []
        for name in wanted {
            found += names.indices.filter { names[$0] == name && !found.contains($0) }
        }
        for name in wanted {
            found += names.indices.filter {
                " \(names[$0]) ".contains(" \(name) ") && !found.contains($0)
            }
        }
        return found
    }

    private func isDistinct(_ column: Int) -> Bool {
        let values = look.values(of: column)
        return !values.isEmpty && !values.contains("") && Set(values).count == values.count
    }

    /// Lower case, words parted by single blanks: `Variant SKU`, `variant_sku` and `g:variantSku` are one name.
    private static func plain(_ column: String) -> String {
        var words: [String] = [""]
        var last: Character = " "
        for character in column.split(separator: ":").last ?? "" {
            if !character.isLetter && !character.isNumber {
                words.append("")
            } else {
                if character.isUppercase, last.isLowercase { words.append("") }
                words[words.count - 1] += character.lowercased()
            }
            last = character
        }
        return words.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static let keys = [
        "sku", "variant sku", "item sku", "seller sku", "article number", "artikelnummer", "ordernumber",
        "article no", "product code", "item number", "supplier aid", "supplier pid", "артикул", "id",
        "item id",
        "product id", "code", "codice", "reference", "ref", "handle", "slug", "ean", "gtin", "isbn",
        "barcode",
        "@id", "@key", "number", "nummer", "nr", "ид",
    ]
    private static let titles = [
        "title", "name", "product name", "item name", "product title", "titolo", "nome", "titel",
        "bezeichnung",
        "artikelname", "produktname", "artikelbezeichnung", "nom", "titre", "libelle", "titulo", "título",
        "nombre", "nazwa", "nazev", "název", "productname", "naam", "название", "наименование", "имя",
        "description short",
    ]
    private static let prices = [
        "price", "variant price", "regular price", "sale price", "selling price", "unit price", "price vat",
        "amount", "price amount", "prezzo", "preis", "verkaufspreis", "vk", "brutto", "prix", "precio",
        "preço",
        "cena", "prijs", "цена", "стоимость",
    ]
    private static let descriptions = [
        "description", "body html", "body", "product description", "long description", "description long",
        "descrizione", "beschreibung", "langtext", "descripcion", "descripción", "opis", "popis",
        "omschrijving",
        "описание", "text", "content", "summary",
    ]
    private static let images = [
        "image src", "image link", "image", "image url", "imageurl", "imgurl", "picture", "img", "bild",
        "photo",
        "immagine", "thumbnail", "cover", "product image url", "фото", "картинка",
    ]
    private static let slugs = ["url handle", "handle", "slug", "url key", "permalink"]
}

/// A filter as a job would say it, tried on a value.
struct SampleFilter {
    private let source: String

    init(_ source: String) {
        self.source = source
    }

    func reads(_ value: String) -> Bool {
        var columns = ColumnUses()
        let place = JobPlace(line: 1, column: 1)
        guard
            let template = try? Template(
                "{{a | \(source)}}", at: place, columns: &columns, hasSegments: false)
        else { return false }
        var batch = RecordBatch(file: "", header: Header(columns: ["a"]))
        batch.bytes = Array(value.utf8)
        batch.fields = [FieldRange(start: 0, length: batch.bytes.count)]
        let (slots, none) = ([0], [UInt8]())
        let row = RowView(batch, record: 0, slots: slots, segment: none.span, key: none.span)
        return (try? template.text(row)).map { !$0.isEmpty } ?? false
    }
}
