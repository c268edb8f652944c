import CatalinkCore

/// One record in the making, and the batch that takes it once it is whole.
///
/// A record is copied to its batch in one piece, so that nothing of one that is open has to be moved when a batch
/// is taken.
struct XMLRecordStage: ~Copyable {
    /// A text around the records that each has a field of; it lies in a batch once.
    private struct Shared {
        let slot: Int
        var text: [UInt8]?
        var line = 0
        /// In the batch, once a record there has it.
        var range: FieldRange?
    }

    private var batch: RecordBatch
    private let width: Int
    private var recordNumber = 0
    private var line = 0
    private var text = XMLTable<UInt8>(capacity: 4096)
    /// Texts that came while an element's text was still going on; they follow it in the batch.
    private var aside = XMLTable<UInt8>(capacity: 1024)
    private var fields: XMLTable<FieldRange>
    private var positions: XMLTable<TextPosition>
    private var shared: [Shared] = []
    /// Bytes of the shared texts.
    private var sharedSize = 0
    private let absent = FieldRange.absent
    private let nowhere = TextPosition(line: 0)

    private static let fullSize = 256 * 1024
    private static let mostRecords = 4096
    /// Marks the begin of a field that lies aside. No record is that large.
    private static let asideMark: UInt32 = 1 << 31

    init(file: String, header: Header) {
        batch = RecordBatch(file: file, header: header)
        width = header.columns.count
        fields = XMLTable(capacity: width)
        positions = XMLTable(capacity: width)
        for _ in 0..<width {
            fields.append(absent)
            positions.append(nowhere)
        }
    }

    var isFull: Bool { batch.bytes.count >= Self.fullSize || batch.records.count >= Self.mostRecords }
    /// Where the next text will lie in the record.
    var offset: Int { text.count }
    var size: Int { text.count + aside.count + sharedSize }
    /// Whether places within one more record have 32 bits.
    var hasRoom: Bool { batch.bytes.count <= 1 << 31 }
    var hasShared: Bool { !shared.isEmpty }

    /// Makes a column one of a shared text; its number among them.
    mutating func addShared(_ slot: Int) -> Int {
        shared.append(Shared(slot: slot))
        return shared.count - 1
    }

    /// Gives the records that follow another shared text.
    mutating func share(_ index: Int, _ text: [UInt8], line: Int) {
        sharedSize += text.count - (shared[index].text?.count ?? 0)
        (shared[index].text, shared[index].line, shared[index].range) = (text, line, nil)
    }

    mutating func begin(line: Int) {
        self.line = line
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        text.append(contentsOf: bytes)
    }

    /// Makes a field of the text since `start`.
    @inline(__always)
    mutating func setField(_ slot: Int, start: Int, line: Int) {
        fields[slot].start = UInt32(truncatingIfNeeded: start)
        fields[slot].length = UInt32(truncatingIfNeeded: text.count - start)
        positions[slot].line = UInt32(clamping: line)
    }

    mutating func setAside(_ slot: Int, _ bytes: UnsafeBufferPointer<UInt8>, line: Int) {
        fields[slot].start = UInt32(truncatingIfNeeded: aside.count) | Self.asideMark
        fields[slot].length = UInt32(truncatingIfNeeded: bytes.count)
        positions[slot].line = UInt32(clamping: line)
        aside.append(contentsOf: bytes)
    }

    /// The text since `start`.
    func withText(from start: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        text.withElements(from: start, body)
    }

    mutating func end() {
        let start = batch.bytes.count
        let asideStart = start + text.count
        for slot in 0..<width where fields[slot].start != absent.start {
            let offset = fields[slot].start
            let isAside = offset & Self.asideMark != 0
            fields[slot].start =
                isAside ? UInt32(asideStart) + (offset & ~Self.asideMark) : UInt32(start) + offset
        }
        text.withElements { batch.bytes.append(contentsOf: $0) }
        if aside.count > 0 { aside.withElements { batch.bytes.append(contentsOf: $0) } }
        if !shared.isEmpty { setShared() }
        fields.withElements { batch.fields.append(contentsOf: $0) }
        positions.withElements { batch.positions.append(contentsOf: $0) }
        recordNumber += 1
        batch.records.append(
            RecordBatch.Entry(
                start: start, end: batch.bytes.count, line: line, number: recordNumber, fieldCount: width))
        text.removeAll()
        aside.removeAll()
        for slot in 0..<width {
            fields[slot] = absent
            positions[slot] = nowhere
        }
    }

    private mutating func setShared() {
        for index in shared.indices {
            guard let text = shared[index].text else { continue }
            let range = shared[index].range ?? FieldRange(start: batch.bytes.count, length: text.count)
            if shared[index].range == nil { batch.bytes.append(contentsOf: text) }
            shared[index].range = range
            let slot = shared[index].slot
            fields[slot] = range
            positions[slot].line = UInt32(clamping: shared[index].line)
        }
    }

    /// The finished records, and a fresh batch in their place.
    mutating func take() -> RecordBatch {
        for index in shared.indices { shared[index].range = nil }
        var fresh = RecordBatch(file: batch.file, header: batch.header)
        // In few sizes, so that the memory of batches that are done is taken again.
        fresh.bytes.reserveCapacity(batch.bytes.count.nextPowerOfTwo)
        fresh.fields.reserveCapacity(batch.fields.count.nextPowerOfTwo)
        fresh.positions.reserveCapacity(batch.positions.count.nextPowerOfTwo)
        fresh.records.reserveCapacity(batch.records.count.nextPowerOfTwo)
        swap(&batch, &fresh)
        return fresh
    }
}

extension Int {
    fileprivate var nextPowerOfTwo: Int {
        self > 1 ? 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) : 1
    }
}
