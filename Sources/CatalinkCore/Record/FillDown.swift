/// Lets records inherit empty fields from the record above that has the same value in `by`, or from any record above.
///
/// Variant rows of shop exports carry the product's own fields only once. State reaches from batch to batch, but not
/// into another file; only the group that is open is remembered. A row with more or fewer fields than the header
/// ends its group: what it would have said is not known.
package struct FillDown: Sendable {
    /// What an empty field is filled with.
    private enum Source: Sendable {
        case none
        /// From an earlier batch.
        case text([UInt8])
        /// Where it lies in this one.
        case lent(FieldRange)
    }

    private let by: Int?
    private let columns: [Int]
    private var file: String?
    private var group: [UInt8]?
    private var inherited: [Source]

    /// - Parameters are column indexes of the header; `nil` for all records to be one group.
    package init(by: Int?, columns: [Int]) {
        self.by = by
        self.columns = columns
        inherited = Array(repeating: .none, count: columns.count)
    }

    /// - Parameter room: bytes that may be inherited within the batch.
    /// - Returns: the rows for which that is not enough, by their numbers in the file.
    @discardableResult
    package mutating func apply(
        to batch: inout RecordBatch, room: Int = RecordBatch.defaultRoom
    ) -> [Int: KinshipFinding] {
        if batch.file != file { end() }
        file = batch.file
        var findings: [Int: KinshipFinding] = [:]
        for record in 0..<batch.count {
            guard batch.isWhole(record) else {
                end()
                continue
            }
            if let by, !isInGroup(batch.copy(of: by, in: record)) { continue }
            for (index, column) in columns.enumerated()
            where !fill(column, at: index, of: record, in: &batch, room) {
                findings[batch.records[record].number] = KinshipFinding(failures: [Self.lackOfRoom])
            }
        }
        keep(from: batch)
        return findings
    }

    private static let lackOfRoom = FieldFailure(
        subject: "fillDown", slot: nil, rule: nil, failure: .tooMuchInherited)

    private mutating func end() {
        group = nil
        for index in inherited.indices { inherited[index] = .none }
    }

    /// Whether the record belongs to a group, which may begin with it.
    private mutating func isInGroup(_ key: [UInt8]) -> Bool {
        if key.isEmpty || key != group {
            end()
            group = key.isEmpty ? nil : key
        }
        return group != nil
    }

    /// - Returns: `false` when the batch has no room for what the field would inherit.
    private mutating func fill(
        _ column: Int, at index: Int, of record: Int, in batch: inout RecordBatch, _ room: Int
    ) -> Bool {
        if batch.hasText(column, of: record) {
            inherited[index] = .lent(batch.range(of: column, in: record))
            return true
        }
        if case .text(let text) = inherited[index] {
            guard let range = batch.add(text, room: room) else { return false }
            inherited[index] = .lent(range)
        }
        if case .lent(let range) = inherited[index] { batch.replace(column, of: record, by: range) }
        return true
    }

    /// Ranges mean nothing in the next batch.
    private mutating func keep(from batch: RecordBatch) {
        for index in inherited.indices {
            if case .lent(let range) = inherited[index] {
                inherited[index] = .text(
                    Array(batch.bytes[Int(range.start)..<Int(range.start + range.length)]))
            }
        }
    }
}
