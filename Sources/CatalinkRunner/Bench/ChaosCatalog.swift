import CatalinkCore

/// A row of a catalog that is edited between kills.
struct ChaosRow: Sendable, Equatable {
    var sku: String
    var title: String
    /// Empty in a row that cannot be sent.
    var price: String

    var isValid: Bool { !price.isEmpty }
}

/// A random catalog in one of the formats, and the edits that people make to one.
struct ChaosCatalog: Sendable {
    enum Format: String, Sendable, CaseIterable {
        case csv, xml, yaml
    }

    let format: Format
    private(set) var rows: [ChaosRow] = []
    /// Every content that a row has had, so that it can be changed back.
    private var past: [ChaosRow] = []
    private var lastNumber = 0

    init(_ format: Format, rows count: Int, using random: inout SplitMix64) {
        self.format = format
        for _ in 0..<count { add(using: &random) }
    }

    var fileName: String { "catalog." + format.rawValue }

    // MARK: Edits

    /// Changes prices and titles, spoils, removes, adds and moves rows, and changes some back.
    ///
    /// - Parameter share: of the rows that are touched.
    mutating func edit(share: Double, using random: inout SplitMix64) {
        rows = rows.compactMap { random.chance(share) ? edited($0, using: &random) : $0 }
        past += rows.filter { !past.contains($0) }
        for _ in 0..<random.number(0...2) { bringBack(using: &random) }
        for _ in 0..<random.number(0...6) { add(using: &random) }
        if random.chance(0.6) { rows.shuffle(using: &random) }
    }

    private func edited(_ row: ChaosRow, using random: inout SplitMix64) -> ChaosRow? {
        var row = row
        switch random.number(1...100) {
        case ...45: row.price = Self.price(using: &random)
        case ...55: row.title = Self.title(row.sku, using: &random)
        case ...75: row = random.pick(past.filter { $0.sku == row.sku })
        case ...80: row.price = ""
        default: return nil
        }
        return row
    }

    private mutating func bringBack(using random: inout SplitMix64) {
        let present = Set(rows.map(\.sku))
        let gone = past.filter { !present.contains($0.sku) }
        guard !gone.isEmpty else { return }
        rows.append(random.pick(gone))
    }

    private mutating func add(using random: inout SplitMix64) {
        lastNumber += 1
        let sku = "SKU-\(lastNumber)"
        let row = ChaosRow(
            sku: sku, title: Self.title(sku, using: &random), price: Self.price(using: &random))
        rows.append(row)
        past.append(row)
    }

    private static func title(_ sku: String, using random: inout SplitMix64) -> String {
        let things = ["Mug", "Café cup, large", "Salt & pepper", "Lamp \"Nord\"", "Stool <oak>", "Käse: alt"]
        return "\(random.pick(things)) \(sku)/\(random.number(1...99))"
    }

    private static func price(using random: inout SplitMix64) -> String {
        let cents = random.number(100...99_999)
        return "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
    }

    // MARK: Text

    var text: String {
        switch format {
        case .csv:
            "sku,title,price\n"
                + rows.map { "\($0.sku),\"\($0.title.replacing("\"", with: "\"\""))\",\($0.price)\n" }
                .joined()
        case .xml:
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<shop>\n" + rows.map(Self.element).joined()
                + "</shop>\n"
        case .yaml: rows.map(Self.mapping).joined()
        }
    }

    private static func element(_ row: ChaosRow) -> String {
        let title = row.title.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        return "<p><sku>\(row.sku)</sku><title>\(title)</title><price>\(row.price)</price></p>\n"
    }

    /// Within single quotes only these themselves need doubling (YAML 1.1, 7.3.2), and no title has one.
    private static func mapping(_ row: ChaosRow) -> String {
        "- {sku: \(row.sku), title: '\(row.title)', price: '\(row.price)'}\n"
    }
}
