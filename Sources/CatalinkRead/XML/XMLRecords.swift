import CatalinkCore

/// Makes records of XML events; knows nothing of the parser.
struct XMLRecords: ~Copyable {
    struct OpenElement {
        /// `XMLPathTree.none` where the tree has no node for it.
        var node: Int
        /// Where an element outside of records is on the way to one.
        var states: UInt64
    }

    private struct Joined {
        let slot: Int
        var text: [UInt8] = []
        var isEmpty = true
        var line = 0
    }

    private let recordPath: XMLRecordPath
    private let limits: ReadLimits
    private(set) var tree: XMLPathTree
    private var steps: XMLSelections
    private var stage: XMLRecordStage
    let columns: [(name: String, node: Int)]
    private var joined: [Joined] = []
    /// The text of open elements around records that a column wants.
    private var documentText: [UInt8] = []
    private var open = XMLTable<OpenElement>(capacity: 128)
    /// How many elements are open around the record; `nil` outside of records.
    private var recordDepth: Int?
    /// How many open elements have their text taken, and where that of the outermost begins.
    private var captures = 0
    private var captureStart = 0
    private var outer = (captures: 0, start: 0)
    private var joinedSize = 0
    private(set) var hasFoundPath = false
    /// Whether a limit was passed, and which; one byte is looked at after each event.
    private(set) var hasFailed = false
    private(set) var limit = ""
    /// What lets it be larger.
    private(set) var limitHint: String?

    static let mostAttributes = 1024

    init(
        file: String, recordPath: XMLRecordPath, columns: [String], naming: XMLNaming, limits: ReadLimits
    ) throws(CatalogError) {
        self.recordPath = recordPath
        self.limits = limits
        stage = XMLRecordStage(file: file, header: Header(columns: columns))
        tree = XMLPathTree(recordPath: recordPath, naming: naming, longestName: limits.nameSize)
        steps = XMLSelections(&tree)
        var nodes: [(name: String, node: Int)] = []
        for (slot, name) in columns.enumerated() {
            let column = try XMLColumn(name, file: file)
            let target: XMLSelections.Target
            if column.isOfDocument {
                target = .document(stage.addShared(slot))
            } else if column.isJoined {
                target = .joined(joined.count)
                joined.append(Joined(slot: slot))
            } else {
                target = .slot(slot)
            }
            nodes.append((name, steps.add(column, to: target, &tree)))
        }
        self.columns = nodes
    }

    var isFull: Bool { stage.isFull }
    /// Whether some column is a path of the whole document.
    var hasShared: Bool { stage.hasShared }
    mutating func take() -> RecordBatch { stage.take() }

    /// Takes all events of a block.
    ///
    /// - Returns: the line at which one of them passed a limit.
    mutating func take(_ block: UnsafePointer<XMLEventBlock>) -> Int? {
        let texts = block.pointee.texts.start
        for index in block.pointee.events.indices {
            let event = block.pointee.events[index]
            switch event.kind {
            case .start:
                let tag = XMLTag(
                    block.pointee.attributes.start + Int(event.first), texts, count: Int(event.count))
                start(tag, line: Int(event.line))
            case .text:
                text(UnsafeBufferPointer(start: texts + Int(event.first), count: Int(event.count)))
            case .end: end()
            }
            if hasFailed { return Int(event.line) }
        }
        return nil
    }

    @inline(__always)
    private mutating func start(_ tag: XMLTag, line: Int) {
        guard open.count < limits.depth else {
            return fail("at most \(limits.depth) open elements", setting: "depth")
        }
        guard tag.count <= Self.mostAttributes else { return fail(Self.attributeLimit) }
        let parent =
            open.count > 0
            ? open[open.count - 1] : OpenElement(node: XMLPathTree.document, states: recordPath.start)
        var element = OpenElement(node: XMLPathTree.none, states: 0)
        if parent.node >= 0 { element.node = tree.element(tag.name, in: parent.node) }
        if recordDepth == nil { place(&element, below: parent, tag.name, line: line) }
        begin(element, tag, line: line)
        if tree.hasLongName { fail("names of at most \(limits.nameSize.inBytes)", setting: "name") }
    }

    /// Finds out whether an element outside of records is one.
    @inline(never)
    private mutating func place(
        _ element: inout OpenElement, below parent: OpenElement, _ name: XMLName, line: Int
    ) {
        element.states =
            element.node >= 0 ? tree.nodes[element.node].states : tree.states(after: parent.states, name)
        guard recordPath.isRecord(element.states) else { return }
        element.node = XMLPathTree.record
        beginRecord(line: line)
    }

    @inline(__always)
    private mutating func text(_ text: UnsafeBufferPointer<UInt8>) {
        guard open.count > 0 else { return }
        let node = open[open.count - 1].node
        if node >= 0, !tree.nodes[node].hasText, text.contains(where: { !$0.isBlank }) {
            tree.noteText(at: node)
        }
        if captures > 0 { append(text) }
    }

    @inline(__always)
    private mutating func end() {
        let node = open.removeLast().node
        if node >= 0 {
            var selection = tree.nodes[node].selection
            while selection >= 0 {
                if steps.selections[selection].isOpen { close(selection) }
                selection = steps.selections[selection].next
            }
        }
        if open.count == recordDepth { endRecord() }
    }

    private mutating func beginRecord(line: Int) {
        hasFoundPath = true
        recordDepth = open.count
        (outer, captures) = ((captures, captureStart), 0)
        tree.noteRecord()
        stage.begin(line: line)
        // What is shared counts, too.
        _ = fits(0)
        if !stage.hasRoom { fail("records of at most 2 GiB together in what is parsed at once") }
    }

