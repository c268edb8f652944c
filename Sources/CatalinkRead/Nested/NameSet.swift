/// The names of the mappings that are open, by how deep each stands; for names that are no places in a tree.
struct NameSets {
    private var sets: [NameSet] = []
    /// How many are kept in all, but for the first few of each mapping.
    private(set) var count = 0

    /// Adds a name of a mapping; false when the mapping has it.
    mutating func insert(_ name: UnsafeBufferPointer<UInt8>, of mapping: Int, _ depth: Int) -> Bool {
        while sets.count <= depth { sets.append(NameSet()) }
        let before = sets[depth].manyCount
        defer { count += sets[depth].manyCount - before }
        return sets[depth].insert(name, of: mapping)
    }
}

/// The names of one mapping, to find one that comes twice.
///
/// Names are kept as keyed 64-bit hashes, 16 bytes each at most: two of a million names meet by chance in one file
/// of thirty million.
struct NameSet {
    private var few: [UInt64] = []
    private var many: Set<UInt64> = []
    private var owner = 0
    private static let mostFew = 12

    /// Names beyond the first few.
    var manyCount: Int { many.count }

    /// Adds a name of the mapping `owner`, which clears what another has left; false when it has it.
    mutating func insert(_ name: UnsafeBufferPointer<UInt8>, of owner: Int) -> Bool {
        if owner != self.owner { clear(for: owner) }
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(name))
        let hash = UInt64(bitPattern: Int64(hasher.finalize()))
        guard few.count == Self.mostFew else {
            if few.contains(hash) { return false }
            few.append(hash)
            return true
        }
        return !few.contains(hash) && many.insert(hash).inserted
    }

    private mutating func clear(for owner: Int) {
        self.owner = owner
        few.removeAll(keepingCapacity: true)
        if !many.isEmpty { many = [] }
    }
}
