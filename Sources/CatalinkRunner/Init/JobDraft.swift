import CatalinkCore
package import CatalinkRead

/// A job file for a catalog that has been looked at, with comments on what was found and what was guessed.
package struct JobDraft: Sendable {
    private let look: CatalogLook
    private let preset: Preset?
    /// Where the records are, by the preset or by the look.
    private let records: String?
    private let path: String
    private let name: String

    /// - Parameters:
    ///   - path: of the catalog, relative to where the job file will lie.
    ///   - name: of the job.
    package init(_ look: CatalogLook, path: String, name: String) {
        self.look = look
        self.path = path
        self.name = name
        let fit = PresetFit(look)
        preset = fit?.preset
        records = fit?.records ?? look.recordPaths.first
    }

    /// What was found, for people.
    package var findings: [String] {
        var parts = [look.format.rawValue.uppercased()]
        if let encoding = look.encoding { parts.append("\(encoding) (guessed)") }
        if let delimiter = look.delimiter {
            parts.append("delimiter \(delimiter == "\t" ? "TAB" : delimiter)")
        }
        if let records { parts.append("records \(records)") }
        parts.append("\(look.columns.count) columns")
        let fitting =
            preset.map { "preset \($0.name): \($0.about)" } ?? "no preset fits; the mapping is guessed"
        return ["\(path): " + parts.joined(separator: ", "), fitting] + look.notes
    }

    package var text: String {
        var lines = [
            "# Begun by `catalink init`. What was guessed is marked; `catalink check` tells what does not fit."
        ]
        lines += ["job: \(name)", "source:", "  path: \(quoted(path))"]
        lines += source
        if let preset {
            lines += [
                "# Key, mapping and traps come from the preset: `catalink presets \(preset.name)` shows them,"
            ]
            lines += ["# and every line that is written here overrides the preset's."]
            if !preset.job.isEmpty { lines += preset.job.split(separator: "\n").map(String.init) }
        } else {
            lines += mapping
        }
        lines += [
            "target:",
            "  sandbox: {limit: 100, window: 1s}     # for trying out; then url: https://api.devdraft.ai",
        ]
        return lines.map { $0 + "\n" }.joined()
    }

    private var source: [String] {
        var lines: [String] = []
        if let preset {
            lines.append("  preset: \(preset.name)")
            if !fits(preset.root.value("source")?.value("format")) {
                lines.append("  format: \(look.format.rawValue)")
            }
        } else {
            lines.append("  format: \(look.format.rawValue)")
        }
        if let encoding = look.encoding {
            lines.append(
                "  encoding: \(encoding)     # guessed from the bytes: look at the letters beyond a to z")
        }
        if let delimiter = look.delimiter, delimiter != "," {
            lines.append("  delimiter: \(delimiter == "\t" ? "\"\\t\"" : quoted(delimiter))")
        }
        if preset == nil, let row = look.headerRow { lines.append("  headerRow: \(row)") }
        if preset == nil, let records {
            lines.append("  records: \(quoted(records))" + others)
        }
        return lines
    }

    /// Other places where records could be.
    private var others: String {
        let rest = look.recordPaths.dropFirst().prefix(4)
        return rest.isEmpty ? "" : "     # guessed; or \(rest.joined(separator: ", "))"
    }

    private func fits(_ node: YAMLNode?) -> Bool {
        guard case .scalar(let text, _)? = node?.content else { return false }
        return text == look.format.rawValue || text == "tsv"
    }

    private var mapping: [String] {
        let guess = ColumnGuess(look)
        var lines = columnComment
        let price = guess.price
        if let price, price.hasGaps {
            lines += ["where:", "  \(quoted(price.column)): {empty: false, reason: rows without a price}"]
        }
        let key = guess.key ?? look.columns.first ?? "id"
        lines.append(
            "key: \(expression(key, "unguard"))     # guessed: what a row is known by from run to run")
        lines += ["link:", "  title: \(expression(guess.title ?? key, "trim | truncate: 100"))"]
        let slug = guess.slug.flatMap { $0 == key ? nil : $0 } ?? guess.title
        let words = slug.flatMap { look.isSluggable($0) ? "\(braces($0, "slug"))-" : nil } ?? ""
        lines.append("  url: \(quoted(words + braces(key, "unguard | slug")))")
        if let description = guess.description {
            lines.append("  description: \(expression(description, "text | truncate: 500"))")
        }
        if let image = guess.image { lines.append("  coverImage: \(expression(image, nil))") }
        lines += ["  linkType: PRODUCT", "  currency: usdc"]
        lines += pricing(price, billionths: price.flatMap { guess.billionths(of: $0.column) })
        return lines
    }

    private func pricing(
        _ price: (column: String, filter: String, hasGaps: Bool)?, billionths: String?
    ) -> [String] {
        guard let price else {
            return [
                "# No column was found that holds prices: without `pricing:` the payer chooses the amount.",
                "# pricing: {price: \"{{COLUMN | decimal}}\"}",
            ]
        }
        return [
            "pricing:",
            billionths.map { "  price: \(quoted(braces(price.column, nil) + braces($0, "nanos")))" }
                ?? "  price: \(expression(price.column, price.filter))",
            "  # convert: {from: EUR, to: eurc, rate: \"1.00\"}     # when prices are not in the link's currency",
            "  round: {to: \"0.01\", mode: half-up}",
        ]
    }

    private var columnComment: [String] {
        var lines = ["# Columns:"]
        for column in look.columns.prefix(200) {
            let shown = column.shown(limit: 60)
            if lines[lines.count - 1].count + shown.count > 100 { lines.append("#") }
            lines[lines.count - 1] +=
                lines[lines.count - 1].hasSuffix("#") || lines[lines.count - 1].hasSuffix(":")
                ? " \(shown)" : ", \(shown)"
        }
        return lines
    }

    // MARK: Writing

    private func braces(_ column: String, _ filters: String?) -> String {
        let name = column.contains { "|}'\"".contains($0) } || column.contains("??") ? "'\(column)'" : column
        return "{{\(name)\(filters.map { " | \($0)" } ?? "")}}"
    }

    private func expression(_ column: String, _ filters: String?) -> String {
        quoted(braces(column, filters))
    }

    /// A double-quoted scalar of YAML.
    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension CatalogLook {
    /// Whether a slug comes of each value that the sample has in a column.
    fileprivate func isSluggable(_ column: String) -> Bool {
        guard let index = columns.firstIndex(of: column) else { return false }
        return values(of: index).allSatisfy { SampleFilter("slug").reads($0) }
    }
}
