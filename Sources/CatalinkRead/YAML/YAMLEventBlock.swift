import CLibYAML
import CatalinkCore

/// Some hundred events as libyaml gave them, their texts behind one another.
final class YAMLEventBlock {
    enum Kind: UInt8 {
        case scalar, mappingStart, mappingEnd, listStart, listEnd, alias, documentStart, documentEnd,
            streamEnd
    }

    struct Entry {
        var kind: Kind
        /// Whether a scalar stands there without quotation marks and is no block, and without a tag.
        var isPlain = false
        var isUntagged = false
        var textStart: UInt32 = 0
        var textLength: UInt32 = 0
        /// Of the anchor, or the name of an alias; it follows the text.
        var anchorLength: UInt32 = 0
        /// From 1, both.
        var position: TextPosition
        /// Characters from the block's begin to the event's end.
        var offset: UInt32
    }

    static let capacity = 4096
    private static let fullSize = 192 * 1024
    /// A block that has held a longer text does not keep its room.
    private static let largestKept = 1024 * 1024

    let entries: UnsafeMutablePointer<Entry>
    private(set) var count = 0
    let texts = ByteStore(capacity: fullSize + fullSize / 4)
    /// Characters before the block.
    private var begin = 0
    /// Why nothing follows.
    var failure: CatalogError?

    init() {
        entries = .allocate(capacity: Self.capacity)
    }

    deinit {
        entries.deallocate()
    }

    var isFull: Bool {
        @inline(__always) get { count == Self.capacity || texts.count >= Self.fullSize }
    }

    /// - Parameter begin: characters that have been read before.
    func clear(at begin: Int) {
        self.begin = begin
        (count, failure) = (0, nil)
        texts.removeAll(keepingAtMost: Self.largestKept)
    }

    /// Characters up to the end of an entry.
    func offset(of entry: Int) -> Int { begin + Int(entries[entry].offset) }

    /// Takes over an event; one that says nothing is left out.
    @inline(__always)
    func append(_ event: UnsafeMutablePointer<yaml_event_t>) {
        switch event.pointee.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.pointee.data.scalar
            var entry = entry(.scalar, event)
            entry.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            entry.isUntagged = scalar.plain_implicit != 0
            entry.textLength = UInt32(truncatingIfNeeded: scalar.length)
            texts.append(UnsafeBufferPointer(start: scalar.value, count: scalar.length))
            append(entry, anchor: scalar.anchor)
        case YAML_MAPPING_START_EVENT:
            append(entry(.mappingStart, event), anchor: event.pointee.data.mapping_start.anchor)
        case YAML_MAPPING_END_EVENT: append(entry(.mappingEnd, event), anchor: nil)
        case YAML_SEQUENCE_START_EVENT:
            append(entry(.listStart, event), anchor: event.pointee.data.sequence_start.anchor)
        case YAML_SEQUENCE_END_EVENT: append(entry(.listEnd, event), anchor: nil)
        case YAML_ALIAS_EVENT: append(entry(.alias, event), anchor: event.pointee.data.alias.anchor)
        case YAML_DOCUMENT_START_EVENT: append(entry(.documentStart, event), anchor: nil)
        case YAML_DOCUMENT_END_EVENT: append(entry(.documentEnd, event), anchor: nil)
        case YAML_STREAM_END_EVENT: append(entry(.streamEnd, event), anchor: nil)
        default: break
        }
    }

    @inline(__always)
    private func entry(_ kind: Kind, _ event: UnsafeMutablePointer<yaml_event_t>) -> Entry {
        var position = TextPosition(line: 1, column: 1)
        position.line = UInt32(truncatingIfNeeded: event.pointee.start_mark.line &+ 1)
        position.column = UInt32(truncatingIfNeeded: event.pointee.start_mark.column &+ 1)
        return Entry(
            kind: kind, textStart: UInt32(truncatingIfNeeded: texts.count), position: position,
            offset: UInt32(truncatingIfNeeded: Int(event.pointee.end_mark.index) &- begin))
    }

    @inline(__always)
    private func append(_ entry: Entry, anchor: UnsafeMutablePointer<yaml_char_t>?) {
        (entries + count).initialize(to: entry)
        if let anchor { append(anchor) }
        count += 1
    }

    @inline(never)
    private func append(_ anchor: UnsafeMutablePointer<yaml_char_t>) {
        var length = 0
        while anchor[length] != 0 { length += 1 }
        texts.append(UnsafeBufferPointer(start: anchor, count: length))
        entries[count].anchorLength = UInt32(truncatingIfNeeded: length)
    }
}
