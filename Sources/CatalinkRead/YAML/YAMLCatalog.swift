package import CatalinkCore

/// A YAML file of which a list's elements are the records; columns are paths below one (`name`, `variants/0/price`).
///
/// Scalars are text as written: `17.50`, `no` and `0x0` stay what they are.
package struct YAMLCatalog: CatalogSource {
    private let path: String
    private let name: String
    private let recordPath: [String]
    private let settings: InputSettings

    /// - Parameter recordPath: names that lead to the list, such as `/products`; `/` for a list at the top. A last
    ///   `*` may be written for the elements.
    package init(path: String, name: String, recordPath: String, settings: InputSettings = InputSettings()) {
        self.path = path
        self.name = name
        self.settings = settings
        var names = recordPath.split(separator: "/").map(String.init)
        if names.last == "*" { names.removeLast() }
        self.recordPath = names
    }

    package func open(columns: [String]) throws(CatalogError) -> any CatalogReader {
        YAMLReader(
            YAMLEvents(try CatalogInput.text(path: path, name: name, settings), name: name), name: name,
            recordPath: recordPath, columns: columns)
    }
}

final class YAMLReader: CatalogReader {
    private enum Progress {
        case start, records, end
    }

    private let events: YAMLEvents
    private let name: String
    private let recordPath: [String]
    private var tree: PathTree
    private var builder: PathBatchBuilder
    private var progress = Progress.start
    private var outline: [String] = []
    private static let deepest = 64

    init(_ events: YAMLEvents, name: String, recordPath: [String], columns: [String]) {
        self.events = events
        self.name = name
        self.recordPath = recordPath
        tree = PathTree(columns: columns)
        builder = PathBatchBuilder(file: name, header: Header(columns: columns))
    }

    var seenColumns: [String] { tree.seenPaths }

    func next() throws(CatalogError) -> RecordBatch? {
        if progress == .start {
            try findRecords()
            progress = .records
        }
        while progress == .records, !builder.isFull {
            let kind = try events.next()
            switch kind {
            case .sequenceEnd: try skipToEnd()
            case .mappingStart: try record()
            default: throw events.failure("a mapping for each record", got(kind))
            }
        }
        let batch = builder.take()
        return batch.count > 0 ? batch : nil
    }

    /// Goes down the record path to the list at its end.
    private func findRecords() throws(CatalogError) {
        _ = try events.next()
        guard try events.next() == .documentStart else { throw events.failure("records", "an empty file") }
        var kind = try events.next()
        for name in recordPath {
            guard kind == .mappingStart else { throw missing(name, got(kind)) }
            outline = []
            kind = try value(of: name)
        }
        guard kind == .sequenceStart else {
            throw events.failure(
                "a list of records at `records: /\(recordPath.joined(separator: "/"))`", got(kind),
                hint: kind == .mappingStart ? "name the list in it, as in `records: /products`" : nil)
        }
    }

    private func value(of name: String) throws(CatalogError) -> YAMLEvents.Kind {
        while true {
            let kind = try events.next()
            guard kind == .scalar else {
                if kind == .mappingEnd { throw missing(name, "none") }
                throw events.failure("a name", got(kind))
            }
            let found = String(decoding: events.scalar, as: UTF8.self)
            let value = try events.next()
            if found == name { return value }
            if outline.count < 12 { outline.append(found.shown(limit: 40)) }
            try skip(value)
        }
    }

    private func missing(_ name: String, _ got: String) -> CatalogError {
        events.failure(
            "\(name.quoted) on the way of `records: /\(recordPath.joined(separator: "/"))`", got,
            hint: outline.isEmpty ? nil : "there is " + outline.joined(separator: ", "))
    }

    private func got(_ kind: YAMLEvents.Kind) -> String {
        switch kind {
        case .scalar: "the text " + String(decoding: events.scalar, as: UTF8.self).quoted
        case .mappingStart: "a mapping"
        case .sequenceStart: "a list"
        case .alias: "an alias"
        default: "the end"
        }
    }

    /// After the list: the rest must be YAML too, and the file whole.
    private func skipToEnd() throws(CatalogError) {
        progress = .end
        while true {
            let kind = try events.next()
            if kind == .streamEnd { return }
            if kind == .documentStart { throw events.failure("one document", "a second one") }
        }
    }

    private func skip(_ first: YAMLEvents.Kind) throws(CatalogError) {
        var depth = 0
        var kind = first
        while true {
            switch kind {
            case .mappingStart, .sequenceStart: depth += 1
            case .mappingEnd, .sequenceEnd: depth -= 1
            default: break
            }
            if depth == 0 { return }
            kind = try events.next()
        }
    }

    private func record() throws(CatalogError) {
        builder.beginRecord(line: Int(events.position.line))
        try mapping(PathTree.root, depth: 0)
        builder.endRecord()
    }

    private func mapping(_ node: Int?, depth: Int) throws(CatalogError) {
        while true {
            let kind = try events.next()
            if kind == .mappingEnd { return }
            guard kind == .scalar else { throw events.failure("a name", got(kind)) }
            let child = node.flatMap { tree.visit(events.scalar, in: $0) }
            try value(try events.next(), at: child, depth: depth)
        }
    }

    private func sequence(_ node: Int?, depth: Int) throws(CatalogError) {
        var index = 0
        while true {
            let kind = try events.next()
            if kind == .sequenceEnd { return }
            var name = Array(String(index).utf8)
            let child = name.withUnsafeMutableBufferPointer { name in
                node.flatMap { tree.visit(UnsafeBufferPointer(name), in: $0) }
            }
            try value(kind, at: child, depth: depth)
            index += 1
        }
    }

    private func value(_ kind: YAMLEvents.Kind, at node: Int?, depth: Int) throws(CatalogError) {
        guard depth < Self.deepest else { throw events.failure("at most \(Self.deepest) levels", "more") }
        switch kind {
        case .scalar: try scalar(at: node)
        case .mappingStart: try mapping(node, depth: depth + 1)
        case .sequenceStart: try sequence(node, depth: depth + 1)
        default: throw events.failure("a value", got(kind), hint: "write the value out")
        }
    }

    private func scalar(at node: Int?) throws(CatalogError) {
        guard let node else { return }
        if !tree.nodes[node].hasText { tree.noteText(at: node) }
        guard let slot = tree.nodes[node].slot else { return }
        guard !builder.has(slot) else {
            throw events.failure(
                "each name once in a record", "a second \(tree.nodes[node].name.text.quoted)")
        }
        guard builder.recordSize + events.scalar.count <= PathBatchBuilder.largestRecord else {
            throw events.failure("a record of at most 16 MiB", "a larger one")
        }
        let start = builder.offset
        builder.append(events.scalar)
        builder.setField(slot, start: start, position: events.position)
    }
}
