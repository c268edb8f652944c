import CatalinkCore

/// Looks through what comes before the root element, so that no parser meets what a catalog has no business to hold.
///
/// A DOCTYPE may name an external subset, which nobody fetches, and declare elements, attributes and notations. A
/// declaration of an entity and a reference to a parameter entity are refused: they are all that bombs are made of,
/// and libxml2 2.9.14 neither ends on some of them nor tells of others.
struct XMLProlog {
    private enum State: Equatable {
        /// Between the prolog's parts, or, inside of the DOCTYPE's brackets, between declarations.
        case between
        /// After `<`: what it begins is not known yet.
        case opening
        case instruction
        case comment
        /// `<!DOCTYPE …`, or a declaration inside of its brackets.
        case declaration
        case literal(quote: UInt8)
        /// `<!ENTITY …` or `%…`, up to the end of the name.
        case entity(isReference: Bool)
        case ended
    }

    private var state = State.between
    private var isInDoctype = false
    private var isInSubset = false
    /// The bytes of the markup that is open: all while it is not known, then the last few or a name.
    private var token: [UInt8] = []
    /// What may not be parsed yet.
    private var held: [UInt8] = []
    private var line = 1
    private var lastByte: UInt8 = 0
    /// The line, what was expected and what was got.
    private(set) var failure: (line: Int, expected: String, got: String)?

    private static let largestDoctype = 64 * 1024
    private static let longestName = 100

    var isAtEnd: Bool { state == .ended }

    /// What may be parsed now, and behind it what needs no look. The DOCTYPE is given whole: libxml2 takes `]>` in a
    /// literal or comment for its end if that is all it has.
    mutating func pass(_ bytes: ArraySlice<UInt8>) -> (checked: [UInt8], rest: ArraySlice<UInt8>) {
        var checked: [UInt8] = []
        for index in bytes.indices {
            if state == .ended || failure != nil {
                return (checked, failure == nil ? bytes[index...] : [])
            }
            take(bytes[index])
            held.append(bytes[index])
            if !isInDoctype, state != .opening, failure == nil {
                checked += held
                held.removeAll(keepingCapacity: true)
            }
            count(bytes[index])
        }
        return (checked, [])
    }

    /// What was held at the end of the document.
    mutating func finish() -> [UInt8] {
        defer { held = [] }
        return failure == nil ? held : []
    }

    private mutating func count(_ byte: UInt8) {
        if byte == UInt8(ascii: "\r") || (byte == UInt8(ascii: "\n") && lastByte != UInt8(ascii: "\r")) {
            line += 1
        }
        lastByte = byte
    }

    private mutating func take(_ byte: UInt8) {
        if held.count > Self.largestDoctype {
            fail("a DOCTYPE of at most \(Self.largestDoctype) bytes", "more")
        }
        switch state {
        case .between: takeBetween(byte)
        case .opening: takeOpening(byte)
        case .instruction: take(byte, until: "?>")
        case .comment: take(byte, until: "-->")
        case .declaration: takeInDeclaration(byte)
        case .literal(let quote): if byte == quote { state = .declaration }
        case .entity(let isReference): takeEntity(byte, isReference: isReference)
        case .ended: break
        }
    }

    private mutating func takeBetween(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "<"): begin(.opening)
        case UInt8(ascii: "%") where isInSubset: begin(.entity(isReference: true))
        case UInt8(ascii: "]") where isInSubset:
            isInSubset = false
            state = .declaration
        case _ where byte.isBlank: break
        // Text is the parser's to refuse; in brackets the scan goes on to where they close.
        default: if !isInSubset { state = .ended }
        }
    }

    private mutating func takeOpening(_ byte: UInt8) {
        token.append(byte)
        let text = token.text
        if text == "?" {
            begin(.instruction)
        } else if text == "!--" {
            begin(.comment)
        } else if text == "!ENTITY", isInSubset {
            begin(.entity(isReference: false))
        } else if text == "!DOCTYPE", !isInSubset {
            isInDoctype = true
            begin(.declaration)
        } else if !(isInSubset ? "!ENTITY" : "!DOCTYPE").hasPrefix(text), !"!--".hasPrefix(text) {
            state = isInSubset ? .declaration : .ended
            if isInSubset { takeInDeclaration(byte) }
        }
    }

    private mutating func take(_ byte: UInt8, until end: String) {
        token.append(byte)
        if token.count > end.utf8.count { token.removeFirst() }
        if token.elementsEqual(end.utf8) { state = .between }
    }

    private mutating func takeInDeclaration(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): state = .literal(quote: byte)
        case UInt8(ascii: ">"):
            state = .between
            if !isInSubset { isInDoctype = false }
        case UInt8(ascii: "%") where isInSubset: begin(.entity(isReference: true))
        case UInt8(ascii: "[") where !isInSubset:
            isInSubset = true
            state = .between
        default: break
        }
    }

    private mutating func takeEntity(_ byte: UInt8, isReference: Bool) {
        let isPercent = byte == UInt8(ascii: "%")
        if token.isEmpty, !isReference, byte.isBlank || isPercent { return }
        let isInName = !byte.isBlank && !isPercent && !";<>\"'".utf8.contains(byte)
        if isInName, token.count < Self.longestName { return token.append(byte) }
        if isReference {
            fail("no parameter entity", "%\(token.text.shown());")
        } else {
            fail("no declaration of an entity", token.text.quoted)
        }
    }

    private mutating func begin(_ state: State) {
        self.state = state
        token.removeAll(keepingCapacity: true)
    }

    private mutating func fail(_ expected: String, _ got: String) {
        if failure == nil { failure = (line, expected, got) }
    }
}
