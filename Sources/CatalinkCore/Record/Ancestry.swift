/// What the parents of one batch's records have to give; each text is put into the batch once.
struct Ancestry {
    /// What stands under one key, parents of parents included.
    private struct Inherited {
        var values: [[UInt8]]
        var ranges: [FieldRange?]
        /// Why there may be more, or nothing at all.
        var failure: FilterFailure?
        /// The test that the nearest of them fails that fails any.
        var refusal: Int?
    }

    private let inheritance: Inheritance
    private let store: any GroupStore
    /// Bytes that may be inherited within the batch.
    private let room: Int
    private var known: [[UInt8]: Inherited] = [:]

    init(_ inheritance: Inheritance, _ store: any GroupStore, room: Int) {
        self.inheritance = inheritance
        self.store = store
        self.room = room
    }

    /// Where the value of a column lies in the batch; `nil` when there is none.
    mutating func range(
        of column: Int, under key: [UInt8], in batch: inout RecordBatch
    ) throws -> FieldRange? {
        let inherited = try inherited(under: key)
        if let range = inherited.ranges[column] { return range }
        guard !inherited.values[column].isEmpty else { return nil }
        let range = batch.add(inherited.values[column], room: room)
        known[key]?.ranges[column] = range
        // It lies in the batch now, or never will.
        known[key]?.values[column] = []
        if range == nil { known[key]?.failure = .tooMuchInherited }
        return range
    }

    mutating func failure(under key: [UInt8]) throws -> FilterFailure? {
        try inherited(under: key).failure
    }

    mutating func refusal(under key: [UInt8]) throws -> Int? {
        try inherited(under: key).refusal
    }

    private mutating func inherited(under key: [UInt8]) throws -> Inherited {
        if let inherited = known[key] { return inherited }
        let inherited = try inheritance.names == nil ? fromSiblings(key) : fromParents(key)
        known[key] = inherited
        return inherited
    }

    private var nothing: Inherited {
        let count = inheritance.columns.count
        return Inherited(
            values: Array(repeating: [], count: count), ranges: Array(repeating: nil, count: count))
    }

    private func fromSiblings(_ key: [UInt8]) throws -> Inherited {
        var inherited = nothing
        if let values = try store.values(under: key) { inherited.values = values }
        return inherited
    }

    /// From the parent, then from its parent, until one names none.
    private func fromParents(_ key: [UInt8]) throws -> Inherited {
        var inherited = nothing
        var name = key
        var seen: Set<[UInt8]> = []
        while !name.isEmpty {
            guard seen.insert(name).inserted else {
                inherited.failure = FilterFailure(
                    expected: "a parent that is not its own child", got: key.text.quoted)
                break
            }
            guard let (kept, isDouble) = try kept(under: name) else {
                guard !inheritance.isOptional else { break }
                inherited.failure = FilterFailure(
                    expected: "a row that is the parent", got: "none that is \(name.text.quoted)",
                    hint: "`parent: {optional: true, …}` lets rows without theirs keep what they have")
                break
            }
            if isDouble {
                inherited.failure = FilterFailure(
                    expected: "one row that is the parent", got: "several that are \(name.text.quoted)")
                break
            }
            inherited.values = inherited.values.filled(from: kept.values)
            inherited.refusal = inherited.refusal ?? kept.refusal
            name = kept.parent
        }
        return inherited
    }

    /// The parent of a name, and whether it is not the only one.
    private func kept(under name: [UInt8]) throws -> (parent: KeptParent, isDouble: Bool)? {
        for key in [KinshipKey.root(name), KinshipKey.child(name)] {
            guard let kept = KeptParent(try store.values(under: key)) else { continue }
            return (kept, try store.values(under: KinshipKey.double(key)) != nil)
        }
        return nil
    }
}

extension FilterFailure {
    static let tooMuchInherited = FilterFailure(
        expected: "inherited text that fits beside the rows", got: "more",
        hint: "leave long columns out of `columns:`; `source: {limits: {record: …}}` allows more")
}
