import CatalinkCore

/// The events of one record, kept to be written again.
struct NestedTape {
    enum Kind {
        case mapping, list, end
        /// A value or a name; `isBare` as it was written.
        case scalar(isBare: Bool, isNull: Bool)
    }

    struct Entry {
        var kind: Kind
        var text: Range<Int>
    }

    private struct Open {
        var isMapping: Bool
        var isName: Bool
        var names: Set<[UInt8]> = []
    }

    private(set) var entries: [Entry] = []
    private var bytes: [UInt8] = []
    private var open: [Open] = []
    private var lastClosed: Open?
    /// Containers that are open in a value that is passed over; `nil` when none is.
    private var passing: Int?
    private let largest: Int
    /// Whether the record was too large to be kept.
    private(set) var isTooLarge = false

    /// - Parameter largest: bytes of one record.
    init(largest: Int) {
        self.largest = largest
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        open.removeAll()
        (lastClosed, passing, isTooLarge) = (nil, nil, false)
    }

    func text(of entry: Entry) -> ArraySlice<UInt8> { bytes[entry.text] }

    mutating func add(_ event: NestedEvent, _ events: borrowing some NestedEvents) {
        if let depth = passing { return pass(event, depth) }
        switch event {
        case .scalar: addScalar(events)
        case .mappingStart: begin(.mapping)
        case .listStart: begin(.list)
        case .mappingEnd, .listEnd: close()
        case .documentStart, .documentEnd, .streamEnd: break
        }
    }

    /// The mapping that has ended goes on with what is merged into it.
    mutating func reopen() {
        guard let last = lastClosed else { return }
        if !isTooLarge { entries.removeLast() }
        open.append(last)
    }

    private mutating func pass(_ event: NestedEvent, _ depth: Int) {
        switch event {
        case .mappingStart, .listStart: passing = depth + 1
        case .mappingEnd, .listEnd: passing = depth == 1 ? nil : depth - 1
        default: if depth == 0 { passing = nil }
        }
    }

    private mutating func addScalar(_ events: borrowing some NestedEvents) {
        let isName = open.last.map { $0.isMapping && $0.isName } ?? false
        // What it stands for is told when it is merged.
        if isName, events.isMerge { return }
        let text = events.text
        if isName {
            let name = Array(text)
            // A name that the mapping has already is one that is merged.
            guard open[open.count - 1].names.insert(name).inserted else {
                passing = 0
                return
            }
            open[open.count - 1].isName = false
        } else {
            endValue()
        }
        guard bytes.count + text.count <= largest else {
            isTooLarge = true
            return append(.scalar(isBare: false, isNull: true), 0)
        }
        bytes.append(contentsOf: text)
        append(.scalar(isBare: events.isBare, isNull: events.isNull), text.count)
    }

    private mutating func append(_ kind: Kind, _ count: Int) {
        // A record may be large in its events alone.
        if entries.count > largest { isTooLarge = true }
        if isTooLarge { return }
        entries.append(Entry(kind: kind, text: (bytes.count - count)..<bytes.count))
    }

    private mutating func begin(_ kind: Kind) {
        if case .mapping = kind {
            open.append(Open(isMapping: true, isName: true))
        } else {
            open.append(Open(isMapping: false, isName: false))
        }
        append(kind, 0)
    }

    private mutating func close() {
        lastClosed = open.popLast()
        append(.end, 0)
        endValue()
    }

    private mutating func endValue() {
        if !open.isEmpty { open[open.count - 1].isName = true }
    }
}
