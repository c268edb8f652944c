import CatalinkCore

/// Cuts a text into batches at record borders.
final class CSVReader: CatalogReader {
    private let name: String
    private let limits: ReadLimits
    private let syntax: CSVSyntax
    private let header: Header
    private let openingNotes: [String]
    private var input: CSVInput
    private var rows: Rows
    /// Room for about as many fields and records as the last batch had.
    private var expected = (fields: 0, records: 0)

    /// Wide rows of many short fields would make a batch of many times its bytes.
    private static let mostFields = 1 << 18

    private struct Rows {
        var line: Int
        var number = 0
        var widths: CSVRowWidths
    }

    private struct Parsed {
        var consumed: Int
        var end: CSVParser.Step?
    }

    /// - Parameter source: valid UTF-8.
    init(
        _ source: any ByteSource, name: String, dialect: CSVDialect, limits: ReadLimits, bufferSize: Int
    ) throws(CatalogError) {
        self.name = name
        self.limits = limits
        input = CSVInput(source, bufferSize: bufferSize)
        let opening = try CSVOpening(&input, name: name, dialect: dialect, limits: limits)
        syntax = opening.syntax
        header = opening.header
        openingNotes = opening.notes
        rows = Rows(line: opening.nextLine, widths: CSVRowWidths(header, dialect.ragged))
    }

    var seenColumns: [String] { header.columns }
    /// What parts the fields, given or found.
    var delimiter: UInt8 { syntax.delimiter }
    var notes: [String] { input.notes + openingNotes + rows.widths.notes(name) }

    func next() throws(CatalogError) -> RecordBatch? {
        while true {
            var bytes = try input.take()
            guard !bytes.isEmpty else { break }
            var batch = RecordBatch(file: name, header: header)
            batch.fields.reserveCapacity(expected.fields)
            batch.records.reserveCapacity(expected.records)
            let parsed = parse(&bytes, into: &batch)
            if case .fault(let fault) = parsed.end {
                throw fault.error(
                    in: bytes, record: parsed.consumed, line: rows.line, name: name, limits: limits)
            }
            input.giveBack(bytes[parsed.consumed...], isPart: parsed.end != nil)
            guard batch.count > 0 else { continue }
            expected = (batch.fields.count + batch.fields.count / 8, batch.count + batch.count / 8)
            bytes.removeSubrange(parsed.consumed...)
            batch.bytes = bytes
            return batch
        }
        try input.finish()
        return nil
    }

    /// The whole records of a buffer, as many as a batch may hold; `end` is why there are no more.
    private func parse(_ bytes: inout [UInt8], into batch: inout RecordBatch) -> Parsed {
        var rows = rows
        let isWhole = input.isWhole
        let parsed = bytes.withUnsafeMutableBytes { buffer in
            var parser = CSVParser(buffer, syntax, limits, isWhole: isWhole)
            return Self.parse(&parser, &rows, into: &batch)
        }
        self.rows = rows
        return parsed
    }

    private static func parse(
        _ parser: inout CSVParser, _ rows: inout Rows, into batch: inout RecordBatch
    ) -> Parsed {
        var position = 0
        while batch.fields.count < mostFields {
            let first = batch.fields.count
            let step = parser.next(from: position, into: &batch.fields)
            switch step {
            case .record(let next, let lines):
                rows.number += 1
                let count = rows.widths.settle(&batch.fields, from: first, line: rows.line)
                if count > batch.header.columns.count { batch.surplus[position] = rows.widths.surplus }
                batch.records.append(
                    RecordBatch.Entry(
                        start: position, end: next, line: rows.line, number: rows.number, fieldCount: count))
                rows.line += lines
                position = next
            case .passed(let next, let lines):
                rows.line += lines
                position = next
            case .more, .end, .fault:
                batch.fields.removeLast(batch.fields.count - first)
                return Parsed(consumed: position, end: step)
            }
        }
        return Parsed(consumed: position)
    }
}
