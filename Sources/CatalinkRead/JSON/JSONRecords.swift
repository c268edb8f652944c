package import CatalinkCore

/// Records that came as JSON in memory: one object, or a list of them.
package struct JSONRecords: CatalogSource {
    private let bytes: [UInt8]
    private let name: String
    private let limits: ReadLimits

    /// - Parameter name: how messages call it.
    package init(_ bytes: [UInt8], name: String, limits: ReadLimits = ReadLimits()) {
        self.bytes = bytes
        self.name = name
        self.limits = limits
    }

    package func open(columns: [String]) throws(CatalogError) -> any CatalogReader {
        let isList = bytes.first { !$0.isBlank } == UInt8(ascii: "[")
        let source = try CatalogInput.text(of: MemorySource(bytes), name: name, settings)
        return JSONReader(
            source, name: name, recordPath: RecordPath(isList ? "/" : "."), isLines: false, columns: columns,
            limits: limits)
    }

    private var settings: InputSettings {
        var settings = InputSettings()
        settings.limits = limits
        settings.encoding = TextEncoding(name: "utf-8")
        settings.canBeGivenEncoding = false
        return settings
    }
}
