package import CatalinkCore

/// A CSV or TSV file (RFC 4180, and what exports do beyond it) that has a header.
package struct CSVCatalog: CatalogSource {
    let path: String
    let name: String
    let dialect: CSVDialect
    let settings: InputSettings
    private let bufferSize: Int

    /// - Parameter name: how messages call the file.
    package init(
        path: String, name: String, dialect: CSVDialect = CSVDialect(),
        settings: InputSettings = InputSettings(), bufferSize: Int = 256 * 1024
    ) {
        self.path = path
        self.name = name
        self.dialect = dialect
        self.settings = settings
        self.bufferSize = bufferSize
    }

    package func open(columns: [String]) throws(CatalogError) -> any CatalogReader {
        try CSVReader(
            AheadSource(CatalogInput.text(path: path, name: name, settings)), name: name, dialect: dialect,
            limits: settings.limits, bufferSize: bufferSize)
    }
}
