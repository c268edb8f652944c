package import CatalinkCore
package import CatalinkRead

/// How a job reads payments: the part `conversion:` of a job file, or a file of its own.
package struct ConversionSettings: Sendable {
    /// The file that says it, as it was named; the job file's own name is not told twice.
    package var file: String?
    package var mapping = ConversionMapping.standard()
    /// The job's own, which templates of payments may look up.
    var tables: [String: LookupTable] = [:]
    /// By the file's name where it is not said.
    package var format: Job.Format?
    package var records: String?
    package var namespaces: [String: String] = [:]
    package var dialect = CSVDialect()
    package var settings = InputSettings()
    package var place = ConversionMapping.standardPlace

    package init() {}
}

extension ConversionMapping {
    /// The columns that go without mapping: `id`, `link_id` or `url` or `slug` or `reference`, `amount`, `currency`,
    /// `time`.
    static func standard() -> ConversionMapping {
        var columns = ColumnUses()
        return ConversionMapping(
            columns: columns, id: column("id", &columns),
            links: LinkName.allCases.map { ($0, column($0.rawValue, &columns)) },
            amount: column("amount", &columns), currency: column("currency", &columns),
            time: column("time", &columns)
        ).with(columns)
    }

    /// A template of one column, which a table may lack as far as templates are concerned.
    static func column(_ name: String, _ columns: inout ColumnUses) -> Template {
        do throws(TemplateError) {
            return try Template("{{\(name)}}", at: standardPlace, columns: &columns, hasSegments: false)
        } catch {
            preconditionFailure("the name of a column is a template")
        }
    }

    private func with(_ columns: ColumnUses) -> ConversionMapping {
        var mapping = self
        mapping.columns = columns
        return mapping
    }
}
