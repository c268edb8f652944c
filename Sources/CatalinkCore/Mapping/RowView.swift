/// One record as templates and conditions see it: borrowed fields, found by slot, and the segment.
///
/// A slot is a column's number among those that the job names; `slots` turns it into the header's own index.
package struct RowView: ~Escapable {
    private let bytes: Span<UInt8>
    private let fields: Span<FieldRange>
    private let slots: Span<Int>
    let segment: Span<UInt8>
    let key: Span<UInt8>
    /// The value of a list that stands for itself.
    private(set) var each: Span<UInt8>
    /// The moment by which ages are judged.
    let now: Timestamp

    @_lifetime(borrow batch, borrow slots, copy segment, copy key)
    package init(
        _ batch: borrowing RecordBatch, record: Int, slots: borrowing [Int], segment: Span<UInt8>,
        key: Span<UInt8>, now: Timestamp = Timestamp(seconds: 0)
    ) {
        let width = batch.header.columns.count
        bytes = batch.bytes.span
        fields = batch.fields.span.extracting((record * width)..<((record + 1) * width))
        self.slots = slots.span
        self.segment = segment
        self.key = key
        each = key.extracting(0..<0)
        self.now = now
    }

    /// The same row, seen for one value of a list.
    @_lifetime(copy self, copy each)
    func with(each: Span<UInt8>) -> RowView {
        var row = copy self
        row.each = each
        return row
    }

    @_lifetime(copy self)
    func field(_ slot: Int) -> Span<UInt8> {
        let index = slots[slot]
        guard index != ColumnUses.absent else { return bytes.extracting(0..<0) }
        let range = fields[index]
        guard range.length > 0 else { return bytes.extracting(0..<0) }
        let start = Int(range.start)
        return bytes.extracting(start..<(start + Int(range.length)))
    }

    @_lifetime(copy self)
    func value(of subject: Subject) -> Span<UInt8> {
        switch subject {
        case .column(let slot): field(slot)
        case .anyOf(let slots): firstText(slots)
        case .segment: segment
        case .key: key
        case .each: each
        }
    }

    /// The first field with more than blanks in it, else the last.
    @_lifetime(copy self)
    private func firstText(_ slots: [Int]) -> Span<UInt8> {
        for slot in slots.dropLast() {
            let value = field(slot)
            if !value.trimmed().isEmpty { return value }
        }
        return field(slots[slots.count - 1])
    }

    /// The one of these columns that this row's value came from.
    func slot(of choice: SlotChoice) -> Int {
        choice.slots.first { !field($0).trimmed().isEmpty } ?? choice.slots[0]
    }
}

/// What a template or a condition looks at.
package enum Subject: Sendable, Equatable {
    /// A column, by its slot.
    case column(Int)
    /// Of several columns the first that has text.
    case anyOf([Int])
    case segment
    case key
    case each

    package var slots: [Int] {
        switch self {
        case .column(let slot): [slot]
        case .anyOf(let slots): slots
        case .segment, .key, .each: []
        }
    }

    /// Where a problem with the value is to be shown.
    package var firstSlot: SlotChoice? {
        switch self {
        case .column(let slot): SlotChoice(slots: [slot])
        case .anyOf(let slots): SlotChoice(slots: slots)
        case .segment, .key, .each: nil
        }
    }
}

/// The column of a value: one slot, or several of which each row tells the one that it took.
package struct SlotChoice: Sendable, Equatable, ExpressibleByIntegerLiteral {
    /// Never none.
    let slots: [Int]

    /// The one that stands first in the template.
    package var first: Int { slots[0] }

    init(slots: [Int]) {
        self.slots = slots
    }

    package init(integerLiteral slot: Int) {
        slots = [slot]
    }
}

/// The columns that a job names, each with the place that first does.
package struct ColumnUses: Sendable {
    package private(set) var names: [String] = []
    package private(set) var places: [JobPlace] = []
    private var slots: [String: Int] = [:]
    private var required: Set<Int> = []
    /// Columns of which a catalog must have one.
    private var groups: [[Int]] = []
    /// The index of a column that a catalog does without; its fields are empty.
    package static let absent = -1

    package init() {}

    /// - Parameter isRequired: whether a catalog without the column is none; a preset's are not.
    package mutating func slot(of name: String, at place: JobPlace, isRequired: Bool = true) -> Int {
        let slot = slots[name] ?? names.count
        if slot == names.count {
            slots[name] = slot
            names.append(name)
            places.append(place)
        }
        if isRequired, place.preset == nil { required.insert(slot) }
        return slot
    }

    /// Several columns of which a catalog needs only one.
    package mutating func slots(ofAny names: [String], at place: JobPlace) -> [Int] {
        let group = names.map { slot(of: $0, at: place, isRequired: false) }
        if place.preset == nil { groups.append(group) }
        return group
    }

    /// The slots whose columns a catalog would need and lacks.
    package func missing(_ isThere: (String) -> Bool) -> [Int] {
        let isFound = names.map(isThere)
        var missing = Set(required.filter { !isFound[$0] })
        for group in groups where !group.contains(where: { isFound[$0] }) {
            if let first = group.first { missing.insert(first) }
        }
        return missing.sorted()
    }

    /// The header's index of each slot, `absent` for columns that it may lack, or the slots of those it may not.
    package func resolve(in header: Header) -> Result<[Int], MissingColumns> {
        let missing = missing { header.index(of: $0) != nil }
        guard missing.isEmpty else { return .failure(MissingColumns(slots: missing)) }
        return .success(names.map { header.index(of: $0) ?? Self.absent })
    }

    package struct MissingColumns: Error {
        package let slots: [Int]
    }
}

extension Header {
    /// The first column of this name, else the one that equals it but for outer blanks and for how its words are
    /// parted, as in a header cell of two lines; `nil` when columns of different names do. Else for `#3` the third.
    package func index(of name: String) -> Int? {
        if let exact = columns.firstIndex(of: name) { return exact }
        let bare = bare(name)
        let candidates = columns.indices.filter { self.bare(columns[$0]) == bare }
        if Set(candidates.map { columns[$0] }).count == 1 { return candidates[0] }
        guard name.hasPrefix("#"), let number = Int(name.dropFirst()), number >= 1, number <= columns.count
        else { return nil }
        return number - 1
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
