import CatalinkCore

/// The paths of a nested record: those the job asks for, each with its slot, and those only seen.
///
/// Nodes are numbers; children are compared in the order in which they were met last, as records of a catalog
/// mostly repeat one order.
struct PathTree {
    struct Node {
        let name: [UInt8]
        let parent: Int
        var slot: Int?
        /// Whether a record has had it.
        var isSeen = false
        /// Whether a record has had text at it, rather than only something below.
        var hasText = false
        var children: [Int] = []
        /// The child after the one found last; tried first.
        var expected = 0
    }

    static let root = 0
    private(set) var nodes: [Node] = [Node(name: [], parent: -1)]
    private static let mostNodes = 4096

    /// - Parameter columns: paths of names parted by `/`; a column's index is its slot.
    init(columns: [String]) {
        for (slot, column) in columns.enumerated() {
            var node = Self.root
            for name in column.split(separator: "/") {
                node = child(of: node, Array(name.utf8)) ?? add(Array(name.utf8), to: node)
            }
            nodes[node].slot = slot
        }
    }

    /// The child of this name; a new one is remembered as seen, up to a limit.
    mutating func visit(_ name: UnsafeBufferPointer<UInt8>, in parent: Int) -> Int? {
        let children = nodes[parent].children
        let start = nodes[parent].expected
        for offset in children.indices {
            let position = start + offset < children.count ? start + offset : start + offset - children.count
            let child = children[position]
            if nodes[child].name.isEqual(to: name) {
                nodes[parent].expected = position + 1 < children.count ? position + 1 : 0
                nodes[child].isSeen = true
                return child
            }
        }
        guard nodes.count < Self.mostNodes else { return nil }
        let child = add(Array(name), to: parent)
        nodes[child].isSeen = true
        return child
    }

    mutating func noteText(at node: Int) {
        nodes[node].hasText = true
    }

    /// Paths with text that some record has had.
    var seenPaths: [String] {
        nodes.indices.filter { nodes[$0].isSeen && nodes[$0].hasText }.map(path)
    }

    private func path(of node: Int) -> String {
        let name = nodes[node].name.text
        return nodes[node].parent <= Self.root ? name : path(of: nodes[node].parent) + "/" + name
    }

    private func child(of parent: Int, _ name: [UInt8]) -> Int? {
        nodes[parent].children.first { nodes[$0].name == name }
    }

    private mutating func add(_ name: [UInt8], to parent: Int) -> Int {
        nodes.append(Node(name: name, parent: parent))
        nodes[parent].children.append(nodes.count - 1)
        return nodes.count - 1
    }
}

extension [UInt8] {
    fileprivate func isEqual(to other: UnsafeBufferPointer<UInt8>) -> Bool {
        count == other.count && elementsEqual(other)
    }
}

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
    /// Texts that must not lie among those of an element that is still open; joined to the record at its end.
    private var aside: [UInt8] = []
    private var asideSlots: [(slot: Int, start: Int, length: Int)] = []
    /// Texts that come together in one field, by slot; joined to the record at its end.
    private var gathered: [Gathered] = []
    /// Bytes of the record that do not lie with the others yet.
    private var looseSize = 0
    static let targetSize = 96 * 1024
    static let largestRecord = 16 * 1024 * 1024
    /// Parts the texts of a field that has several: ASCII's unit separator.
    static let textSeparator: UInt8 = 0x1F
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
    /// Where the next text of the open record will lie, from the record's begin.
    var offset: Int { bytes.count - recordStart }
    @inline(__always)
    var recordSize: Int { bytes.count &- recordStart &+ looseSize }

    mutating func beginRecord(line: Int) {
        isInRecord = true
        recordNumber += 1
        recordLine = line
        recordStart = bytes.count
        row.clear()
    }

    mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(text)
    }

    func has(_ slot: Int) -> Bool { row.fields[slot] != .absent }

    /// - Parameter start: the `offset` at which the field's text began.
    mutating func setField(_ slot: Int, start: Int, position: TextPosition) {
        row.fields[slot] = FieldRange(start: recordStart + start, length: offset - start)
        row.positions[slot] = position
    }

    /// `append` and `setField` in one.
    @inline(__always)
    mutating func add(_ slot: Int, _ text: UnsafeBufferPointer<UInt8>, position: TextPosition) {
        row.set(slot, start: bytes.count, length: text.count, position)
        bytes.append(text)
    }

    mutating func setAside(_ slot: Int, _ text: UnsafeBufferPointer<UInt8>, position: TextPosition) {
        asideSlots.append((slot, aside.count, text.count))
        // Taken from now on; where it lies follows at the record's end.
        row.set(slot, start: bytes.count, length: 0, position)
        aside.append(contentsOf: text)
        looseSize += text.count
    }

    /// Adds a text to those of a field; how large they are together.
    mutating func gather(_ slot: Int, _ text: UnsafeBufferPointer<UInt8>, position: TextPosition) -> Int {
        let index = gathered.firstIndex { $0.slot == slot } ?? addGathered(slot)
        if gathered[index].isEmpty {
            gathered[index].isEmpty = false
            row.positions[slot] = position
        } else {
            gathered[index].bytes.append(Self.textSeparator)
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
        if looseSize > 0 || !asideSlots.isEmpty || !gathered.isEmpty { joinLoose() }
        batch.fields.append(contentsOf: UnsafeBufferPointer(start: row.fields, count: width))
        batch.positions.append(contentsOf: UnsafeBufferPointer(start: row.positions, count: width))
        batch.records.append(
            RecordBatch.Entry(
                start: recordStart, end: bytes.count, line: recordLine, number: recordNumber,
                fieldCount: width))
    }

    private mutating func joinLoose() {
        for field in asideSlots {
            row.fields[field.slot] = FieldRange(start: bytes.count + field.start, length: field.length)
        }
        aside.withUnsafeBufferPointer { bytes.append($0) }
        aside.removeAll(keepingCapacity: true)
        asideSlots.removeAll(keepingCapacity: true)
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
