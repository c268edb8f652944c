import CLibXML2
import CatalinkCore

/// libxml2's SAX2 push parser, feeding `XMLRecords`.
///
/// What libxml2 does not do by itself is done here: any declaration of an entity ends the parse, any reference but
/// the five predefined ones does, and the first error is kept with its place. `XML_PARSE_HUGE` stays off, so that
/// libxml2's own limits on names, attributes and text hold.
final class XMLPushParser {
    private let name: String
    private var context: xmlParserCtxtPtr?
    var records: XMLRecords
    fileprivate var failure: CatalogError?
    fileprivate var attributes: [XMLRecords.Attribute] = []
    fileprivate var nameBuffer: [UInt8] = []

    init(records: XMLRecords, name: String) {
        self.records = records
        self.name = name
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = onStart
        handler.endElementNs = { user, _, _, _ in parser(user).records.end() }
        handler.characters = onText
        handler.ignorableWhitespace = onText
        handler.cdataBlock = onText
        handler.getEntity = onEntity
        handler.getParameterEntity = { user, name in
            parser(user).fail("no parameter entity", "%\(text(name));")
            return nil
        }
        handler.reference = { user, name in parser(user).refuse(entity: text(name)) }
        handler.entityDecl = { user, name, _, _, _, _ in
            parser(user).fail("no declaration of an entity", text(name).quoted)
        }
        handler.serror = { user, error in
            if let user, let error { parser(user).note(error.pointee) }
        }
        context = xmlCreatePushParserCtxt(&handler, Unmanaged.passUnretained(self).toOpaque(), nil, 0, nil)
        // NOENT, because without it the five entities reach attributes undecoded; onEntity lets no other through.
        // IGNORE_ENC, because the text is UTF-8 already, whatever it declares.
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue | XML_PARSE_IGNORE_ENC.rawValue
        xmlCtxtUseOptions(context, Int32(options))
    }

    deinit {
        xmlFreeParserCtxt(context)
    }

    func parse(_ bytes: ArraySlice<UInt8>, isLast: Bool) throws(CatalogError) {
        bytes.withUnsafeBytes { buffer in
            let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            _ = xmlParseChunk(context, start, Int32(buffer.count), isLast ? 1 : 0)
        }
        if let failure { throw failure }
        if isLast, context?.pointee.wellFormed != 1 {
            throw CatalogError(at: place, expected: "a whole XML document", got: "an end before its end")
        }
    }

    fileprivate var position: TextPosition {
        guard let input = context?.pointee.input else { return TextPosition(line: 1) }
        return TextPosition(line: Int(input.pointee.line))
    }

    private var place: String { "\(name):\(position.line)" }

    fileprivate func fail(_ expected: String, _ got: String, hint: String? = nil) {
        if failure == nil { failure = CatalogError(at: place, expected: expected, got: got, hint: hint) }
        xmlStopParser(context)
    }

    fileprivate func refuse(entity: String) {
        fail(
            "only the entities of XML itself", "&\(entity.shown());",
            hint: "the export must write the character itself, or its number as in &#233;")
    }

    fileprivate func note(_ error: xmlError) {
        guard failure == nil, error.level.rawValue >= XML_ERR_ERROR.rawValue else { return }
        let column = error.int2 > 0 ? ":\(error.int2)" : ""
        let message = error.message.map { String(cString: $0) } ?? "an error"
        failure = CatalogError(
            at: "\(name):\(error.line)\(column)", expected: "well-formed XML",
            got: message.split(separator: "\n").first.map { String($0).shown() } ?? "an error")
    }
}

private func parser(_ user: UnsafeMutableRawPointer?) -> XMLPushParser {
    guard let user else { preconditionFailure("libxml2 calls back with the pointer it was given") }
    return Unmanaged<XMLPushParser>.fromOpaque(user).takeUnretainedValue()
}

private func text(_ name: UnsafePointer<xmlChar>?) -> String {
    name.map { String(cString: $0) } ?? ""
}

private let onText: charactersSAXFunc = { user, text, length in
    let parser = parser(user)
    parser.records.text(UnsafeBufferPointer(start: text, count: Int(length)))
    if let limit = parser.records.failure { parser.fail(limit, "more") }
}

private let onEntity: getEntitySAXFunc = { user, name in
    if let predefined = xmlGetPredefinedEntity(name) { return predefined }
    parser(user).refuse(entity: text(name))
    return nil
}

private let onStart: startElementNsSAX2Func = { user, local, prefix, _, _, _, count, _, attributes in
    let parser = parser(user)
    parser.attributes.removeAll(keepingCapacity: true)
    // Qualified attribute names are built in one buffer that must not move while they are pointed to.
    parser.nameBuffer.removeAll(keepingCapacity: true)
    var needed = qualifiedLength(local, prefix)
    for index in 0..<Int(count) {
        needed += qualifiedLength(attributes?[index * 5], attributes?[index * 5 + 1])
    }
    parser.nameBuffer.reserveCapacity(needed)
    var ends: [Int] = []
    appendQualified(&parser.nameBuffer, local, prefix)
    ends.append(parser.nameBuffer.count)
    for index in 0..<Int(count) {
        appendQualified(&parser.nameBuffer, attributes?[index * 5], attributes?[index * 5 + 1])
        ends.append(parser.nameBuffer.count)
    }
    let position = parser.position
    let names = parser.nameBuffer
    names.withUnsafeBufferPointer { names in
        for index in 0..<Int(count) {
            guard let value = attributes?[index * 5 + 3], let end = attributes?[index * 5 + 4] else {
                continue
            }
            parser.attributes.append(
                XMLRecords.Attribute(
                    name: UnsafeBufferPointer(rebasing: names[ends[index]..<ends[index + 1]]),
                    value: UnsafeBufferPointer(start: value, count: end - value)))
        }
        parser.records.start(UnsafeBufferPointer(rebasing: names[..<ends[0]]), parser.attributes, position)
    }
    if let limit = parser.records.failure { parser.fail(limit, "more") }
}

private func qualifiedLength(_ local: UnsafePointer<xmlChar>?, _ prefix: UnsafePointer<xmlChar>?) -> Int {
    (local.map { Int(xmlStrlen($0)) } ?? 0) + (prefix.map { Int(xmlStrlen($0)) + 1 } ?? 0)
}

private func appendQualified(
    _ buffer: inout [UInt8], _ local: UnsafePointer<xmlChar>?, _ prefix: UnsafePointer<xmlChar>?
) {
    if let prefix {
        buffer.append(contentsOf: UnsafeBufferPointer(start: prefix, count: Int(xmlStrlen(prefix))))
        buffer.append(UInt8(ascii: ":"))
    }
    if let local {
        buffer.append(contentsOf: UnsafeBufferPointer(start: local, count: Int(xmlStrlen(local))))
    }
}
