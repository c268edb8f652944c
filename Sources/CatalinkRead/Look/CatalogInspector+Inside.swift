import CatalinkCore

/// What stands in the records and around them.
extension CatalogInspector {
    /// What stands several times in one record.
    func innerLists(
        _ records: RecordTrial, _ format: CatalogLook.Format
    ) throws(CatalogError) -> [CatalogLook.InnerList] {
        records.isXML ? try repeatedElements(records) : Self.lists(records, isLines: format == .jsonl)
    }

    private static func lists(_ records: RecordTrial, isLines: Bool) -> [CatalogLook.InnerList] {
        var found: [CatalogLook.InnerList] = []
        for column in records.columns {
            let names = column.split(separator: "/")
            guard let index = names.firstIndex(where: { Int($0) != nil }), index > 0 else { continue }
            let path = names[..<index].joined(separator: "/")
            let hasFields = index + 1 < names.count
            if let known = found.firstIndex(where: { $0.path == path }) {
                if hasFields { found[known].records = self.path(path, below: isLines ? "." : records.path) }
            } else {
                let own = hasFields ? self.path(path, below: isLines ? "." : records.path) : nil
                found.append(CatalogLook.InnerList(path: path, records: own))
            }
        }
        return found
    }

    /// How `records:` says it of a list in each of the records.
    private static func path(_ list: String, below records: String) -> String {
        switch records {
        case ".": "/" + list
        case "/": "/*/" + list
        default: records + (records.hasSuffix("/*") ? "/" : "/*/") + list
        }
    }

    private func repeatedElements(_ records: RecordTrial) throws(CatalogError) -> [CatalogLook.InnerList] {
        var elements: [String] = []
        for column in records.columns {
            let names = column.split(separator: "/").prefix { !$0.hasPrefix("@") }
            for end in names.indices {
                let element = names[...end].joined(separator: "/")
                if element != ".", elements.count < 500, !elements.contains(element) {
                    elements.append(element)
                }
            }
        }
        let reader = try catalog(.xml, records.path).open(columns: elements.map { $0 + "[2]" })
        guard let batch = try reader.next() else { return [] }
        let repeated = elements.indices.filter { element in
            batch.records.indices.contains { batch.range(of: element, in: $0) != .absent }
        }.map { elements[$0] }
        return repeated.map { element in
            let hasFields = records.columns.contains {
                $0.hasPrefix(element + "/") && !$0.hasPrefix(element + "/@")
            }
            return CatalogLook.InnerList(
                path: element, records: hasFields ? records.path + "/" + element : nil)
        }
    }

    /// What the document has at paths that are no fields of its records.
    func values(
        of paths: [String], outside records: String, _ format: CatalogLook.Format, _ root: String?
    ) throws(CatalogError) -> [String] {
        let below = records.split(separator: "/").filter { $0 != "*" }.joined(separator: "/") + "/"
        let outer = paths.filter { path in
            !((root.map { $0 + "/" } ?? "") + path).hasPrefix(below) || below == "/"
        }
        guard !outer.isEmpty, format != .jsonl, records != "/", records != "." else { return [] }
        let reader = try catalog(format, format == .xml ? "/*" : ".").open(columns: Array(outer.prefix(16)))
        guard let batch = try reader.next() else { return [] }
        let texts = (0..<batch.count).flatMap { record in
            batch.header.columns.indices.map { batch.copy(of: $0, in: record).text }
        }
        return texts.filter { !$0.isEmpty }
    }
}
