/// Where a field's text lies in its batch.
package struct FieldRange: Sendable, Equatable {
    package var start: UInt32
    package var length: UInt32

    /// A field that the record does not have; it reads as empty text.
    @inlinable package static var absent: FieldRange { FieldRange(start: Int(UInt32.max), length: 0) }

    @inlinable
    package init(start: Int, length: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.length = UInt32(truncatingIfNeeded: length)
    }

    @inlinable
    package static func == (first: FieldRange, second: FieldRange) -> Bool {
        first.start == second.start && first.length == second.length
    }
}

/// A line and a column in a file, both counted from 1; column 0 means that the parser knows only the line.
package struct TextPosition: Sendable, Equatable {
    package var line: UInt32
    package var column: UInt32

    package init(line: Int, column: Int = 0) {
        self.line = UInt32(clamping: line)
        self.column = UInt32(clamping: column)
    }
}

/// The columns of a catalog, in the order in which each record's fields lie in a batch.
package struct Header: Sendable, Equatable {
    package let columns: [String]

    package init(columns: [String]) {
        self.columns = columns
    }
}

/// Some hundred records of one file: their bytes, and where each field lies in them.
///
/// A record is its number in the batch; its fields are borrowed spans. Every record has exactly as many fields as
/// the header has columns; what a record lacks is `FieldRange.absent`.
package struct RecordBatch: Sendable {
    package struct Entry: Sendable {
        /// Where the record begins in the batch's bytes.
        package var start: Int
        /// Where it ends; a field beyond was put there by another stage and has no position of its own.
        package var end: Int
        /// The line on which the record begins, from 1.
        package var line: Int
        /// The record's number in its file, from 1; in the whole catalog once it is mapped.
        package var number: Int
        /// How many fields the file gave this record; differs from the header's count in a ragged row.
        package var fieldCount: Int

        package init(start: Int, end: Int, line: Int, number: Int, fieldCount: Int) {
            self.start = start
            self.end = end
            self.line = line
            self.number = number
            self.fieldCount = fieldCount
        }
    }

    /// The file's name as the job gives it.
    package var file: String
    package var header: Header
    package var bytes: [UInt8] = []
    package var fields: [FieldRange] = []
    /// One position a field; empty where positions follow from the bytes, as in CSV. A field that is absent and has
    /// one is no text, but an object or a list.
    package var positions: [TextPosition] = []
    package var records: [Entry] = []
    /// The fields beyond the header's columns, of rows that have too many, by where their record begins.
    package var surplus: [Int: [FieldRange]] = [:]

    /// Bytes that are inherited beside the records, unless a job lets a record be larger.
    package static let defaultRoom = 64 << 20

    package init(file: String, header: Header) {
        self.file = file
        self.header = header
    }

    @inlinable package var count: Int { records.count }

    @inlinable
    package func range(of column: Int, in record: Int) -> FieldRange {
        fields[record * header.columns.count + column]
    }

    /// The text of a field; empty when the record lacks it.
    @_lifetime(borrow self)
    @inlinable
    package func field(_ column: Int, of record: Int) -> Span<UInt8> {
        let range = range(of: column, in: record)
        guard range.length > 0 else { return bytes.span.extracting(0..<0) }
        let start = Int(range.start)
        return bytes.span.extracting(start..<(start + Int(range.length)))
    }

    /// Whether the file gave the record as many fields as the header has; of others nobody knows which is which.
    package func isWhole(_ record: Int) -> Bool {
        records[record].fieldCount == header.columns.count
    }

    /// Whether the record was read with an object or a list where its text would be.
    func hasParts(_ column: Int, of record: Int) -> Bool {
        range(of: column, in: record) == .absent && !positions.isEmpty
            && positions[record * header.columns.count + column].line > 0
    }

    /// Whether a field has more than blanks in it.
    func hasText(_ column: Int, of record: Int) -> Bool {
        let field = field(column, of: record)
        for index in 0..<field.count where !field[index].isBlank { return true }
        return false
    }

    /// Puts a text behind all others, for any number of fields to share.
    ///
    /// - Parameter room: bytes that other stages may put behind those of the records.
    /// - Returns: `nil` when it does not fit.
    package mutating func add(_ text: [UInt8], room: Int = defaultRoom) -> FieldRange? {
        let most = min((records.last?.end ?? 0) + room, Int(UInt32.max))
        guard text.count <= most - bytes.count else { return nil }
        let range = FieldRange(start: bytes.count, length: text.count)
        bytes.append(contentsOf: text)
        return range
    }

    /// Lets a field have another text of the batch; it has no position of its own from then on.
    package mutating func replace(_ column: Int, of record: Int, by range: FieldRange) {
        fields[record * header.columns.count + column] = range
    }

    /// A field's text as bytes of its own.
    package func copy(of column: Int, in record: Int) -> [UInt8] {
        Array(copying: field(column, of: record))
    }

    /// Where a field stands in the file.
    package func position(of column: Int, in record: Int) -> TextPosition {
        let range = range(of: column, in: record)
        let entry = records[record]
        guard range != .absent else { return TextPosition(line: entry.line) }
        if !positions.isEmpty {
            let position = positions[record * header.columns.count + column]
            return position.line > 0 ? position : TextPosition(line: entry.line)
        }
        // What another stage has put there lies behind the record, or before it.
        guard range.start + range.length <= entry.end else { return TextPosition(line: entry.line) }
        return countedPosition(ofByte: Int(range.start), from: entry)
    }

    /// Counts lines and characters from the record's begin, as the bytes between lie there as in the file.
    private func countedPosition(ofByte target: Int, from entry: Entry) -> TextPosition {
        guard target >= entry.start else { return TextPosition(line: entry.line) }
        var line = entry.line
        var column = 1
        var index = entry.start
        while index < target {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte == UInt8(ascii: "\r"), index + 1 < bytes.count,
                bytes[index + 1] != UInt8(ascii: "\n")
            {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
            index += 1
        }
        return TextPosition(line: line, column: column)
    }
}
