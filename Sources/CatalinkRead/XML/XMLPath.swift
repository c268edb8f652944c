import CatalinkCore

/// One step of a column's path: a name, and which of its repetitions is meant.
struct XMLStep: Equatable {
    enum Choice: Equatable {
        /// From 1.
        case number(Int)
        case all
        /// The first whose attribute has the value.
        case attribute(name: [UInt8], value: [UInt8])
    }

    /// As the catalog's names are compared: with prefix, and with `@` for an attribute.
    var name: [UInt8]
    /// `nil` where none is said: the first of a record, the last seen of the document around it.
    var choice: Choice?
}

/// A column as the job names it: a path below the record, or, with a slash in front, one of the whole document.
struct XMLColumn: Equatable {
    let isOfDocument: Bool
    /// None for `.`, the record's own text.
    let steps: [XMLStep]

    /// - Parameter file: how messages call the catalog.
    init(_ text: String, file: String) throws(CatalogError) {
        var scanner = XMLPathScanner(text)
        do throws(XMLPathFault) {
            isOfDocument = scanner.skip("/")
            steps = try text == "." ? [] : scanner.steps(ofDocument: isOfDocument)
        } catch {
            throw CatalogError(
                at: file, expected: "a column such as `g:price`, `price/@currency` or `picture[2]`",
                got: text.quoted, hint: error.hint)
        }
    }

    var isJoined: Bool { steps.contains { $0.choice == .all } }
}

/// What a path lacks, for who wrote it.
struct XMLPathFault: Error {
    let hint: String
}

/// Reads paths of columns and records.
struct XMLPathScanner {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard !isAtEnd, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func skipBlanks() {
        while skip(" ") {}
    }

    /// - Parameter what: what has to follow the part that has been read.
    func fault(_ what: String) -> XMLPathFault {
        let read = Array(bytes[..<index]).text.shown()
        return XMLPathFault(hint: read.isEmpty ? "it must begin with \(what)" : "`\(read)` needs \(what)")
    }

    mutating func steps(ofDocument isOfDocument: Bool) throws(XMLPathFault) -> [XMLStep] {
        var steps: [XMLStep] = []
        repeat {
            if skip("@") {
                steps.append(XMLStep(name: [UInt8(ascii: "@")] + (try name("the name of an attribute"))))
                break
            }
            steps.append(XMLStep(name: try name("a name"), choice: try choice()))
            if isOfDocument, steps.last?.choice == .all {
                throw fault("a number; all can be had of records only")
            }
        } while skip("/")
        guard isAtEnd else { throw fault("an end or, after an element, `/` or `[`") }
        return steps
    }

    private mutating func choice() throws(XMLPathFault) -> XMLStep.Choice? {
        guard skip("[") else { return nil }
        let choice: XMLStep.Choice
        if skip("*") {
            choice = .all
        } else if skip("@") {
            let name = try name("the name of an attribute")
            guard skip("=") else { throw fault("`=` and a value") }
            choice = .attribute(name: [UInt8(ascii: "@")] + name, value: try value())
        } else {
            let digits = bytes[index...].prefix(9).prefix { $0.isDigit }
            guard let number = Int(Array(digits).text), number > 0 else {
                throw fault("a number from 1, `*` or `@name=value`")
            }
            index += digits.count
            choice = .number(number)
        }
        guard skip("]") else { throw fault("`]`") }
        return choice
    }

    private mutating func value() throws(XMLPathFault) -> [UInt8] {
        let quote: Unicode.Scalar? = skip("'") ? "'" : skip("\"") ? "\"" : nil
        let end = UInt8(ascii: quote ?? "]")
        let value = Array(bytes[index...].prefix { $0 != end })
        index += value.count
        if let quote, !skip(quote) { throw fault("a closing quotation mark") }
        return value
    }

    mutating func name(_ what: String) throws(XMLPathFault) -> [UInt8] {
        let start = index
        var isAtStart = true
        var hasPrefix = false
        while !isAtEnd {
            if !isAtStart, !hasPrefix, bytes[index] == UInt8(ascii: ":") {
                hasPrefix = true
                isAtStart = true
            } else if bytes[index].isNameByte(atStart: isAtStart) {
                isAtStart = false
            } else {
                break
            }
            index += 1
        }
        guard !isAtStart else { throw fault(what) }
        return Array(bytes[start..<index])
    }
}

extension UInt8 {
    /// Whether a name of XML may have the byte; beyond ASCII every one passes.
    fileprivate func isNameByte(atStart isAtStart: Bool) -> Bool {
        if isASCIILetter || self == UInt8(ascii: "_") || self >= 0x80 { return true }
        return !isAtStart && (isDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: "."))
    }
}
