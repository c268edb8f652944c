import CatalinkCore
import CatalinkRead

/// The preset that tells the most of a catalog.
struct PresetFit {
    let preset: Preset
    /// The record path by which it was told; `nil` for tables.
    let records: String?

    init?(_ look: CatalogLook) {
        let fits = Preset.all.compactMap { PresetFit($0, look) }
        let best = fits.max { first, second in
            (first.preset.columns.count, second.preset.name) < (
                second.preset.columns.count, first.preset.name
            )
        }
        guard let best else { return nil }
        self = best
    }

    private init?(_ preset: Preset, _ look: CatalogLook) {
        guard preset.isTabular == (look.format == .csv), !(preset.columns + preset.elements).isEmpty else {
            return nil
        }
        let header = Header(columns: look.columns)
        self.preset = preset
        guard !preset.elements.isEmpty else {
            guard preset.columns.allSatisfy({ header.index(of: $0) != nil }) else { return nil }
            records = nil
            return
        }
        let elements = preset.elements.map(\.withoutPrefixes)
        let path = look.recordPaths.first { path in
            guard elements.contains(path.withoutPrefixes) else { return false }
            return preset.columns.allSatisfy { column in
                look.name(of: column, below: path).map { header.index(of: $0) != nil } ?? false
            }
        }
        guard let path else { return nil }
        records = path
    }
}

extension CatalogLook {
    /// How a column of the records at `path` is called in `columns`, which are of the likeliest records: a feed of
    /// one item looks as if what is around it were the record.
    fileprivate func name(of column: String, below path: String) -> String? {
        guard let likeliest = recordPaths.first, likeliest != path else { return column }
        guard path.hasPrefix(likeliest + "/") else { return nil }
        return path.dropFirst(likeliest.count + 1) + "/" + column
    }
}

extension Preset {
    fileprivate var isTabular: Bool {
        guard case .scalar(let text, _)? = root.value("source")?.value("format")?.content else { return true }
        return ["csv", "tsv"].contains(text)
    }
}

extension String {
    /// A path's names as they are without a prefix of a namespace.
    fileprivate var withoutPrefixes: String {
        split(separator: "/").map { $0.split(separator: ":").last.map(String.init) ?? "" }.joined(
            separator: "/")
    }
}
