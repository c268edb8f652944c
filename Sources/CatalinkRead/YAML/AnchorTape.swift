import CatalinkCore

/// The anchored values of a document as the events that they were, to be given once more at their aliases.
///
/// One tape for all: an anchor within an anchored value is a part of it. An alias in an anchored value is kept as
/// an alias, so that the tape is never longer than what the document writes out.
struct AnchorTape {
    enum Kind {
        case scalar, mappingStart, mappingEnd, listStart, listEnd, alias
    }

    struct Entry {
        var kind: Kind
        /// Whether a scalar stands without quotation marks, and without a tag.
        var isPlain = false
        var isUntagged = false
        var textStart = 0
        var textLength = 0
        var position: TextPosition
        /// Of a start: where its end is, or -1 while it is open. Of an alias: where its value begins.
        var link = -1
    }

    /// Bytes that the tape of a document may take.
    static let largestSize = 4 * 1024 * 1024

    private(set) var entries: [Entry] = []
    /// How often values were too large to be kept.
    private(set) var forgotten = 0
    private var texts = ByteStore(capacity: 256)
    private var textCount: Int { texts.count }
    private var anchors: [[UInt8]: Int] = [:]
    private var namesSize = 0
    /// Starts without an end; while there are any, each event is recorded.
    private var open: [Int] = []
    /// The end of what anchors need.
    private var keptEnd = 0

    var isRecording: Bool { !open.isEmpty }
    private var size: Int { entries.count * MemoryLayout<Entry>.stride + textCount + namesSize }

    func text(of entry: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: texts.base + entries[entry].textStart, count: entries[entry].textLength)
    }

    /// Where the value that begins here has its last entry.
    func end(of entry: Int) -> Int {
        switch entries[entry].kind {
        case .mappingStart, .listStart: entries[entry].link
        default: entry
        }
    }

    /// Bytes of all texts in a part of the tape.
    func textSize(_ first: Int, _ last: Int) -> Int {
        entries[last].textStart + entries[last].textLength - entries[first].textStart
    }

    func value(of anchor: [UInt8]) -> Int? { anchors[anchor] }

    /// Records an event; with the tape full, whatever is being recorded is forgotten.
    ///
    /// - Returns: Whether it was kept.
    mutating func append(_ entry: Entry, text: UnsafeBufferPointer<UInt8>, anchor: [UInt8]? = nil) -> Bool {
        guard size + MemoryLayout<Entry>.stride + text.count + (anchor?.count ?? 0) <= Self.largestSize else {
            forget(anchor)
            return false
        }
        var entry = entry
        (entry.textStart, entry.textLength) = (textCount, text.count)
        texts.append(text)
        let index = entries.count
        switch entry.kind {
        case .mappingStart, .listStart: open.append(index)
        case .mappingEnd, .listEnd: if let start = open.popLast() { entries[start].link = index }
        default: break
        }
        entries.append(entry)
        if let anchor {
            if anchors.updateValue(index, forKey: anchor) == nil { namesSize += anchor.count }
            keptEnd = .max
        }
        if open.isEmpty, keptEnd == .max { keptEnd = entries.count }
        return true
    }

    /// Gives up the values that are open, and a new meaning of `anchor`.
    private mutating func forget(_ anchor: [UInt8]?) {
        forgotten += 1
        let unfinished = Set(open)
        anchors = anchors.filter { !unfinished.contains($0.value) && $0.key != anchor }
        namesSize = anchors.keys.reduce(0) { $0 + $1.count }
        open = []
        keptEnd = anchors.values.reduce(0) { max($0, end(of: $1) + 1) }
    }

    /// Frees what no anchor needs; nothing may be open or waiting.
    mutating func trim() {
        guard open.isEmpty, keptEnd < entries.count else { return }
        texts.removeLast(texts.count - entries[keptEnd].textStart)
        entries.removeSubrange(keptEnd...)
    }

    mutating func removeAll() {
        guard !entries.isEmpty || forgotten > 0 else { return }
        self = AnchorTape()
    }
}
