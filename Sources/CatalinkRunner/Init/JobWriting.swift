import CatalinkCore
import CatalinkRead

/// How a catalog's names are written into a job file, whatever stands in them.
struct JobWriting {
    private let look: CatalogLook

    init(_ look: CatalogLook) {
        self.look = look
    }

    /// Whether a template can name a column at all: a table's by its number, if need be.
    func canName(_ column: String) -> Bool {
        look.format == .csv || !column.isEmpty && Self.name(column) != nil
    }

    /// `{{ }}` around a column and its filters.
    func braces(_ column: String, _ filters: String?) -> String {
        "{{\(name(column))\(filters.map { " | \($0)" } ?? "")}}"
    }

    func expression(_ column: String, _ filters: String?) -> String {
        Self.quoted(braces(column, filters))
    }

    /// A column as the name of a condition.
    func condition(_ column: String) -> String {
        Self.quoted(column.contains("{{") || column.isEmpty ? braces(column, nil) : column)
    }

    private func name(_ column: String) -> String {
        if !column.isEmpty, let name = Self.name(column) { return name }
        return "#\((look.columns.firstIndex(of: column) ?? 0) + 1)"
    }

    /// Bare where no sign in it has a meaning for templates; `nil` where neither quotation mark will do.
    private static func name(_ column: String) -> String? {
        let hasSigns = column.contains { "|{}".contains($0) } || column.contains("??")
        let isOpen = column.first.map { $0 == "'" || $0 == "\"" || $0.isWhitespace } ?? true
        let isEnded = column.last?.isWhitespace ?? true
        guard hasSigns || isOpen || isEnded else { return column }
        return ["'", "\""].first { !column.contains($0) }.map { $0 + column + $0 }
    }

    /// A double-quoted scalar of YAML, all on one line.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            default:
                // What `shown` escapes would not be seen, or end the line.
                let isPlain = String(scalar).shown() == String(scalar) && scalar.value != 0x85
                if isPlain { quoted.unicodeScalars.append(scalar) } else { quoted += escaped(scalar.value) }
            }
        }
        return quoted + "\""
    }

    private static func escaped(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        let (sign, width) = value < 0x100 ? ("x", 2) : value < 0x10000 ? ("u", 4) : ("U", 8)
        return "\\" + sign + String(repeating: "0", count: width - digits.count) + digits
    }

    /// Names of a catalog for a comment: quoted, escaped and cut, so that none ends the comment or is more than a name.
    static func named(_ names: some Sequence<String>, most: Int = 6) -> String {
        let all = Array(names)
        let shown = all.prefix(most).map { "\"\($0.shown(limit: 60))\"" }.joined(separator: ", ")
        return shown + (all.count > most ? " …" : "")
    }
}
