import CatalinkCore

/// The plain paths of a document: those that the job's columns follow, and those only seen.
///
/// A node is a number. Its children are found by the pointers of their names, the one after the child found last
/// being tried first, as records of a catalog mostly repeat one order; bytes are compared only when a pointer is new.
struct XMLPathTree: ~Copyable {
    struct Node {
        let parent: Int
        /// Bytes of the path; what is only seen is remembered up to a length.
        let pathLength: Int
        /// Where elements at this path are on the way to a record.
        let states: UInt64
        /// The first of the selections that end here.
        var selection = -1
        /// Whether the document has had it.
        var isSeen = false
        /// Whether there was text at it, rather than only something below.
        var hasText = false
    }

    /// A way from a node to a child; several lead to one where a name has several pointers.
    struct Edge {
        let name: XMLName
        /// `none` for a name that is passed over.
        let child: Int
        var next = none
    }

    /// The elements below a node, or its attributes, in the order in which they were first met.
    struct EdgeList {
        var first = none
        var last = none
        var expected = none
        var count = 0
    }

    static let none = -1
    /// The record.
    static let record = 0
    /// What holds the document's root element.
    static let document = 1

    private(set) var nodes = XMLTable<Node>()
    private var names: [[UInt8]] = []
    private var edges = XMLTable<Edge>()
    /// Two a node: elements, then attributes.
    private var lists = XMLTable<EdgeList>()
    private let naming: XMLNaming
    private let recordPath: XMLRecordPath
    private let longestName: Int
    /// Whether a name was met that is longer than the limit.
    private(set) var hasLongName = false
    /// A prefix that means one URI to the job and another to the document.
    private(set) var foreignPrefix: (prefix: String, expected: String, got: String)?

    private static let mostNodes = 4096
    private static let longestPath = 1024
    private static let mostEdges = 1024

    init(recordPath: XMLRecordPath, naming: XMLNaming, longestName: Int) {
        self.naming = naming
        self.recordPath = recordPath
        self.longestName = longestName
        _ = append([], parent: Self.none, states: 0)
        _ = append([], parent: Self.none, states: recordPath.start)
    }

    /// The child of this name, made where there is none.
    mutating func child(of parent: Int, _ name: [UInt8]) -> Int {
        index(of: name, in: parent) ?? add(name, to: parent)
    }

    mutating func setSelection(_ selection: Int, at node: Int) {
        nodes[node].selection = selection
    }

    @inline(__always)
    mutating func element(_ name: XMLName, in parent: Int) -> Int {
        visit(name, parent: parent, list: parent * 2)
    }

    @inline(__always)
    mutating func attribute(_ name: XMLName, of parent: Int) -> Int {
        visit(name, parent: parent, list: parent * 2 + 1)
    }

    mutating func noteText(at node: Int) {
        nodes[node].hasText = true
    }

    mutating func noteRecord() {
        nodes[Self.record].isSeen = true
    }

    /// The states of an element that has no node.
    mutating func states(after states: UInt64, _ name: XMLName) -> UInt64 {
        recordPath.next(states, text(of: name) ?? [])
    }

    @inline(__always)
    private mutating func visit(_ name: XMLName, parent: Int, list: Int) -> Int {
        let expected = lists[list].expected
        if expected >= 0, edges[expected].name == name {
            lists[list].expected = edges[expected].next
            return edges[expected].child
        }
        return search(name, parent: parent, list: list)
    }

    private mutating func search(_ name: XMLName, parent: Int, list: Int) -> Int {
        var index = lists[list].first
        while index >= 0 {
            if edges[index].name == name {
                lists[list].expected = edges[index].next
                return edges[index].child
            }
            index = edges[index].next
        }
        return meet(name, parent: parent, list: list)
    }

    /// A pointer that is new here; from now on it leads to its node, if that may still be made.
    private mutating func meet(_ name: XMLName, parent: Int, list: Int) -> Int {
        var child = Self.none
        if let text = text(of: name, isAttribute: list & 1 == 1) {
            if let known = index(of: text, in: parent) {
                child = known
            } else if nodes.count < Self.mostNodes,
                nodes[parent].pathLength + text.count < Self.longestPath
            {
                child = add(text, to: parent)
            }
        }
        if child >= 0 { nodes[child].isSeen = true }
        if lists[list].count < Self.mostEdges {
            edges.append(Edge(name: name, child: child))
            let edge = edges.count - 1
            if lists[list].last >= 0 { edges[lists[list].last].next = edge } else { lists[list].first = edge }
            lists[list].last = edge
            lists[list].count += 1
        }
        return child
    }

    private mutating func text(of name: XMLName, isAttribute: Bool = false) -> [UInt8]? {
        guard let text = naming.text(of: name) else {
            if foreignPrefix == nil { foreignPrefix = naming.complaint(about: name) }
            return nil
        }
        if text.count > longestName { hasLongName = true }
        return isAttribute ? [UInt8(ascii: "@")] + text : text
    }

    private func index(of name: [UInt8], in parent: Int) -> Int? {
        for node in nodes.indices where nodes[node].parent == parent && names[node] == name { return node }
        return nil
    }

    private mutating func add(_ name: [UInt8], to parent: Int) -> Int {
        append(name, parent: parent, states: recordPath.next(nodes[parent].states, name))
    }

    private mutating func append(_ name: [UInt8], parent: Int, states: UInt64) -> Int {
        let above = parent >= 0 ? nodes[parent].pathLength : 0
        nodes.append(Node(parent: parent, pathLength: above + name.count + 1, states: states))
        names.append(name)
        lists.append(EdgeList())
        lists.append(EdgeList())
        return nodes.count - 1
    }

    func isBelow(_ root: Int, _ node: Int) -> Bool {
        nodes[node].parent < 0 ? node == root : isBelow(root, nodes[node].parent)
    }

    /// `a/b/@c` below the record, `/a/b` from the document's root.
    func path(of node: Int) -> String {
        let parent = nodes[node].parent
        let name = names[node].text
        if parent < 0 { return "" }
        return parent == Self.record ? name : path(of: parent) + "/" + name
    }

    /// The document's first upper elements, each with as many dots before it as it has elements above.
    var outline: [String] {
        var lines: [String] = []
        for node in nodes.indices.dropFirst(2) where nodes[node].isSeen && isBelow(Self.document, node) {
            var above = 0
            var parent = nodes[node].parent
            while parent > Self.document {
                above += 1
                parent = nodes[parent].parent
            }
            guard above < 3, names[node].first != UInt8(ascii: "@") else { continue }
            lines.append(String(repeating: "·/", count: above) + names[node].text.shown(limit: 40))
            if lines.count == 8 { break }
        }
        return lines
    }
}
