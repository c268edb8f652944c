import CatalinkCore
import Glibc

/// Finds the records of a CSV text that lies in memory; does no reading.
///
/// A record that the buffer holds only in part is asked for again, whole, once there is more: no state is kept
/// between calls, so that a buffer's border can fall anywhere.
struct CSVParser {
    enum Step: Equatable {
        /// A record that ends before `end`, its line end included.
        case record(end: Int, lines: Int)
        /// A line without anything.
        case blank(end: Int)
        /// The buffer ends within a record.
        case more
        case end
    }

    enum Outcome: Equatable {
        case step(Step)
        /// Lines from the record's first to the one where the field opens.
        case unclosedQuote(lines: Int)
        case textAfterQuote(lines: Int, offset: Int)
    }

    private var delimiter: UInt8
    private var lineEnd = UInt8(ascii: "\n")

    init(delimiter: UInt8) {
        self.delimiter = delimiter
    }

    var openQuoteHint: String { "a quotation mark that is never closed?" }

    /// Files of lone carriage returns have no line feed at all.
    mutating func findLineEnd(in bytes: Span<UInt8>, isWhole: Bool) {
        var hasReturn = false
        for index in 0..<bytes.count {
            if bytes[index] == UInt8(ascii: "\n") {
                lineEnd = UInt8(ascii: "\n")
                return
            }
            // At a buffer's end the line feed may be yet to come.
            let isLastByte = index + 1 == bytes.count && !isWhole
            if bytes[index] == UInt8(ascii: "\r"), !isLastByte { hasReturn = true }
        }
        if hasReturn { lineEnd = UInt8(ascii: "\r") }
    }

    /// The likeliest delimiter of the header line: the one that stands there most often outside quotation marks.
    mutating func findDelimiter(in bytes: Span<UInt8>, from start: Int) {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for index in start..<bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == lineEnd, !isQuoted { break }
            if !isQuoted { counts[byte, default: 0] += 1 }
        }
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")]
        let best = candidates.max { counts[$0, default: 0] < counts[$1, default: 0] }
        if let best, counts[best, default: 0] > 0 { delimiter = best }
    }

    /// The record at `start`; its fields are appended, escapes undone in place.
    ///
    /// - Parameter isWhole: whether the buffer ends where the file ends.
    func next(_ bytes: inout [UInt8], from start: Int, isWhole: Bool, fields: inout [FieldRange]) -> Outcome {
        guard start < bytes.count else { return .step(isWhole ? .end : .more) }
        let line = bytes.withUnsafeBytes { $0.firstIndex(of: lineEnd, from: start, to: $0.count) }
        if line == nil, !isWhole { return .step(.more) }
        let end = line ?? bytes.count
        let hasQuote = bytes.withUnsafeBytes {
            $0.firstIndex(of: UInt8(ascii: "\""), from: start, to: end) != nil
        }
        if hasQuote { return quoted(&bytes, from: start, isWhole: isWhole, fields: &fields) }
        let next = line.map { $0 + 1 } ?? end
        let last = end > start && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
        if last == start { return .step(.blank(end: next)) }
        bytes.withUnsafeBytes { split($0, from: start, to: last, fields: &fields) }
        return .step(.record(end: next, lines: 1))
    }

    private func split(
        _ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int, fields: inout [FieldRange]
    ) {
        var field = start
        while let next = bytes.firstIndex(of: delimiter, from: field, to: end) {
            fields.append(FieldRange(start: field, length: next - field))
            field = next + 1
        }
        fields.append(FieldRange(start: field, length: end - field))
    }

    /// Byte by byte, for records with quotation marks.
    private func quoted(
        _ bytes: inout [UInt8], from start: Int, isWhole: Bool, fields: inout [FieldRange]
    ) -> Outcome {
        var index = start
        var lines = 0
        // Undone only once the record is whole: a part of one is parsed again from its bytes as they are.
        var escaped: [Range<Int>] = []
        while true {
            let opensQuoted = index < bytes.count && bytes[index] == UInt8(ascii: "\"")
            if opensQuoted {
                switch quotedField(bytes, at: index, isWhole: isWhole, escaped: &escaped) {
                case .more: return .step(.more)
                case .unclosed: return .unclosedQuote(lines: lines)
                case .field(let range, let next, let breaks):
                    fields.append(range)
                    lines += breaks
                    index = next
                }
            } else {
                let field = index
                while index < bytes.count, bytes[index] != delimiter, bytes[index] != lineEnd { index += 1 }
                if index == bytes.count, !isWhole { return .step(.more) }
                var length = index - field
                let endsLine = index == bytes.count || bytes[index] == lineEnd
                if endsLine, length > 0, bytes[index - 1] == UInt8(ascii: "\r") { length -= 1 }
                fields.append(FieldRange(start: field, length: length))
            }
            if index < bytes.count, bytes[index] == UInt8(ascii: "\r"), lineEnd != UInt8(ascii: "\r") {
                if index + 1 == bytes.count, !isWhole { return .step(.more) }
                if index + 1 == bytes.count || bytes[index + 1] == lineEnd { index += 1 }
            }
            if index == bytes.count, !isWhole { return .step(.more) }
            if index == bytes.count || bytes[index] == lineEnd {
                for range in escaped { bytes.undoEscapes(range) }
                return .step(.record(end: min(index + 1, bytes.count), lines: lines + 1))
            }
            guard bytes[index] == delimiter else { return .textAfterQuote(lines: lines, offset: index) }
            index += 1
        }
    }

    private enum QuotedField {
        case field(FieldRange, next: Int, lines: Int)
        case more
        case unclosed
    }

    private func quotedField(
        _ bytes: [UInt8], at open: Int, isWhole: Bool, escaped: inout [Range<Int>]
    ) -> QuotedField {
        var index = open + 1
        var escapes = 0
        while true {
            guard
                let quote = bytes.withUnsafeBytes({
                    $0.firstIndex(of: UInt8(ascii: "\""), from: index, to: $0.count)
                })
            else { return isWhole ? .unclosed : .more }
            if quote + 1 == bytes.count, !isWhole { return .more }
            if quote + 1 < bytes.count, bytes[quote + 1] == UInt8(ascii: "\"") {
                escapes += 1
                index = quote + 2
                continue
            }
            var lines = 0
            for position in (open + 1)..<quote where bytes[position] == lineEnd { lines += 1 }
            if escapes > 0 { escaped.append((open + 1)..<quote) }
            let range = FieldRange(start: open + 1, length: quote - open - 1 - escapes)
            return .field(range, next: quote + 1, lines: lines)
        }
    }
}

extension [UInt8] {
    /// Makes `""` into `"` in place. The bytes that fall free become quotation marks, so that whoever counts lines
    /// and characters of the record still counts what the file has.
    fileprivate mutating func undoEscapes(_ range: Range<Int>) {
        var target = range.lowerBound
        var source = range.lowerBound
        while source < range.upperBound {
            self[target] = self[source]
            source += self[source] == UInt8(ascii: "\"") ? 2 : 1
            target += 1
        }
        for free in target..<range.upperBound { self[free] = UInt8(ascii: "\"") }
    }
}

extension UnsafeRawBufferPointer {
    /// By `memchr`, which the C library has in vector instructions.
    fileprivate func firstIndex(of byte: UInt8, from start: Int, to end: Int) -> Int? {
        guard start < end, let base = baseAddress,
            let found = memchr(base + start, Int32(byte), end - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
