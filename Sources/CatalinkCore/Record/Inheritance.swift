/// Lets records inherit empty fields from other records of the whole catalog, wherever they stand.
///
/// Two ways of being kin: all records with the same text in one column (`siblings`), or a record that names its
/// parent, which may name its own. A first reading of the catalog collects what is to be inherited, a second fills it
/// in. Rows with more or fewer fields than the header neither give nor take.
package struct Inheritance: Sendable {
    /// What a record inherits by; a slot.
    let of: Int
    /// What a record is inherited from by; `nil` when it is `of` too, among siblings.
    let names: [Template]?
    /// Slots of the fields that are inherited.
    package let columns: [Int]
    /// Whether a child without its parent keeps what it has.
    let isOptional: Bool

    /// - Parameters are slots.
    package init(siblingsBy column: Int, columns: [Int]) {
        of = column
        names = nil
        self.columns = columns
        isOptional = true
    }

    /// - Parameters:
    ///   - of: the slot of the column in which a child names its parent.
    ///   - names: what a parent goes by.
    ///   - isOptional: whether a child whose parent is not there keeps what it has, rather than being a problem.
    package init(childrenBy of: Int, parentsBy names: [Template], columns: [Int], isOptional: Bool = false) {
        self.of = of
        self.names = names
        self.columns = columns
        self.isOptional = isOptional
    }

    /// Keeps what each record of a batch has to give.
    package func collect(
        from batch: RecordBatch, slots: [Int], into store: any GroupStore
    ) throws {
        guard slots[of] != ColumnUses.absent else { return }
        for record in 0..<batch.count where batch.isWhole(record) {
            let own = batch.text(of, of: record, slots)
            let values = columns.map { batch.text($0, of: record, slots) }
            guard let names else {
                if !own.isEmpty, values.contains(where: { !$0.isEmpty }) {
                    try store.keep(values, under: own)
                }
                continue
            }
            let keys: [[UInt8]]
            do throws(FilterFailure) {
                keys = try self.keys(names, of: record, in: batch, slots)
            } catch {
                try store.keep([[1]], under: KinshipKey.failure)
                continue
            }
            try keep(values, own, under: keys, store)
        }
    }

    /// What a record goes by.
    func keys(
        _ names: [Template], of record: Int, in batch: RecordBatch, _ slots: [Int]
    ) throws(FilterFailure) -> [[UInt8]] {
        let none: [UInt8] = []
        let row = RowView(batch, record: record, slots: slots, segment: none.span, key: none.span)
        var keys: [[UInt8]] = []
        for name in names {
            var key = try name.text(row)
            key.trim()
            if !key.isEmpty, !keys.contains(key) { keys.append(key) }
        }
        return keys
    }

    private func keep(
        _ values: [[UInt8]], _ parent: [UInt8], under keys: [[UInt8]], _ store: any GroupStore
    ) throws {
        for key in keys {
            let name = parent.isEmpty ? KinshipKey.root(key) : KinshipKey.child(key)
            if try store.values(under: name) != nil {
                try store.keep([[1]], under: KinshipKey.double(name))
            } else {
                try store.keep(values + [parent], under: name)
            }
        }
    }

    /// Fills the empty fields of a batch from what was kept.
    ///
    /// - Returns: why rows whose parents are not what they must be are problems, by their numbers in the file.
    @discardableResult
    package func apply(
        to batch: inout RecordBatch, slots: [Int], from store: any GroupStore
    ) throws -> [Int: [FieldFailure]] {
        guard slots[of] != ColumnUses.absent else { return [:] }
        var failures = try unnamed(in: batch, slots, store)
        var ancestry = Ancestry(self, store)
        for record in 0..<batch.count where batch.isWhole(record) {
            let key = batch.text(of, of: record, slots)
            guard !key.isEmpty else { continue }
            let empty = columns.indices.filter {
                slots[columns[$0]] != ColumnUses.absent && batch.text(columns[$0], of: record, slots).isEmpty
            }
            guard !empty.isEmpty else { continue }
            var isFilled = true
            for index in empty {
                guard let range = try ancestry.range(of: index, under: key, in: &batch) else {
                    isFilled = false
                    continue
                }
                batch.replace(slots[columns[index]], of: record, by: range)
            }
            if !isFilled, let failure = try ancestry.failure(under: key) {
                failures[batch.records[record].number, default: []].append(
                    FieldFailure(
                        subject: "parent", slot: SlotChoice(slots: [of]), rule: names?.first?.place,
                        failure: failure))
            }
        }
        return failures
    }

    /// Rows of which a template cannot tell what they go by.
    private func unnamed(
        in batch: RecordBatch, _ slots: [Int], _ store: any GroupStore
    ) throws -> [Int: [FieldFailure]] {
        guard let names, try store.values(under: KinshipKey.failure) != nil else { return [:] }
        var failures: [Int: [FieldFailure]] = [:]
        for record in 0..<batch.count where batch.isWhole(record) {
            do throws(FilterFailure) {
                _ = try keys(names, of: record, in: batch, slots)
            } catch {
                failures[batch.records[record].number] = [
                    FieldFailure(
                        subject: "parent.is", slot: error.slot ?? names.lazy.compactMap(\.firstSlot).first,
                        rule: names.first?.place, failure: error)
                ]
            }
        }
        return failures
    }
}

/// Under which keys a store keeps what parents have: those who name no parent apart from those who do, as a child may
/// go by its parent's name.
enum KinshipKey {
    static let failure: [UInt8] = [3]

    static func root(_ name: [UInt8]) -> [UInt8] { [0] + name }
    static func child(_ name: [UInt8]) -> [UInt8] { [1] + name }
    static func double(_ key: [UInt8]) -> [UInt8] { [2] + key }
}

/// Remembers values of a whole catalog by key, in memory that does not grow with it; lives on one thread.
package protocol GroupStore: AnyObject {
    /// Of each value the first that is not empty stays.
    func keep(_ values: [[UInt8]], under key: [UInt8]) throws
    func values(under key: [UInt8]) throws -> [[UInt8]]?
}

extension [[UInt8]] {
    /// These values, and in place of empty ones those of another.
    package func filled(from other: [[UInt8]]) -> [[UInt8]] {
        zip(self, other).map { $0.isEmpty ? $1 : $0 }
    }
}

extension RecordBatch {
    /// A field by its slot, without outer blanks; empty where the catalog lacks the column.
    fileprivate func text(_ slot: Int, of record: Int, _ slots: [Int]) -> [UInt8] {
        guard slots[slot] != ColumnUses.absent else { return [] }
        return Array(copying: field(slots[slot], of: record).trimmed())
    }
}
