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
        settings: InputSettings = InputSettings(), chunkSize: Int = 64 * 1024
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
        return XMLReader(
            try CatalogInput.text(path: path, name: name, settings, isXML: true), name: name,
            recordPath: recordPath,
            parser: XMLPushParser(records: records, name: name, limits: settings.limits), chunkSize: chunkSize
        )
    }
}

/// Feeds libxml2's push parser chunk by chunk until a batch is full.
final class XMLReader: CatalogReader {
    private let source: any ByteSource
    private let name: String
    private let recordPath: String
    private let parser: XMLPushParser
    private var chunk: [UInt8]
    private var isAtEnd = false

    init(
        _ source: any ByteSource, name: String, recordPath: String, parser: XMLPushParser, chunkSize: Int
    ) {
        self.source = source
        self.name = name
        self.recordPath = recordPath
        self.parser = parser
        chunk = Array(repeating: 0, count: chunkSize)
    }

    var seenColumns: [String] { parser.seenColumns }
    var notes: [String] { source.notes + parser.notes }

    func next() throws(CatalogError) -> RecordBatch? {
        while !isAtEnd, !parser.isFull {
            let count = try chunk.fill(from: source)
            try parser.parse(chunk[..<count], isLast: count == 0)
            isAtEnd = count == 0
        }
        if isAtEnd, !parser.hasFoundPath {
            throw CatalogError(
                at: name, expected: "an element at `records: \(recordPath)`", got: "none",
                hint: parser.pathHint)
        }
        let batch = parser.take()
        return batch.count > 0 ? batch : nil
    }
}
