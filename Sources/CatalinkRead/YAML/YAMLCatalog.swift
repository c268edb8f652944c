package import CatalinkCore

/// A YAML file of records; columns are paths below one (`name`, `variants/0/price`, `images/*`).
///
/// Scalars are text as written: `17.50`, `no` and `0x0` stay what they are; only `~`, a plain `null` and nothing at
/// all are no text. Aliases and merge keys stand for what they refer to, tags for nothing. Texts that a `*` brings
/// together are parted by the byte 0x1F; `@key` is the name under which a record stands, `.` a record that is a text.
package struct YAMLCatalog: CatalogSource {
    let path: String
    let name: String
    let recordPath: RecordPath
    let settings: InputSettings

    /// - Parameter recordPath: names that lead to the records, such as `/products` for a list and `/products/*` for a
    ///   mapping; `/` for a list at the top, `.` for each document.
    package init(path: String, name: String, recordPath: String, settings: InputSettings = InputSettings()) {
        self.path = path
        self.name = name
        self.recordPath = RecordPath(recordPath)
        self.settings = settings
    }

    package func open(columns: [String]) throws(CatalogError) -> any CatalogReader {
        YAMLReader(
            AheadSource(try CatalogInput.text(path: path, name: name, settings)), name: name,
            recordPath: recordPath, columns: columns, limits: settings.limits)
    }
}

/// Not generic itself, so that the loop is compiled for its format.
final class YAMLReader: CatalogReader {
    private let source: any ByteSource
    private var records: NestedRecords<YAMLEvents>

    init(
        _ source: any ByteSource, name: String, recordPath: RecordPath, columns: [String],
        limits: ReadLimits, batchSize: Int = 4096
    ) {
        self.source = source
        records = NestedRecords(
            YAMLEvents(source, name: name, limits: limits), path: recordPath, columns: columns,
            limits: limits, batchSize: batchSize)
    }

    var seenColumns: [String] { records.paths.seenPaths }
    var notes: [String] { source.notes }

    func next() throws(CatalogError) -> RecordBatch? { try records.next() }
}
