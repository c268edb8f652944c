package import CatalinkCore

/// Takes a first look at a file: what it is, whatever its name says, and what its first records hold.
package struct CatalogInspector {
    let path: String
    let name: String
    private(set) var settings = InputSettings()
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
        case UInt8(ascii: "{"):
            let isNamed = [".jsonl", ".ndjson"].contains(where: bare.hasSuffix)
            return isLines(head, unlessOne: !isNamed) ? .jsonl : .json
        case UInt8(ascii: "["): return .json
        default: break
        }
        if [".yaml", ".yml"].contains(where: bare.hasSuffix) { return .yaml }
        if [".csv", ".tsv", ".txt", ".tab"].contains(where: bare.hasSuffix) { return .csv }
        return head.starts(with: "---".utf8) || head.starts(with: "- ".utf8) ? .yaml : .csv
    }

    /// Whether each of the first lines is an object of its own.
    ///
    /// - Parameter unlessOne: a file of one line is one document.
    private static func isLines(_ head: [UInt8], unlessOne: Bool) -> Bool {
        let lines = head.split(separator: UInt8(ascii: "\n")).map { Array($0.filter { !$0.isBlank }) }
        guard let first = lines.first, first.last == UInt8(ascii: "}") else { return false }
        let second = lines.dropFirst().first { !$0.isEmpty }
        return second.map { $0.first == UInt8(ascii: "{") } ?? !unlessOne
    }

    // MARK: Records

    private func lookAtTable(_ look: inout CatalogLook, _ head: [UInt8]) throws(CatalogError) {
        look.headerRow = Self.amazonHeaderRow(in: head) ?? headerRow(in: head)
        let reader = try table(headerRow: look.headerRow)
        look.columns = reader.seenColumns
        look.delimiter = [reader.delimiter].text
        look.sample = try sample(reader)
        look.notes = reader.notes
    }

    private func table(headerRow: Int?) throws(CatalogError) -> CSVReader {
        var dialect = CSVDialect()
        dialect.headerRow = headerRow
        return try CSVReader(
            CatalogInput.text(path: path, name: name, settings), name: name, dialect: dialect,
            limits: settings.limits, bufferSize: 256 * 1024)
    }

    private func headerRow(in head: [UInt8]) -> Int? {
        HeaderSearch.line(in: head, first: headerTrial(nil), trial: headerTrial)
    }

    /// `nil` for what is no table: another line may be the header of one.
    private func headerTrial(_ row: Int?) -> HeaderSearch.Trial? {
        guard let reader = try? table(headerRow: row) else { return nil }
        let batch = try? reader.next()
        let widths = batch?.records.prefix(Self.sampleSize).map(\.fieldCount) ?? []
        return HeaderSearch.Trial(columns: reader.seenColumns, widths: widths)
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
        let best = try likeliest(of: outline.candidates, &look)
        look.columns = best.columns
        let reader = try catalog(look.format, best.path).open(columns: best.columns)
        look.sample = try sample(reader)
        look.notes = reader.notes
        look.innerLists = try innerLists(best, look.format)
        look.currencies = try values(of: outline.currencies, outside: best.path, look.format, root)
    }

    /// Lists the paths at which there is something, the likeliest first.
    private func likeliest(
        of candidates: [String], _ look: inout CatalogLook
    ) throws(CatalogError) -> RecordTrial {
        var best: RecordTrial?
        for candidate in candidates.prefix(24)
        where !look.recordPaths.contains(where: { $0 + "/*" == candidate }) {
            // What is one line's document is its record.
            if look.format == .jsonl, candidate == "." || candidate == "/*" { continue }
            if candidate == "/*", look.recordPaths.contains("/") { continue }
            // What stands in a mapping has a name.
            let columns = candidate.hasSuffix("/*") && look.format != .xml ? ["@key"] : []
            guard let reader = try? catalog(look.format, candidate).open(columns: columns),
                let batch = try? reader.next()
            else { continue }
            look.recordPaths.append(candidate)
            let trial = RecordTrial(
                path: candidate, columns: reader.seenColumns, count: batch.count, isXML: look.format == .xml)
            if trial.isBetter(than: best) { best = trial }
        }
        guard let best else {
            throw CatalogError(
                at: name, expected: "records: a list, or elements that are repeated", got: "none",
                hint: "say where they are with `records:`")
        }
        look.recordPaths.removeAll { $0 == best.path }
        look.recordPaths.insert(best.path, at: 0)
        return best
    }

    /// Every path of the document, below its root.
    private func seenPaths(_ format: CatalogLook.Format) throws(CatalogError) -> [String] {
        let root = format == .xml ? "/*" : format == .jsonl ? "/" : "."
        var looser = self
        // A mapping of all products has as many names as there are products.
        looser.settings.limits.columns = .max
        let reader = try looser.catalog(format, root).open(columns: [])
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

    func catalog(_ format: CatalogLook.Format, _ records: String) -> any CatalogSource {
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
