/// Makes one record for each element of lists that stand folded in the cells of one row.
package struct Unfolding: Sendable {
    /// Slots; the first one's list tells how many records there are.
    private let columns: [Int]
    private let separator: [UInt8]

    package init(columns: [Int], separator: [UInt8]) {
        self.columns = columns
        self.separator = separator
    }

    /// Elements lose outer blanks. A list of one element, or none, belongs to each record; of a longer one each
    /// record has its own element, and those beyond its end have none.
    package func apply(to batch: RecordBatch, slots: [Int]) -> RecordBatch {
        let indexes = columns.map { slots[$0] }
        guard let first = indexes.first, first != ColumnUses.absent else { return batch }
        var unfolded = batch
        unfolded.fields.removeAll(keepingCapacity: true)
        unfolded.records.removeAll(keepingCapacity: true)
        unfolded.positions.removeAll(keepingCapacity: true)
        let width = batch.header.columns.count
        for record in 0..<batch.count {
            let lists = indexes.map { index in
                index == ColumnUses.absent ? [] : elements(of: batch, index, record)
            }
            let own = (record * width)..<((record + 1) * width)
            for element in 0..<max(1, lists[0].count) {
                let base = unfolded.fields.count
                unfolded.fields.append(contentsOf: batch.fields[own])
                if !batch.positions.isEmpty {
                    unfolded.positions.append(contentsOf: batch.positions[own])
                }
                unfolded.records.append(batch.records[record])
                for (index, list) in zip(indexes, lists) where index != ColumnUses.absent {
                    if list.count > 1 {
                        unfolded.fields[base + index] = element < list.count ? list[element] : .absent
                    } else if let only = list.first {
                        unfolded.fields[base + index] = only
                    }
                }
            }
        }
        return unfolded
    }

    private func elements(of batch: RecordBatch, _ column: Int, _ record: Int) -> [FieldRange] {
        let range = batch.range(of: column, in: record)
        guard range.length > 0 else { return [] }
        let start = Int(range.start)
        let text = batch.copy(of: column, in: record)
        var offset = start
        return text.split(separator: separator).map { part in
            defer { offset += part.count + separator.count }
            let lead = part.prefix(while: \.isBlank).count
            let trail = part.reversed().prefix(while: \.isBlank).count
            return FieldRange(start: offset + lead, length: max(0, part.count - lead - trail))
        }
    }
}
