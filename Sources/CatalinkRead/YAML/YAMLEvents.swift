import CatalinkCore

/// How often aliases may repeat what a document writes once.
struct AliasLimits {
    /// Events given again, besides `eventRatio` for each character that was read.
    var events = 1_000_000
    var eventRatio = 32
    /// Bytes of text given again, besides `byteRatio` for each character that was read.
    var bytes = 64 * 1024 * 1024
    var byteRatio = 1000
}

/// The events of YAML documents, with each alias replaced by the value of its anchor.
///
/// Scalars are text as written and tags mean nothing. What an alias stands for has the place of the alias. An anchor
/// holds to the end of its document, in all 4 MiB of them.
struct YAMLEvents: NestedEvents {
    let name: String
    private let ahead: ReadAhead<YAMLParser>
    private var block: YAMLEventBlock
    /// Those of the block.
    private var entries: UnsafeMutablePointer<YAMLEventBlock.Entry>
    private var texts: UnsafeMutablePointer<UInt8>
    private var count: Int
    /// The entry of the block that came last.
    private var written = -1
    private let limits: AliasLimits
    private let deepest: Int
    private var tape = AnchorTape()
    /// Values that are given again, the innermost last; without any, libyaml is asked.
    private var replays: [Replay] = []
    /// Mappings that wait to be merged, the next one last.
    private var merges: [Replay] = []
    private var replayedEvents = 0
    private var replayedBytes = 0
    /// The entry of the tape that came last, or -1 when one of the block did.
    private var current = -1
    private var place: TextPosition?

    /// A part of the tape.
    private struct Replay {
        var next: Int
        let last: Int
        /// The outermost alias; `nil` for a mapping that stands where it is merged.
        let place: TextPosition?
    }

    init(
        _ source: any ByteSource, name: String, limits: ReadLimits = ReadLimits(),
        aliases: AliasLimits = AliasLimits()
    ) {
        self.name = name
        ahead = ReadAhead(YAMLParser(source, name: name, limits: limits))
        block = ahead.next()
        (entries, texts, count) = (block.entries, block.texts.base, block.count)
        self.limits = aliases
        deepest = limits.depth
    }

    var text: UnsafeBufferPointer<UInt8> {
        @inline(__always) get { current < 0 ? writtenText : tape.text(of: current) }
    }

    private var writtenText: UnsafeBufferPointer<UInt8> {
        @inline(__always) get {
            UnsafeBufferPointer(start: texts + Int(entry.textStart), count: Int(entry.textLength))
        }
    }

    private var entry: YAMLEventBlock.Entry {
        @inline(__always) get { entries[written] }
    }

    /// From 1, both.
    var position: TextPosition {
        @inline(__always) get {
            guard current < 0 else { return place ?? tape.entries[current].position }
            return written < 0 ? TextPosition(line: 1, column: 1) : entry.position
        }
    }

    /// Whether a scalar stands there without quotation marks and is no block.
    var isPlain: Bool {
        current < 0 ? entry.isPlain : tape.entries[current].isPlain
    }

    private var isUntagged: Bool {
        current < 0 ? entry.isUntagged : tape.entries[current].isUntagged
    }

    var isBare: Bool { isPlain && isUntagged }

    /// `~`, `null` in its three spellings, and nothing at all.
    var isNull: Bool {
        @inline(__always) get { text.count <= 4 && isPlain && isUntagged && isNullText }
    }

    private var isNullText: Bool {
        switch text.count {
        case 0: return true
        case 1: return text[0] == UInt8(ascii: "~")
        case 4:
            return text[0] | 0x20 == UInt8(ascii: "n")
                && ["null", "Null", "NULL"].contains { text.elementsEqual($0.utf8) }
        default: return false
        }
    }

    @inline(__always)
    mutating func next() throws(CatalogError) -> NestedEvent {
        while true {
            if replays.isEmpty {
                if let event = try parse() { return event }
            } else if let event = try replay() {
                return event
            }
        }
    }

    /// The next event of the document; `nil` for an alias, which has begun a replay.
    @inline(__always)
    private mutating func parse() throws(CatalogError) -> NestedEvent? {
        current = -1
        if written + 1 >= count { try turn() }
        written += 1
        switch entry.kind {
        case .scalar:
            if isKept { try record(.scalar) }
            return .scalar
        case .mappingStart:
            if isKept { try record(.mappingStart) }
            return .mappingStart
        case .mappingEnd:
            if isKept { try record(.mappingEnd) }
            return .mappingEnd
        case .listStart:
            if isKept { try record(.listStart) }
            return .listStart
        case .listEnd:
            if isKept { try record(.listEnd) }
            return .listEnd
        case .alias:
            let value = try aliasedValue()
            try begin(value, at: position)
            return nil
        case .documentStart: return .documentStart
        case .documentEnd:
            tape.removeAll()
            return .documentEnd
        case .streamEnd: return .streamEnd
        }
    }

    private var isKept: Bool {
        @inline(__always) get { entry.anchorLength > 0 || tape.isRecording }
    }

    /// Goes on to the next block with events.
    @inline(never)
    private mutating func turn() throws(CatalogError) {
        while written + 1 >= count {
            if let failure = block.failure { throw failure }
            if written >= 0, entry.kind == .streamEnd {
                // Nothing follows, however often it is asked for.
                written -= 1
                return
            }
            block = ahead.next()
            (entries, texts, count) = (block.entries, block.texts.base, block.count)
            written = -1
        }
    }

