import CatalinkCore

/// A container that is open on the way to the records.
struct SearchLevel {
    let isMapping: Bool
    /// The step that its children are taken by.
    let step: Int
    /// Whether its children are the records.
    let isLast: Bool
    /// Its number, if it is a mapping.
    let mapping: Int
    /// Merges that waited before it began.
    let waiting: Int
    var hasMerge = false
    var isMerged = false
    /// Whether it had the name that it was searched for.
    var hasFound = false
}

/// How far the search for records is.
struct SearchState {
    var documents = 0
    var isAtEnd = false
    /// Whether the open document has a place for records.
    var hasFound = false
    /// Why the branch that went furthest ended, and at which step.
    var lack: (step: Int, error: CatalogError)?
    /// Names of the mapping in which one was searched for.
    var outline: [String] = []
    var keyPosition = TextPosition(line: 0)
}

/// The search is not recursive, as it stops between two records wherever a batch is full.
extension NestedRecords {
    /// Goes on by one name, element or record.
    mutating func advance() throws(CatalogError) {
        guard let level = levels.last else { return try nextDocument() }
        if level.isMapping {
            try nextName(in: level)
        } else {
            let event = try events.next()
            if event == .listEnd { return try close() }
            guard level.isLast else { return try arrive(event, at: level.step + 1, key: nil) }
            try record(event, key: nil)
        }
    }

    private mutating func nextDocument() throws(CatalogError) {
        switch try events.next() {
        case .streamEnd:
            search.isAtEnd = true
            guard search.documents > 0 else { throw events.failure("records", "an empty file") }
        case .documentStart:
            search.documents += 1
            (search.hasFound, search.lack) = (false, nil)
            try arrive(try events.next(), at: 0, key: nil)
        default:
            guard search.hasFound else {
                throw search.lack?.error ?? lack(path.steps.count, "no branch that leads there")
            }
        }
    }

    private mutating func nextName(in level: SearchLevel) throws(CatalogError) {
        let event = try events.next()
        guard event == .scalar else {
            guard event == .mappingEnd else { throw unexpected("a name", event) }
            return try close()
        }
        let last = levels.count - 1
        if events.isMerge {
            guard !level.hasMerge else { throw repeated() }
            levels[last].hasMerge = true
            return try events.holdMerge()
        }
        try checkName()
        let isNew = try noteName(of: level.mapping, levels.count)
        guard isNew || level.isMerged else { throw repeated() }
        guard isNew, isWanted(level) else { return try skip(try events.next(), depth: levels.count) }
        levels[last].hasFound = true
        let key = paths.keySlots.isEmpty ? nil : Array(events.text)
        search.keyPosition = events.position
        try arrive(try events.next(), at: level.step + 1, key: key)
    }

    private mutating func isWanted(_ level: SearchLevel) -> Bool {
        guard case .name(let name) = path.steps[level.step] else { return true }
        if events.text.elementsEqual(name) { return true }
        if search.outline.count < 12 { search.outline.append(Array(events.text).text.shown(limit: 40)) }
        return false
    }

    /// A container ends, if nothing is to be merged into it.
    private mutating func close() throws(CatalogError) {
        let last = levels.count - 1
        let level = levels[last]
        if level.isMapping, events.waitingMerges > level.waiting {
            (levels[last].isMerged, levels[last].hasMerge) = (true, false)
            return try events.replayMerge()
        }
        levels.removeLast()
        guard case .name = path.steps[level.step], !level.hasFound else { return }
        try miss(level.step, "none")
    }

    /// - Parameter step: the step that is to be taken from the value whose first event has come.
    private mutating func arrive(_ event: NestedEvent, at step: Int, key: [UInt8]?) throws(CatalogError) {
        search.outline.removeAll(keepingCapacity: true)
        guard step < path.steps.count else {
            search.hasFound = true
            return try record(event, key: key)
        }
        guard leads(event, by: path.steps[step]) else {
            let got = events.shown(event)
            try miss(step, got, isMapping: event == .mappingStart)
            return try skip(event, depth: levels.count)
        }
        try checkDepth(levels.count + 1)
        let isLast = step == path.steps.count - 1
        if isLast, path.steps[step].isOfMany { search.hasFound = true }
        levels.append(
            SearchLevel(
                isMapping: event == .mappingStart, step: step, isLast: isLast, mapping: nextMapping(),
                waiting: events.waitingMerges))
    }

    private func leads(_ event: NestedEvent, by step: RecordPath.Step) -> Bool {
        switch step {
        case .name: event == .mappingStart
        case .each: event == .mappingStart || event == .listStart
        case .element: event == .listStart
        }
    }

    /// A branch ends; it is an error where it is the only one.
    private mutating func miss(_ step: Int, _ got: String, isMapping: Bool = false) throws(CatalogError) {
        let error = lack(step, got, isMapping: isMapping)
        guard path.isBranch(before: step) else { throw error }
        if step > search.lack?.step ?? -1 { search.lack = (step, error) }
    }

    private func lack(_ step: Int, _ got: String, isMapping: Bool = false) -> CatalogError {
        let place = "`records: \(path.spelling.shown())`"
        guard step < path.steps.count else { return events.failure("records at \(place)", got) }
        switch path.steps[step] {
        case .name(let name):
            let outline = search.outline
            return events.failure(
                "\(name.text.quoted) on the way of \(place)", got,
                hint: outline.isEmpty ? nil : "there is " + outline.joined(separator: ", "))
        case .each: return events.failure("a mapping or a list at \(place)", got)
        case .element:
            let hint =
                "name the list in it, as in `records: /products`, or end with `/*` if its values are the records"
            return events.failure("a list of records at \(place)", got, hint: isMapping ? hint : nil)
        }
    }
}

extension RecordPath.Step {
    /// Whether it leads to every child.
    fileprivate var isOfMany: Bool {
        if case .name = self { return false }
        return true
    }
}
