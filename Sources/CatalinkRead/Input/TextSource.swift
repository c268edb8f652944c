import CatalinkCore

/// Decodes bytes to valid UTF-8; what is no text in the encoding is an error with its place.
final class TextSource: ByteSource {
    private let source: any ByteSource
    private let name: String
    private let found: FoundEncoding
    private var decoder: any TextDecoder
    private var suspicion: UTF8Suspicion?
    private var raw: [UInt8]
    private var rawCount = 0
    private var text: [UInt8]
    private var textRange: Range<Int>
    /// Where the text decoded so far ends.
    private var place = TextPlace()
    /// Until a character has come that is no byte order mark.
    private var isAtBegin = true
    let notes: [String]

    init(
        _ source: any ByteSource, name: String, _ found: FoundEncoding, bufferSize: Int = 64 * 1024
    ) throws(CatalogError) {
        guard let decoder = found.encoding.decoder() else {
            throw CatalogError(
                at: name, expected: "a C library that knows \(found.encoding.name)", got: "one that does not",
                hint: "save the export as UTF-8, or install the library's character sets")
        }
        self.source = source
        self.name = name
        self.found = found
        self.decoder = decoder
        suspicion = UTF8Suspicion(watching: found.encoding)
        raw = Array(repeating: 0, count: max(bufferSize, 16))
        text = Array(repeating: 0, count: max(4 * (raw.count + 1), found.lead.count))
        text.replaceSubrange(0..<found.lead.count, with: found.lead)
        textRange = 0..<found.lead.count
        place.advance(over: found.lead[...])
        notes = found.notes
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        while textRange.isEmpty {
            guard try refill() else { return 0 }
        }
        let count = min(textRange.count, buffer.count)
        let start = textRange.lowerBound
        text.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
        }
        textRange = (start + count)..<textRange.upperBound
        return count
    }

    /// One piece more; `false` at the end.
    private func refill() throws(CatalogError) -> Bool {
        let count = try raw.fill(from: source, at: rawCount)
        suspicion?.look(at: raw[rawCount..<(rawCount + count)], from: place)
        rawCount += count
        let isLast = count == 0
        let decoded = decoder.decode(raw.span.extracting(0..<rawCount), isLast: isLast, into: &text)
        let start = isAtBegin ? skipMarks(in: decoded.produced) : 0
        place.advance(over: text[start..<decoded.produced])
        if let fault = decoded.fault { throw failure(fault, at: decoded.consumed) }
        rawCount -= decoded.consumed
        for index in 0..<rawCount { raw[index] = raw[decoded.consumed + index] }
        textRange = start..<decoded.produced
        if isLast, decoded.produced == 0 {
            try checkSuspicion()
            return false
        }
        return true
    }

    /// Files that were put together from others may have more than one; readers are to see none.
    private func skipMarks(in count: Int) -> Int {
        var start = 0
        while text[start..<count].starts(with: [0xEF, 0xBB, 0xBF]) { start += 3 }
        isAtBegin = start == count
        return start
    }

    private func failure(_ fault: TextFault, at offset: Int) -> CatalogError {
        var sample = Array(raw[..<rawCount])
        // An error further on is the later one: what has come until then is looked at.
        while sample.count - offset < raw.count, let more = try? nextBytes() {
            sample.append(contentsOf: more)
        }
        return CatalogError(
            at: place.shown(in: name), expected: "\(found.encoding.shownName) text", got: fault.shown,
            hint: EncodingGuess(of: sample, readAs: found.encoding).hint(for: found))
    }

    private func nextBytes() throws(CatalogError) -> ArraySlice<UInt8>? {
        var chunk: [UInt8] = Array(repeating: 0, count: raw.count)
        let count = try chunk.fill(from: source)
        return count > 0 ? chunk[..<count] : nil
    }

    private func checkSuspicion() throws(CatalogError) {
        guard let suspicion, suspicion.isProven, let first = suspicion.first else { return }
        throw CatalogError(
            at: first.shown(in: name), expected: "\(found.encoding.shownName) text", got: "UTF-8",
            hint: EncodingGuess.utf8.hint(for: found))
    }
}

extension UTF8Suspicion {
    /// `nil` for an encoding that UTF-8 cannot be taken for.
    fileprivate init?(watching encoding: TextEncoding) {
        switch encoding.form {
        case .table: self.init(needed: 2)
        // Two characters of two bytes may look like UTF-8 by chance, so that more are asked for.
        case .converter: self.init(needed: 4)
        case .utf8, .ascii, .wide: return nil
        }
    }
}
