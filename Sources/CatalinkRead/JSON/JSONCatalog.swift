package import CatalinkCore

/// A JSON file of records, or one of JSON Lines; columns are paths below a record (`name`, `variants/0/price`,
/// `images/*`).
///
/// The file is strict JSON (RFC 8259). Numbers are text as written: `17.50` and `1e3` stay what they are; `null` is
/// no text. Columns mean the same as in YAML.
package struct JSONCatalog: CatalogSource {
    let path: String
    let name: String
    let recordPath: RecordPath
    let isLines: Bool
    let settings: InputSettings

    /// - Parameters:
    ///   - recordPath: names that lead to the records, such as `/products` for a list and `/products/*` for an object;
    ///     `/` for a list at the top, `.` for the whole file.
    ///   - isLines: whether each line is a value of its own, and the record where the path is `/`.
    package init(
        path: String, name: String, recordPath: String = "/", isLines: Bool = false,
        settings: InputSettings = InputSettings()
    ) {
        self.path = path
        self.name = name
        self.recordPath = RecordPath(recordPath, isLines: isLines)
        self.isLines = isLines
        self.settings = settings
    }

    package func open(columns: [String]) throws(CatalogError) -> any CatalogReader {
        JSONReader(
            AheadSource(try CatalogInput.text(path: path, name: name, settings)), name: name,
            recordPath: recordPath, isLines: isLines, columns: columns, limits: settings.limits)
    }
}

/// Not generic itself, so that the loop is compiled for its format.
final class JSONReader: CatalogReader {
    private let source: any ByteSource
    private var records: NestedRecords<JSONEvents>

    init(
        _ source: any ByteSource, name: String, recordPath: RecordPath, isLines: Bool, columns: [String],
        limits: ReadLimits, batchSize: Int = 4096
    ) {
        self.source = source
        records = NestedRecords(
            JSONEvents(source, name: name, isLines: isLines, limits: limits), path: recordPath,
            columns: columns, limits: limits, batchSize: batchSize)
    }

    var seenColumns: [String] { records.paths.seenPaths }
    var notes: [String] { source.notes }

    func next() throws(CatalogError) -> RecordBatch? { try records.next() }
}
