package import CatalinkCore

/// How a CSV file is written, to write another one like it.
package struct CSVForm: Sendable, Equatable {
    package var delimiter = UInt8(ascii: ",")
    /// `nil`: quotation marks are text, and cells hold neither delimiters nor line ends.
    package var quote: UInt8? = UInt8(ascii: "\"")
    package var endsWithReturn = false
    /// Whether the file begins with a byte order mark.
    package var hasMark = false

    package static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    package init() {}

    package func append(_ cells: [[UInt8]], to bytes: inout [UInt8]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(delimiter) }
            append(cell, to: &bytes)
        }
        if endsWithReturn { bytes.append(.carriageReturn) }
        bytes.append(.lineFeed)
    }

    private func append(_ cell: [UInt8], to bytes: inout [UInt8]) {
        guard
            cell.contains(where: {
                $0 == delimiter || $0 == quote || $0 == .lineFeed || $0 == .carriageReturn
            })
        else { return bytes.append(contentsOf: cell) }
        guard let quote else {
            bytes.append(contentsOf: cell.map { $0 == delimiter || $0.isBlank ? 0x20 : $0 })
            return
        }
        bytes.append(quote)
        for byte in cell {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }
}

extension CSVCatalog {
    /// How the file is written. The mark is also asked of a file in another encoding than UTF-8: who opens that in a
    /// spreadsheet has one that takes text for such an encoding.
    package func form() throws(CatalogError) -> CSVForm {
        var form = CSVForm()
        let head = try CatalogInput.head(path: path, name: name, settings)
        form.endsWithReturn = zip(head, head.dropFirst()).contains {
            $0 == .carriageReturn && $1 == .lineFeed
        }
        form.hasMark =
            [CSVForm.mark, [0xFF, 0xFE], [0xFE, 0xFF]].contains { head.starts(with: $0) }
            || settings.encoding ?? .utf8 != .utf8
        let reader = try CSVReader(
            CatalogInput.text(path: path, name: name, settings), name: name, dialect: dialect,
            limits: settings.limits, bufferSize: 4096)
        form.delimiter = reader.delimiter
        switch dialect.quote {
        case .none?: form.quote = nil
        case .byte(let quote)?: form.quote = quote
        case nil: break
        }
        return form
    }

    /// What parts two columns that stand side by side in the header; `nil` where they do not.
    package static func delimiter(
        of path: String, name: String, between first: String, and second: String
    ) throws(CatalogError) -> UInt8? {
        var head: [UInt8] = Array(repeating: 0, count: 64 * 1024)
        let source = try CatalogInput.text(path: path, name: name, InputSettings())
        let count = try head.fill(from: source)
        let quote = UInt8(ascii: "\"")
        let line = head[..<count].filter { $0 != quote }
        let (before, after) = (Array(first.utf8), Array(second.utf8))
        for index in line.indices.dropLast(before.count + after.count) {
            guard line[index...].starts(with: before) else { continue }
            let delimiter = line[index + before.count]
            if line[(index + before.count + 1)...].starts(with: after) { return delimiter }
        }
        return nil
    }
}
