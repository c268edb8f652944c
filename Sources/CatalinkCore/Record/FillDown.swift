/// Lets records inherit empty fields from the record above that has the same value in `by`, or from any record above.
///
/// Variant rows of shop exports carry the product's own fields only once. State reaches from batch to batch; only
/// the group that is open is remembered.
package struct FillDown: Sendable {
    private let by: Int?
    private let columns: [Int]
    private var group: [UInt8]?
    private var inherited: [[UInt8]]

    /// - Parameters are column indexes of the header; `nil` for all records to be one group.
    package init(by: Int?, columns: [Int]) {
        self.by = by
        self.columns = columns
        inherited = Array(repeating: [], count: columns.count)
    }

    package mutating func apply(to batch: inout RecordBatch) {
        for record in 0..<batch.count {
            if let by, !isInGroup(batch.copy(of: by, in: record)) { continue }
            for (index, column) in columns.enumerated() {
                fill(column, at: index, of: record, in: &batch)
            }
        }
    }

    /// Whether the record belongs to a group, which may begin with it.
    private mutating func isInGroup(_ key: [UInt8]) -> Bool {
        if key.isEmpty || key != group {
            group = key.isEmpty ? nil : key
            for index in inherited.indices { inherited[index] = [] }
        }
        return group != nil
    }

    private mutating func fill(_ column: Int, at index: Int, of record: Int, in batch: inout RecordBatch) {
        let own = batch.copy(of: column, in: record)
        if own.contains(where: { !$0.isBlank }) {
            inherited[index] = own
        } else if !inherited[index].isEmpty {
            batch.replace(column, of: record, by: inherited[index])
        }
    }
}
