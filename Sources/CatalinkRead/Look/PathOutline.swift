/// Where in a document records may be, told by its paths.
struct PathOutline {
    private let paths: [[String]]
    /// The name of XML's root; `nil` for other formats.
    private let root: String?

    init(_ paths: [String], root: String?) {
        self.paths = paths.map { $0.split(separator: "/").map(String.init) }
        self.root = root
    }

    /// Record paths, the likeliest first.
    var candidates: [String] {
        root.map(elements) ?? lists
    }

    /// Elements by how many different fields they have, near and far; the upper of equals first.
    private func elements(of root: String) -> [String] {
        var fields: [[String]: Int] = [:]
        for path in paths where path.count > 1 {
            for end in 1..<path.count { fields[Array(path[..<end]), default: 0] += 1 }
        }
        let ranked = fields.filter { $0.value > 1 }.sorted { first, second in
            (second.value, first.key.count, first.key.joined(separator: "/"))
                < (first.value, second.key.count, second.key.joined(separator: "/"))
        }
        return ranked.map { "/\(root)/" + $0.key.joined(separator: "/") } + ["/\(root)"]
    }

    /// The top, lists, mappings whose members are alike, and the whole document.
    private var lists: [String] {
        var found: [String] = ["/"]
        for path in paths {
            guard let index = path.firstIndex(where: { Int($0) != nil }) else { continue }
            // Of numbers, which may be the names of a mapping.
            add("/" + path[..<index].joined(separator: "/"), to: &found)
            add("/" + (path[..<index] + ["*"]).joined(separator: "/"), to: &found)
        }
        var members: [[String]: Set<String>] = [:]
        for path in paths where path.count > 2 {
            for end in 1..<(path.count - 1) { members[Array(path[..<end]), default: []].insert(path[end]) }
        }
        for (prefix, names) in members.sorted(by: { $0.key.count < $1.key.count })
        where names.count > 1 && names.allSatisfy({ Int($0) == nil }) {
            add("/" + (prefix + ["*"]).joined(separator: "/"), to: &found)
        }
        add("/*", to: &found)
        return found + ["."]
    }

    /// Paths that name a currency.
    var currencies: [String] {
        paths.map { $0.joined(separator: "/") }.filter {
            ColumnWords($0, hasPrefixes: root != nil).isCurrency
        }
    }

    private func add(_ path: String, to found: inout [String]) {
        if !found.contains(path) { found.append(path) }
    }
}
