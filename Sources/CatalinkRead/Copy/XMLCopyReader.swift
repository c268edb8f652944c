import CLibXML2
import CatalinkCore

/// Finds records of an XML file by their numbers. The file has been read to its end before, so that it breaks no
/// limit; one that has changed since is an error.
final class XMLCopyReader {
    private let name: String
    private let source: any ByteSource
    private let state: UnsafeMutablePointer<XMLCopyEvents>
    private let context: xmlParserCtxtPtr
    private var prolog = XMLProlog()
    private var chunk: [UInt8] = Array(repeating: 0, count: 64 * 1024)
    private var isAtEnd = false

    init(_ catalog: XMLCatalog) throws(CatalogError) {
        name = catalog.name
        source = try CatalogInput.text(
            path: catalog.path, name: catalog.name, catalog.settings, isXML: true)
        let path = try XMLRecordPath(catalog.recordPath, file: catalog.name)
        state = .allocate(capacity: 1)
        state.initialize(
            to: XMLCopyEvents(
                path, XMLNaming(catalog.namespaces), largest: catalog.settings.limits.recordSize))
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = onStart
        handler.endElementNs = { user, local, prefix, uri in
            guard let local else { return }
            copying(user).pointee.end(XMLName(local: local, prefix: prefix, uri: uri))
        }
        handler.characters = onText
        handler.ignorableWhitespace = onText
        handler.cdataBlock = onText
        // Another entity is not well-formed then, as nothing declares it.
        handler.getEntity = { _, name in xmlGetPredefinedEntity(name) }
        guard let context = xmlCreatePushParserCtxt(&handler, state, nil, 0, nil) else {
            preconditionFailure("libxml2 has no memory left to start with")
        }
        self.context = context
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue | XML_PARSE_IGNORE_ENC.rawValue
        xmlCtxtUseOptions(context, Int32(options))
        xmlSwitchEncoding(context, XML_CHAR_ENCODING_UTF8)
    }

    deinit {
        xmlFreeParserCtxt(context)
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// The record of this number, which is beyond that of the call before.
    func record(_ number: Int) throws(CatalogError) -> XMLCopiedRecord {
        state.pointee.wanted = number
        while true {
            if let record = state.pointee.take(number) { return record }
            guard !isAtEnd else { throw .otherFile(name) }
            let count = try chunk.fill(from: source)
            isAtEnd = count == 0
            feed(chunk[..<count])
            guard context.pointee.wellFormed == 1, prolog.failure == nil else { throw .otherFile(name) }
        }
    }

    private func feed(_ bytes: ArraySlice<UInt8>) {
        guard !prolog.isAtEnd else { return parse(bytes) }
        let (checked, rest) = prolog.pass(bytes)
        parse(checked[...])
        parse(isAtEnd ? prolog.finish()[...] : rest)
    }

    private func parse(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty || isAtEnd else { return }
        bytes.withUnsafeBytes { buffer in
            let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            _ = xmlParseChunk(context, start, Int32(buffer.count), isAtEnd ? 1 : 0)
        }
    }
}

@inline(__always)
private func copying(_ user: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLCopyEvents> {
    guard let user else { preconditionFailure("libxml2 calls back with the pointer it was given") }
    return user.assumingMemoryBound(to: XMLCopyEvents.self)
}

private let onText: charactersSAXFunc = { user, text, length in
    copying(user).pointee.text(UnsafeBufferPointer(start: text, count: Int(length)))
}

private let onStart: startElementNsSAX2Func = {
    user, local, prefix, uri, namespaceCount, namespaces, count, _, attributes in
    guard let local else { return }
    var declared: [XMLNamespace] = []
    for index in 0..<Int(namespaceCount) {
        let prefix = namespaces?[index * 2].map { [UInt8](terminated: $0) } ?? []
        let uri = namespaces?[index * 2 + 1].map { [UInt8](terminated: $0) } ?? []
        declared.append(XMLNamespace(prefix: prefix, uri: uri))
    }
    copying(user).pointee.start(
        XMLName(local: local, prefix: prefix, uri: uri), declared,
        XMLAttributes(base: attributes, count: Int(count)))
}
