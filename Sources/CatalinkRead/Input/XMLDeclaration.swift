import CatalinkCore

/// The encoding that `<?xml … encoding="…"?>` names.
struct XMLDeclaration {
    let encodingName: String
    let place: TextPlace

    /// `nil` when there is no declaration or no encoding in it; what is not well-formed is for the parser to tell.
    ///
    /// - Parameter head: the first bytes behind any byte order mark, in units of `width` bytes.
    init?(in head: ArraySlice<UInt8>, width: Int) {
        let text = head.prefix(1024 * width).filter { $0 != 0 }
        guard text.starts(with: "<?xml".utf8), text.count > 5, text[5].isBlank,
            let end = text.firstIndex(of: UInt8(ascii: ">"))
        else { return nil }
        var rest = text[5..<end]
        let word = Array("encoding".utf8)
        while !(rest.first?.isBlank == true && rest.dropFirst().starts(with: word)) {
            guard rest.count > word.count else { return nil }
            rest = rest.dropFirst()
        }
        rest = rest.dropFirst(word.count + 1).drop(while: \.isBlank)
        guard rest.first == UInt8(ascii: "=") else { return nil }
        rest = rest.dropFirst().drop(while: \.isBlank)
        guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            let close = rest.dropFirst().firstIndex(of: quote)
        else { return nil }
        var place = TextPlace()
        place.advance(over: text[...rest.startIndex])
        self.place = place
        encodingName = Array(rest[(rest.startIndex + 1)..<close]).text
    }
}
