import CatalinkCore

/// Passes events on, and keeps those of each record from a number on.
struct CopyingEvents<Events: NestedEvents>: NestedEvents {
    private var events: Events
    private(set) var tape: NestedTape
    /// Records so far.
    private(set) var number = 0
    /// The first record that is kept.
    var wanted = 1
    private var isKeeping = false

    init(_ events: Events, largestRecord: Int) {
        self.events = events
        tape = NestedTape(largest: largestRecord)
    }

    var name: String { events.name }
    var position: TextPosition { events.position }
    var text: UnsafeBufferPointer<UInt8> { events.text }
    var isNull: Bool { events.isNull }
    var isBare: Bool { events.isBare }
    var isMerge: Bool { events.isMerge }
    var waitingMerges: Int { events.waitingMerges }

    mutating func next() throws(CatalogError) -> NestedEvent {
        let event = try events.next()
        if isKeeping { tape.add(event, events) }
        return event
    }

    mutating func recordBegins(with event: NestedEvent) {
        number += 1
        guard number >= wanted else { return }
        isKeeping = true
        tape.removeAll()
        tape.add(event, events)
    }

    mutating func recordEnds() {
        isKeeping = false
    }

    mutating func holdMerge() throws(CatalogError) { try events.holdMerge() }

    mutating func replayMerge() throws(CatalogError) {
        try events.replayMerge()
        if isKeeping { tape.reopen() }
    }
}