    private mutating func endRecord() {
        for index in joined.indices where !joined[index].isEmpty {
            var text: [UInt8] = []
            swap(&text, &joined[index].text)
            text.withUnsafeBufferPointer { put($0, in: joined[index].slot, line: joined[index].line) }
            text.removeAll(keepingCapacity: true)
            swap(&text, &joined[index].text)
            joined[index].isEmpty = true
        }
        joinedSize = 0
        stage.end()
        recordDepth = nil
        (captures, captureStart) = outer
    }

    @inline(__always)
    private mutating func begin(_ element: OpenElement, _ tag: XMLTag, line: Int) {
        open.append(element)
        guard element.node >= 0 else { return }
        var selection = tree.nodes[element.node].selection
        while selection >= 0 {
            if steps.chooses(selection, element.node, tag, &tree) { open(selection, line: line) }
            selection = steps.selections[selection].next
        }
        for index in 0..<tag.count {
            let (name, value) = tag[index]
            take(name, value, of: element.node, line: line)
        }
    }

    private mutating func take(
        _ name: XMLName, _ value: UnsafeBufferPointer<UInt8>, of element: Int, line: Int
    ) {
        guard value.count <= limits.fieldSize else { return failAtField() }
        let node = tree.attribute(name, of: element)
        guard node >= 0 else { return }
        tree.noteText(at: node)
        var selection = tree.nodes[node].selection
        while selection >= 0 {
            if steps.selections[steps.selections[selection].parent].isOpen {
                put(value, outputsOf: selection, line: line)
            }
            selection = steps.selections[selection].next
        }
    }

    @inline(__always)
    private mutating func open(_ selection: Int, line: Int) {
        let start = recordDepth == nil ? documentText.count : stage.offset
        guard steps.selections[selection].open(start: start, line: line) else { return }
        if captures == 0 { captureStart = start }
        captures += 1
    }

    private mutating func close(_ selection: Int) {
        let (first, start, line) = steps.selections[selection].close()
        guard first >= 0 else { return }
        var output = first
        while output >= 0 {
            if case .slot(let slot) = steps.outputs[output].target {
                stage.setField(slot, start: start, line: line)
            } else {
                put(textFrom: start, in: steps.outputs[output].target, line: line)
            }
            output = steps.outputs[output].next
        }
        captures -= 1
        if captures == 0, recordDepth == nil { documentText.removeAll(keepingCapacity: true) }
    }

    @inline(never)
    private mutating func put(textFrom start: Int, in target: XMLSelections.Target, line: Int) {
        switch target {
        case .slot(let slot): stage.setField(slot, start: start, line: line)
        case .joined(let index):
            if beginJoin(index, stage.offset - start, line: line) {
                stage.withText(from: start) { joined[index].text.append(contentsOf: $0) }
            }
        case .document(let index):
            stage.share(index, Array(documentText[start...]), line: line)
        }
    }

    @inline(__always)
    private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        let end = recordDepth == nil ? documentText.count : stage.offset
        guard end + text.count - captureStart <= limits.fieldSize else { return failAtField() }
        if recordDepth == nil {
            documentText.append(contentsOf: text)
        } else if fits(text.count) {
            stage.append(text)
        }
    }

    /// Gives an attribute's value to whatever wants it.
    private mutating func put(
        _ value: UnsafeBufferPointer<UInt8>, outputsOf selection: Int, line: Int
    ) {
        var output = steps.selections[selection].output
        while output >= 0 {
            switch steps.outputs[output].target {
            case .slot(let slot):
                if fits(value.count) { put(value, in: slot, line: line) }
            case .joined(let index):
                if beginJoin(index, value.count, line: line) {
                    joined[index].text.append(contentsOf: value)
                }
            case .document(let index):
                stage.share(index, Array(value), line: line)
            }
            output = steps.outputs[output].next
        }
    }

    private mutating func put(_ text: UnsafeBufferPointer<UInt8>, in slot: Int, line: Int) {
        if captures > 0 {
            // The bytes that follow belong to an element that is still open.
            stage.setAside(slot, text, line: line)
        } else {
            let start = stage.offset
            stage.append(text)
            stage.setField(slot, start: start, line: line)
        }
    }

    /// Makes room for one more text of a joined column, if its limits let it.
    private mutating func beginJoin(_ index: Int, _ length: Int, line: Int) -> Bool {
        guard fits(length + 1) else { return false }
        guard joined[index].text.count + length < limits.fieldSize else {
            failAtField()
            return false
        }
        joinedSize += length + 1
        if joined[index].isEmpty {
            joined[index].isEmpty = false
            joined[index].line = line
        } else {
            joined[index].text.append(ListField.separator)
        }
        return true
    }

    /// Whether the record may grow by so many bytes.
    @inline(__always)
    private mutating func fits(_ count: Int) -> Bool {
        guard stage.size + joinedSize + count <= limits.recordSize else {
            fail("a record of at most \(limits.recordSize.inBytes)", setting: "record")
            return false
        }
        return true
    }

    static let attributeLimit = "at most \(mostAttributes) attributes of an element"

    private mutating func failAtField() {
        fail("a field of at most \(limits.fieldSize.inBytes)", setting: "field")
    }

    /// - Parameter setting: the name of the limit in a job; `nil` for one that no job changes.
    private mutating func fail(_ limit: String, setting: String? = nil) {
        guard !hasFailed else { return }
        hasFailed = true
        self.limit = limit
        limitHint = setting.map(ReadLimits.hint)
    }
}
