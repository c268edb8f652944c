/// Watches text in another encoding for being UTF-8 after all: no other text of some length looks like it.
struct UTF8Suspicion {
    /// The first sequence of several bytes.
    private(set) var first: TextPlace?
    private var sequences = 0
    /// Whether all of them are letters or marks that nearly every text has which has any.
    private var areFamiliar = true
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
        if sequences < needed { count(carried[..<whole]) }
        carried.removeFirst(whole)
    }

    private mutating func count(_ bytes: ArraySlice<UInt8>) {
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars where !scalar.isASCII {
            sequences += 1
            areFamiliar = areFamiliar && Self.familiar.contains { $0.contains(scalar.value) }
        }
    }

    /// Latin letters and signs of western Europe, punctuation, €, ™. In other encodings their bytes are a capital
    /// letter such as Ã or â and a sign behind it.
    private static let familiar: [ClosedRange<UInt32>] = [
        0xA0...0xFF, 0x2010...0x2026, 0x20AC...0x20AC, 0x2122...0x2122,
    ]

    /// Whether the whole text has been valid UTF-8, and not by chance.
    var isProven: Bool {
        !isRefuted && carried.isEmpty && sequences > 0 && (sequences >= needed || areFamiliar)
    }
}
