package import CatalinkCore

/// A YAML document as a tree that knows where each node stands; scalars are text as written.
package struct YAMLNode: Sendable {
    package enum Content: Sendable {
        /// `isPlain`: without quotation marks, so that `null`, numbers and booleans may be meant.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    package struct Entry: Sendable {
        package var name: String
        package var place: JobPlace
        package var value: YAMLNode
    }

    package var content: Content
    package var place: JobPlace

    package init(content: Content, place: JobPlace) {
        self.content = content
        self.place = place
    }

    /// Reads a file of one document; small files such as jobs only.
    ///
    /// An alias is the value of its anchor, with the place of the alias; `<<` is a name like any other.
    package static func load(path: String, name: String) throws(CatalogError) -> YAMLNode {
        var settings = InputSettings()
        settings.canBeGivenEncoding = false
        return try document(try CatalogInput.text(path: path, name: name, settings), name)
    }

    /// Reads one document that lies in memory.
    package static func parse(_ bytes: [UInt8], name: String) throws(CatalogError) -> YAMLNode {
        try document(MemorySource(bytes), name)
    }

    private static func document(_ source: any ByteSource, _ name: String) throws(CatalogError) -> YAMLNode {
        let limits = AliasLimits(events: 10_000, eventRatio: 0)
        var reader = YAMLTreeReader(YAMLEvents(source, name: name, aliases: limits))
        return try reader.document()
    }
}

/// Bytes that are there already.
final class MemorySource: ByteSource {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        let count = min(rest.count, buffer.count)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }
}

private struct YAMLTreeReader {
    private var events: YAMLEvents
    private static let deepest = 64

    init(_ events: YAMLEvents) {
        self.events = events
    }

    mutating func document() throws(CatalogError) -> YAMLNode {
        guard try events.next() == .documentStart else {
            throw events.failure("a YAML document", "an empty file")
        }
        let root = try node(try events.next(), depth: 0)
        _ = try events.next()
        guard try events.next() == .streamEnd else { throw events.failure("one document", "a second one") }
        return root
    }

    private func place() -> JobPlace {
        JobPlace(line: Int(events.position.line), column: Int(events.position.column))
    }

    private mutating func node(_ event: NestedEvent, depth: Int) throws(CatalogError) -> YAMLNode {
        guard depth < Self.deepest else { throw events.failure("at most \(Self.deepest) levels", "more") }
        let place = place()
        switch event {
        case .scalar:
            return YAMLNode(
                content: .scalar(String(decoding: events.text, as: UTF8.self), isPlain: events.isPlain),
                place: place)
        case .listStart:
            var nodes: [YAMLNode] = []
            while true {
                let next = try events.next()
                if next == .listEnd { return YAMLNode(content: .sequence(nodes), place: place) }
                nodes.append(try node(next, depth: depth + 1))
            }
        case .mappingStart: return YAMLNode(content: .mapping(try entries(depth: depth)), place: place)
        default: throw events.failure("a value", events.shown(event))
        }
    }

    private mutating func entries(depth: Int) throws(CatalogError) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        while true {
            let next = try events.next()
            if next == .mappingEnd { return entries }
            guard next == .scalar else { throw events.failure("a name", "a list or a mapping") }
            let name = String(decoding: events.text, as: UTF8.self)
            let place = place()
            guard !entries.contains(where: { $0.name == name }) else {
                throw events.failure("each name once", "a second \(name.quoted)")
            }
            let value = try node(try events.next(), depth: depth + 1)
            entries.append(YAMLNode.Entry(name: name, place: place, value: value))
        }
    }
}
