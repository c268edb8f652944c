import CatalinkCore
import Glibc

/// The paths that records have had, each with the columns that take its text.
///
/// Nodes are numbers. Children are tried in the order in which they were met last, as records of a catalog mostly
/// repeat one order. There are at most some thousand; a path beyond has a node only if a column asks for it.
struct NestedPaths {
    struct Node {
        let parent: Int
        let nameStart: Int
        let nameLength: Int
        /// The number of a list's element whose name this is, or -1.
        let number: Int
        /// Whether this is one place rather than several that share a node.
        let isListed: Bool
        var firstChild = NestedPaths.nowhere
        var lastChild = NestedPaths.nowhere
        var nextSibling = NestedPaths.nowhere
        /// The child that most likely comes next.
        var expected = NestedPaths.nowhere
        /// The node of all children that have none of their own; `nil` until it is asked for.
        var others: Int?
        /// The mapping in which this was met last.
        var stamp = 0
        var states = 0..<0
        var uses = 0..<0
        /// Whether a record has had a scalar here, rather than only something below.
        var hasText = false
    }

    static let root = 0
    /// The node of what no column asks for and no list of paths has room for.
    static let nowhere = -1
    private static let mostNodes = 4096
    /// Elements of lists beyond have no node of their own.
    private static let mostElements = 64

    /// Whether some record stood under a name.
    var hasKey = false
    private(set) var nodes: [Node] = []
    private(set) var uses: [ColumnPatterns.Use] = []
    private var states: [Int] = []
    private var names: [UInt8] = []
    private let patterns: ColumnPatterns
    private let columns: [String]
    private let largestNumber: Int
    private var index: [Key: Int] = [:]

    private struct Key: Hashable {
        let parent: Int
        let name: [UInt8]
    }

    init(columns: [String]) {
        self.columns = columns
        patterns = ColumnPatterns(columns: columns)
        largestNumber = max(Self.mostElements - 1, patterns.largestNumber)
        _ = add([], number: -1, parent: Self.nowhere, states: [ColumnPatterns.root], isListed: true)
    }

    var keySlots: [Int] { patterns.keySlots }

    /// The node of a name in a mapping, a new one while there is room; `nowhere` if it has none of its own.
    @inline(__always)
    mutating func child(_ name: UnsafeBufferPointer<UInt8>, of parent: Int) -> Int {
        let expected = nodes[parent].expected
        guard expected != Self.nowhere, isNamed(expected, name) else { return search(name, of: parent) }
        return expected
    }

    /// The node of a list's element, by its number from 0.
    mutating func element(_ number: Int, of parent: Int) -> Int {
        guard parent != Self.nowhere else { return Self.nowhere }
        guard number <= largestNumber else { return others(of: parent) }
        var child = number == 0 ? nodes[parent].firstChild : nodes[parent].expected
        while child != Self.nowhere {
            if nodes[child].number == number {
                nodes[parent].expected = nodes[child].nextSibling
                return child
            }
            child = nodes[child].nextSibling
        }
        let name = Array(String(number).utf8)
        let found = name.withUnsafeBufferPointer { search($0, of: parent) }
        return found == Self.nowhere ? others(of: parent) : found
    }

    /// The one node of all children that have none of their own.
    mutating func others(of parent: Int) -> Int {
        guard parent != Self.nowhere else { return Self.nowhere }
        if let others = nodes[parent].others { return others }
        let states = patterns.stepToEach(self.states[nodes[parent].states])
        let node =
            states.isEmpty
            ? Self.nowhere : add([], number: -1, parent: parent, states: states, isListed: false)
        nodes[parent].others = node
        return node
    }

    /// Notes that a mapping has a child; false when it had it before.
    @inline(__always)
    mutating func mark(_ child: Int, of parent: Int, in mapping: Int) -> Bool {
        nodes.withUnsafeMutableBufferPointer { nodes in
            let next = nodes[child].nextSibling
            nodes[parent].expected = next == Self.nowhere ? nodes[parent].firstChild : next
            guard nodes[child].stamp != mapping else { return false }
            nodes[child].stamp = mapping
            return true
        }
    }

    @inline(__always)
    mutating func noteText(at node: Int) {
        if !nodes[node].hasText { nodes[node].hasText = true }
    }

    @inline(__always)
    private func isNamed(_ node: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard nodes[node].nameLength == name.count else { return false }
        return names.withUnsafeBufferPointer { names in
            guard let own = names.baseAddress, let other = name.baseAddress else { return true }
            return memcmp(own + nodes[node].nameStart, other, name.count) == 0
        }
    }

    private mutating func search(_ name: UnsafeBufferPointer<UInt8>, of parent: Int) -> Int {
        var child = nodes[parent].firstChild
        var tried = 0
        // A long chain of names in another order would cost its square.
        while child != Self.nowhere, tried < 16 {
            if isNamed(child, name) { return child }
            child = nodes[child].nextSibling
            tried += 1
        }
        let bytes = Array(name)
        guard child != Self.nowhere else { return addChild(bytes, to: parent) }
        return index[Key(parent: parent, name: bytes)] ?? addChild(bytes, to: parent)
    }

    private mutating func addChild(_ name: [UInt8], to parent: Int) -> Int {
        let from = states[nodes[parent].states]
        guard nodes.count < Self.mostNodes || patterns.hasName(name, in: from) else { return Self.nowhere }
        let number = name.canonicalNumber ?? -1
        let child = add(
            name, number: number, parent: parent, states: patterns.step(from, name),
            isListed: nodes[parent].isListed)
        if nodes[parent].lastChild == Self.nowhere {
            nodes[parent].firstChild = child
        } else {
            nodes[nodes[parent].lastChild].nextSibling = child
        }
        nodes[parent].lastChild = child
        index[Key(parent: parent, name: name)] = child
        return child
    }

    private mutating func add(
        _ name: [UInt8], number: Int, parent: Int, states: [Int], isListed: Bool
    ) -> Int {
        var node = Node(
            parent: parent, nameStart: names.count, nameLength: name.count, number: number,
            isListed: isListed)
        names.append(contentsOf: name)
        node.states = self.states.count..<(self.states.count + states.count)
        self.states.append(contentsOf: states)
        let uses = states.flatMap { patterns.states[$0].uses }
        node.uses = self.uses.count..<(self.uses.count + uses.count)
        self.uses.append(contentsOf: uses)
        nodes.append(node)
        return nodes.count - 1
    }
}

extension NestedPaths {
    /// Paths that some record has had with text, and columns that some record has had, by their own spelling.
    var seenPaths: [String] {
        let seen = nodes.indices.filter { nodes[$0].hasText }
        let paths = seen.filter { nodes[$0].isListed }.map(path)
        let known = Set(paths)
        var found = Set(seen.flatMap { uses[nodes[$0].uses].map(\.slot) })
        if hasKey { found.formUnion(keySlots) }
        return paths + found.sorted().map { columns[$0] }.filter { !known.contains($0) }
    }

    private func path(of node: Int) -> String {
        guard node != Self.root else { return "." }
        let start = nodes[node].nameStart
        let name = Array(names[start..<(start + nodes[node].nameLength)]).text
        return nodes[node].parent == Self.root ? name : path(of: nodes[node].parent) + "/" + name
    }
}

extension [UInt8] {
    /// The number that this is when written in the only way: digits without a leading zero.
    fileprivate var canonicalNumber: Int? {
        guard let first, allSatisfy(\.isDigit), count == 1 || first != UInt8(ascii: "0") else { return nil }
        return Int(text)
    }
}
