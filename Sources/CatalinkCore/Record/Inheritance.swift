/// Lets records inherit empty fields from other records of the whole catalog, wherever they stand.
///
/// Two ways of being kin: all records with the same text in one column (`siblings`), or a record that names its
/// parent. A first reading of the catalog collects what is to be inherited, a second fills it in.
package struct Inheritance: Sendable {
    /// What a record inherits by; a slot.
    private let of: Int
    /// What a record is inherited from by; `nil` when it is `of` too, among siblings.
    private let names: [Template]?
    /// Slots of the fields that are inherited.
    package let columns: [Int]

    /// - Parameters are slots.
    package init(siblingsBy column: Int, columns: [Int]) {
        of = column
        names = nil
        self.columns = columns
    }

    /// - Parameters:
    ///   - of: the slot of the column in which a child names its parent; records with nothing in it are parents.
    ///   - names: what a parent goes by.
    package init(childrenBy of: Int, parentsBy names: [Template], columns: [Int]) {
        self.of = of
        self.names = names
        self.columns = columns
    }

    /// Keeps what each record of a batch has to give.
    package func collect(
        from batch: RecordBatch, slots: [Int], into store: any GroupStore
    ) throws {
        guard slots[of] != ColumnUses.absent else { return }
        for record in 0..<batch.count {
            let keys = try keys(of: record, in: batch, slots)
            guard !keys.isEmpty else { continue }
            let values = columns.map { batch.text($0, of: record, slots) }
            guard values.contains(where: { !$0.isEmpty }) else { continue }
            for key in keys { try store.keep(values, under: key) }
        }
    }

    private func keys(of record: Int, in batch: RecordBatch, _ slots: [Int]) throws -> [[UInt8]] {
        let own = batch.text(of, of: record, slots)
        guard let names else { return own.isEmpty ? [] : [own] }
        guard own.isEmpty else { return [] }
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

    /// Fills the empty fields of a batch from what was kept.
    package func apply(to batch: inout RecordBatch, slots: [Int], from store: any GroupStore) throws {
        guard slots[of] != ColumnUses.absent else { return }
        for record in 0..<batch.count {
            let key = batch.text(of, of: record, slots)
            guard !key.isEmpty, let values = try store.values(under: key) else { continue }
            for (column, value) in zip(columns, values) where !value.isEmpty {
                guard slots[column] != ColumnUses.absent, batch.text(column, of: record, slots).isEmpty
                else { continue }
                batch.replace(slots[column], of: record, by: value)
            }
        }
    }
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

    /// Puts a text in a field's place; it has no position of its own from then on.
    package mutating func replace(_ column: Int, of record: Int, by text: [UInt8]) {
        fields[record * header.columns.count + column] = FieldRange(start: bytes.count, length: text.count)
        bytes.append(contentsOf: text)
    }
}
