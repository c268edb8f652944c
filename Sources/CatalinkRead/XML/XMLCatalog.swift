package import CatalinkCore

/// An XML file of which some element is the record; columns are paths below it (`g:price`, `price/@currency`).
///
/// Names are compared as the document writes them, prefix included. An element's text is all text within it; of
/// repeated elements the first counts. Nothing is fetched, no entity beyond the five of XML is expanded, and a
/// document that is not well-formed is no catalog.
package struct XMLCatalog: CatalogSource {
    private let path: String
    private let name: String
    private let recordPath: [String]
    private let settings: InputSettings

    /// - Parameters:
    ///   - recordPath: `/rss/channel/item`.
    ///   - namespaces: prefixes that the job binds to URIs; they hold whatever the document's own are.
    package init(
        path: String, name: String, recordPath: String, namespaces: [String: String] = [:],
        settings: InputSettings = InputSettings()
    ) {
        self.path = path
        self.name = name
        self.settings = settings
        self.recordPath = recordPath.split(separator: "/").map(String.init)
    }

    package func open(columns: [String]) throws(CatalogError) -> any CatalogReader {
        try XMLReader(
            CatalogInput.text(path: path, name: name, settings, isXML: true), name: name,
            recordPath: recordPath, columns: columns)
    }
}

/// Feeds libxml2's push parser chunk by chunk until a batch is full.
final class XMLReader: CatalogReader {
    private let source: any ByteSource
    private let name: String
    private let parser: XMLPushParser
    private var chunk: [UInt8] = Array(repeating: 0, count: 64 * 1024)
    private var isAtEnd = false

    init(_ source: any ByteSource, name: String, recordPath: [String], columns: [String]) throws(CatalogError)
    {
        self.source = source
        self.name = name
        parser = XMLPushParser(
            records: XMLRecords(file: name, recordPath: recordPath, columns: columns), name: name)
    }

    var seenColumns: [String] { parser.records.seenPaths }

    func next() throws(CatalogError) -> RecordBatch? {
        while !isAtEnd, !parser.records.isFull {
            let count = try chunk.fill(from: source)
            isAtEnd = count == 0
            try parser.parse(chunk[..<count], isLast: isAtEnd)
        }
        if isAtEnd, !parser.records.hasFoundPath {
            throw CatalogError(
                at: name, expected: "an element at `records: \(parser.records.pathText)`",
                got: "none", hint: parser.records.pathHint)
        }
        let batch = parser.records.take()
        return batch.count > 0 ? batch : nil
    }
}
