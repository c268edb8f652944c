import CLibXML2
import CatalinkCore

/// libxml2's SAX2 push parser, filling blocks with what it finds in the chunks of a document.
///
/// What libxml2 does not do by itself is done here: a DOCTYPE is looked through before libxml2 meets it, any
/// reference to an entity but the five predefined ones ends the parse, and the first error is kept with its place.
/// `XML_PARSE_HUGE` stays off, so that libxml2's own limits of 10 MB on tags, comments and CDATA sections hold.
final class XMLPushParser: BlockProducer {
    /// What the callbacks work on; behind a pointer of its own, as a class would cost a count of references and a
    /// check of exclusive access at each.
    fileprivate struct State: ~Copyable {
        let name: String
        var block: UnsafeMutablePointer<XMLEventBlock>?
        var context: xmlParserCtxtPtr?
        var failure: CatalogError?
        let nameLimit: Int
    }

    private let state: UnsafeMutablePointer<State>
    private let context: xmlParserCtxtPtr
    private var prolog = XMLProlog()
    private var longTag = XMLLongTag()
    private let source: any ByteSource
    private let chunkSize: Int

    /// - Parameter chunkSize: how many bytes are parsed at once.
    init(_ source: any ByteSource, name: String, limits: ReadLimits, chunkSize: Int) {
        self.source = source
        self.chunkSize = chunkSize
        state = .allocate(capacity: 1)
        state.initialize(to: State(name: name, nameLimit: limits.nameSize))
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = onStart
        handler.endElementNs = { user, _, _, _ in
            parsing(user).pointee.block?.pointee.appendEnd(line: parsing(user).pointee.shortLine)
        }
        handler.characters = onText
        handler.ignorableWhitespace = onText
        handler.cdataBlock = onText
        handler.getEntity = onEntity
        handler.getParameterEntity = { user, name in
            parsing(user).pointee.fail("no parameter entity", "%\(text(name).shown());")
            return nil
        }
        handler.reference = { user, name in parsing(user).pointee.refuse(entity: text(name)) }
        handler.entityDecl = { user, name, _, _, _, _ in
            parsing(user).pointee.fail("no declaration of an entity", text(name).quoted)
        }
        handler.serror = { _, error in
            // What is handed over first is the context, not our state, where a declaration in the DOCTYPE is at fault.
            guard let error, let context = error.pointee.ctxt?.assumingMemoryBound(to: xmlParserCtxt.self)
            else { return }
            parsing(context.pointee.userData).pointee.note(error.pointee)
        }
        guard let context = xmlCreatePushParserCtxt(&handler, state, nil, 0, nil) else {
            preconditionFailure("libxml2 has no memory left to start with")
        }
        self.context = context
        state.pointee.context = context
        // NOENT, because without it the five entities reach attributes undecoded; onEntity lets no other through.
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue | XML_PARSE_IGNORE_ENC.rawValue
        xmlCtxtUseOptions(context, Int32(options))
        // What comes is UTF-8 already, whatever the first bytes look like.
        xmlSwitchEncoding(context, XML_CHAR_ENCODING_UTF8)
    }

    deinit {
        xmlFreeParserCtxt(context)
        state.deinitialize(count: 1)
        state.deallocate()
    }

    func makeBlock() -> XMLBlock { XMLBlock(chunkSize: chunkSize) }

    func prepare(_ block: XMLBlock) {
        do throws(CatalogError) {
            block.chunkCount = try block.chunk.fill(from: source)
        } catch {
            block.readFailure = error
        }
    }

    func fill(_ block: XMLBlock) -> Bool {
        block.content.pointee.clear()
        state.pointee.block = block.content
        defer { state.pointee.block = nil }
        do throws(CatalogError) {
            if let failure = block.readFailure { throw failure }
            try parse(block.chunk[..<block.chunkCount], isLast: block.chunkCount == 0)
            return block.chunkCount > 0
        } catch {
            block.content.pointee.failure = error
            return false
        }
    }

