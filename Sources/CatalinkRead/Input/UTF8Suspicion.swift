/// Watches text in another encoding for being UTF-8 after all: no other text of some length looks like it.
struct UTF8Suspicion {
    /// The first sequence of several bytes.
    private(set) var first: TextPlace?
    private var sequences = 0
    private let needed: Int
    private var isRefuted = false
    private var carried: [UInt8] = []

    /// - Parameter needed: how many sequences are no chance.
    init(needed: Int) {
        self.needed = needed
    }

    /// - Parameter place: where the bytes begin.
    mutating func look(at bytes: ArraySlice<UInt8>, from place: TextPlace) {
        guard !isRefuted else { return }
        if first == nil {
            guard let high = bytes.firstIndex(where: { $0 >= 0x80 }) else { return }
            var found = place
            found.advance(over: bytes[..<high])
            first = found
        }
        carried.append(contentsOf: bytes)
        let whole = UTF8Decoder.wholeLength(carried.span)
        guard (try? UTF8Span(validating: carried.span.extracting(0..<whole))) != nil else {
            isRefuted = true
            carried = []
            return
        }
        for index in 0..<whole where sequences < needed && carried[index] >= 0xC2 { sequences += 1 }
        carried.removeFirst(whole)
    }

    /// Whether the whole text has been valid UTF-8, and not by chance.
    var isProven: Bool { !isRefuted && carried.isEmpty && sequences >= needed }
}
