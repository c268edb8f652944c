import CatalinkCore

/// Looks at one record byte by byte for the first thing that is wrong with it.
///
/// What it finds does not depend on how much of the record the buffer holds beyond that place.
struct CSVInspection {
    let bytes: UnsafeRawBufferPointer
    /// Whether the buffer ends where the file ends.
    let isWhole: Bool
    let syntax: CSVSyntax
    let limits: ReadLimits

    /// How a field ends.
    private enum Part {
        case delimiter(next: Int)
        case lineEnd
        /// Behind the buffer.
        case unknown
        case fault(CSVFault)
    }

    /// How much of the text after a closing quotation mark a message shows.
    static let excerptSize = 12

    /// `nil` when nothing is wrong as far as the buffer reaches.
    func fault(from start: Int) -> CSVFault? {
        if start < bytes.count, bytes[start] == syntax.comment { return commentFault(from: start) }
        var field = start
        var number = 1
        while number <= limits.columns {
            switch part(from: field, record: start) {
            case .delimiter(let next): field = next
            case .fault(let fault): return fault
            case .lineEnd, .unknown: return nil
            }
            number += 1
        }
        return .columns(at: field)
    }

    private func commentFault(from start: Int) -> CSVFault? {
        for index in start..<bytes.count {
            if endsLine(at: index) != false { return nil }
            if index - start >= limits.recordSize { return .recordSize(at: start, isQuoted: false) }
        }
        return nil
    }

    private func part(from field: Int, record: Int) -> Part {
        if field < bytes.count, bytes[field] == syntax.quote { return quoted(from: field, record: record) }
        for index in field..<bytes.count {
            guard let isEnd = endsLine(at: index) else { return .unknown }
            if isEnd { return .lineEnd }
            if index - record >= limits.recordSize {
                return .fault(.recordSize(at: record, isQuoted: false))
            }
            if bytes[index] == syntax.delimiter { return .delimiter(next: index + 1) }
            if index - field >= limits.fieldSize {
                return .fault(.fieldSize(at: field, isQuoted: false))
            }
            if bytes[index] == 0 { return .fault(.zero(at: index)) }
        }
        return isWhole ? .lineEnd : .unknown
    }

    private func quoted(from open: Int, record: Int) -> Part {
        var index = open + 1
        while index < bytes.count {
            if index - record >= limits.recordSize { return .fault(.recordSize(at: open, isQuoted: true)) }
            let isQuote = bytes[index] == syntax.quote
            if isQuote, index + 1 == bytes.count { return isWhole ? .lineEnd : .unknown }
            if isQuote, bytes[index + 1] != syntax.quote { return after(quote: index, record: record) }
            if index - open > limits.fieldSize { return .fault(.fieldSize(at: open, isQuoted: true)) }
            if bytes[index] == 0 { return .fault(.zero(at: index)) }
            index += isQuote ? 2 : 1
        }
        return isWhole ? .fault(.unclosedQuote(at: open)) : .unknown
    }

    private func after(quote: Int, record: Int) -> Part {
        let index = quote + 1
        guard let isEnd = endsLine(at: index) else { return .unknown }
        if isEnd { return .lineEnd }
        if index - record >= limits.recordSize { return .fault(.recordSize(at: record, isQuoted: false)) }
        if bytes[index] == syntax.delimiter { return .delimiter(next: index + 1) }
        guard isWhole || index + Self.excerptSize < bytes.count else { return .unknown }
        return .fault(.textAfterQuote(at: index))
    }

    /// `nil` when the next byte decides and the buffer lacks it.
    private func endsLine(at index: Int) -> Bool? {
        if bytes[index] == .lineFeed { return true }
        guard bytes[index] == .carriageReturn else { return false }
        if syntax.endsAtReturn { return true }
        if index + 1 == bytes.count { return isWhole ? true : nil }
        return bytes[index + 1] == .lineFeed
    }
}
