/// One record as templates and conditions see it: borrowed fields, found by slot, and the segment.
///
/// A slot is a column's number among those that the job names; `slots` turns it into the header's own index.
package struct RowView: ~Escapable {
    private let bytes: Span<UInt8>
    private let fields: Span<FieldRange>
    private let slots: Span<Int>
    let segment: Span<UInt8>
    let key: Span<UInt8>

    @_lifetime(borrow batch, borrow slots, copy segment, copy key)
    package init(
        _ batch: borrowing RecordBatch, record: Int, slots: borrowing [Int], segment: Span<UInt8>,
        key: Span<UInt8>
    ) {
        let width = batch.header.columns.count
        bytes = batch.bytes.span
        fields = batch.fields.span.extracting((record * width)..<((record + 1) * width))
        self.slots = slots.span
        self.segment = segment
        self.key = key
    }

    @_lifetime(copy self)
    func field(_ slot: Int) -> Span<UInt8> {
        let range = fields[slots[slot]]
        guard range.length > 0 else { return bytes.extracting(0..<0) }
        let start = Int(range.start)
        return bytes.extracting(start..<(start + Int(range.length)))
    }

    @_lifetime(copy self)
    func value(of subject: Subject) -> Span<UInt8> {
        switch subject {
        case .column(let slot): field(slot)
        case .segment: segment
        case .key: key
        }
    }
}

/// What a template or a condition looks at.
package enum Subject: Sendable, Equatable {
    /// A column, by its slot.
    case column(Int)
    case segment
    case key
}

/// The columns that a job names, each with the place that first does.
package struct ColumnUses: Sendable {
    package private(set) var names: [String] = []
    package private(set) var places: [JobPlace] = []
    private var slots: [String: Int] = [:]

    package init() {}

    package mutating func slot(of name: String, at place: JobPlace) -> Int {
        if let slot = slots[name] { return slot }
        slots[name] = names.count
        names.append(name)
        places.append(place)
        return names.count - 1
    }

    /// The header's index of each slot, or the slots whose column the header lacks.
    package func resolve(in header: Header) -> Result<[Int], MissingColumns> {
        var found: [Int] = []
        var missing: [Int] = []
        for (slot, name) in names.enumerated() {
            if let index = header.index(of: name) {
                found.append(index)
            } else {
                missing.append(slot)
            }
        }
        return missing.isEmpty ? .success(found) : .failure(MissingColumns(slots: missing))
    }

    package struct MissingColumns: Error {
        package let slots: [Int]
    }
}

extension Header {
    /// The first column of this name, else the one that equals it but for outer blanks and for how its words are
    /// parted, as in a header cell of two lines; `nil` when columns of different names do.
    package func index(of name: String) -> Int? {
        if let exact = columns.firstIndex(of: name) { return exact }
        let bare = bare(name)
        let candidates = columns.indices.filter { self.bare(columns[$0]) == bare }
        return Set(candidates.map { columns[$0] }).count == 1 ? candidates[0] : nil
    }

    /// Without outer blanks, and with one blank for each run of blanks and line ends.
    private func bare(_ name: String) -> [UInt8] {
        var bytes = Array(name.utf8)
        bytes.trim()
        var bare: [UInt8] = []
        for byte in bytes where !byte.isBlank || bare.last != 0x20 {
            bare.append(byte.isBlank ? 0x20 : byte)
        }
        return bare
    }
}
