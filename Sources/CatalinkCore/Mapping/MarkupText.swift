/// Turns HTML into the text a person would read.
///
/// Tags and comments go, the contents of `script` and `style` with them; block tags become line ends; entities
/// become characters; blanks are folded.
package enum MarkupText {
    package static func plain(_ markup: [UInt8]) -> [UInt8] {
        var output = FoldedText()
        var index = 0
        while index < markup.count {
            let byte = markup[index]
            if byte == UInt8(ascii: "<"), let tag = Tag(markup, at: index) {
                if tag.isBlock { output.breakLine() }
                index = tag.isRaw ? tag.endOfRawText(in: markup) : tag.end
            } else if byte == UInt8(ascii: "&"), let (text, end) = Entity.read(markup, at: index) {
                if text == [0xC2, 0xA0] { output.blank() } else { output.append(text[...]) }
                index = end
            } else if byte.isBlank {
                output.blank()
                index += 1
            } else {
                output.append(markup[index...index])
                index += 1
            }
        }
        return output.bytes
    }
}

private struct FoldedText {
    private(set) var bytes: [UInt8] = []
    private var pending: UInt8?

    mutating func blank() {
        if !bytes.isEmpty, pending == nil { pending = UInt8(ascii: " ") }
    }

    mutating func breakLine() {
        if !bytes.isEmpty { pending = UInt8(ascii: "\n") }
    }

    mutating func append(_ text: ArraySlice<UInt8>) {
        if let pending { bytes.append(pending) }
        pending = nil
        bytes.append(contentsOf: text)
    }
}

private struct Tag {
    let name: String
    let end: Int
    private let isClosing: Bool

    /// `nil` when the `<` is only a character: no tag name, comment or declaration follows.
    init?(_ markup: [UInt8], at start: Int) {
        var index = start + 1
        guard index < markup.count else { return nil }
        if markup[index] == UInt8(ascii: "!") || markup[index] == UInt8(ascii: "?") {
            name = "!"
            isClosing = false
            let comment = markup[index...].starts(with: Array("!--".utf8))
            end = Tag.find(comment ? "-->" : ">", in: markup, from: index) ?? markup.count
            return
        }
        isClosing = markup[index] == UInt8(ascii: "/")
        if isClosing { index += 1 }
        let first = index
        while index < markup.count, markup[index].isASCIILetter || (index > first && markup[index].isDigit) {
            index += 1
        }
        guard index > first else { return nil }
        name = Array(markup[first..<index]).text.lowercased()
        var quote: UInt8?
        // Bounded, so that text full of unclosed tags is not searched to its end for each of them.
        let limit = min(markup.count, start + 4096)
        while index < limit {
            let byte = markup[index]
            index += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                end = index
                return
            }
        }
        // An unclosed quote must not swallow the rest: end the tag at its first `>`, if there is one near.
        guard let close = markup[start..<limit].firstIndex(of: UInt8(ascii: ">")) else { return nil }
        end = close + 1
    }

    var isBlock: Bool {
        [
            "p", "br", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section",
            "article", "header", "footer", "blockquote", "dt", "dd", "dl", "hr", "pre",
        ].contains(name)
    }

    var isRaw: Bool { !isClosing && (name == "script" || name == "style") }

    func endOfRawText(in markup: [UInt8]) -> Int {
        guard let close = Tag.find("</\(name)", in: markup, from: end) else { return markup.count }
        return Tag.find(">", in: markup, from: close) ?? markup.count
    }

    private static func find(_ text: String, in markup: [UInt8], from start: Int) -> Int? {
        let wanted = Array(text.utf8)
        var index = start
        while index + wanted.count <= markup.count {
            if markup[index..<(index + wanted.count)].lazy.map(\.asciiLowercased).elementsEqual(wanted) {
                return index + wanted.count
            }
            index += 1
        }
        return nil
    }
}

/// A character reference of HTML.
private enum Entity {
    static func read(_ markup: [UInt8], at start: Int) -> ([UInt8], Int)? {
        let limit = min(markup.count, start + 12)
        guard let close = markup[start..<limit].firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = Array(markup[(start + 1)..<close]).text
        if name.hasPrefix("#") {
            let digits = name.dropFirst()
            let value =
                digits.first == "x" || digits.first == "X"
                ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            guard let scalar = value.flatMap(Unicode.Scalar.init), scalar.value >= 0x20 || scalar == "\n"
            else {
                return nil
            }
            return (Array(String(Character(scalar)).utf8), close + 1)
        }
        return named[name].map { (Array($0.utf8), close + 1) }
    }

    private static let named: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "copy": "©",
        "reg": "®",
        "trade": "™", "hellip": "…", "mdash": "—", "ndash": "–", "lsquo": "‘", "rsquo": "’", "ldquo": "“",
        "rdquo": "”", "sbquo": "‚", "bdquo": "„", "laquo": "«", "raquo": "»", "bull": "•", "middot": "·",
        "euro": "€", "pound": "£", "yen": "¥", "cent": "¢", "deg": "°", "times": "×", "frac12": "½",
        "frac14": "¼", "frac34": "¾", "sup2": "²", "sup3": "³", "plusmn": "±", "micro": "µ", "szlig": "ß",
        "auml": "ä", "ouml": "ö", "uuml": "ü", "Auml": "Ä", "Ouml": "Ö", "Uuml": "Ü", "eacute": "é",
        "egrave": "è", "ecirc": "ê", "euml": "ë", "agrave": "à", "aacute": "á", "acirc": "â", "atilde": "ã",
        "aring": "å", "aelig": "æ", "ccedil": "ç", "iacute": "í", "igrave": "ì", "icirc": "î", "iuml": "ï",
        "ntilde": "ñ", "oacute": "ó", "ograve": "ò", "ocirc": "ô", "otilde": "õ", "oslash": "ø",
        "uacute": "ú",
        "ugrave": "ù", "ucirc": "û", "Eacute": "É", "Aring": "Å", "Oslash": "Ø", "Ccedil": "Ç", "Ntilde": "Ñ",
        "shy": "", "zwnj": "", "zwj": "",
    ]
}
