import CatalinkCore

/// The steps that the job's columns take, over the nodes of an `XMLPathTree`.
///
/// A selection is one step with its choice below the selection of the step before. As it belongs to one plain path,
/// at most one element that it has chosen is open at a time, and what has to be known of that one lies in it.
struct XMLSelections: ~Copyable {
    enum Choice: Equatable {
        case number(Int)
        case any
        /// The node of the attribute, and which of `values` it must have.
        case attribute(node: Int, value: Int)
    }

    /// Where a column's text goes.
    enum Target {
        case slot(Int)
        /// One of the texts that are joined.
        case joined(Int)
        /// One of the values of the document around the records.
        case document(Int)
    }

    struct Selection {
        let parent: Int
        /// The next at the same node.
        let next: Int
        let choice: Choice
        /// The first of its outputs.
        var output = -1
        /// Whether an element that it has chosen is open.
        var isOpen = false
        /// How often it has chosen; what is counted below begins anew each time.
        var openings = 0
        /// The parent's openings for which `count` holds.
        var counted = -1
        var count = 0
        /// Where the text of the open element begins.
        var start = 0
        var line = 0

        /// Whether one more element may be chosen, as far as counting tells.
        @inline(__always)
        fileprivate mutating func isFree(in openingsOfParent: Int) -> Bool {
            if counted != openingsOfParent {
                counted = openingsOfParent
                count = 0
            }
            switch choice {
            case .any: return true
            case .number(let number):
                count += 1
                return count == number
            case .attribute: return count == 0
            }
        }

        /// Whether the element's text is wanted.
        @inline(__always)
        mutating func open(start: Int, line: Int) -> Bool {
            isOpen = true
            openings += 1
            self.start = start
            self.line = line
            return output >= 0
        }

        /// What is to be done with the text of the element that ends.
        @inline(__always)
        mutating func close() -> (output: Int, start: Int, line: Int) {
            isOpen = false
            return (output, start, line)
        }
    }

    struct Output {
        let target: Target
        let next: Int
    }

    static let record = 0
    static let document = 1

    var selections = XMLTable<Selection>()
    private(set) var outputs = XMLTable<Output>()
    private(set) var values: [[UInt8]] = []

    init(_ tree: inout XMLPathTree) {
        add(Selection(parent: -1, next: -1, choice: .any), at: XMLPathTree.record, &tree)
        add(Selection(parent: -1, next: -1, choice: .any), at: XMLPathTree.document, &tree)
        selections[Self.document].isOpen = true
    }

    /// Lets a column's text go to `target`; its node.
    mutating func add(_ column: XMLColumn, to target: Target, _ tree: inout XMLPathTree) -> Int {
        var node = column.isOfDocument ? XMLPathTree.document : XMLPathTree.record
        var selection = column.isOfDocument ? Self.document : Self.record
        for step in column.steps {
            node = tree.child(of: node, step.name)
            selection = child(of: selection, column.choice(of: step, at: node, &self, &tree), at: node, &tree)
        }
        outputs.append(Output(target: target, next: selections[selection].output))
        selections[selection].output = outputs.count - 1
        return node
    }

    /// Whether a selection takes the element that begins.
    @inline(__always)
    mutating func chooses(
        _ selection: Int, _ node: Int, _ tag: XMLTag, _ tree: inout XMLPathTree
    ) -> Bool {
        let parent = selections[selection].parent
        guard parent >= 0 else { return true }
        guard selections[parent].isOpen else { return false }
        let openings = selections[parent].openings
        guard selections[selection].isFree(in: openings) else { return false }
        guard case .attribute(let wanted, let value) = selections[selection].choice else { return true }
        guard tag.has(wanted, of: node, values[value], &tree) else { return false }
        selections[selection].count = 1
        return true
    }

    private mutating func child(
        of parent: Int, _ choice: Choice, at node: Int, _ tree: inout XMLPathTree
    ) -> Int {
        var index = tree.nodes[node].selection
        while index >= 0 {
            if selections[index].parent == parent, selections[index].choice == choice { return index }
            index = selections[index].next
        }
        add(Selection(parent: parent, next: tree.nodes[node].selection, choice: choice), at: node, &tree)
        return selections.count - 1
    }

    private mutating func add(_ selection: Selection, at node: Int, _ tree: inout XMLPathTree) {
        selections.append(selection)
        tree.setSelection(selections.count - 1, at: node)
    }

    fileprivate mutating func number(of value: [UInt8]) -> Int {
        if let known = values.firstIndex(of: value) { return known }
        values.append(value)
        return values.count - 1
    }
}

extension XMLColumn {
    fileprivate func choice(
        of step: XMLStep, at node: Int, _ selections: inout XMLSelections, _ tree: inout XMLPathTree
    ) -> XMLSelections.Choice {
        switch step.choice {
        case nil: isOfDocument ? .any : .number(1)
        case .all: .any
        case .number(let number): .number(number)
        case .attribute(let name, let value):
            .attribute(node: tree.child(of: node, name), value: selections.number(of: value))
        }
    }
}

extension XMLTag {
    /// Whether the attribute at the node `wanted` has the value.
    fileprivate func has(
        _ wanted: Int, of node: Int, _ value: [UInt8], _ tree: inout XMLPathTree
    ) -> Bool {
        for index in 0..<count {
            let (name, text) = self[index]
            if tree.attribute(name, of: node) == wanted { return text.elementsEqual(value) }
        }
        return false
    }
}
