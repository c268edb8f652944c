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

    private struct Escaped {
        var text: Range<Int>
        /// Which of the doubled marks.
        var escapes: Range<Int>
    }

    private let bytes: UnsafeMutableRawBufferPointer
    private let syntax: CSVSyntax
    private let delimiter: UInt8
    /// The delimiter, which is looked for first, where quotation marks are text.
    private let quote: UInt8
    private let limits: ReadLimits
    private let isWhole: Bool
    /// A record up to this size breaks no limit on bytes.
    private let safeSize: Int
    private var marks: CSVMarks
    /// The first mark that is not looked at.
    private var mark: Int
    /// The first of its kind at or behind the place where it was last looked for.
    private var nextReturn = -1
    private var nextZero = -1
    /// Doubled marks of the record at hand, and the fields that have them. They are undone only once the record is
    /// whole: a part of one is parsed again from its bytes as they are.
    private var escapes: [Int] = []
    private var escaped: [Escaped] = []
    private var hasLineEndInQuotes = false

    /// - Parameter isWhole: whether the buffer ends where the file ends.
    init(_ bytes: UnsafeMutableRawBufferPointer, _ syntax: CSVSyntax, _ limits: ReadLimits, isWhole: Bool) {
        self.bytes = bytes
        self.syntax = syntax
        delimiter = syntax.delimiter
        quote = syntax.quote ?? syntax.delimiter
        self.limits = limits
        self.isWhole = isWhole
        safeSize = min(limits.fieldSize, limits.recordSize)
        marks = CSVMarks(UnsafeRawBufferPointer(bytes), syntax)
        mark = marks.next()
    }

    private var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(bytes) }

    /// The record at `start`, behind the one before; its fields are appended, escapes undone in place.
    mutating func next(from start: Int, into fields: inout [FieldRange]) -> Step {
        guard start < bytes.count else { return isWhole ? .end : .more }
        while mark < start { mark = marks.next() }
        if bytes[start] == syntax.comment { return comment(from: start) }
        hasLineEndInQuotes = false
        let first = fields.count
        var field = start
        while true {
            field = passPlain(from: field, into: &fields)
            if mark < bytes.count, bytes[mark] == quote {
                if mark > field {
                    // Within a field it is text.
                    mark = marks.next()
                    continue
                }
                guard let close = passQuoted(into: &fields) else {
                    return more(from: start, or: .unclosedQuote(at: field))
                }
                field = close + 1
                guard mark == field, mark < bytes.count, bytes[mark] == delimiter else {
                    return endQuoted(at: field, from: start, first, in: fields)
                }
                field = mark + 1
                mark = marks.next()
                continue
            }
            guard let line = lineEnd(from: field) else { return more(from: start) }
            if line.end == start { return .passed(next: line.next, lines: 1) }
            fields.append(FieldRange(start: field, length: line.end - field))
            return record(from: start, line, fields: fields.count - first)
        }
    }

    /// Passes fields without quotation marks that a delimiter ends; where the next one begins.
    @inline(__always)
    private mutating func passPlain(from start: Int, into fields: inout [FieldRange]) -> Int {
        // Kept in registers, which a property is not.
        var (marks, mark, field) = (marks, mark, start)
        while mark < bytes.count, bytes[mark] == delimiter {
            fields.append(FieldRange(start: field, length: mark - field))
            field = mark + 1
            mark = marks.next()
        }
        (self.marks, self.mark) = (marks, mark)
        return field
    }

    /// Passes the quoted field whose mark is at hand, up to its closing mark; `nil` when that is not in the buffer.
    private mutating func passQuoted(into fields: inout [FieldRange]) -> Int? {
        let start = mark + 1
        let firstEscape = escapes.count
        var marks = marks
        var mark = marks.next()
        defer { (self.marks, self.mark) = (marks, mark) }
        while mark < bytes.count {
            let passed = mark
            mark = marks.next()
            guard bytes[passed] == quote else {
                if bytes[passed] != delimiter { hasLineEndInQuotes = true }
                continue
            }
            guard mark == passed + 1, mark < bytes.count, bytes[mark] == quote else {
                let doubled = escapes.count - firstEscape
                if doubled > 0 {
                    escaped.append(Escaped(text: start..<passed, escapes: firstEscape..<escapes.count))
                }
                fields.append(FieldRange(start: start, length: passed - start - doubled))
                return passed
            }
            escapes.append(passed)
            mark = marks.next()
        }
        return nil
    }

    /// What follows a closing quotation mark that no delimiter follows.
    private mutating func endQuoted(
        at end: Int, from start: Int, _ first: Int, in fields: borrowing [FieldRange]
    ) -> Step {
        if mark == bytes.count || isLineEnd(bytes[mark]) {
            guard let line = lineEnd(from: end) else { return more(from: start) }
            if line.end == end { return record(from: start, line, fields: fields.count - first) }
        }
        return more(from: start, or: .textAfterQuote(at: end))
    }

    private mutating func record(from start: Int, _ line: Line, fields: Int) -> Step {
        if isSuspect(from: start, to: line.end, fields: fields), let fault = inspection.fault(from: start) {
            return .fault(fault)
        }
        if !escaped.isEmpty { undoEscapes() }
        return .record(next: line.next, lines: lines(from: start, line))
    }

    private mutating func undoEscapes() {
        for field in escaped { bytes.undo(escapes[field.escapes], of: quote, in: field.text) }
        escaped.removeAll(keepingCapacity: true)
        escapes.removeAll(keepingCapacity: true)
    }

    // MARK: Lines

    private func isLineEnd(_ byte: UInt8) -> Bool {
        byte == .lineFeed || syntax.endsAtReturn && byte == .carriageReturn
    }

    /// The line end at the mark at hand, or the file's end; `nil` when the buffer does not tell.
    ///
    /// - Parameter start: a CR before it belongs to the text.
    private func lineEnd(from start: Int) -> Line? {
        let endsWithReturn = !syntax.endsAtReturn && mark > start && bytes[mark - 1] == .carriageReturn
        let end = endsWithReturn ? mark - 1 : mark
        if mark == bytes.count { return isWhole ? Line(end: end, next: mark) : nil }
        if bytes[mark] == .lineFeed { return Line(end: end, next: mark + 1) }
        // At a buffer's end the line feed of a CRLF may be yet to come.
        if mark + 1 == bytes.count { return isWhole ? Line(end: end, next: mark + 1) : nil }
        return Line(end: end, next: bytes[mark + 1] == .lineFeed ? mark + 2 : mark + 1)
    }

    private mutating func lines(from start: Int, _ line: Line) -> Int {
        if nextReturn < start { nextReturn = text.index(of: .carriageReturn, from: start, to: bytes.count) }
        if !hasLineEndInQuotes, nextReturn >= line.end { return 1 }
        return text.lineEnds(from: start, to: line.next)
    }

    private mutating func comment(from start: Int) -> Step {
        while mark < bytes.count, !isLineEnd(bytes[mark]) { mark = marks.next() }
        guard let line = lineEnd(from: start) else { return more(from: start) }
        if line.end - start > limits.recordSize, let fault = inspection.fault(from: start) {
            return .fault(fault)
        }
        return .passed(next: line.next, lines: lines(from: start, line))
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
