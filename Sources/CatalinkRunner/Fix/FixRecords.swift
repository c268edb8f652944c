import CatalinkCore
import CatalinkRead

/// Records of nested formats, copied whole with four members more.
final class FixRecords: FixSheet {
    private let copy: any CatalogCopy
    private let columns: ColumnUses
    private let given: [Int]
    /// Whether one record may be several rows.
    private let unfolds: Bool
    private let earlier: [(slot: Int, from: Int)]
    private var last: (file: String, number: Int)?
    private var bytes: [UInt8] = []

    init(_ copy: any CatalogCopy, _ job: Job) {
        self.copy = copy
        columns = job.mapping.columns
        given = job.fix?.given.map(\.slot) ?? job.givenSlots
        earlier = job.fix?.given ?? []
        unfolds = job.kinship.unfolding != nil
    }

    func add(
        _ batch: RecordBatch, _ record: Int, _ slots: [Int], _ notes: FixNotes
    ) throws(CatalogError) -> FixAddition {
        let number = batch.records[record].number
        if let last, last == (batch.file, number) { return .together }
        last = (batch.file, number)
        var notes = notes
        // Which of its rows it is nobody could say.
        if unfolds { notes.item = "" }
        let members = zip(FixColumn.allCases, notes.values).map { ($0.rawValue, $1) }
        let texts = given.map { slot in (columns.names[slot], text(slot, batch, record, slots)) }
        guard try copy.add(number, of: batch.file, CopyNotes(members: members, given: texts)) else {
            return .leftOut
        }
        bytes += copy.take()
        return .written
    }

    /// What a column has that does not stand in the record itself.
    private func text(_ slot: Int, _ batch: RecordBatch, _ record: Int, _ slots: [Int]) -> [UInt8] {
        guard slots[slot] != ColumnUses.absent else { return [] }
        let column = columns.names[slot]
        let range = batch.range(of: slots[slot], in: record)
        let isOutside = column.hasPrefix("/") || column == "@key" || column == "."
        let entry = batch.records[record]
        let isTaken =
            range.length > 0
            && (Int(range.start) < entry.start || Int(range.start) + Int(range.length) > entry.end)
        let source = earlier.first { $0.slot == slot }?.from
        let isGiven =
            source.map { slots[$0] != ColumnUses.absent && batch.range(of: slots[$0], in: record) == range }
            ?? false
        return isOutside || isTaken || isGiven ? batch.copy(of: slots[slot], in: record) : []
    }

    func end() {
        copy.end()
        bytes += copy.take()
    }

    var size: Int { bytes.count }

    func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }
}
