import CatalinkCore
import CatalinkRead

/// A CSV file whose one column says what the other becomes.
struct TableFile {
    typealias Name = (text: String, place: JobPlace)

    /// As many as fit into memory beside everything else.
    private static let mostEntries = 1_000_000

    let path: String
    let key: Name
    let value: Name
    let date: Name?
    var isTabbed = false
    var encoding: TextEncoding?

    init(path: String, key: Name, value: Name, date: Name?) {
        self.path = path
        self.key = key
        self.value = value
        self.date = date
    }

    /// - Throws: where the file cannot be read, or says two things of one key.
    func entries(
        _ diagnostics: JobDiagnostics, _ subject: String
    ) throws(CatalogError) -> [[UInt8]: LookupTable.Entry] {
        var dialect = CSVDialect()
        if isTabbed { dialect.delimiter = UInt8(ascii: "\t") }
        var settings = InputSettings()
        settings.encoding = encoding
        let reader = try CSVCatalog(path: path, name: path, dialect: dialect, settings: settings).open(
            columns: [])
        var entries: [[UInt8]: LookupTable.Entry] = [:]
        var lines: [[UInt8]: Int] = [:]
        while let batch = try reader.next() {
            guard let keys = column(key, batch, diagnostics, subject),
                let values = column(value, batch, diagnostics, subject)
            else { return [:] }
            let dates = date.flatMap { column($0, batch, diagnostics, subject) }
            for record in 0..<batch.count {
                try add(record, of: batch, (keys, values, dates), to: &entries, &lines)
            }
        }
        return entries
    }

    private func add(
        _ record: Int, of batch: RecordBatch, _ columns: (key: Int, value: Int, date: Int?),
        to entries: inout [[UInt8]: LookupTable.Entry], _ lines: inout [[UInt8]: Int]
    ) throws(CatalogError) {
        let line = batch.records[record].line
        let place = "\(path):\(line)"
        guard batch.records[record].fieldCount == batch.header.columns.count else {
            throw CatalogError(
                at: place, expected: "\(batch.header.columns.count) fields as in the header",
                got: "\(batch.records[record].fieldCount)")
        }
        let key = batch.copy(of: columns.key, in: record).trimmed
        var entry = LookupTable.Entry(value: batch.copy(of: columns.value, in: record).trimmed)
        if let column = columns.date { entry.date = try date(batch.copy(of: column, in: record), at: place) }
        if let earlier = entries[key], earlier != entry {
            throw CatalogError(
                at: place, expected: "one entry for each key",
                got: "\(key.text.quoted) again, with another value than in line \(lines[key] ?? 0)")
        }
        guard entries.count < Self.mostEntries else {
            throw CatalogError(at: place, expected: "at most \(Self.mostEntries) entries", got: "more")
        }
        entries[key] = entry
        lines[key] = line
    }

    private func date(_ text: [UInt8], at place: String) throws(CatalogError) -> Timestamp? {
        guard !text.trimmed.isEmpty else { return nil }
        guard let date = TimeFormat.iso8601(text.trimmed) else {
            throw CatalogError(at: place, expected: "a day such as 2026-11-27", got: text.text.quoted)
        }
        return date
    }

    private func column(
        _ name: Name, _ batch: RecordBatch, _ diagnostics: JobDiagnostics, _ subject: String
    ) -> Int? {
        if let index = batch.header.index(of: name.text) { return index }
        diagnostics.add(
            name.place, subject, expected: "a column of \(path)", got: name.text.quoted,
            hint: NearestName.hint(for: name.text, among: batch.header.columns))
        return nil
    }
}
