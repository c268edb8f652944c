import Glibc
package import CatalinkCore

/// A CSV or TSV file (RFC 4180) whose first record is the header.
package struct CSVCatalog: CatalogSource {
    private let path: String
    private let name: String
    private let dialect: CSVDialect
    private let settings: InputSettings
    private let bufferSize: Int

    /// - Parameter name: how messages call the file.
    package init(
        path: String, name: String, dialect: CSVDialect = CSVDialect(),
        settings: InputSettings = InputSettings(), bufferSize: Int = 256 * 1024
    ) {
        self.path = path
        self.name = name
        self.dialect = dialect
        self.settings = settings
        self.bufferSize = bufferSize
    }

    package func open(columns: [String]) throws(CatalogError) -> any CatalogReader {
        try CSVReader(
            CatalogInput.text(path: path, name: name, settings), name: name, delimiter: dialect.delimiter,
            bufferSize: bufferSize)
    }
}

/// Cuts a byte stream into batches at record borders; the rest of a buffer is carried into the next.
final class CSVReader: CatalogReader {
    private let source: any ByteSource
    private let name: String
    private let bufferSize: Int
    private var parser: CSVParser
    private var header: Header?
    private var carried: [UInt8] = []
    private var line = 1
    private var recordNumber = 0
    private var isAtEnd = false
    private static let largestRecord = 16 * 1024 * 1024

    init(_ source: any ByteSource, name: String, delimiter: UInt8?, bufferSize: Int) throws(CatalogError) {
        self.source = source
        self.name = name
        self.bufferSize = bufferSize
        parser = CSVParser(delimiter: delimiter ?? UInt8(ascii: ","))
        try readHeader(sniffing: delimiter == nil)
    }

    var seenColumns: [String] { header?.columns ?? [] }

    private func readHeader(sniffing: Bool) throws(CatalogError) {
        var size = bufferSize
        while true {
            var bytes = try buffer(of: size)
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            parser.findLineEnd(in: bytes.span, isWhole: isAtEnd)
            if sniffing { parser.findDelimiter(in: bytes.span, from: start) }
            var fields: [FieldRange] = []
            let step = try parser.next(&bytes, from: start, isWhole: isAtEnd, fields: &fields).orThrow(
                name, line, bytes)
            switch step {
            case .record(let end, let lines):
                try TextCheck.validate(bytes.span.extracting(0..<end), name: name, line: line)
                header = Header(columns: fields.map { bytes.text(of: $0) })
                carried = Array(bytes[end...])
                line += lines
                return
            case .blank(let end):
                carried = Array(bytes[end...])
                line += 1
            case .more:
                carried = bytes
                size = try grown(size, bytes.count)
            case .end:
                throw CatalogError(at: name, expected: "a header and records", got: "an empty file")
            }
        }
    }

    func next() throws(CatalogError) -> RecordBatch? {
        guard let header else { return nil }
        var size = bufferSize
        while !(isAtEnd && carried.isEmpty) {
            var bytes = try buffer(of: size)
            var batch = RecordBatch(file: name, header: header)
            batch.fields.reserveCapacity(bytes.count / 12)
            let firstLine = line
            let consumed = try parse(&bytes, into: &batch)
            try TextCheck.validate(bytes.span.extracting(0..<consumed), name: name, line: firstLine)
            carried = Array(bytes[consumed...])
            if batch.count > 0 {
                bytes.removeSubrange(consumed...)
                batch.bytes = bytes
                return batch
            }
            if consumed == 0, !isAtEnd { size = try grown(size, bytes.count) }
        }
        return nil
    }

    /// All whole records of the buffer; how many bytes they take.
    private func parse(_ bytes: inout [UInt8], into batch: inout RecordBatch) throws(CatalogError) -> Int {
        var position = 0
        var row: [FieldRange] = []
        let width = batch.header.columns.count
        while true {
            row.removeAll(keepingCapacity: true)
            let step = try parser.next(&bytes, from: position, isWhole: isAtEnd, fields: &row).orThrow(
                name, line, bytes)
            switch step {
            case .record(let end, let lines):
                recordNumber += 1
                batch.records.append(
                    RecordBatch.Entry(
                        start: position, end: end, line: line, number: recordNumber, fieldCount: row.count))
                if row.count == width {
                    batch.fields.append(contentsOf: row)
                } else {
                    batch.fields.append(contentsOf: row.prefix(width))
                    for _ in row.prefix(width).count..<width { batch.fields.append(.absent) }
                }
                line += lines
                position = end
            case .blank(let end):
                line += 1
                position = end
            case .more, .end:
                return position
            }
        }
    }

    /// What was carried, and what the source gives next.
    private func buffer(of size: Int) throws(CatalogError) -> [UInt8] {
        var bytes = carried
        carried = []
        let begin = bytes.count
        let room = max(size, begin + size / 2)
        bytes.append(contentsOf: repeatElement(0, count: room - begin))
        var filled = begin
        while filled < room, !isAtEnd {
            let count = try bytes.fill(from: source, at: filled)
            if count == 0 { isAtEnd = true }
            filled += count
        }
        bytes.removeSubrange(filled...)
        return bytes
    }

    private func grown(_ size: Int, _ held: Int) throws(CatalogError) -> Int {
        guard held < Self.largestRecord else {
            throw CatalogError(
                at: "\(name):\(line)", expected: "a record of at most 16 MiB", got: "a longer one",
                hint: parser.openQuoteHint)
        }
        return max(size, held) * 2
    }
}

extension CSVParser.Outcome {
    fileprivate func orThrow(_ name: String, _ line: Int, _ bytes: [UInt8]) throws(CatalogError)
        -> CSVParser.Step
    {
        switch self {
        case .step(let step): return step
        case .unclosedQuote(let lines):
            throw CatalogError(
                at: "\(name):\(line + lines)", expected: "a closing quotation mark",
                got: "the end of the file",
                hint: "the field that opens on this line is never closed")
        case .textAfterQuote(let lines, let offset):
            throw CatalogError(
                at: "\(name):\(line + lines)",
                expected: "a delimiter or a line end after a closing quotation mark",
                got: Array(bytes[offset..<min(bytes.count, offset + 12)]).text.quoted,
                hint: "a quotation mark inside a quoted field is written twice")
        }
    }
}

extension [UInt8] {
    fileprivate func text(of range: FieldRange) -> String {
        Array(self[Int(range.start)..<Int(range.start + range.length)]).text
    }
}
