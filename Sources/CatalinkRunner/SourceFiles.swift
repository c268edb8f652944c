import CatalinkCore
import CatalinkRead
import Foundation

/// The files of a job's source as one run sees them: patterns are looked up once, standard input is spooled.
struct SourceFiles: Sendable {
    private let source: Job.Source
    /// Each path, and how messages call it.
    private let files: [(path: String, name: String)]
    private let spool: SpooledInput?
    private let stamps: [SourceStamp?]

    /// - Throws: `CatalogError`.
    init(_ source: Job.Source) throws(CatalogError) {
        self.source = source
        let spool: SpooledInput? = source.patterns.contains("-") ? try SpooledInput() : nil
        files = try CatalogFiles.expand(source.patterns).map { path in
            if path == "-", let spool { return (spool.path, "standard input") }
            return (path, path)
        }
        self.spool = spool
        stamps = files.map { try? SourceStamp($0.path) }
    }

    /// Whether some file is another one now than it was.
    var haveChanged: Bool {
        zip(files, stamps).contains { file, stamp in (try? SourceStamp(file.path)) != stamp }
    }

    /// All files, one after the other.
    var catalog: any CatalogSource {
        files.count == 1 ? catalog(files[0]) : CatalogSeries(files.map(catalog))
    }

    private func catalog(_ file: (path: String, name: String)) -> any CatalogSource {
        let records = source.records ?? "/"
        switch source.format {
        case .csv, .tsv:
            return CSVCatalog(
                path: file.path, name: file.name, dialect: source.dialect, settings: source.settings)
        case .xml:
            return XMLCatalog(
                path: file.path, name: file.name, recordPath: records, namespaces: source.namespaces,
                settings: source.settings)
        case .yaml:
            return YAMLCatalog(
                path: file.path, name: file.name, recordPath: records, settings: source.settings)
        case .json, .jsonl:
            return JSONCatalog(
                path: file.path, name: file.name, recordPath: records, isLines: source.format == .jsonl,
                settings: source.settings)
        }
    }
}
