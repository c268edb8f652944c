import CatalinkCore
import CatalinkRead
import Foundation

/// The part of a job file that says what is read, and how.
extension JobFile {
    static let sourceNames = [
        "path", "format", "preset", "records", "namespaces", "encoding", "delimiter", "quote", "headerRow",
        "comment", "ragged", "limits",
    ]

    static func source(_ job: Section, _ path: String, _ diagnostics: JobDiagnostics) -> Job.Source? {
        guard job.required("source") != nil,
            let section = job.section("source", known: sourceNames),
            let paths = paths(section)
        else { return nil }
        let directory = (path as NSString).deletingLastPathComponent
        let resolved = paths.map { $0.text == "-" ? "-" : self.resolved($0.text, in: directory) }
        guard let format = format(section, paths, diagnostics) else { return nil }
        refuseIgnored(section, format)
        var source = Job.Source(patterns: resolved, format: format, place: paths[0].place)
        source.records = section.text("records")?.text
        if format == .xml, source.records == nil {
            diagnostics.add(
                section.place, "source", expected: "`records:`, the path of the elements that are records",
                got: "nothing", hint: "such as /rss/channel/item")
            return nil
        }
        readSettings(section, format, &source, diagnostics)
        return source
    }

    /// What is said of a file beside where it is and what it is.
    static func readSettings(
        _ section: Section, _ format: Job.Format, _ source: inout Job.Source, _ diagnostics: JobDiagnostics
    ) {
        source.namespaces = namespaces(section, diagnostics)
        source.dialect = dialect(section, format)
        source.settings.encoding = section.value("encoding", expected: encodings, TextEncoding.init(name:))
        source.settings.limits = limits(section)
    }

    private static let encodings =
        "an encoding such as utf-8, utf-16, windows-1250 to windows-1258 or iso-8859-1 to iso-8859-16"

    /// One path or a list; patterns with `*`, `?` and `[…]` among them.
    private static func paths(_ section: Section) -> [(text: String, place: JobPlace)]? {
        guard let node = section.required("path") else { return nil }
        guard case .sequence = node.content else { return section.text("path").map { [$0] } }
        guard let list = section.list("path"), !list.isEmpty else {
            section.complain(node, "path", expected: "at least one file", got: "an empty list")
            return nil
        }
        return list
    }

    private static func format(
        _ section: Section, _ paths: [(text: String, place: JobPlace)], _ diagnostics: JobDiagnostics
    ) -> Job.Format? {
        if section.node("format") != nil { return section.choice("format") }
        if let format = Job.Format(fileName: paths[0].text) { return format }
        diagnostics.add(
            paths[0].place, "source.path",
            expected: "a name that ends in .csv, .tsv, .xml, .yaml, .json or .jsonl, or `format:`",
            got: paths[0].text.quoted)
        return nil
    }

    private static func namespaces(_ source: Section, _ diagnostics: JobDiagnostics) -> [String: String] {
        guard let node = source.node("namespaces") else { return [:] }
        guard case .mapping(let entries) = node.content else {
            diagnostics.add(
                node.place, "source.namespaces", expected: "prefixes and their URIs", got: node.kind)
            return [:]
        }
        var bound: [String: String] = [:]
        for entry in entries {
            bound[entry.name] = source.text(entry.value, "source.namespaces.\(entry.name.shown())")?.text
        }
        return bound
    }

    /// What the job itself says and the format has no use for; a preset may serve several formats.
    static func refuseIgnored(_ source: Section, _ format: Job.Format) {
        var ignored = format == .xml ? [] : ["namespaces"]
        ignored += format.hasHeader ? ["records"] : ["delimiter", "quote", "headerRow", "comment", "ragged"]
        for name in ignored {
            guard let node = source.node(name), node.place.preset == nil else { continue }
            source.complain(
                node, name, expected: "nothing, as \(format.rawValue) has no use for it", got: node.kind)
        }
    }

    private static func dialect(_ source: Section, _ format: Job.Format) -> CSVDialect {
        var dialect = CSVDialect()
        dialect.delimiter = source.character("delimiter")
        if format == .tsv, dialect.delimiter == nil { dialect.delimiter = UInt8(ascii: "\t") }
        if let text = source.text("quote"), text.text == "none" {
            dialect.quote = CSVDialect.Quote.none
        } else {
            dialect.quote = source.character("quote").map { .byte($0) }
        }
        if let delimiter = source.node("delimiter"), let byte = dialect.delimiter,
            dialect.quote == .byte(byte)
        {
            source.complain(
                delimiter, "delimiter", expected: "another character than `quote:`", got: delimiter.kind)
        }
        dialect.headerRow = source.count("headerRow", 1...1_000_000)
        dialect.comment = source.character("comment")
        dialect.ragged = source.choice("ragged") ?? .error
        return dialect
    }

    static let readLimitNames = ["field", "record", "columns", "depth", "name", "unpacked", "packing"]

    private static func limits(_ source: Section) -> ReadLimits {
        var limits = ReadLimits()
        guard let section = source.section("limits", known: readLimitNames) else { return limits }
        limits.fieldSize = section.size("field") ?? limits.fieldSize
        limits.recordSize =
            section.size("record")
            ?? min(max(limits.recordSize, 2 * limits.fieldSize), ReadLimits.largestSize)
        limits.columns = section.count("columns", 1...1_000_000) ?? limits.columns
        limits.depth = section.count("depth", 1...1000) ?? limits.depth
        limits.nameSize = section.size("name") ?? limits.nameSize
        limits.unpackedSize = section.size("unpacked", most: 1 << 20) ?? limits.unpackedSize
        limits.packingRatio = section.count("packing", 1...1_000_000) ?? limits.packingRatio
        return limits
    }
}

extension Job.Format {
    /// By the end of a file's name; `.gz` behind it does not count.
    package init?(fileName: String) {
        let bare = fileName.hasSuffix(".gz") ? String(fileName.dropLast(3)) : fileName
        switch (bare as NSString).pathExtension.lowercased() {
        case "csv", "txt": self = .csv
        case "tsv", "tab": self = .tsv
        case "xml", "rss", "atom": self = .xml
        case "yaml", "yml": self = .yaml
        case "json": self = .json
        case "jsonl", "ndjson": self = .jsonl
        default: return nil
        }
    }
}