    private func parse(_ bytes: ArraySlice<UInt8>, isLast: Bool) throws(CatalogError) {
        if prolog.isAtEnd {
            feed(bytes, isLast: isLast)
        } else {
            let (checked, rest) = prolog.pass(bytes)
            feed(checked[...], isLast: false)
            feed(isLast ? prolog.finish()[...] : rest, isLast: isLast)
        }
        if state.pointee.failure == nil, let refused = prolog.failure {
            state.pointee.failure = CatalogError(
                at: "\(state.pointee.name):\(refused.line)", expected: refused.expected, got: refused.got)
        }
        if state.pointee.failure == nil, isLast, context.pointee.wellFormed != 1 {
            state.pointee.fail("a whole XML document", "an end before its end")
        }
        if let failure = state.pointee.failure { throw failure }
    }

    private func feed(_ bytes: ArraySlice<UInt8>, isLast: Bool) {
        guard !bytes.isEmpty || isLast, state.pointee.failure == nil else { return }
        bytes.withUnsafeBytes { buffer in
            let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            _ = xmlParseChunk(context, start, Int32(buffer.count), isLast ? 1 : 0)
        }
        if longTag.holdsTooMany(XMLRecords.mostAttributes, in: context) {
            state.pointee.fail(XMLRecords.attributeLimit, "more")
        }
        // Names are kept until the end, in blocks each four times as large as the one before; libxml2 refuses the
        // next after ten megabytes as if memory had run out.
        if xmlDictGetUsage(context.pointee.dict) > XMLPushParser.largestDictionary {
            state.pointee.fail("different names of some megabytes at most", "more")
        }
    }

    private static let largestDictionary = 8 * 1024 * 1024
    fileprivate static let mostNamespaces = 1024
}

extension XMLPushParser.State {
    fileprivate var line: Int {
        @inline(__always) get {
            guard let input = context?.pointee.input else { return 1 }
            return Int(input.pointee.line)
        }
    }

    fileprivate var shortLine: UInt32 {
        @inline(__always) get { UInt32(truncatingIfNeeded: line) }
    }

    fileprivate mutating func fail(_ expected: String, _ got: String, hint: String? = nil) {
        if failure == nil {
            failure = CatalogError(at: "\(name):\(line)", expected: expected, got: got, hint: hint)
        }
        xmlStopParser(context)
    }

    fileprivate mutating func refuse(entity: String) {
        fail(
            "only the entities of XML itself", "&\(entity.shown());",
            hint: "the export must write the character itself, or its number as in &#233;")
    }

    fileprivate mutating func note(_ error: xmlError) {
        guard failure == nil, error.level.rawValue >= XML_ERR_ERROR.rawValue else { return }
        // A declaration that is not valid leaves the document well-formed.
        guard error.level == XML_ERR_FATAL || error.domain != XML_FROM_DTD.rawValue else { return }
        let column = hasColumn(error) ? ":\(error.int2)" : ""
        let explanation = explanation(of: error)
        failure = CatalogError(
            at: "\(name):\(error.line)\(column)", expected: explanation.expected, got: explanation.got,
            hint: explanation.hint)
    }

    private func hasColumn(_ error: xmlError) -> Bool {
        let code = xmlParserErrors(UInt32(error.code))
        // Where libxml2 notices that something does not end, or does not belong in a section, depends on how the
        // document came; and a document of one line has columns that nobody can count.
        return !Self.unplaced.contains(code) && !Self.isOfNoText(error) && !isEarlyEnd(code)
            && (1...9999).contains(error.int2)
    }

    /// A character that XML does not have, which libxml2 takes for bad UTF-8 in a CDATA section.
    private static func isOfNoText(_ error: xmlError) -> Bool {
        error.message.map { String(cString: $0).hasPrefix("Input is not proper UTF-8") } ?? false
    }

    /// libxml2 says the same of a document that goes on behind its end and of one that ends early.
    private func isEarlyEnd(_ code: xmlParserErrors) -> Bool {
        code == XML_ERR_DOCUMENT_END && context?.pointee.instate != XML_PARSER_EPILOG
    }

