import CatalinkCore
import CatalinkRead

/// Which columns of a catalog are probably which fields of a link, by their names in several languages and by what
/// stands in them.
struct ColumnGuess {
    private let look: CatalogLook
    private let names: [String]
    /// Those that a job can name.
    private let usable: [Int]

    init(_ look: CatalogLook) {
        self.look = look
        names = look.columns.map { look.words(of: $0).text }
        usable = look.usableColumns
    }

    /// A column that tells all rows of the sample apart, among those whose name says so.
    var key: String? {
        let candidates = columns(named: Self.keys)
        return
            (candidates.first(where: isDistinct) ?? candidates.first
            ?? usable.first { isDistinct($0) && !look.isInList(look.columns[$0]) }).map { look.columns[$0] }
    }

    var title: String? { best(Self.titles) }
    var description: String? { best(Self.descriptions).flatMap { $0 == title ? nil : $0 } }
    var image: String? {
        columns(named: Self.images, inLists: true).first { column in
            look.values(of: column).contains { $0.hasPrefix("https://") }
        }.map { look.columns[$0] }
    }
    var slug: String? { best(Self.slugs) }

    // MARK: Names

    private func best(_ wanted: [String]) -> String? {
        let found = columns(named: wanted)
        let filled = found.first { column in look.values(of: column).contains { !$0.isEmpty } }
        return (filled ?? found.first).map { look.columns[$0] }
    }

    /// Columns by how early their names stand in the list; those that are a name come before those that hold one.
    private func columns(named wanted: [String], inLists: Bool = false) -> [Int] {
        let usable = usable.filter { inLists || !look.isInList(look.columns[$0]) }
        var found: [Int] = []
        for name in wanted {
            found += usable.filter { names[$0] == name && !found.contains($0) }
        }
        for name in wanted {
            found += usable.filter {
                " \(names[$0]) ".contains(" \(name) ") && !found.contains($0)
            }
        }
        return found
    }

    private func isDistinct(_ column: Int) -> Bool {
        let values = look.values(of: column)
        return !values.isEmpty && !values.contains("") && Set(values).count == values.count
    }

    private static let keys = [
        "sku", "variant sku", "item sku", "seller sku", "article number", "artikelnummer", "ordernumber",
        "article no", "product code", "item number", "supplier aid", "supplier pid", "артикул", "id",
        "item id",
        "product id", "code", "codice", "reference", "ref", "handle", "slug", "ean", "gtin", "isbn",
        "barcode",
        "key", "number", "nummer", "nr", "ид",
    ]
    private static let titles = [
        "title", "name", "product name", "item name", "product title", "titolo", "nome", "titel",
        "bezeichnung",
        "artikelname", "produktname", "artikelbezeichnung", "nom", "titre", "libelle", "titulo", "título",
        "nombre", "nazwa", "nazev", "název", "productname", "naam", "название", "наименование", "имя",
        "description short",
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
