import CatalinkCore
import CatalinkRead
import Foundation

/// The files of a job's source as one run sees them: patterns are looked up once, standard input is spooled.
struct SourceFiles: Sendable {
    let source: Job.Source
    /// Each path, and how messages call it.
    let files: [(path: String, name: String)]
    private let spool: SpooledInput?
    private let stamps: [SourceStamp?]

    /// The same, on a thread of its own: who writes standard input may take any time.
    static func open(_ source: Job.Source, _ stop: StopSwitch) async throws -> SourceFiles {
        try await onOwnThread { try SourceFiles(source, stop) }
    }

    /// - Parameter stop: ends the reading of standard input.
    /// - Throws: `CatalogError`; `RunFailure` for a stop.
    init(_ source: Job.Source, _ stop: StopSwitch = StopSwitch()) throws {
        let spool = source.patterns.contains("-") ? try Self.spool(stop) : nil
        files = try CatalogFiles.expand(source.patterns).map { path in
            if path == "-", let spool { return (spool.path, "standard input") }
            return (path, path)
        }
        self.spool = spool
        var source = source
        if source.isFix, source.format.hasHeader, let file = files.first {
            source.dialect.delimiter = try FixImport.delimiter(of: file.path, name: file.name)
        }
        self.source = source
        stamps = files.map { try? SourceStamp($0.path) }
    }

    private static func spool(_ stop: StopSwitch) throws -> SpooledInput {
        do {
            return try SpooledInput { stop.reason != nil }
        } catch {
            guard let reason = stop.reason else { throw error }
            throw RunFailure(
                reason.status, "\(reason.message) while standard input was read; nothing was sent")
        }
    }

    /// Whether some file is another one now than it was.
    var haveChanged: Bool {
        zip(files, stamps).contains { file, stamp in (try? SourceStamp(file.path)) != stamp }
    }

    /// What tells the files from those of another night.
    func stamp(rows: Int) -> CatalogStamp {
        let known = stamps.compactMap(\.self)
        let isSpooled = source.patterns.contains("-")
        let modified = isSpooled || known.count < files.count ? nil : known.compactMap(\.modifiedAt).max()
        return CatalogStamp(
            rows: rows, files: files.count, bytes: known.reduce(0) { $0 + $1.bytes }, modified: modified)
    }

    /// - Throws: where a file would take the place of one that is read.
    func check(writing path: String, _ subject: String) throws {
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        guard files.contains(where: { URL(filePath: $0.path).resolvingSymlinksInPath().path == target })
        else { return }
        throw RunFailure(
            .usage, "\(subject): expected another file than what is read, got: \(path.quoted)")
    }

    /// All files, one after the other.
    var catalog: any CatalogSource {
        files.count == 1 ? catalog(files[0]) : CatalogSeries(files.map(catalog))
    }

    private func catalog(_ file: (path: String, name: String)) -> any CatalogSource {
        switch source.format {
        case .csv, .tsv: table(file)
        case .xml: markup(file)
        case .yaml: yaml(file)
        case .json, .jsonl: json(file)
        }
    }

    func table(_ file: (path: String, name: String)) -> CSVCatalog {
        CSVCatalog(path: file.path, name: file.name, dialect: source.dialect, settings: source.settings)
    }

    func markup(_ file: (path: String, name: String)) -> XMLCatalog {
        XMLCatalog(
            path: file.path, name: file.name, recordPath: source.records ?? "/",
            namespaces: source.namespaces,
            settings: source.settings)
    }

    func yaml(_ file: (path: String, name: String)) -> YAMLCatalog {
        YAMLCatalog(
            path: file.path, name: file.name, recordPath: source.records ?? "/", settings: source.settings)
    }

    func json(_ file: (path: String, name: String)) -> JSONCatalog {
        JSONCatalog(
            path: file.path, name: file.name, recordPath: source.records ?? "/",
            isLines: source.format == .jsonl,
            settings: source.settings)
    }
}
