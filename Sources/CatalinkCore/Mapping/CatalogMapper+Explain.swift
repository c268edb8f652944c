/// How one row and segment came to what they are.
package struct RowExplanation: Sendable {
    package var location: Location
    package var segment: [UInt8]
    package var pair: MappedPair
    /// How its price came about, as far as it did.
    package var steps: [PriceTrace.Step]
}

extension CatalogMapper {
    /// - Parameter key: only a record of this key is explained.
    /// - Returns: one for each of the record's pairs; none for a record of another key.
    package mutating func explanations(
        _ batch: borrowing RecordBatch, record: Int, slots: borrowing [Int], found: KinshipFinding?,
        key: [UInt8]
    ) -> [RowExplanation] {
        let entry = batch.records[record]
        guard entry.fieldCount == batch.header.columns.count, self.key(batch, record, slots) == key else {
            return []
        }
        explained = []
        defer { explained = nil }
        let pairs = pairs(batch, record: record, slots: slots, found: found)
        let location = Location(file: batch.file, line: entry.line, record: entry.number)
        return zip(pairs, explained ?? []).map { pair, explained in
            RowExplanation(
                location: location, segment: explained.segment, pair: pair, steps: explained.steps)
        }
    }
}