    private mutating func replay() throws(CatalogError) -> NestedEvent? {
        let (last, entry) = (replays.count - 1, replays[replays.count - 1].next)
        guard entry <= replays[last].last else {
            replays.removeLast()
            return nil
        }
        replays[last].next += 1
        (current, place) = (entry, replays[last].place)
        switch tape.entries[entry].kind {
        case .scalar: return .scalar
        case .mappingStart: return .mappingStart
        case .mappingEnd: return .mappingEnd
        case .listStart: return .listStart
        case .listEnd: return .listEnd
        case .alias:
            try begin(tape.entries[entry].link, at: position)
            return nil
        }
    }

    /// Characters that have become events so far.
    private var offset: Int { block.offset(of: written) }

    private mutating func begin(_ value: Int, at place: TextPosition) throws(CatalogError) {
        try begin(Replay(next: value, last: tape.end(of: value), place: place))
    }

    private mutating func begin(_ replay: Replay) throws(CatalogError) {
        replayedEvents += replay.last - replay.next + 1
        replayedBytes += tape.textSize(replay.next, replay.last)
        guard replayedEvents <= limits.events + limits.eventRatio * offset,
            replayedBytes <= limits.bytes + limits.byteRatio * offset
        else {
            throw failure(
                "aliases that repeat little", "ones that make the file many times as long",
                hint: "write the values out")
        }
        replays.append(replay)
    }
}

extension YAMLEvents {
    @inline(never)
    private mutating func record(_ kind: AnchorTape.Kind, link: Int = -1) throws(CatalogError) {
        if !tape.isRecording, merges.isEmpty { tape.trim() }
        var entry = AnchorTape.Entry(kind: kind, position: position, link: link)
        if kind == .scalar { (entry.isPlain, entry.isUntagged) = (isPlain, isUntagged) }
        let anchor = link < 0 && self.entry.anchorLength > 0 ? self.anchor : nil
        _ = tape.append(entry, text: writtenText, anchor: anchor)
    }

    /// The anchor of the event that came last, or the name of the alias.
    private var anchor: [UInt8] {
        let end = Int(entry.textStart) + Int(entry.textLength)
        return Array(UnsafeBufferPointer(start: texts + end, count: Int(entry.anchorLength)))
    }

    /// What the alias that has come stands for.
    private mutating func aliasedValue() throws(CatalogError) -> Int {
        let anchor = anchor
        guard let value = tape.value(of: anchor) else {
            guard tape.forgotten == 0 else { throw fullTape() }
            throw failure("the anchor \("&\(anchor.text)".quoted) before its alias", "none")
        }
        guard tape.end(of: value) >= value else {
            throw failure("an alias of another value", "\("*\(anchor.text)".quoted) within its own anchor")
        }
        if tape.isRecording { try record(.alias, link: value) }
        return value
    }

    private func fullTape() -> CatalogError {
        failure(
            "anchored values of at most \(AnchorTape.largestSize / 1024 / 1024) MiB in a document", "more",
            hint: "write the values out")
    }

    /// A name that is not in quotation marks, whatever tag it has.
    var isMerge: Bool {
        @inline(__always) get {
            text.count == 2 && text[0] == UInt8(ascii: "<") && text[1] == UInt8(ascii: "<") && isPlain
        }
    }

    var waitingMerges: Int { merges.count }

    mutating func holdMerge() throws(CatalogError) {
        let first = merges.count
        var event = try next()
        guard event == .listStart else {
            guard event == .mappingStart else { throw noMapping(event) }
            return try hold()
        }
        while true {
            event = try next()
            if event == .listEnd { break }
            guard event == .mappingStart else { throw noMapping(event) }
            try hold()
        }
        merges[first...].reverse()
    }

    private func noMapping(_ event: NestedEvent) -> CatalogError {
        failure("a mapping, or a list of mappings, to merge", shown(event))
    }

    /// The mapping that has begun waits, and is passed over.
    private mutating func hold() throws(CatalogError) {
        if current >= 0 {
            let end = tape.end(of: current)
            replays[replays.count - 1].next = end + 1
            merges.append(Replay(next: current + 1, last: end, place: place))
        } else {
            try holdWritten()
        }
    }

    private mutating func holdWritten() throws(CatalogError) {
        let forgotten = tape.forgotten
        if !tape.isRecording { try record(.mappingStart) }
        let start = tape.entries.count - 1
        var depth = 1
        while depth > 0 {
            switch try parse() {
            case .mappingStart, .listStart: depth += 1
            case .mappingEnd, .listEnd: depth -= 1
            // An alias stays one on the tape.
            case nil: replays.removeAll()
            default: break
            }
            guard depth <= deepest else {
                throw failure(
                    "at most \(deepest) levels of mappings and lists", "more", hint: ReadLimits.hint("depth"))
            }
        }
        guard tape.forgotten == forgotten else { throw fullTape() }
        merges.append(Replay(next: start + 1, last: tape.end(of: start), place: nil))
    }

    mutating func replayMerge() throws(CatalogError) {
        guard let merge = merges.popLast() else { return }
        try begin(merge)
    }
}
