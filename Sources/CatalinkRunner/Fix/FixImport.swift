import CatalinkCore
import CatalinkRead

/// What is special about reading a fix file: the item that each row must still be, and what rows took from elsewhere.
package struct FixImport: Sendable {
    /// How messages call it.
    let file: String
    private let isTable: Bool
    /// Slots of the columns.
    let item: Int
    let field: Int
    let place: Int
    /// Columns of nested formats, each with the slot of what it was given.
    let given: [(slot: Int, from: Int)]

    /// A job that reads a fix file in place of its catalog.
    init(_ file: String, _ job: inout Job) {
        self.file = file
        isTable = job.source.format.hasHeader
        let place = job.source.place
        let slots = job.givenSlots
        var columns = job.mapping.columns
        item = columns.slot(of: FixColumn.item.rawValue, at: place, isRequired: false)
        field = columns.slot(of: FixColumn.field.rawValue, at: place, isRequired: false)
        self.place = columns.slot(of: FixColumn.place.rawValue, at: place, isRequired: false)
        var given: [(slot: Int, from: Int)] = []
        for (index, slot) in slots.enumerated() {
            guard let path = Self.path(to: columns.names[slot], index, job.source.format) else { continue }
            given.append((slot, columns.slot(of: path, at: place, isRequired: false)))
        }
        self.given = given
        job.mapping.columns = columns
    }

    /// The column in which a record has what another column was given.
    private static func path(to column: String, _ index: Int, _ format: Job.Format) -> String? {
        guard format == .xml else { return "\(FixColumn.given)/\(index)/value" }
        guard let quote = ["'", "\""].first(where: { !column.contains($0) }) else { return nil }
        return "\(FixColumn.given)[@column=\(quote)\(column)\(quote)]"
    }

    /// What parts the columns: a spreadsheet writes what its language has, whatever it has read.
    static func delimiter(of path: String, name: String) throws(CatalogError) -> UInt8? {
        try CSVCatalog.delimiter(
            of: path, name: name, between: FixColumn.item.rawValue, and: FixColumn.problem.rawValue)
    }

    // MARK: Rows

    func checkHeader(_ batch: RecordBatch) throws(CatalogError) {
        guard isTable else { return }
        for column in [FixColumn.item, .place] where batch.header.index(of: column.rawValue) == nil {
            throw missing(column)
        }
    }

    func checkSeen(_ columns: [String]) throws(CatalogError) {
        // The one that no record of a fix file has without text.
        guard columns.contains(FixColumn.place.rawValue) else { throw missing(.place) }
    }

    private func missing(_ column: FixColumn) -> CatalogError {
        CatalogError(
            at: file, expected: "a fix file, which has `\(column.rawValue)`", got: "a file without",
            hint: "runs and imports write them; its own columns must stay")
    }

    /// Takes guards off the cells of a table, and fills the fields of a record from what it was given.
    func prepare(_ batch: inout RecordBatch, _ slots: [Int]) {
        if isTable { return batch.takeGuardsOff() }
        for (slot, from) in given {
            let (column, source) = (slots[slot], slots[from])
            guard column != ColumnUses.absent, source != ColumnUses.absent else { continue }
            // The text of a record holds what was added to the record, too.
            let isWhole = batch.header.columns[column] == "."
            for record in 0..<batch.count {
                let text = batch.range(of: source, in: record)
                guard text.length > 0, isWhole || batch.copy(of: column, in: record).allSatisfy(\.isBlank)
                else { continue }
                batch.fields[record * batch.header.columns.count + column] = text
            }
        }
    }

    /// The pairs of a row, if it is still the item that it was; else none of them may be sent.
    func checked(
        _ pairs: [MappedPair], _ batch: borrowing RecordBatch, _ record: Int, _ slots: [Int],
        _ mapping: RowMapping
    ) -> [MappedPair] {
        if let problem = shortRow(batch, record, slots) {
            let location = Location(problem.location, of: batch.records[record])
            return [.invalid(item: nil, location: location, problems: [problem])]
        }
        guard slots[item] != ColumnUses.absent else { return pairs }
        let name = ItemName(cell: batch.copy(of: slots[item], in: record))
        guard !name.isEmpty else { return pairs }
        let items = pairs.compactMap(\.item)
        guard let first = items.first, !name.fits(items) else { return pairs }
        let entry = batch.records[record]
        var place = Location(file: batch.file, line: entry.line, record: entry.number)
        if let slot = mapping.key.firstSlot?.first, slots[slot] != ColumnUses.absent {
            let position = batch.position(of: slots[slot], in: record)
            (place.line, place.column) = (Int(position.line), Int(position.column))
            place.field = mapping.columns.names[slot]
        }
        let problem = Problem(
            subject: FixColumn.item.rawValue, location: place, rule: mapping.key.place,
            expected: "the key that the row had",
            got: "\(ItemName(first).text.quoted) where it was \(name.text.quoted)",
            hint:
                "the key of a row stays; a spreadsheet may have changed it. To make another item of the row, empty `_item`"
        )
        return [.invalid(item: nil, location: Location(problem.location, of: entry), problems: [problem])]
    }
}

extension FixImport {
    /// What is wrong with a row that had too few fields and lacks those that it lacked before; `nil` for any other.
    func shortRow(_ batch: borrowing RecordBatch, _ record: Int, _ slots: [Int]) -> Problem? {
        guard isTable, slots[field] != ColumnUses.absent,
            let short = ShortRow(cell: batch.copy(of: slots[field], in: record).text),
            (short.count..<min(short.width, batch.header.columns.count)).allSatisfy({
                batch.field($0, of: record).isEmpty
            })
        else { return nil }
        let entry = batch.records[record]
        var place = Location(file: batch.file, line: entry.line, record: entry.number)
        place.field = short.text
        return Problem(
            subject: "row", location: place, rule: nil, expected: "all fields of the header",
            got: "\(short.count) of \(short.width), as before",
            hint: "an unquoted delimiter or a missing one? If the row is right as it is, empty `_field`")
    }
}

extension Location {
    /// The row's own place.
    fileprivate init(_ place: Location, of entry: RecordBatch.Entry) {
        self.init(file: place.file, line: entry.line, record: entry.number)
    }
}

extension MappedPair {
    var item: ItemKey? {
        switch self {
        case .filtered: nil
        case .invalid(let item, _, _): item
        case .request(let pair): pair.item
        case .merged(let item, _): item
        }
    }
}

extension RecordBatch {
    fileprivate mutating func takeGuardsOff() {
        let apostrophe = UInt8(ascii: "'")
        for index in fields.indices where fields[index].length > 1 {
            let start = Int(fields[index].start)
            guard bytes[start] == apostrophe else { continue }
            let end = start + Int(fields[index].length)
            guard CellGuard.isGuarded(bytes[start..<end]) else { continue }
            fields[index] = FieldRange(start: start + 1, length: end - start - 1)
        }
    }
}
