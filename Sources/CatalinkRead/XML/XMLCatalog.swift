package import CatalinkCore

/// An XML file of which some elements are the records; columns are paths below them (`g:price`, `price/@currency`).
///
/// An element's text is all text within it. Of repeated elements the first counts, `picture[2]` is the second,
/// `picture[*]` all of them, joined with the byte 0x1F, and `field[@name=stock]` the first with that attribute. `.` is
/// the record's own text. `/shop/@date` is a path of the whole document, with the value that it had last when the record
/// began. Nothing is fetched, no entity beyond the five of XML is expanded, and a document that is not well-formed
/// is no catalog.
package struct XMLCatalog: CatalogSource {
    let path: String
    let name: String
    let recordPath: String
    let namespaces: [String: String]
    let settings: InputSettings
    private let chunkSize: Int

    /// - Parameters:
    ///   - recordPath: `/rss/channel/item`, `/a/*/c`, `//offer`, or several parted by `|`; a record within a record is
    ///     part of the outer one.
    ///   - namespaces: URIs by the prefix that the job gives them, whatever prefixes the document uses. Names in other
    ///     namespaces are compared as the document writes them.
    ///   - chunkSize: how many bytes are parsed at once.
    package init(
        path: String, name: String, recordPath: String, namespaces: [String: String] = [:],
        settings: InputSettings = InputSettings(), chunkSize: Int = 128 * 1024
    ) {
        self.path = path
        self.name = name
        self.recordPath = recordPath
        self.namespaces = namespaces
        self.settings = settings
        self.chunkSize = chunkSize
    }

    package func open(columns: [String]) throws(CatalogError) -> any CatalogReader {
        let records = try XMLRecords(
            file: name, recordPath: XMLRecordPath(recordPath, file: name), columns: columns,
            naming: XMLNaming(namespaces), limits: settings.limits)
        let source = try CatalogInput.text(path: path, name: name, settings, isXML: true)
        return XMLReader(
            XMLPushParser(source, name: name, limits: settings.limits, chunkSize: chunkSize),
            notes: source.notes, records: records, name: name, recordPath: recordPath)
    }
}

/// Makes batches of what libxml2 finds, which may be some blocks ahead.
final class XMLReader: CatalogReader {
    private let ahead: ReadAhead<XMLPushParser>
    private let sourceNotes: [String]
    private let name: String
    private let recordPath: String
    private let records: UnsafeMutablePointer<XMLRecords>
    private var isAtEnd = false
    private var failure: CatalogError?

    init(
        _ parser: XMLPushParser, notes: [String], records: consuming XMLRecords, name: String,
        recordPath: String
    ) {
        ahead = ReadAhead(parser)
        sourceNotes = notes
        self.name = name
        self.recordPath = recordPath
        self.records = .allocate(capacity: 1)
        self.records.initialize(to: records)
    }

    deinit {
        records.deinitialize(count: 1)
        records.deallocate()
    }

    var seenColumns: [String] { records.pointee.seenColumns }
    var notes: [String] { sourceNotes + records.pointee.notes(file: name) }

    /// After an error each further call throws the same.
    func next() throws(CatalogError) -> RecordBatch? {
        if let failure { throw failure }
        do throws(CatalogError) {
            while !isAtEnd, !records.pointee.isFull { try take(ahead.next()) }
            if isAtEnd, !records.pointee.hasFoundPath {
                throw CatalogError(
                    at: name, expected: "an element at `records: \(recordPath)`", got: "none",
                    hint: records.pointee.pathHint)
            }
        } catch {
            failure = error
            throw error
        }
        let batch = records.pointee.take()
        return batch.count > 0 ? batch : nil
    }

    private func take(_ block: XMLBlock) throws(CatalogError) {
        let failedAt = records.pointee.take(block.content)
        if let line = failedAt {
            throw CatalogError(
                at: "\(name):\(line)", expected: records.pointee.limit, got: "more",
                hint: records.pointee.limitHint)
        }
        if let failure = block.content.pointee.failure { throw failure }
        isAtEnd = !ahead.hasMore
    }
}
