import CatalinkCore

/// Makes copies of records of a stream of XML events; knows nothing of the parser.
struct XMLCopyEvents: ~Copyable {
    private struct Ancestor {
        var tag: XMLCopiedTag
        var states: UInt64
    }

    private let recordPath: XMLRecordPath
    private let naming: XMLNaming
    private let largest: Int
    private var ancestors: [Ancestor] = []
    /// Elements that are open in the record; 0 outside of records.
    private var depth = 0
    private var number = 0
    private var record: XMLCopiedRecord?
    /// The first record that is copied.
    var wanted = 1
    private(set) var found: [XMLCopiedRecord] = []

    init(_ recordPath: XMLRecordPath, _ naming: XMLNaming, largest: Int) {
        self.recordPath = recordPath
        self.naming = naming
        self.largest = largest
    }

    /// The record of a number, if it has been met; those before it are dropped.
    mutating func take(_ number: Int) -> XMLCopiedRecord? {
        found.removeAll { $0.number < number }
        return found.first?.number == number ? found.removeFirst() : nil
    }

    mutating func start(_ name: XMLName, _ namespaces: [XMLNamespace], _ attributes: XMLAttributes) {
        if depth > 0 {
            depth += 1
            if record != nil { openTag(name, namespaces, attributes) }
            return
        }
        let states = recordPath.next(ancestors.last?.states ?? recordPath.start, naming.text(of: name) ?? [])
        guard recordPath.isRecord(states) else {
            let tag = XMLCopiedTag(name: name.written, namespaces: namespaces)
            return ancestors.append(Ancestor(tag: tag, states: states))
        }
        depth = 1
        number += 1
        if number >= wanted { beginRecord(name, namespaces, attributes) }
    }

    private mutating func beginRecord(
        _ name: XMLName, _ namespaces: [XMLNamespace], _ attributes: XMLAttributes
    ) {
        var scope: [XMLNamespace] = []
        for namespace in ancestors.flatMap(\.tag.namespaces) + namespaces { scope.declare(namespace) }
        var copy = XMLCopiedRecord(number: number, name: name.written, namespaces: scope)
        copy.ancestors = ancestors.map(\.tag)
        copy.attributes.append(attributes)
        record = copy
    }

    private mutating func openTag(
        _ name: XMLName, _ namespaces: [XMLNamespace], _ attributes: XMLAttributes
    ) {
        // What an earlier fix file has added.
        if depth == 2, name.uri == nil, FixColumn.isOne([UInt8](terminated: name.local)) {
            passing = depth
        }
        guard passing == nil else { return }
        write { content in
            content.append(UInt8(ascii: "<"))
            content.append(contentsOf: name.written)
            for namespace in namespaces { content.appendXML(namespace) }
            content.append(attributes)
            content.append(UInt8(ascii: ">"))
        }
    }

    /// The depth of an element that is passed over; `nil` when none is.
    private var passing: Int?

    mutating func text(_ text: UnsafeBufferPointer<UInt8>) {
        guard record != nil, passing == nil, !text.isEmpty else { return }
        write { $0.appendXML(text) }
    }

    mutating func end(_ name: XMLName) {
        guard depth > 0 else {
            ancestors.removeLast()
            return
        }
        defer { depth -= 1 }
        guard record != nil else { return }
        if depth == 1 {
            if let record { found.append(record) }
            record = nil
        } else if passing == depth {
            passing = nil
        } else if passing == nil {
            endTag(name)
        }
    }

    private mutating func endTag(_ name: XMLName) {
        write { content in
            content.append(contentsOf: "</".utf8)
            content.append(contentsOf: name.written)
            content.append(UInt8(ascii: ">"))
        }
    }

    private mutating func write(_ body: (inout [UInt8]) -> Void) {
        guard record?.isTooLarge == false else { return }
        var bytes: [UInt8] = []
        body(&bytes)
        record?.content.append(contentsOf: bytes)
        guard record?.content.count ?? 0 > largest else { return }
        record?.isTooLarge = true
        record?.content = []
    }
}

extension XMLName {
    /// With the document's own prefix.
    var written: [UInt8] {
        guard let prefix else { return [UInt8](terminated: local) }
        return [UInt8](terminated: prefix) + [UInt8(ascii: ":")] + [UInt8](terminated: local)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ attributes: XMLAttributes) {
        for index in 0..<attributes.count {
            guard let (name, value) = attributes[index] else { continue }
            append(0x20)
            append(contentsOf: name.written)
            append(contentsOf: "=\"".utf8)
            appendXML(value, isAttribute: true)
            append(UInt8(ascii: "\""))
        }
    }
}
