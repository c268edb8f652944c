package import CatalinkCore

/// Takes a first look at a file: what it is, whatever its name says, and what its first records hold.
package struct CatalogInspector {
    private let path: String
    private let name: String
    private var settings = InputSettings()
    private static let sampleSize = 200

    /// - Parameter name: how messages call the file.
    package init(path: String, name: String) {
        self.path = path
        self.name = name
    }

    /// - Throws: where the file is no catalog, or one that the readers refuse.
    package mutating func look() throws(CatalogError) -> CatalogLook {
        let raw = try CatalogInput.head(path: path, name: name, settings)
        guard !raw.isEmpty else {
            throw CatalogError(at: name, expected: "a catalog", got: "an empty file")
        }
        let (head, encoding) = try decoded(raw)
        settings.encoding = encoding
        var look = CatalogLook(format: try Self.format(of: head, name))
        look.encoding = encoding?.name
        switch look.format {
        case .csv: try lookAtTable(&look, head)
        case .xml: try lookAtPaths(&look, root: Self.rootName(in: head))
        case .yaml, .json, .jsonl: try lookAtPaths(&look, root: nil)
        }
        return look
    }

    // MARK: Encoding

    /// The first characters, and the encoding where it has to be guessed.
    private func decoded(_ raw: [UInt8]) throws(CatalogError) -> (head: [UInt8], guess: TextEncoding?) {
        let isMarkup = Self.firstLetter(raw.filter { $0 != 0 && $0 < 0x80 }) == UInt8(ascii: "<")
        do throws(CatalogError) {
            return (try firstText(settings, isMarkup), nil)
        } catch {
            var guessed = settings
            guard case .named(let found) = EncodingGuess(of: raw, readAs: .utf8) else { throw error }
            guessed.encoding = TextEncoding(name: found)
            return (try firstText(guessed, isMarkup), guessed.encoding)
        }
    }

    /// All text is read, so that a wrong byte far behind is found now; the first of it is given.
    private func firstText(_ settings: InputSettings, _ isMarkup: Bool) throws(CatalogError) -> [UInt8] {
        let source = try CatalogInput.text(path: path, name: name, settings, isXML: isMarkup)
        var head: [UInt8] = []
        var chunk: [UInt8] = Array(repeating: 0, count: 64 * 1024)
        while true {
            let count = try chunk.fill(from: source)
            if count == 0 { return head }
            if head.count < 64 * 1024 { head.append(contentsOf: chunk[..<count]) }
        }
    }

    // MARK: Format

    private static func firstLetter(_ text: [UInt8]) -> UInt8? {
        text.first { !$0.isBlank }
    }

    private static func format(of head: [UInt8], _ name: String) throws(CatalogError) -> CatalogLook.Format {
        let lower = name.lowercased()
        let bare = lower.hasSuffix(".gz") ? String(lower.dropLast(3)) : lower
        switch firstLetter(head) {
        case nil: throw CatalogError(at: name, expected: "a catalog", got: "nothing but blanks")
        case UInt8(ascii: "<"):
            let begin = String(decoding: head.prefix(1024), as: UTF8.self).lowercased()
            guard !begin.contains("<html"), !begin.contains("<!doctype html") else {
                throw CatalogError(
                    at: name, expected: "a catalog", got: "an HTML page",
                    hint: "the shop may have answered with a login or an error page")
            }
            return .xml
        case UInt8(ascii: "{"): return isLines(head) ? .jsonl : .json
        case UInt8(ascii: "["): return .json
        default: break
        }
        if [".yaml", ".yml"].contains(where: bare.hasSuffix) { return .yaml }
        if [".csv", ".tsv", ".txt", ".tab"].contains(where: bare.hasSuffix) { return .csv }
        return head.starts(with: "---".utf8) || head.starts(with: "- ".utf8) ? .yaml : .csv
    }

    /// Whether each of the first lines is an object of its own.
    private static func isLines(_ head: [UInt8]) -> Bool {
        let lines = head.split(separator: UInt8(ascii: "\n")).map { Array($0.filter { !$0.isBlank }) }
        guard let first = lines.first, first.last == UInt8(ascii: "}") else { return false }
        return lines.count == 1 || lines[1].first == UInt8(ascii: "{")
    }

    // MARK: Records

    private func lookAtTable(_ look: inout CatalogLook, _ head: [UInt8]) throws(CatalogError) {
        var dialect = CSVDialect()
        if let row = Self.amazonHeaderRow(in: head) {
            dialect.headerRow = row
            look.headerRow = row
        }
        let reader = try CSVReader(
            CatalogInput.text(path: path, name: name, settings), name: name, dialect: dialect,
            limits: settings.limits, bufferSize: 256 * 1024)
        look.columns = reader.seenColumns
        look.delimiter = [reader.delimiter].text
        look.sample = try sample(reader)
        look.notes = reader.notes
    }

    /// Flat files tell in their first line on which line the names are.
    private static func amazonHeaderRow(in head: [UInt8]) -> Int? {
        let line = String(decoding: head.prefix(4096).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard line.hasPrefix("TemplateType=") else { return nil }
        guard let found = line.firstRange(of: "attributeRow=") else { return 3 }
        return Int(line[found.upperBound...].prefix(while: \.isNumber)) ?? 3
    }

    /// The name in the first start tag, behind comments and declarations.
    private static func rootName(in head: [UInt8]) -> String? {
        var rest = String(decoding: head, as: UTF8.self)[...]
        while let open = rest.firstIndex(of: "<") {
            rest = rest[open...].dropFirst()
            if rest.hasPrefix("!--") {
                rest = rest.firstRange(of: "-->").map { rest[$0.upperBound...] } ?? ""
            } else if let first = rest.first, first != "?", first != "!" {
                return String(rest.prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" })
            }
        }
        return nil
    }

    private func lookAtPaths(_ look: inout CatalogLook, root: String?) throws(CatalogError) {
        let outline = PathOutline(try seenPaths(look.format), root: root)
        var best: (path: String, columns: [String], count: Int)?
        for candidate in outline.candidates.prefix(12) {
            guard let reader = try? catalog(look.format, candidate).open(columns: []),
                let batch = try? reader.next()
            else { continue }
            look.recordPaths.append(candidate)
            if best.map({ batch.count > 1 && $0.count < 2 }) ?? true {
                best = (candidate, reader.seenColumns, batch.count)
            }
        }
        guard let best else {
            throw CatalogError(
                at: name, expected: "records: a list, or elements that are repeated", got: "none",
                hint: "say where they are with `records:`")
        }
        look.recordPaths.removeAll { $0 == best.path }
        look.recordPaths.insert(best.path, at: 0)
        look.columns = best.columns
        let reader = try catalog(look.format, best.path).open(columns: best.columns)
        look.sample = try sample(reader)
        look.notes = reader.notes
    }

    /// Every path of the document, below its root.
    private func seenPaths(_ format: CatalogLook.Format) throws(CatalogError) -> [String] {
        let root = format == .xml ? "/*" : format == .jsonl ? "/" : "."
        let reader = try catalog(format, root).open(columns: [])
        do throws(CatalogError) {
            while try reader.next() != nil {}
        } catch {
            // A list at the top has no root to look into.
            guard format == .yaml || format == .json else { throw error }
            let list = try catalog(format, "/").open(columns: [])
            _ = try list.next()
            return []
        }
        return reader.seenColumns
    }

    private func catalog(_ format: CatalogLook.Format, _ records: String) -> any CatalogSource {
        switch format {
        case .csv: CSVCatalog(path: path, name: name, settings: settings)
        case .xml: XMLCatalog(path: path, name: name, recordPath: records, settings: settings)
        case .yaml: YAMLCatalog(path: path, name: name, recordPath: records, settings: settings)
        case .json, .jsonl:
            JSONCatalog(
                path: path, name: name, recordPath: records, isLines: format == .jsonl, settings: settings)
        }
    }

    private func sample(_ reader: any CatalogReader) throws(CatalogError) -> [[String]] {
        guard let batch = try reader.next() else { return [] }
        return (0..<min(batch.count, Self.sampleSize)).map { record in
            batch.header.columns.indices.map { batch.copy(of: $0, in: record).text }
        }
    }
}
