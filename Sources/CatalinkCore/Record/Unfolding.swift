/// Makes one record for each element of lists that stand folded in the cells of one row.
package struct Unfolding: Sendable {
    /// Slots; the first one's list tells how many records there are.
    private let columns: [Int]
    private let separator: [UInt8]
    private let mostElements: Int

    /// - Parameter mostElements: how many a cell may hold; a row is some hundred bytes of memory, whatever it costs in
    ///   the file.
    package init(columns: [Int], separator: [UInt8], mostElements: Int = 100_000) {
        self.columns = columns
        self.separator = separator
        self.mostElements = mostElements
    }

    /// Elements lose outer blanks. A list of one element, or none, belongs to each record; of a longer one each
    /// record has its own element, and those beyond its end have none.
    ///
    /// - Returns: the rows that stay folded as a cell holds too many elements, by their numbers in the file.
    package func apply(to batch: inout RecordBatch, slots: [Int]) -> [Int: KinshipFinding] {
        let indexes = columns.map { slots[$0] }
        guard let first = indexes.first, first != ColumnUses.absent else { return [:] }
        var findings: [Int: KinshipFinding] = [:]
        var unfolded = batch
        unfolded.fields.removeAll(keepingCapacity: true)
        unfolded.records.removeAll(keepingCapacity: true)
        unfolded.positions.removeAll(keepingCapacity: true)
        for record in 0..<batch.count {
            var lists: [[FieldRange]] = []
            for (column, index) in zip(columns, indexes) {
                guard let list = elements(of: batch, index, record) else {
                    findings[batch.records[record].number] = KinshipFinding(failures: [tooMany(column)])
                    lists = []
                    break
                }
                lists.append(list)
            }
            append(record, of: batch, lists, indexes, to: &unfolded)
        }
        batch = unfolded
        return findings
    }

    /// - Parameter lists: one for each column; none for a record that stays as it is.
    private func append(
        _ record: Int, of batch: RecordBatch, _ lists: [[FieldRange]], _ indexes: [Int],
        to unfolded: inout RecordBatch
    ) {
        let width = batch.header.columns.count
        let own = (record * width)..<((record + 1) * width)
        for element in 0..<max(1, lists.first?.count ?? 1) {
            let base = unfolded.fields.count
            unfolded.fields.append(contentsOf: batch.fields[own])
            if !batch.positions.isEmpty { unfolded.positions.append(contentsOf: batch.positions[own]) }
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

    /// The elements of a cell; `nil` when there are too many.
    private func elements(of batch: RecordBatch, _ column: Int, _ record: Int) -> [FieldRange]? {
        guard column != ColumnUses.absent else { return [] }
        let range = batch.range(of: column, in: record)
        guard range.length > 0 else { return [] }
        let text = batch.copy(of: column, in: record)
        guard text.isSplit(by: separator, intoAtMost: mostElements) else { return nil }
        var offset = Int(range.start)
        return text.split(separator: separator).map { part in
            defer { offset += part.count + separator.count }
            let lead = part.prefix(while: \.isBlank).count
            let trail = part.reversed().prefix(while: \.isBlank).count
            return FieldRange(start: offset + lead, length: max(0, part.count - lead - trail))
        }
    }

    private func tooMany(_ column: Int) -> FieldFailure {
        FieldFailure(
            subject: "unfold", slot: SlotChoice(slots: [column]), rule: nil,
            failure: FilterFailure(
                expected: "a cell of at most \(mostElements) elements", got: "more",
                hint: "is the `separator:` of `unfold:` the right one?"))
    }
}
