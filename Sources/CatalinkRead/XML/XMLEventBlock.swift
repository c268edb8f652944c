import CatalinkCore

/// What libxml2 told of one chunk of a document, with the texts of all behind one another.
///
/// Names stay libxml2's, which keeps them as long as its parser lives.
struct XMLEventBlock: ~Copyable {
    enum Kind: UInt8 {
        case start, text, end
    }

    struct Event {
        let kind: Kind
        let line: UInt32
        /// Of a start: the entry of its name in `attributes`, followed by those of its attributes. Of a text: its
        /// first byte.
        let first: UInt32
        /// Attributes, or bytes.
        let count: UInt32
    }

    struct Attribute {
        let name: XMLName
        let first: UInt32
        let count: UInt32
    }

    private(set) var events = XMLTable<Event>(capacity: 16 * 1024)
    private(set) var attributes = XMLTable<Attribute>(capacity: 8192)
    private(set) var texts = XMLTable<UInt8>(capacity: 128 * 1024)
    /// Why nothing follows.
    var failure: CatalogError?

    private static let largestKept = 1024 * 1024
    /// More than a chunk can write, so that a DOCTYPE gave them.
    static let mostAttributes = 64 * 1024

    var hasTooMany: Bool { attributes.count > Self.mostAttributes }

    mutating func clear() {
        failure = nil
        events.removeAll(keepingAtMost: Self.largestKept)
        attributes.removeAll(keepingAtMost: Self.largestKept)
        texts.removeAll(keepingAtMost: Self.largestKept)
    }

    @inline(__always)
    mutating func appendStart(_ name: XMLName, _ attributes: XMLAttributes, line: UInt32) {
        let first = self.attributes.count
        self.attributes.append(Attribute(name: name, first: 0, count: 0))
        for index in 0..<attributes.count {
            if let (name, value) = attributes[index] { append(name, value) }
        }
        append(.start, line, first, self.attributes.count - first - 1)
    }

    @inline(__always)
    private mutating func append(_ name: XMLName, _ value: UnsafeBufferPointer<UInt8>) {
        attributes.append(
            Attribute(
                name: name, first: UInt32(truncatingIfNeeded: texts.count),
                count: UInt32(truncatingIfNeeded: value.count)))
        texts.append(contentsOf: value)
    }

    @inline(__always)
    mutating func appendText(_ text: UnsafeBufferPointer<UInt8>, line: UInt32) {
        append(.text, line, texts.count, text.count)
        texts.append(contentsOf: text)
    }

    @inline(__always)
    mutating func appendEnd(line: UInt32) {
        append(.end, line, 0, 0)
    }

    @inline(__always)
    private mutating func append(_ kind: Kind, _ line: UInt32, _ first: Int, _ count: Int) {
        events.append(
            Event(
                kind: kind, line: line, first: UInt32(truncatingIfNeeded: first),
                count: UInt32(truncatingIfNeeded: count)))
    }
}

/// A start tag of a block.
struct XMLTag {
    private let base: UnsafePointer<XMLEventBlock.Attribute>
    private let texts: UnsafePointer<UInt8>
    /// Its attributes.
    let count: Int

    /// - Parameters:
    ///   - base: the name's entry, and behind it those of the attributes.
    ///   - texts: those of the block.
    init(
        _ base: UnsafePointer<XMLEventBlock.Attribute>, _ texts: UnsafePointer<UInt8>, count: Int
    ) {
        (self.base, self.texts, self.count) = (base, texts, count)
    }

    var name: XMLName { @inline(__always) get { base[0].name } }

    /// The attribute of this number, from 0.
    @inline(__always)
    subscript(index: Int) -> (name: XMLName, value: UnsafeBufferPointer<UInt8>) {
        let attribute = base[index + 1]
        return (
            attribute.name,
            UnsafeBufferPointer(start: texts + Int(attribute.first), count: Int(attribute.count))
        )
    }
}
