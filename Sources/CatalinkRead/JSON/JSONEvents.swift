import CatalinkCore

/// A JSON file, or one of JSON Lines, as events; reads it in one pass and in memory that does not grow with it.
///
/// Strict by RFC 8259. The text of a number is the number as written.
struct JSONEvents: NestedEvents {
    private enum State {
        /// Between two documents, or before the first.
        case outside
        case value
        case documentEnd
        /// After the opening bracket, and after a value.
        case firstElement, element
        case firstName, name
        /// After a name.
        case colon
    }

    let name: String
    let isLines: Bool
    let limits: ReadLimits
    var window: JSONWindow
    private var state = State.outside
    private var documents = 0
    /// For each container that is open, whether it is a mapping.
    private var containers: [Bool] = []
    private(set) var position = TextPosition(line: 1, column: 1)
    private(set) var isNull = false
    private(set) var isBare = false
    private var textStart = 0
    private var textCount = 0

    init(_ source: any ByteSource, name: String, isLines: Bool, limits: ReadLimits) {
        window = JSONWindow(source)
        self.name = name
        self.isLines = isLines
        self.limits = limits
    }

    var text: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: window.base + textStart, count: textCount)
    }

    mutating func next() throws(CatalogError) -> NestedEvent {
        switch state {
        case .outside: return try document()
        case .value: return try value()
        case .documentEnd:
            state = .outside
            if isLines { try endLine() }
            return .documentEnd
        case .firstElement:
            guard try following() == UInt8(ascii: "]") else { return try value() }
            return try close(.listEnd)
        case .element:
            guard try separator(before: UInt8(ascii: "]")) else { return try close(.listEnd) }
            return try value()
        case .firstName:
            guard try following() == UInt8(ascii: "}") else { return try memberName() }
            return try close(.mappingEnd)
        case .name:
            guard try separator(before: UInt8(ascii: "}")) else { return try close(.mappingEnd) }
            return try memberName()
        case .colon:
            guard try following() == UInt8(ascii: ":") else { throw try unexpected("`:` after a name") }
            window.index += 1
            return try value()
        }
    }

    private mutating func document() throws(CatalogError) -> NestedEvent {
        _ = try window.skipBlanks()
        position = window.position
        guard try window.peek() != nil else { return .streamEnd }
        guard isLines || documents == 0 else {
            throw try unexpected(
                "nothing after the document", hint: "a file of several values is JSON Lines, one on each line"
            )
        }
        documents += 1
        state = .value
        return .documentStart
    }

    /// The rest of a line must be blank.
    private mutating func endLine() throws(CatalogError) {
        if try window.skipBlanks() { return }
        guard try window.peek() == nil else {
            throw try unexpected(
                "the end of the line after its value", hint: "JSON Lines has one value a line")
        }
    }

    /// The next byte that is not white space; 0 at the end of the file.
    @inline(__always)
    private mutating func following() throws(CatalogError) -> UInt8 {
        let isNewLine = try window.skipBlanks()
        guard let byte = try window.peek() else { return 0 }
        if isNewLine, isLines {
            throw failure(
                at: window.position, "the rest of the value on its line", "a line end",
                hint: "JSON Lines has one value a line")
        }
        return byte
    }

    /// After a value: whether a comma and another one follow; otherwise the closing bracket does.
    @inline(__always)
    private mutating func separator(before closing: UInt8) throws(CatalogError) -> Bool {
        let byte = try following()
        guard byte == UInt8(ascii: ",") else {
            guard byte == closing else {
                throw try unexpected(closing == UInt8(ascii: "]") ? "`,` or `]`" : "`,` or `}`")
            }
            return false
        }
        window.index += 1
        guard try following() != closing else {
            throw try unexpected(
                closing == UInt8(ascii: "]") ? "a value" : "a name",
                hint: "JSON has no comma after the last one")
        }
        return true
    }

    private mutating func close(_ event: NestedEvent) throws(CatalogError) -> NestedEvent {
        position = window.position
        window.index += 1
        containers.removeLast()
        endValue()
        return event
    }

    @inline(__always)
    private mutating func endValue() {
        guard let isMapping = containers.last else {
            state = .documentEnd
            return
        }
        state = isMapping ? .name : .element
    }

    private mutating func memberName() throws(CatalogError) -> NestedEvent {
        let byte = try following()
        guard byte == UInt8(ascii: "\"") else { throw try unexpected("a name in quotation marks") }
        position = window.position
        (isNull, isBare) = (false, false)
        (textStart, textCount) = try string()
        state = .colon
        return .scalar
    }

    private mutating func value() throws(CatalogError) -> NestedEvent {
        let byte = try following()
        position = window.position
        (isNull, isBare) = (false, byte != UInt8(ascii: "\""))
        switch byte {
        case UInt8(ascii: "\""): (textStart, textCount) = try string()
        case UInt8(ascii: "{"): return try open(isMapping: true)
        case UInt8(ascii: "["): return try open(isMapping: false)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            (textStart, textCount) = try number()
        case UInt8(ascii: "a")...UInt8(ascii: "z"): (textStart, textCount) = try word()
        default: throw try unexpected("a value")
        }
        endValue()
        return .scalar
    }

    private mutating func open(isMapping: Bool) throws(CatalogError) -> NestedEvent {
        guard containers.count < limits.depth else {
            throw failure(
                at: position, "at most \(limits.depth) levels of mappings and lists", "more",
                hint: ReadLimits.hint("depth"))
        }
        window.index += 1
        containers.append(isMapping)
        state = isMapping ? .firstName : .firstElement
        return isMapping ? .mappingStart : .listStart
    }

    private mutating func word() throws(CatalogError) -> (start: Int, count: Int) {
        let text = try wordBytes()
        switch text.text {
        case "true", "false": break
        case "null": isNull = true
        default: throw try unexpected("a value")
        }
        let start = window.index
        window.index += text.count
        return (start, text.count)
    }
}
