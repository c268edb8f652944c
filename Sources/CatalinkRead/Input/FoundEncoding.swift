import CatalinkCore

/// How a text is written: by the job, by its byte order mark, by its XML declaration, else UTF-8.
///
/// Nothing is guessed; what contradicts itself is an error that suggests what to say.
struct FoundEncoding {
    enum Source: Equatable {
        case given, mark, declared, assumed
    }

    let encoding: TextEncoding
    let source: Source
    /// Bytes to pass over: the byte order mark, and what stands before it.
    private(set) var skipped = 0
    /// Line ends that stood before the mark, for readers to count.
    private(set) var lead: [UInt8] = []
    private(set) var notes: [String] = []

    /// Whether a hint may say what to write in `encoding:`.
    let canBeGiven: Bool

    init(
        in head: [UInt8], name: String, _ settings: InputSettings, isXML: Bool
    ) throws(CatalogError) {
        let given = settings.encoding
        canBeGiven = settings.canBeGivenEncoding
        let mark = ByteOrderMark(in: head)
        let declared = try isXML && given == nil ? Self.declared(in: head, mark, name: name) : nil
        if let mark {
            if let given, !mark.agrees(with: given) {
                throw CatalogError(
                    at: "\(name):1:1", expected: "\(given.shownName) text",
                    got: "the byte order mark of \(mark.encoding.shownName)", hint: "leave `encoding:` out")
            }
            encoding = mark.encoding
            source = .mark
        } else {
            encoding = given ?? declared ?? .utf8
            source = given != nil ? .given : declared != nil ? .declared : .assumed
        }
        if let mark {
            skipped = mark.end
            lead = head[..<mark.begin].filter { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            if mark.begin > 0 {
                notes = ["\(name):1: passed over blanks and line ends before the byte order mark"]
            }
        } else if let fault = Self.wrongWidth(head, encoding) {
            throw CatalogError(
                at: "\(name):1:1", expected: "\(encoding.shownName) text", got: fault.got,
                hint: canBeGiven ? fault.hint : EncodingGuess.unknown.hint(for: self))
        }
    }

    /// The declared encoding, in the byte order that the head shows.
    private static func declared(
        in head: [UInt8], _ mark: ByteOrderMark?, name: String
    ) throws(CatalogError) -> TextEncoding? {
        let shown = mark?.encoding ?? WideSign.ofMarkup(head) ?? .utf8
        let text = head[(mark?.end ?? 0)...]
        guard let declaration = XMLDeclaration(in: text, width: shown.width) else { return nil }
        let place = declaration.place.shown(in: name)
        guard let encoding = TextEncoding(name: declaration.encodingName) else {
            throw CatalogError(
                at: place, expected: "an encoding that is known", got: declaration.encodingName.quoted,
                hint: "say what it is, as in `encoding: windows-1252`")
        }
        guard encoding.agrees(with: shown) else {
            throw CatalogError(
                at: place, expected: "the encoding in which the file is written",
                got: "\(declaration.encodingName.quoted) in a file of \(shown.width)-byte units",
                hint: "if nothing else is wrong with it, say `encoding: \(shown.name)`")
        }
        return encoding.width > 1 ? shown : encoding
    }

    /// Text in units of another width decodes without any error, to nonsense.
    private static func wrongWidth(
        _ head: [UInt8], _ encoding: TextEncoding
    ) -> (got: String, hint: String)? {
        guard !head.isEmpty else { return nil }
        let shown = WideSign.of(head)
        guard case .wide(let width, let order) = encoding.form else {
            return shown.map { ("a NUL beside every character", say($0)) }
        }
        guard let order else {
            return ("no byte order mark", say(shown ?? .wide(width, .little)))
        }
        guard width == 2, shown != .wide(width, order) else { return nil }
        if let shown { return ("what looks like \(shown.shownName)", say(shown)) }
        return WideSign.hasNUL(head, forUTF16: order)
            ? nil : ("text in units of one byte", "leave `encoding:` out, or name another")
    }

    private static func say(_ encoding: TextEncoding) -> String {
        "it may be \(encoding.name): say `encoding: \(encoding.name)`"
    }
}

extension TextEncoding {
    /// Whether text can be both: the same width, and no other byte order.
    func agrees(with shown: TextEncoding) -> Bool {
        guard case .wide(let width, let order) = form else { return shown.width == 1 }
        guard case .wide(width, let shownOrder) = shown.form else { return false }
        return order == nil || order == shownOrder
    }
}

/// U+FEFF at the begin of a text.
struct ByteOrderMark {
    let encoding: TextEncoding
    let begin: Int
    let end: Int

    /// As many blanks and line ends before the mark of UTF-8 are passed over.
    private static let mostBlanks = 256

    init?(in head: [UInt8]) {
        let blanks = head.prefix(Self.mostBlanks).prefix(while: \.isBlank).count
        // UTF-32 first: its little-endian mark begins with the one of UTF-16.
        let marks: [([UInt8], TextEncoding)] = [
            ([0xFF, 0xFE, 0, 0], .wide(4, .little)), ([0, 0, 0xFE, 0xFF], .wide(4, .big)),
            ([0xFF, 0xFE], .wide(2, .little)), ([0xFE, 0xFF], .wide(2, .big)),
        ]
        if let found = marks.first(where: { head.starts(with: $0.0) }) {
            (encoding, begin, end) = (found.1, 0, found.0.count)
        } else if head[blanks...].starts(with: [0xEF, 0xBB, 0xBF]) {
            (encoding, begin, end) = (.utf8, blanks, blanks + 3)
        } else {
            return nil
        }
    }

    /// A mark of UTF-8 tells that the text is no other encoding of one-byte units either.
    func agrees(with given: TextEncoding) -> Bool {
        encoding == .utf8 ? given == .utf8 : given.agrees(with: encoding)
    }
}
