import CatalinkCore

/// Makes records of nested documents, whatever format they are written in.
///
/// One mapping never has a name twice, no container is deeper, no name and text longer than the limits say; the
/// place of what breaks this is told.
struct NestedRecords<Events: NestedEvents> {
    var events: Events
    let path: RecordPath
    let limits: ReadLimits
    var paths: NestedPaths
    var builder: PathBatchBuilder
    /// Containers that are open on the way to the records.
    var levels: [SearchLevel] = []
    var search = SearchState()
    /// Mappings so far; the number of one tells its names from those of others.
    private var mappings = 0
    /// Names that are no nodes of `paths`.
    private var names = NameSets()

    /// - Parameter batchSize: records of one batch.
    init(
        _ events: Events, path: RecordPath, columns: [String], limits: ReadLimits, batchSize: Int = 4096
    ) {
        self.events = events
        self.path = path
        self.limits = limits
        paths = NestedPaths(columns: columns)
        builder = PathBatchBuilder(
            file: events.name, header: Header(columns: columns), mostRecords: batchSize)
    }

    mutating func next() throws(CatalogError) -> RecordBatch? {
        while !search.isAtEnd, !builder.isFull { try advance() }
        let batch = builder.take()
        return batch.count > 0 ? batch : nil
    }

    /// - Parameters:
    ///   - event: what the record begins with.
    ///   - key: the name under which it stands.
    mutating func record(_ event: NestedEvent, key: [UInt8]?) throws(CatalogError) {
        builder.beginRecord(line: Int(events.position.line))
        events.recordBegins(with: event)
        if let key { take(key) }
        switch event {
        case .scalar: try scalar(at: NestedPaths.root)
        case .mappingStart: try mapping(at: NestedPaths.root, depth: levels.count + 1)
        default: throw unexpected("a mapping or a text for each record", event)
        }
        events.recordEnds()
        builder.endRecord()
    }

    private mutating func take(_ key: [UInt8]) {
        paths.hasKey = true
        for slot in paths.keySlots {
            key.withUnsafeBufferPointer { builder.add(slot, $0, position: search.keyPosition) }
        }
    }

    private mutating func mapping(at node: Int, depth: Int) throws(CatalogError) {
        try checkDepth(depth)
        let mapping = nextMapping()
        let waiting = events.waitingMerges
        var names = 0
        var isMerged = false
        var hasMerge = false
        while true {
            let event = try events.next()
            guard event == .scalar else {
                guard event == .mappingEnd else { throw unexpected("a name", event) }
                guard events.waitingMerges > waiting else { return }
                try events.replayMerge()
                (isMerged, hasMerge) = (true, false)
                continue
            }
            if events.isMerge {
                guard !hasMerge else { throw repeated() }
                hasMerge = true
                try events.holdMerge()
                continue
            }
            if let child = try enter(node, of: mapping, depth) {
                names += 1
                guard names <= limits.columns else { throw manyNames() }
                try value(try events.next(), at: child, depth: depth)
            } else if isMerged {
                try skip(try events.next(), depth: depth)
            } else {
                throw repeated()
            }
        }
    }

    /// The node of the name that came last, or `nil` when the mapping has it already.
    @inline(__always)
    private mutating func enter(_ parent: Int, of mapping: Int, _ depth: Int) throws(CatalogError) -> Int? {
        try checkName()
        if parent != NestedPaths.nowhere {
            let child = paths.child(events.text, of: parent)
            if child != NestedPaths.nowhere {
                return paths.mark(child, of: parent, in: mapping) ? child : nil
            }
        }
        return try noteName(of: mapping, depth) ? paths.others(of: parent) : nil
    }

    private mutating func list(at node: Int, depth: Int) throws(CatalogError) {
        try checkDepth(depth)
        var number = 0
        while true {
            let event = try events.next()
            if event == .listEnd { return }
            try value(event, at: paths.element(number, of: node), depth: depth)
            number += 1
        }
    }

    /// - Parameter depth: the containers that are open around it.
    private mutating func value(_ event: NestedEvent, at node: Int, depth: Int) throws(CatalogError) {
        switch event {
        case .scalar: try scalar(at: node)
        case .mappingStart:
            noteParts(at: node)
            try mapping(at: node, depth: depth + 1)
        case .listStart:
            noteParts(at: node)
            try list(at: node, depth: depth + 1)
        default: throw unexpected("a value", event)
        }
    }

    private func noteParts(at node: Int) {
        guard node != NestedPaths.nowhere else { return }
        for index in paths.nodes[node].uses where !paths.uses[index].gathers {
            builder.noteParts(paths.uses[index].slot, position: events.position)
        }
    }

