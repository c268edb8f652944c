import CatalinkCore
import CatalinkRead

/// What a job names for its templates: `tables` and `fields`.
extension MappingCompiler {
    private static let listNames = ["values", "date", "maxAge", "default"]
    private static let fileNames = [
        "path", "key", "value", "date", "maxAge", "default", "format", "encoding",
    ]

    // MARK: Fields

    /// Each may name those above it.
    mutating func fields(_ job: Section) {
        guard let node = job.node("fields") else { return }
        guard case .mapping(let entries) = node.content else {
            diagnostics.add(node.place, "fields", expected: "names and their templates", got: node.kind)
            return
        }
        for entry in entries {
            guard !["segment", "key", "each"].contains(entry.name) else {
                diagnostics.add(
                    entry.place, "fields", expected: "a name that means nothing yet", got: entry.name.quoted)
                continue
            }
            names.fields[entry.name] = template(entry.value, "fields.\(entry.name.shown())", job)
        }
    }

    // MARK: Tables

    mutating func tables(_ job: Section) {
        guard let node = job.node("tables") else { return }
        guard case .mapping(let entries) = node.content else {
            diagnostics.add(node.place, "tables", expected: "names and their tables", got: node.kind)
            return
        }
        for entry in entries {
            let subject = "tables.\(entry.name.shown())"
            if entry.value.value("path") != nil {
                names.tables[entry.name] = fileTable(entry, subject)
            } else {
                names.tables[entry.name] = listTable(entry, subject)
            }
        }
    }

    private func listTable(_ entry: YAMLNode.Entry, _ subject: String) -> LookupTable? {
        guard let section = Section(entry.value, path: subject, known: Self.listNames, diagnostics),
            let values = section.required("values")
        else { return nil }
        guard case .mapping(let pairs) = values.content else {
            diagnostics.add(
                values.place, "\(subject).values", expected: "values and what they become", got: values.kind)
            return nil
        }
        let date = day(section)
        var table: [[UInt8]: LookupTable.Entry] = [:]
        for pair in pairs {
            guard let text = section.text(pair.value, "\(subject).values.\(pair.name.shown())") else {
                continue
            }
            table[Array(pair.name.utf8).trimmed] = LookupTable.Entry(value: Array(text.text.utf8), date: date)
        }
        return self.table(entry.name, table, section, hasDates: date != nil)
    }

    private func day(_ section: Section) -> Timestamp? {
        section.value("date", expected: "a day such as 2026-11-27") { TimeFormat.iso8601(Array($0.utf8)) }
    }

    private func fileTable(_ entry: YAMLNode.Entry, _ subject: String) -> LookupTable? {
        guard let section = Section(entry.value, path: subject, known: Self.fileNames, diagnostics),
            let path = section.text("path"),
            section.required("key") != nil, let key = section.text("key"),
            section.required("value") != nil, let value = section.text("value")
        else { return nil }
        var file = TableFile(
            path: JobFile.resolved(path.text, besideJob: diagnostics.file), key: key, value: value,
            date: section.text("date"))
        if let format: Job.Format = section.choice("format") { file.isTabbed = format == .tsv }
        file.encoding = section.value("encoding", expected: "an encoding", TextEncoding.init(name:))
        do throws(CatalogError) {
            let entries = try file.entries(diagnostics, subject)
            return table(entry.name, entries, section, hasDates: file.date != nil)
        } catch {
            diagnostics.add(
                path.place, subject, expected: "a table that can be read", got: error.message)
            return nil
        }
    }

    private func table(
        _ name: String, _ entries: [[UInt8]: LookupTable.Entry], _ section: Section, hasDates: Bool
    ) -> LookupTable {
        let maxAge = section.duration("maxAge")
        if maxAge != nil, !hasDates {
            diagnostics.add(
                section.place, section.path, expected: "`date:` beside `maxAge:`", got: "none",
                hint: "without a date nothing has an age")
        }
        return LookupTable(
            name: name, entries: entries, other: section.text("default").map { Array($0.text.utf8) },
            maxAge: maxAge)
    }
}
