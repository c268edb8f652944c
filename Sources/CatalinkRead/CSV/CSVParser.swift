import CatalinkCore

/// Finds the records of a CSV text that lies in memory; does no reading.
///
/// Made anew for each buffer. A record that the buffer holds only in part is asked for again, whole, once there is
/// more: nothing is kept between buffers, so that a border can fall anywhere.
struct CSVParser {
    enum Step: Equatable {
        /// A record, its line end included, and how many lines it takes.
        case record(next: Int, lines: Int)
        /// A blank line or a comment.
        case passed(next: Int, lines: Int)
        /// The buffer ends within a record.
        case more
        case end
        case fault(CSVFault)
    }

    private struct Line {
        /// Where the text ends.
        var end: Int
        /// Where the next line begins.
        var next: Int
    }

    private let bytes: UnsafeMutableRawBufferPointer
    private let syntax: CSVSyntax
    private let limits: ReadLimits
    private let isWhole: Bool
    /// A record up to this size breaks no limit on bytes.
    private let safeSize: Int
    /// The first of its kind at or behind the place where it was last looked for.
    private var nextFeed = -1
    private var nextReturn = -1
    private var nextQuote = -1
    private var nextZero = -1
    /// Undone only once the record is whole: a part of one is parsed again from its bytes as they are.
    private var escaped: [Range<Int>] = []

    /// - Parameter isWhole: whether the buffer ends where the file ends.
    init(_ bytes: UnsafeMutableRawBufferPointer, _ syntax: CSVSyntax, _ limits: ReadLimits, isWhole: Bool) {
        self.bytes = bytes
        self.syntax = syntax
        self.limits = limits
        self.isWhole = isWhole
        safeSize = min(limits.fieldSize, limits.recordSize)
        if syntax.quote == nil { nextQuote = .max }
    }

    private var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(bytes) }

    /// The record at `start`; its fields are appended, escapes undone in place.
    mutating func next(from start: Int, into fields: inout [FieldRange]) -> Step {
        guard start < bytes.count else { return isWhole ? .end : .more }
        guard let first = line(from: start) else { return more(from: start) }
        if first.end == start { return .passed(next: first.next, lines: 1) }
        if bytes[start] == syntax.comment { return comment(from: start, first) }
        let count = fields.count
        var last = first
        if hasQuote(from: start, to: first.end) {
            if let step = splitQuoted(from: start, &last, into: &fields) { return step }
        } else {
            split(from: start, to: first.end, into: &fields)
        }
        if isSuspect(from: start, to: last.end, fields: fields.count - count),
            let fault = inspection.fault(from: start)
        {
            return .fault(fault)
        }
        undoEscapes()
        return .record(next: last.next, lines: lines(from: start, first, last))
    }

    // MARK: Lines

    /// The line that ends first at or after `start`; `nil` when the buffer does not tell where.
    private mutating func line(from start: Int) -> Line? {
        if nextFeed < start { nextFeed = text.index(of: .lineFeed, from: start, to: bytes.count) }
        if syntax.endsAtReturn {
            let end = text.index(of: .carriageReturn, from: start, to: nextFeed)
            if end < nextFeed {
                // At a buffer's end the line feed of a CRLF may be yet to come.
                guard end + 1 < bytes.count || isWhole else { return nil }
                return Line(end: end, next: end + 1 < bytes.count && end + 1 == nextFeed ? end + 2 : end + 1)
            }
        }
        guard nextFeed < bytes.count || isWhole else { return nil }
        let endsWithReturn = nextFeed > start && bytes[nextFeed - 1] == .carriageReturn
        return Line(
            end: endsWithReturn ? nextFeed - 1 : nextFeed, next: min(nextFeed + 1, bytes.count))
    }

    private mutating func hasReturn(from start: Int, to end: Int) -> Bool {
        if nextReturn < start { nextReturn = text.index(of: .carriageReturn, from: start, to: bytes.count) }
        return nextReturn < end
    }

    private mutating func lines(from start: Int, _ first: Line, _ last: Line) -> Int {
        if first.end == last.end, !hasReturn(from: start, to: first.end) { return 1 }
        return text.lineEnds(from: start, to: last.next)
    }

    private mutating func comment(from start: Int, _ line: Line) -> Step {
        if line.end - start > limits.recordSize, let fault = inspection.fault(from: start) {
            return .fault(fault)
        }
        return .passed(next: line.next, lines: lines(from: start, line, line))
    }

    // MARK: Fields

    private mutating func hasQuote(from start: Int, to end: Int) -> Bool {
        if nextQuote < start, let quote = syntax.quote {
            nextQuote = text.index(of: quote, from: start, to: bytes.count)
        }
        return nextQuote < end
    }

    private func split(from start: Int, to end: Int, into fields: inout [FieldRange]) {
        var field = start
        while true {
            let next = text.index(of: syntax.delimiter, from: field, to: end)
            fields.append(FieldRange(start: field, length: next - field))
            if next == end { return }
            field = next + 1
        }
    }

    /// `nil` when all went well; `line` is then the record's last.
    private mutating func splitQuoted(
        from start: Int, _ line: inout Line, into fields: inout [FieldRange]
    ) -> Step? {
        escaped.removeAll(keepingCapacity: true)
        var field = start
        while true {
            var end: Int
            if field < line.end, bytes[field] == syntax.quote {
                let (close, escapes) = closingQuote(of: field)
                guard close < bytes.count else { return more(from: start, or: .unclosedQuote(at: field)) }
                if escapes > 0 { escaped.append((field + 1)..<close) }
                fields.append(FieldRange(start: field + 1, length: close - field - 1 - escapes))
                end = close + 1
                if end > line.end {
                    guard let further = self.line(from: end) else { return more(from: start) }
                    line = further
                }
            } else {
                end = text.index(of: syntax.delimiter, from: field, to: line.end)
                fields.append(FieldRange(start: field, length: end - field))
            }
            if end == line.end { return nil }
            guard bytes[end] == syntax.delimiter else {
                return more(from: start, or: .textAfterQuote(at: end))
            }
            field = end + 1
        }
    }

    private func closingQuote(of open: Int) -> (close: Int, escapes: Int) {
        guard let quote = syntax.quote else { return (bytes.count, 0) }
        var escapes = 0
        var close = text.index(of: quote, from: open + 1, to: bytes.count)
        while close + 1 < bytes.count, bytes[close + 1] == quote {
            escapes += 1
            close = text.index(of: quote, from: close + 2, to: bytes.count)
        }
        return (close, escapes)
    }

    private mutating func undoEscapes() {
        guard !escaped.isEmpty, let quote = syntax.quote else { return }
        for range in escaped { bytes.undoEscapes(of: quote, in: range) }
        escaped.removeAll(keepingCapacity: true)
    }

    // MARK: Faults

    private var inspection: CSVInspection {
        CSVInspection(bytes: text, isWhole: isWhole, syntax: syntax, limits: limits)
    }

    private mutating func isSuspect(from start: Int, to end: Int, fields: Int) -> Bool {
        if nextZero < start { nextZero = text.index(of: 0, from: start, to: bytes.count) }
        return nextZero < end || end - start > safeSize || fields > limits.columns
    }

    /// What to do about a record that cannot be finished here: name what is wrong with it, or wait for its rest.
    private func more(from start: Int, or fault: CSVFault? = nil) -> Step {
        guard isWhole || fault != nil || bytes.count - start > safeSize else { return .more }
        return inspection.fault(from: start).map { .fault($0) } ?? .more
    }
}
