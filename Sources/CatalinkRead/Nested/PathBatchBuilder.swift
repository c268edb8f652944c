import CatalinkCore

/// A batch under construction for a format of paths: each record's fields lie by slot.
struct PathBatchBuilder {
    private var batch: RecordBatch
    /// The batch's bytes until it is taken.
    private let bytes = ByteStore(capacity: targetSize + targetSize / 4)
    /// The fields of the record that is open.
    private let row: FieldRow
    private let width: Int
    private var recordLine = 0
    private var recordStart = 0
    private var isInRecord = false
    private(set) var recordNumber = 0
    /// Texts that come together in one field, by slot; joined to the record at its end.
    private var gathered: [Gathered] = []
    /// Bytes of the record that do not lie with the others yet.
    private var looseSize = 0
    static let targetSize = 96 * 1024
    private let mostRecords: Int

    private struct Gathered {
        let slot: Int
        var bytes: [UInt8] = []
        var isEmpty = true
    }

    /// - Parameter mostRecords: a batch is full with so many.
    init(file: String, header: Header, mostRecords: Int = 4096) {
        batch = RecordBatch(file: file, header: header)
        width = header.columns.count
        row = FieldRow(width: width)
        self.mostRecords = mostRecords
    }

    var isFull: Bool {
        !batch.records.isEmpty && (bytes.count >= Self.targetSize || batch.records.count >= mostRecords)
    }
    @inline(__always)
    var recordSize: Int { bytes.count &- recordStart &+ looseSize }

    mutating func beginRecord(line: Int) {
        isInRecord = true
        recordNumber += 1
        recordLine = line
        recordStart = bytes.count
        row.clear()
    }

    /// Sets a field to a text, which is added to the record.
    @inline(__always)
    mutating func add(_ slot: Int, _ text: UnsafeBufferPointer<UInt8>, position: TextPosition) {
        row.set(slot, start: bytes.count, length: text.count, position)
        bytes.append(text)
    }

    /// Notes that an object or a list stands where a field's text would be.
    func noteParts(_ slot: Int, position: TextPosition) {
        row.positions[slot] = position
    }

    /// Adds a text to those of a field; how large they are together.
    mutating func gather(_ slot: Int, _ text: UnsafeBufferPointer<UInt8>, position: TextPosition) -> Int {
        let index = gathered.firstIndex { $0.slot == slot } ?? addGathered(slot)
        if gathered[index].isEmpty {
            gathered[index].isEmpty = false
            row.positions[slot] = position
        } else {
            gathered[index].bytes.append(ListField.separator)
            looseSize += 1
        }
        gathered[index].bytes.append(contentsOf: text)
        looseSize += text.count
        return gathered[index].bytes.count
    }

    private mutating func addGathered(_ slot: Int) -> Int {
        gathered.append(Gathered(slot: slot))
        return gathered.count - 1
    }

    mutating func endRecord() {
        isInRecord = false
        if !gathered.isEmpty { joinLoose() }
        batch.fields.append(contentsOf: UnsafeBufferPointer(start: row.fields, count: width))
        batch.positions.append(contentsOf: UnsafeBufferPointer(start: row.positions, count: width))
        batch.records.append(
            RecordBatch.Entry(
                start: recordStart, end: bytes.count, line: recordLine, number: recordNumber,
                fieldCount: width))
    }

    private mutating func joinLoose() {
        for index in gathered.indices where !gathered[index].isEmpty {
            row.fields[gathered[index].slot] =
                FieldRange(start: bytes.count, length: gathered[index].bytes.count)
            gathered[index].bytes.withUnsafeBufferPointer { bytes.append($0) }
            gathered[index].bytes.removeAll(keepingCapacity: true)
            gathered[index].isEmpty = true
        }
        looseSize = 0
    }

    /// The finished records, and a fresh batch in their place; a record that is open goes on in it.
    mutating func take() -> RecordBatch {
        var fresh = RecordBatch(file: batch.file, header: batch.header)
        fresh.fields.reserveCapacity(batch.fields.count + batch.fields.count / 8)
        fresh.positions.reserveCapacity(batch.positions.count + batch.positions.count / 8)
        fresh.records.reserveCapacity(batch.records.count + batch.records.count / 8)
        let end = isInRecord ? recordStart : bytes.count
        batch.bytes = Array(UnsafeBufferPointer(start: bytes.base, count: end))
        bytes.removeFirst(end)
        if isInRecord {
            row.move(by: -recordStart)
            recordStart = 0
        }
        defer { batch = fresh }
        return batch
    }
}

/// The fields of one record, by slot.
private final class FieldRow {
    let fields: UnsafeMutablePointer<FieldRange>
    let positions: UnsafeMutablePointer<TextPosition>
    private let width: Int
    private static let nowhere = TextPosition(line: 0)

    init(width: Int) {
        self.width = width
        fields = .allocate(capacity: width)
        positions = .allocate(capacity: width)
        clear()
    }

    deinit {
        fields.deallocate()
        positions.deallocate()
    }

    func clear() {
        fields.update(repeating: .absent, count: width)
        positions.update(repeating: Self.nowhere, count: width)
    }

    @inline(__always)
    func set(_ slot: Int, start: Int, length: Int, _ position: TextPosition) {
        precondition(slot >= 0 && slot < width)
        fields[slot].start = UInt32(truncatingIfNeeded: start)
        fields[slot].length = UInt32(truncatingIfNeeded: length)
        positions[slot] = position
    }

    func move(by distance: Int) {
        for slot in 0..<width { fields[slot] = fields[slot].moved(by: distance) }
    }
}

extension FieldRange {
    fileprivate func moved(by distance: Int) -> FieldRange {
        self == .absent ? self : FieldRange(start: Int(start) + distance, length: Int(length))
    }
}
