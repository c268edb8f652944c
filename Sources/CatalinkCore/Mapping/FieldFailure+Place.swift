/// What is wrong with records, for whoever makes something of them.
extension RecordBatch {
    /// The problem of a row that has more or fewer fields than the header; nobody knows which is which.
    package func raggedness(of record: Int, _ location: Location) -> Problem? {
        guard !isWhole(record) else { return nil }
        return Problem(
            subject: "row", location: location, rule: nil,
            expected: "\(header.columns.count) fields as in the header", got: "\(records[record].fieldCount)",
            hint: "an unquoted delimiter or a missing one?")
    }
}

extension FieldFailure {
    /// The failure with its place in the record.
    func problem(
        _ location: Location, _ batch: borrowing RecordBatch, _ record: Int, _ slots: borrowing [Int],
        _ columns: ColumnUses
    ) -> Problem {
        var place = location
        if let choice = failure.slot ?? slot {
            let none: [UInt8] = []
            let row = RowView(batch, record: record, slots: slots, segment: none.span, key: none.span)
            let slot = row.slot(of: choice)
            if slots[slot] != ColumnUses.absent {
                let position = batch.position(of: slots[slot], in: record)
                place.line = Int(position.line)
                place.column = Int(position.column)
            }
            place.field = columns.names[slot]
        }
        return Problem(
            subject: subject, location: place, rule: rule, expected: failure.expected, got: failure.got,
            hint: failure.hint)
    }
}
