import CatalinkCore

/// What a reader of nested records is told, one thing at a time.
enum NestedEvent {
    case documentStart, documentEnd, streamEnd
    case scalar, mappingStart, mappingEnd, listStart, listEnd
}

/// Documents as a stream of events; a mapping's names are scalars, each before its value.
///
/// A reader is generic over this, so that each format has a loop of its own.
protocol NestedEvents {
    /// How messages call the file.
    var name: String { get }

    /// Advances; what the event holds is valid until the next call.
    mutating func next() throws(CatalogError) -> NestedEvent
    /// Where the event begins.
    var position: TextPosition { get }
    /// The text of a scalar.
    var text: UnsafeBufferPointer<UInt8> { get }
    /// Whether a scalar stands for nothing.
    var isNull: Bool { get }
    /// Whether a scalar stands there without quotation marks and tags.
    var isBare: Bool { get }

    /// Told of each record: the event that came last is its first.
    mutating func recordBegins(with event: NestedEvent)
    mutating func recordEnds()

    /// Whether a scalar, where it is a name, merges other mappings into its own.
    var isMerge: Bool { get }
    /// Mappings that wait to be merged, those of all open mappings together.
    var waitingMerges: Int { get }
    /// Lets the value that comes next wait; it was preceded by a name that merges.
    mutating func holdMerge() throws(CatalogError)
    /// Gives the mapping that waits first once more: its names, values and end follow.
    mutating func replayMerge() throws(CatalogError)
}

/// Who reads records need not be told of them.
extension NestedEvents {
    @inline(__always) mutating func recordBegins(with event: NestedEvent) {}
    @inline(__always) mutating func recordEnds() {}
}

/// A format that merges nothing.
extension NestedEvents {
    var isMerge: Bool { false }
    var waitingMerges: Int { 0 }
    mutating func holdMerge() throws(CatalogError) {}
    mutating func replayMerge() throws(CatalogError) {}
}

extension NestedEvents {
    func failure(_ expected: String, _ got: String, hint: String? = nil) -> CatalogError {
        CatalogError(
            at: "\(name):\(position.line):\(position.column)", expected: expected, got: got, hint: hint)
    }

    /// How messages call what came last.
    func shown(_ event: NestedEvent) -> String {
        switch event {
        case .scalar where isNull: "nothing"
        case .scalar: "the text " + Array(text).text.quoted
        case .mappingStart: "a mapping"
        case .listStart: "a list"
        default: "the end"
        }
    }
}
