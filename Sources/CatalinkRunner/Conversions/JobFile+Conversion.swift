import CatalinkCore
import CatalinkRead
import Foundation

/// The part of a job file that says how payments are read.
extension JobFile {
    static let conversionNames =
        ["id"] + LinkName.allCases.map(\.rawValue) + ["amount", "currency", "time", "unix", "source"]
    static let conversionSourceNames = sourceNames.filter { $0 != "path" && $0 != "preset" }

    /// What the job says; the columns that go without mapping where it says nothing.
    ///
    /// - Parameter tables: the job's own.
    static func conversion(
        _ job: Section, _ tables: [String: LookupTable], _ diagnostics: JobDiagnostics
    ) -> ConversionSettings {
        conversion(job.section("conversion", known: conversionNames), tables, diagnostics)
    }

    /// The same from a file that says nothing else.
    ///
    /// - Throws: `JobFileError` with every complaint, or why the file cannot be read.
    package static func loadConversion(_ path: String, for job: Job) throws -> ConversionSettings {
        let diagnostics = JobDiagnostics(file: path)
        guard unsafe access(path, R_OK) == 0 else {
            throw JobFileError(messages: ["\(path): expected a mapping file to read, got: \(systemMessage())"]
            )
        }
        let root: YAMLNode
        do throws(CatalogError) {
            root = try YAMLNode.load(path: path, name: path)
        } catch {
            throw JobFileError(messages: [error.message])
        }
        let section = Section(root, path: "conversion", known: conversionNames, diagnostics)
        var settings = conversion(section, job.conversion.tables, diagnostics)
        try diagnostics.throwIfAny()
        settings.file = path
        return settings
    }

    private static func conversion(
        _ section: Section?, _ tables: [String: LookupTable], _ diagnostics: JobDiagnostics
    ) -> ConversionSettings {
        var settings = ConversionSettings()
        settings.tables = tables
        guard let section else { return settings }
        var compiler = MappingCompiler(diagnostics)
        compiler.names.tables = tables
        settings.place = section.place
        settings.mapping = compiler.conversion(section)
        guard let source = section.section("source", known: conversionSourceNames) else { return settings }
        settings.format = source.choice("format")
        settings.records = source.text("records")?.text
        var read = Job.Source(patterns: [], format: settings.format ?? .csv, place: source.place)
        if let format = settings.format { refuseIgnored(source, format) }
        readSettings(source, read.format, &read, diagnostics)
        settings.namespaces = read.namespaces
        settings.dialect = read.dialect
        settings.settings = read.settings
        return settings
    }
}

extension MappingCompiler {
    /// What is not mapped has the columns that go without.
    mutating func conversion(_ section: Section) -> ConversionMapping {
        let id = section.node("id").flatMap { template($0, section.subject("id"), section) }
        var links: [(name: LinkName, template: Template)] = []
        for name in LinkName.allCases {
            if let template = template(name.rawValue, section) { links.append((name, template)) }
        }
        let amount = template("amount", section)
        let currency = template("currency", section)
        let time = template("time", section)
        if links.isEmpty {
            links = LinkName.allCases.map { ($0, ConversionMapping.column($0.rawValue, &columns)) }
        }
        var mapping = ConversionMapping(
            columns: columns, id: id ?? ConversionMapping.column("id", &columns), links: links,
            amount: amount ?? ConversionMapping.column("amount", &columns),
            currency: currency ?? ConversionMapping.column("currency", &columns),
            time: time ?? ConversionMapping.column("time", &columns), unix: section.choice("unix"))
        mapping.columns = columns
        return mapping
    }
}

extension Job {
    /// The job as it reads payments in place of its catalog.
    ///
    /// - Parameters:
    ///   - files: paths and patterns; `-` is standard input.
    ///   - format: of all of them, where it is said.
    /// - Throws: `RunFailure` where nobody says what the files are.
    func reading(payments files: [String], as format: Job.Format?, fix: String?) throws -> Job {
        let formats = Set(files.compactMap { Job.Format(fileName: $0) })
        guard formats.count <= 1 else {
            throw RunFailure(
                .usage,
                "conversions import: expected files of one format, got: "
                    + formats.map(\.rawValue).sorted().joined(separator: " and "))
        }
        let named = fix.flatMap { Job.Format(fileName: $0) }
        guard let format = format ?? conversion.format ?? formats.first ?? named else {
            throw RunFailure(
                .usage,
                "conversions import: expected a name that ends in .csv, .tsv, .xml, .yaml, .json or .jsonl, or `--as`, got: "
                    + (files.first ?? fix ?? "").quoted)
        }
        var job = self
        var source = Job.Source(patterns: files, format: format, place: conversion.place)
        // Every child of the root, unless it is said.
        source.records = conversion.records ?? (format == .xml ? "/*/*" : nil)
        source.namespaces = conversion.namespaces
        source.dialect = conversion.dialect
        if format == .tsv, source.dialect.delimiter == nil { source.dialect.delimiter = UInt8(ascii: "\t") }
        source.settings = conversion.settings
        job.source = source
        job.kinship = Kinship()
        job.mapping.columns = conversion.mapping.columns
        job.mapping.condition = nil
        job.mapping.bundling = nil
        job.file = conversion.file ?? file
        return job.reading(fix: fix)
    }
}
