import CatalinkCore

/// Makes records of a stream of XML events; knows nothing of the parser.
struct XMLRecords {
    struct Attribute {
        var name: UnsafeBufferPointer<UInt8>
        var value: UnsafeBufferPointer<UInt8>
    }

    private struct OpenElement {
        /// `nil` once the tree holds no more nodes.
        var node: Int?
        /// Where the text of a wanted element begins.
        var start: Int?
        var position: TextPosition
    }

    private var tree: PathTree
    private var builder: PathBatchBuilder
    private let recordPath: [[UInt8]]
    /// How many elements are open, and how many of them match the record path's beginning.
    private var depth = 0
    private var matched = 0
    private var open: [OpenElement] = []
    private var captures = 0
    private var outline: [String] = []
    private(set) var hasFoundPath = false
    private(set) var failure: String?
    static let deepest = 256

    init(file: String, recordPath: [String], columns: [String]) {
        tree = PathTree(columns: columns)
        builder = PathBatchBuilder(file: file, header: Header(columns: columns))
        self.recordPath = recordPath.map { Array($0.utf8) }
    }

    var isFull: Bool { builder.isFull }
    var seenPaths: [String] { tree.seenPaths }
    var pathText: String { "/" + recordPath.map(\.text).joined(separator: "/") }
    /// The document's upper elements, for who gave another path.
    var pathHint: String? { outline.isEmpty ? nil : "the document has " + outline.joined(separator: ", ") }

    mutating func take() -> RecordBatch { builder.take() }

    mutating func start(
        _ name: UnsafeBufferPointer<UInt8>, _ attributes: [Attribute], _ position: TextPosition
    ) {
        depth += 1
        guard depth <= Self.deepest else {
            failure = "at most \(Self.deepest) open elements"
            return
        }
        if open.isEmpty {
            noteOutline(name)
            guard matched == depth - 1, matched < recordPath.count, name.elementsEqual(recordPath[matched])
            else { return }
            matched = depth
            guard matched == recordPath.count else { return }
            hasFoundPath = true
            builder.beginRecord(line: Int(position.line))
            open.append(OpenElement(node: PathTree.root, start: nil, position: position))
            take(attributes, of: PathTree.root, position)
        } else {
            enter(name, attributes, position)
        }
    }

    private mutating func enter(
        _ name: UnsafeBufferPointer<UInt8>, _ attributes: [Attribute], _ position: TextPosition
    ) {
        let parent = open[open.count - 1].node
        let node = parent.flatMap { tree.visit(name, in: $0) }
        var element = OpenElement(node: node, start: nil, position: position)
        if let node {
            if let slot = tree.nodes[node].slot, !builder.has(slot) {
                element.start = builder.offset
                captures += 1
            }
            take(attributes, of: node, position)
        }
        open.append(element)
    }

    private mutating func take(_ attributes: [Attribute], of node: Int, _ position: TextPosition) {
        for attribute in attributes {
            var name: [UInt8] = [UInt8(ascii: "@")]
            name.append(contentsOf: attribute.name)
            let child = name.withUnsafeBufferPointer { tree.visit($0, in: node) }
            guard let child else { continue }
            tree.noteText(at: child)
            if let slot = tree.nodes[child].slot, !builder.has(slot) {
                builder.setAside(slot, attribute.value, position: position)
            }
        }
    }

    mutating func text(_ text: UnsafeBufferPointer<UInt8>) {
        guard let last = open.last else { return }
        if let node = last.node, !tree.nodes[node].hasText, text.contains(where: { !$0.isBlank }) {
            tree.noteText(at: node)
        }
        guard captures > 0 else { return }
        guard builder.recordSize + text.count <= PathBatchBuilder.largestRecord else {
            failure = "a record of at most 16 MiB"
            return
        }
        builder.append(text)
    }

    mutating func end() {
        depth -= 1
        if let element = open.popLast() {
            if let start = element.start, let node = element.node, let slot = tree.nodes[node].slot {
                builder.setField(slot, start: start, position: element.position)
                captures -= 1
            }
            if open.isEmpty { builder.endRecord() }
        }
        matched = min(matched, depth)
    }

    private mutating func noteOutline(_ name: UnsafeBufferPointer<UInt8>) {
        guard depth <= 3, outline.count < 8 else { return }
        let text = "\(String(repeating: "·/", count: depth - 1))\(Array(name).text.shown(limit: 40))"
        if !outline.contains(text) { outline.append(text) }
    }
}
