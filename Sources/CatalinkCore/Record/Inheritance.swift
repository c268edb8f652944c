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
    /// What a parent must meet for its children to be there.
    let condition: Condition?

    /// - Parameters are slots.
    package init(siblingsBy column: Int, columns: [Int]) {
        of = column
        names = nil
        self.columns = columns
        isOptional = true
        condition = nil
    }

    /// - Parameters:
    ///   - of: the slot of the column in which a child names its parent.
    ///   - names: what a parent goes by.
    ///   - isOptional: whether a child whose parent is not there keeps what it has, rather than being a problem.
    ///   - condition: what a parent must meet, else its children are left out.
    package init(
        childrenBy of: Int, parentsBy names: [Template], columns: [Int], isOptional: Bool = false,
        condition: Condition? = nil
    ) {
        self.of = of
        self.names = names
        self.columns = columns
        self.isOptional = isOptional
        self.condition = condition
    }

    /// Why children are left out, by the tests of their parents.
    package var reasons: [String] {
        condition?.tests.map(\.reason) ?? []
    }

    /// Keeps what each record of a batch has to give.
    ///
    /// - Parameter now: the moment by which ages are judged.
    package func collect(
        from batch: RecordBatch, slots: [Int], into store: any GroupStore, now: Timestamp
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
            let (keys, refusal): ([[UInt8]], Int?)
            do throws(FieldFailure) {
                (keys, refusal) = try parent(names, record, in: batch, slots, now)
            } catch {
                try store.keep([[1]], under: KinshipKey.failure)
                continue
            }
            let kept = KeptParent(values: values, parent: own, refusal: refusal)
            for key in keys {
                try kept.keep(under: own.isEmpty ? KinshipKey.root(key) : KinshipKey.child(key), in: store)
            }
        }
    }

    /// What a record goes by as a parent, and the number of the test that it fails.
    private func parent(
        _ names: [Template], _ record: Int, in batch: RecordBatch, _ slots: [Int], _ now: Timestamp
    ) throws(FieldFailure) -> (keys: [[UInt8]], refusal: Int?) {
        let none: [UInt8] = []
        let row = RowView(
            batch, record: record, slots: slots, segment: none.span, key: none.span, now: now)
        var keys: [[UInt8]] = []
        for name in names {
            do throws(FilterFailure) {
                var key = try name.text(row)
                key.trim()
                if !key.isEmpty, !keys.contains(key) { keys.append(key) }
            } catch {
                throw FieldFailure(
                    subject: "parent.is", slot: name.firstSlot, rule: name.place, failure: error)
            }
        }
        do throws(Condition.TestFailure) {
            return (keys, try condition?.firstFailing(for: row))
        } catch {
            throw FieldFailure(
                subject: "parent.where", slot: error.test.subject.firstSlot, rule: error.test.place,
                failure: error.failure)
        }
    }

    /// Fills the empty fields of a batch from what was kept.
    ///
    /// - Parameters:
    ///   - now: the moment by which ages are judged.
    ///   - room: bytes that may be inherited within the batch.
    /// - Returns: what parents that are not what they must be mean for rows, by their numbers in the file.
    @discardableResult
    package func apply(
        to batch: inout RecordBatch, slots: [Int], from store: any GroupStore,
        now: Timestamp, room: Int = RecordBatch.defaultRoom
    ) throws -> [Int: KinshipFinding] {
        guard slots[of] != ColumnUses.absent else { return [:] }
        var findings = try unnamed(in: batch, slots, store, now)
        var ancestry = Ancestry(self, store, room: room)
        for record in 0..<batch.count where batch.isWhole(record) {
            let key = batch.text(of, of: record, slots)
            guard !key.isEmpty else { continue }
            let empty = columns.indices.filter {
                slots[columns[$0]] != ColumnUses.absent && batch.text(columns[$0], of: record, slots).isEmpty
            }
            guard !empty.isEmpty || condition != nil else { continue }
            let number = batch.records[record].number
            var isFilled = condition == nil
            for index in empty {
                guard let range = try ancestry.range(of: index, under: key, in: &batch) else {
                    isFilled = false
                    continue
                }
                batch.replace(slots[columns[index]], of: record, by: range)
            }
            if let refusal = try ancestry.refusal(under: key) {
                findings[number, default: KinshipFinding()].refusal = refusal
            } else if !isFilled, let failure = try ancestry.failure(under: key) {
                findings[number, default: KinshipFinding()].failures.append(
                    FieldFailure(
                        subject: "parent", slot: SlotChoice(slots: [of]), rule: names?.first?.place,
                        failure: failure))
            }
        }
        return findings
    }

    /// Rows of which a template cannot tell what they go by.
    private func unnamed(
        in batch: RecordBatch, _ slots: [Int], _ store: any GroupStore, _ now: Timestamp
    ) throws -> [Int: KinshipFinding] {
        guard let names, try store.values(under: KinshipKey.failure) != nil else { return [:] }
        var findings: [Int: KinshipFinding] = [:]
        for record in 0..<batch.count where batch.isWhole(record) {
            do throws(FieldFailure) {
                _ = try parent(names, record, in: batch, slots, now)
            } catch {
                findings[batch.records[record].number] = KinshipFinding(failures: [error])
            }
        }
        return findings
    }
}

/// What a row's kin mean for it, beside the fields that it inherits.
package struct KinshipFinding: Sendable {
    package var failures: [FieldFailure] = []
    /// The test that its parent fails, by its number among `Inheritance.reasons`; the row is left out.
    package var refusal: Int?

    /// What two inheritances mean for one row.
    package func adding(_ other: KinshipFinding) -> KinshipFinding {
        KinshipFinding(failures: failures + other.failures, refusal: refusal ?? other.refusal)
    }
}

/// What a store keeps of a parent.
struct KeptParent {
    var values: [[UInt8]]
    /// Whom it names itself.
    var parent: [UInt8]
    var refusal: Int?

    init(values: [[UInt8]], parent: [UInt8], refusal: Int?) {
        self.values = values
        self.parent = parent
        self.refusal = refusal
    }

    init?(_ fields: [[UInt8]]?) {
        guard let fields, fields.count >= 2 else { return nil }
        values = Array(fields.dropLast(2))
        parent = fields[fields.count - 2]
        refusal = Int(fields[fields.count - 1].text)
    }

    func keep(under key: [UInt8], in store: any GroupStore) throws {
        if try store.values(under: key) != nil {
            try store.keep([[1]], under: KinshipKey.double(key))
        } else {
            try store.keep(values + [parent, refusal.map { Array("\($0)".utf8) } ?? []], under: key)
        }
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