    @inline(__always)
    private mutating func scalar(at node: Int) throws(CatalogError) {
        try checkText()
        guard node != NestedPaths.nowhere else { return }
        paths.noteText(at: node)
        let uses = paths.nodes[node].uses
        if !uses.isEmpty, !events.isNull { try put(uses) }
    }

    private mutating func put(_ uses: Range<Int>) throws(CatalogError) {
        let (text, position) = (events.text, events.position)
        for index in uses {
            guard builder.recordSize &+ text.count <= limits.recordSize else { throw largeRecord() }
            let use = paths.uses[index]
            if use.gathers {
                guard !text.contains(ListField.separator) else { throw separatorInText() }
                let size = builder.gather(use.slot, text, position: position)
                guard size <= limits.fieldSize else { throw longText() }
            } else {
                builder.add(use.slot, text, position: position)
            }
        }
    }
}

extension NestedRecords {
    /// Passes over a value whose first event has come; it must be as valid as any other.
    mutating func skip(_ event: NestedEvent, depth: Int) throws(CatalogError) {
        switch event {
        case .scalar: try checkText()
        case .listStart:
            try checkDepth(depth + 1)
            while true {
                let element = try events.next()
                if element == .listEnd { return }
                try skip(element, depth: depth + 1)
            }
        case .mappingStart: try skipMapping(depth: depth + 1)
        default: throw unexpected("a value", event)
        }
    }

    private mutating func skipMapping(depth: Int) throws(CatalogError) {
        try checkDepth(depth)
        let mapping = nextMapping()
        while true {
            let event = try events.next()
            if event == .mappingEnd { return }
            if event == .scalar {
                try checkName()
                guard try noteName(of: mapping, depth) else { throw repeated() }
            } else {
                try skip(event, depth: depth)
            }
            try skip(try events.next(), depth: depth)
        }
    }

    mutating func nextMapping() -> Int {
        mappings += 1
        return mappings
    }

    /// Notes the name that came last; false when the mapping has it already.
    mutating func noteName(of mapping: Int, _ depth: Int) throws(CatalogError) -> Bool {
        let isNew = names.insert(events.text, of: mapping, depth)
        guard names.count <= limits.openNames else { throw manyNamesAtOnce() }
        return isNew
    }

    @inline(__always)
    func checkName() throws(CatalogError) {
        guard events.text.count <= limits.nameSize else { throw longName() }
    }

    @inline(__always)
    func checkText() throws(CatalogError) {
        guard events.text.count <= limits.fieldSize else { throw longText() }
    }

    @inline(__always)
    func checkDepth(_ depth: Int) throws(CatalogError) {
        guard depth <= limits.depth else { throw manyLevels() }
    }
}

/// Not inlined, as messages would crowd the loops.
extension NestedRecords {
    @inline(never)
    func repeated() -> CatalogError {
        events.failure("each name once in a mapping", "a second \(Array(events.text).text.quoted)")
    }

    @inline(never)
    func unexpected(_ expected: String, _ event: NestedEvent) -> CatalogError {
        events.failure(expected, events.shown(event))
    }

    @inline(never)
    private func longName() -> CatalogError {
        events.failure(
            "a name of at most \(limits.nameSize.inBytes)", "a longer one", hint: ReadLimits.hint("name"))
    }

    @inline(never)
    private func longText() -> CatalogError {
        events.failure(
            "a text of at most \(limits.fieldSize.inBytes)", "a longer one", hint: ReadLimits.hint("field"))
    }

    @inline(never)
    private func separatorInText() -> CatalogError {
        events.failure(
            "a text that may stand in a list", "one with the control character U+001F",
            hint: "values of a list are parted by it; the export must leave control characters out")
    }

    @inline(never)
    private func largeRecord() -> CatalogError {
        events.failure(
            "a record of at most \(limits.recordSize.inBytes)", "a larger one",
            hint: ReadLimits.hint("record"))
    }

    @inline(never)
    private func manyNames() -> CatalogError {
        events.failure(
            "at most \(limits.columns) names in a mapping", "more", hint: ReadLimits.hint("columns"))
    }

    @inline(never)
    private func manyNamesAtOnce() -> CatalogError {
        events.failure(
            "at most \(limits.openNames) names in open mappings", "more",
            hint:
                "each name is remembered, as none may come twice; write so many records as a list, or as JSON Lines"
        )
    }

    @inline(never)
    private func manyLevels() -> CatalogError {
        events.failure(
            "at most \(limits.depth) levels of mappings and lists", "more", hint: ReadLimits.hint("depth"))
    }
}
