import CatalinkCore

/// What readers read from: a file, unpacked and decoded.
enum CatalogInput {
    /// As far as the first bytes are looked at for marks, declarations and width.
    private static let headSize = 64 * 1024

    /// The bytes as text: valid UTF-8 without a byte order mark, whatever the file is written in.
    ///
    /// - Parameter isXML: whether a declaration such as `<?xml encoding="…"?>` counts.
    static func text(
        path: String, name: String, _ settings: InputSettings, isXML: Bool = false
    ) throws(CatalogError) -> any ByteSource {
        try text(of: CatalogFile(path: path, name: name), name: name, settings, isXML: isXML)
    }

    static func text(
        of file: any ByteSource, name: String, _ settings: InputSettings, isXML: Bool = false
    ) throws(CatalogError) -> any ByteSource {
        let bytes = try unpacked(PeekedSource(file), name: name, settings.limits)
        let found = try FoundEncoding(
            in: try bytes.peek(headSize), name: name, settings, isXML: isXML)
        bytes.skip(found.skipped)
        return try TextSource(bytes, name: name, found)
    }

    /// The first bytes as they are written, unpacked but not decoded.
    static func head(path: String, name: String, _ settings: InputSettings) throws(CatalogError) -> [UInt8] {
        let file = try CatalogFile(path: path, name: name)
        return try unpacked(PeekedSource(file), name: name, settings.limits).peek(headSize)
    }

    private static func unpacked(
        _ source: PeekedSource, name: String, _ limits: ReadLimits
    ) throws(CatalogError) -> PeekedSource {
        guard let format = PackedFormat(of: try source.peek(PackedFormat.signatureSize)) else {
            return source
        }
        guard format == .gzip else {
            throw CatalogError(at: name, expected: "text", got: format.article, hint: format.hint)
        }
        let contents = PeekedSource(GzipSource(source, name: name, limits))
        if let inner = PackedFormat(of: try contents.peek(PackedFormat.signatureSize)) {
            throw CatalogError(
                at: name, expected: "text in the gzip file", got: inner.article, hint: inner.hint)
        }
        return contents
    }
}

/// A format that no catalog reader takes for text, told by its first bytes.
enum PackedFormat {
    case gzip, zip, office, bzip2, xz, zstandard

    static let signatureSize = 6

    init?(of head: [UInt8]) {
        let signatures: [([UInt8], PackedFormat)] = [
            ([0x1F, 0x8B], .gzip), ([0x50, 0x4B, 0x03, 0x04], .zip), ([0xD0, 0xCF, 0x11, 0xE0], .office),
            ([0x42, 0x5A, 0x68, 0x39, 0x31, 0x41], .bzip2), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .xz),
            ([0x28, 0xB5, 0x2F, 0xFD], .zstandard),
        ]
        guard let found = signatures.first(where: { head.starts(with: $0.0) }) else { return nil }
        self = found.1
    }

    var article: String {
        switch self {
        case .gzip: "another gzip file"
        case .zip: "a ZIP archive or an .xlsx workbook"
        case .office: "an old Office file such as .xls"
        case .bzip2: "a bzip2 file"
        case .xz: "an xz file"
        case .zstandard: "a Zstandard file"
        }
    }

    var hint: String {
        switch self {
        case .gzip: "pack the export once"
        case .zip, .office: "save the export as CSV, or unpack it first"
        case .bzip2, .xz, .zstandard: "unpack it first, or pack it with gzip"
        }
    }
}
