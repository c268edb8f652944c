import CatalinkCore

/// What is wrong with a record, and where in the buffer.
enum CSVFault: Equatable {
    case zero(at: Int)
    case textAfterQuote(at: Int)
    case unclosedQuote(at: Int)
    case fieldSize(at: Int, isQuoted: Bool)
    /// In a quoted field: the place of its quotation mark.
    case recordSize(at: Int, isQuoted: Bool)
    case columns(at: Int)

    private var offset: Int {
        switch self {
        case .zero(let offset), .textAfterQuote(let offset), .unclosedQuote(let offset),
            .fieldSize(let offset, _), .recordSize(let offset, _), .columns(let offset):
            offset
        }
    }

    /// - Parameters:
    ///   - bytes: the buffer, the record's bytes as the file has them.
    ///   - line: the line on which the record begins.
    func error(
        in bytes: [UInt8], record start: Int, line: Int, name: String, limits: ReadLimits
    ) -> CatalogError {
        let place = bytes.withUnsafeBytes { $0.position(of: offset, from: start, line: line) }
        let at = "\(name):\(place.line):\(place.column)"
        switch self {
        case .zero:
            return CatalogError(
                at: at, expected: "text", got: "a NUL byte", hint: "the file may be UTF-16 or damaged")
        case .textAfterQuote:
            return CatalogError(
                at: at, expected: "a delimiter or a line end after a closing quotation mark",
                got: excerpt(of: bytes).quoted,
                hint: "a quotation mark inside a quoted field is written twice")
        case .unclosedQuote:
            return CatalogError(
                at: at, expected: "a closing quotation mark", got: "the end of the file",
                hint: "the field that opens here is never closed")
        case .fieldSize(_, let isQuoted):
            return CatalogError(
                at: at, expected: "a field of at most \(limits.fieldSize.inBytes)", got: "a longer one",
                hint: isQuoted ? Self.openQuoteHint : ReadLimits.hint("field"))
        case .recordSize(_, let isQuoted):
            return CatalogError(
                at: at, expected: "a record of at most \(limits.recordSize.inBytes)", got: "a longer one",
                hint: isQuoted ? Self.openQuoteHint : ReadLimits.hint("record"))
        case .columns:
            return CatalogError(
                at: at, expected: "at most \(limits.columns) columns", got: "more",
                hint: ReadLimits.hint("columns"))
        }
    }

    private static let openQuoteHint = "is the quotation mark that opens here never closed?"

    private func excerpt(of bytes: [UInt8]) -> String {
        var end = min(bytes.count, offset + CSVInspection.excerptSize)
        // Not within a character.
        while end < bytes.count, end > offset, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return Array(bytes[offset..<end]).text
    }
}
