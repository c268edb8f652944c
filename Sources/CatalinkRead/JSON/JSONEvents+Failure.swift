import CatalinkCore

extension JSONEvents {
    func failure(
        at place: TextPosition, _ expected: String, _ got: String, hint: String? = nil
    ) -> CatalogError {
        CatalogError(at: "\(name):\(place.line):\(place.column)", expected: expected, got: got, hint: hint)
    }

    func cutOff(_ expected: String) -> CatalogError {
        failure(at: window.position, expected, "the end of the file", hint: "the file may have been cut off")
    }

    /// What to say of the next byte, which may not stand there.
    mutating func unexpected(_ expected: String, hint: String? = nil) throws(CatalogError) -> CatalogError {
        guard try window.peek() != nil else { return cutOff(expected) }
        let place = window.position
        let word = try wordBytes().text
        if !word.isEmpty {
            return failure(at: place, expected, word.quoted, hint: hint ?? Self.hint(forWord: word))
        }
        let character = try character()
        return failure(at: place, expected, character.quoted, hint: hint ?? Self.hint(for: character))
    }

    /// The letters, digits and signs that come next, at most 32.
    mutating func wordBytes() throws(CatalogError) -> [UInt8] {
        window.start = window.index
        var bytes: [UInt8] = []
        while bytes.count < 32, try window.require(bytes.count + 1) {
            let byte = window.base[window.index + bytes.count]
            guard byte.isASCIILetter || byte.isDigit || byte == UInt8(ascii: "_") else { break }
            bytes.append(byte)
        }
        return bytes
    }

    private mutating func character() throws(CatalogError) -> String {
        window.start = window.index
        let first = window.base[window.index]
        let count = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard try window.require(count) else { return "" }
        return Array(UnsafeBufferPointer(start: window.base + window.index, count: count)).text
    }

    private static func hint(forWord word: String) -> String? {
        switch word.lowercased() {
        case "nan", "infinity", "inf": "JSON has no such number; write null"
        case "true", "false", "null": "JSON writes true, false and null in small letters"
        case "none", "undefined", "nil": "JSON writes null"
        default: nil
        }
    }

    private static func hint(for character: String) -> String? {
        switch character {
        case "'", "\u{2018}", "\u{201C}", "`": "JSON has \" for quotation marks"
        case "/", "#": "JSON has no comments"
        case "+", ".": "a number begins with a digit or `-`"
        case "<": "this looks like XML or HTML"
        case "\u{FEFF}": "a byte order mark belongs at the begin of a file"
        default: nil
        }
    }
}