    private func explanation(of error: xmlError) -> (expected: String, got: String, hint: String?) {
        let message = error.message.map { String(cString: $0) } ?? ""
        let firstLine = message.split(separator: "\n").first.map(String.init) ?? "an error"
        let code = xmlParserErrors(UInt32(error.code))
        switch code {
        case XML_ERR_NAME_TOO_LONG:
            return ("names of at most \(nameLimit.inBytes)", "more", ReadLimits.hint("name"))
        case XML_ERR_INTERNAL_ERROR where firstLine.hasSuffix("Huge input lookup"),
            XML_ERR_ATTRIBUTE_NOT_FINISHED where firstLine.hasSuffix("too long"):
            return ("a tag, comment or CDATA section of at most 10 MB", "more", nil)
        case XML_ERR_ENTITYREF_SEMICOL_MISSING,
            XML_ERR_NAME_REQUIRED where firstLine.hasPrefix("xmlParseEntityRef"):
            return (Self.wellFormed, "an & that begins no entity", "the character itself is written &amp;")
        case XML_ERR_DOCUMENT_EMPTY: return (Self.wellFormed, "text that does not begin with <", nil)
        // What comes is UTF-8.
        case _ where Self.isOfNoText(error):
            return (
                Self.wellFormed, "a character that XML does not allow",
                "the export must leave control characters out"
            )
        case _ where isEarlyEnd(code):
            return (Self.wellFormed, earlyEnd, "the export was cut short or is still being written")
        default: return (Self.wellFormed, firstLine.shown(), nil)
        }
    }

    private var earlyEnd: String {
        guard let element = context?.pointee.name else { return "an end before the first element" }
        return "an end within <\(text(element).shown())>"
    }

    private static let wellFormed = "well-formed XML"
    private static let unplaced: Set<xmlParserErrors> = [
        XML_ERR_COMMENT_NOT_FINISHED, XML_ERR_PI_NOT_FINISHED, XML_ERR_CDATA_NOT_FINISHED,
    ]
}

/// A chunk of a document, and what libxml2 finds in it.
final class XMLBlock {
    fileprivate(set) var chunk: [UInt8]
    fileprivate(set) var chunkCount = 0
    /// Why there is no chunk.
    fileprivate(set) var readFailure: CatalogError?
    /// Behind a pointer, as a class would cost a check of exclusive access at each event.
    let content: UnsafeMutablePointer<XMLEventBlock>

    init(chunkSize: Int) {
        chunk = Array(repeating: 0, count: chunkSize)
        content = .allocate(capacity: 1)
        content.initialize(to: XMLEventBlock())
    }

    deinit {
        content.deinitialize(count: 1)
        content.deallocate()
    }
}

@inline(__always)
private func parsing(_ user: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLPushParser.State> {
    guard let user else { preconditionFailure("libxml2 calls back with the pointer it was given") }
    return user.assumingMemoryBound(to: XMLPushParser.State.self)
}

private func text(_ name: UnsafePointer<xmlChar>?) -> String {
    name.map { String(cString: $0) } ?? ""
}

private let onText: charactersSAXFunc = { user, text, length in
    let state = parsing(user)
    state.pointee.block?.pointee.appendText(
        UnsafeBufferPointer(start: text, count: Int(length)), line: state.pointee.shortLine)
}

private let onEntity: getEntitySAXFunc = { user, name in
    if let predefined = xmlGetPredefinedEntity(name) { return predefined }
    parsing(user).pointee.refuse(entity: text(name))
    return nil
}

private let onStart: startElementNsSAX2Func = {
    user, local, prefix, uri, namespaceCount, _, count, _, attributes in
    guard let local else { return }
    let state = parsing(user)
    if namespaceCount > 0, let context = state.pointee.context,
        Int(context.pointee.nsNr) / 2 > XMLPushParser.mostNamespaces
    {
        return state.pointee.fail(
            "at most \(XMLPushParser.mostNamespaces) namespaces in open elements", "more")
    }
    state.pointee.block?.pointee.appendStart(
        XMLName(local: local, prefix: prefix, uri: uri), XMLAttributes(base: attributes, count: Int(count)),
        line: state.pointee.shortLine)
    if let block = state.pointee.block, block.pointee.hasTooMany {
        state.pointee.fail(
            "attributes that the elements have themselves", "very many that the DOCTYPE gives them")
    }
}
