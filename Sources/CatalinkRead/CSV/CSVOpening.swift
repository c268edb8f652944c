import CatalinkCore

/// What comes before the first record: `sep=`, lines above the header, the syntax where it is not given, the header.
struct CSVOpening {
    private(set) var syntax: CSVSyntax
    private(set) var header = Header(columns: [])
    /// The line behind the header.
    private(set) var nextLine = 1
    private(set) var notes: [String] = []
    private let name: String

    /// How much of a file is looked at to find its syntax.
    private static let windowSize = 64 * 1024

    init(
        _ input: inout CSVInput, name: String, dialect: CSVDialect, limits: ReadLimits
    ) throws(CatalogError) {
        self.name = name
        syntax = CSVSyntax(delimiter: UInt8(ascii: ","), comment: dialect.comment)
        var delimiter = dialect.delimiter
        if let separator = try separatorLine(&input) { delimiter = delimiter ?? separator }
        if let row = dialect.headerRow { try skipLines(&input, to: row) }
        let window = try input.peek(Self.windowSize)
        let found = try find(delimiter, dialect.quote, in: window, isWhole: input.isWhole)
        try readHeader(&input, limits)
        note(found, line: headerLine)
        noteRepeatedColumns()
    }

    // MARK: Above the header

    private var headerLine = 1

    /// The delimiter of a first line `sep=;`, as Excel writes and reads it.
    private mutating func separatorLine(_ input: inout CSVInput) throws(CatalogError) -> UInt8? {
        let bytes = try input.peek(7)
        guard bytes.count > 4, bytes[..<4].elementsEqual("sep=".utf8), !bytes[4].isLineEnd else { return nil }
        let end = bytes[5...]
        guard end.isEmpty || end.first?.isLineEnd == true else { return nil }
        input.drop(5 + (end.elementsEqual([.carriageReturn, .lineFeed]) ? 2 : min(end.count, 1)))
        nextLine += 1
        return bytes[4]
    }

    private mutating func skipLines(_ input: inout CSVInput, to row: Int) throws(CatalogError) {
        while nextLine < row {
            let window = try input.peek(Self.windowSize)
            guard !window.isEmpty else {
                throw CatalogError(
                    at: name, expected: "a header on line \(row)",
                    got: "a file that ends on line \(nextLine)",
                    hint: "`headerRow:` is the number of a line")
            }
            input.drop(linesEnd(in: window, isWhole: input.isWhole, to: row))
        }
    }

    /// Where the last line above `row` ends, as far as the window reaches.
    private mutating func linesEnd(in window: [UInt8], isWhole: Bool, to row: Int) -> Int {
        for (index, byte) in window.enumerated() {
            let isLast = index + 1 == window.count
            // The line feed of a CRLF may be yet to come.
            if byte == .carriageReturn, isLast, !isWhole, index > 0 { return index }
            let isLoneReturn = byte == .carriageReturn && (isLast || window[index + 1] != .lineFeed)
            guard byte == .lineFeed || isLoneReturn else { continue }
            nextLine += 1
            if nextLine == row { return index + 1 }
        }
        return window.count
    }

    // MARK: Syntax

    private mutating func find(
        _ delimiter: UInt8?, _ quote: CSVDialect.Quote?, in window: [UInt8], isWhole: Bool
    ) throws(CatalogError) -> CSVSniffer.Finding {
        let sniffer = CSVSniffer(
            window: window, isWhole: isWhole, delimiter: delimiter, quote: quote, comment: syntax.comment)
        let finding = sniffer.find()
        syntax = finding.syntax
        guard finding.isClear else {
            let rivals = finding.rivals.map { "\([$0.delimiter].text.quoted) (\($0.percent) %)" }
            let line = window.withUnsafeBytes {
                $0.position(of: finding.headerStart, from: 0, line: nextLine).line
            }
            throw CatalogError(
                at: "\(name):\(line)", expected: "a delimiter that stands out",
                got: rivals.joined(separator: " and "), hint: "say which it is with `delimiter:`")
        }
        return finding
    }

    private mutating func note(_ finding: CSVSniffer.Finding, line: Int) {
        if let best = finding.rivals.first, best.delimiter != UInt8(ascii: ",") || best.percent < 90 {
            notes.append(
                "\(name):\(line): delimiter \([best.delimiter].text.quoted) found, confidence \(best.percent) % "
                    + "(say `delimiter:` to be sure)")
        }
        if finding.isOtherQuote {
            notes.append("\(name):\(line): quotation mark ' found (say `quote:` to be sure)")
        }
    }

    // MARK: Header

    private mutating func readHeader(_ input: inout CSVInput, _ limits: ReadLimits) throws(CatalogError) {
        var size = Self.windowSize
        while true {
            var bytes = try input.peek(size)
            let (step, start, fields) = firstRecord(&bytes, limits, isWhole: input.isWhole)
            switch step {
            case .record(let next, let lines):
                header = Header(columns: fields.map { bytes.text(of: $0) })
                headerLine = nextLine
                nextLine += lines
                input.drop(next)
                return
            case .fault(let fault):
                throw fault.error(in: bytes, record: start, line: nextLine, name: name, limits: limits)
            case .end:
                throw CatalogError(at: name, expected: "a header and records", got: "an empty file")
            case .more, .passed:
                if start == 0 { size *= 2 }
                input.drop(start)
            }
        }
    }

    /// The first record or what keeps it from being read, behind blank lines and comments.
    private mutating func firstRecord(
        _ bytes: inout [UInt8], _ limits: ReadLimits, isWhole: Bool
    ) -> (step: CSVParser.Step, start: Int, fields: [FieldRange]) {
        var lines = 0
        let found = bytes.withUnsafeMutableBytes { buffer in
            var parser = CSVParser(buffer, syntax, limits, isWhole: isWhole)
            var fields: [FieldRange] = []
            var start = 0
            while true {
                let step = parser.next(from: start, into: &fields)
                guard case .passed(let next, let passed) = step else { return (step, start, fields) }
                lines += passed
                start = next
            }
        }
        nextLine += lines
        return found
    }

    private mutating func noteRepeatedColumns() {
        let counts = Dictionary(header.columns.map { ($0, 1) }, uniquingKeysWith: +)
        var told: Set<String> = [""]
        let repeated = header.columns.filter { (counts[$0] ?? 0) > 1 && told.insert($0).inserted }
        guard !repeated.isEmpty else { return }
        let names = repeated.map { "\($0.quoted) (\(counts[$0] ?? 0) times)" }.joined(separator: ", ")
        notes.append("\(name):\(headerLine): the first column of each name is read; repeated: \(names)")
    }
}

extension UInt8 {
    fileprivate var isLineEnd: Bool { self == .lineFeed || self == .carriageReturn }
}

extension [UInt8] {
    fileprivate func text(of range: FieldRange) -> String {
        Array(self[Int(range.start)..<Int(range.start + range.length)]).text
    }
}
