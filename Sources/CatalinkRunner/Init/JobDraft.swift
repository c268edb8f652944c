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
            parts.append("delimiter \(delimiter == "\t" ? "TAB" : delimiter.shown())")
        }
        if let row = look.headerRow { parts.append("header on line \(row)") }
        if let records { parts.append("records \(records.shown())") }
        parts.append("\(look.columns.count) columns")
        let fitting =
            preset.map { "preset \($0.name): \($0.about)" } ?? "no preset fits; the mapping is guessed"
        return ["\(path.shown()): " + parts.joined(separator: ", "), fitting] + look.notes
    }

    /// What has to be filled in or looked at before the job sells anything.
    package var warnings: [String] {
        guard let preset else { return PricingDraft(look).warnings }
        return PresetLines(preset, look).hasBlanks ? ["fill in what is marked FILL IN"] : []
    }

    package var text: String {
        var lines = [
            "# Begun by `catalink init`. What was guessed is marked; `catalink check` tells what does not fit.",
            "# READ `pricing`, `link.currency` AND `key` BEFORE THE FIRST RUN: a link sells at whatever price it was made",
            "# with, and nothing here knows whether a price includes tax or which of several amounts is paid.",
            "job: \(name)", "source:", "  path: \(JobWriting.quoted(path))",
        ]
        lines += source
        if let preset {
            lines += [
                "# Key, mapping and traps come from the preset: `catalink presets \(preset.name)` shows them,",
                "# and every line that is written here overrides the preset's.",
            ]
            lines += PresetLines(preset, look).lines
        } else {
            lines += mapping
        }
        lines += [
            "target:",
            "  sandbox: {limit: 100, window: 1s}     # for trying out; then url: https://api.devdraft.ai",
        ]
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: Source

    private var source: [String] {
        var lines: [String] = []
        let given = preset?.root.value("source")
        if let preset { lines.append("  preset: \(preset.name)") }
        if !fits(given?.value("format")) { lines.append("  format: \(look.format.rawValue)") }
        if let encoding = look.encoding {
            lines.append(
                "  encoding: \(encoding)     # guessed from the bytes: look at the letters beyond a to z")
        }
        if let delimiter = look.delimiter, delimiter != "," {
            lines.append("  delimiter: \(JobWriting.quoted(delimiter))     # guessed from the first lines")
        }
        if let row = look.headerRow, given?.value("headerRow") == nil {
            lines.append("  headerRow: \(row)     # guessed: what stands above is no part of the table")
        }
        if preset == nil, let records {
            lines.append("  records: \(JobWriting.quoted(records))     # guessed" + others)
        }
        return lines
    }

    /// Other places where records could be.
    private var others: String {
        let rest = look.recordPaths.dropFirst()
        return rest.isEmpty ? "" : "; or \(JobWriting.named(rest, most: 4))"
    }

    private func fits(_ node: YAMLNode?) -> Bool {
        guard case .scalar(let text, _)? = node?.content else { return false }
        return text == look.format.rawValue || text == "tsv"
    }

    // MARK: Mapping

    private var mapping: [String] {
        let (guess, writing, pricing) = (ColumnGuess(look), JobWriting(look), PricingDraft(look))
        var lines = columnComment + listComment + pricing.conditions
        let key = guess.key ?? look.columns.first ?? "id"
        lines.append(
            "key: \(writing.expression(key, "unguard"))     # guessed: what a row is known by from run to run"
        )
        lines += ["link:     # guessed"]
        lines.append("  title: \(writing.expression(guess.title ?? key, "trim | truncate: 100"))")
        let slug = guess.slug.flatMap { $0 == key ? nil : $0 } ?? guess.title
        let words = slug.flatMap { look.isSluggable($0) ? "\(writing.braces($0, "slug"))-" : nil } ?? ""
        lines.append("  url: \(JobWriting.quoted(words + writing.braces(key, "unguard | slug")))")
        if let description = guess.description {
            lines.append("  description: \(writing.expression(description, "text | truncate: 500"))")
        }
        if let image = guess.image { lines.append("  coverImage: \(writing.expression(image, nil))") }
        return lines + ["  linkType: PRODUCT", pricing.currency] + pricing.lines
    }

    private var columnComment: [String] {
        var lines = ["# Columns:"]
        for column in look.columns.prefix(200) {
            let shown = JobWriting.named([column])
            if lines[lines.count - 1].count + shown.count > 100 { lines.append("#") }
            lines[lines.count - 1] +=
                lines[lines.count - 1].hasSuffix("#") || lines[lines.count - 1].hasSuffix(":")
                ? " \(shown)" : ", \(shown)"
        }
        return lines
    }

    /// Where a record holds several products, one link is made of all of them.
    private var listComment: [String] {
        look.innerLists.filter { $0.records != nil }.prefix(6).map { list in
            "# EACH RECORD HAS A LIST \(JobWriting.named([list.path])), and gets one link however many are in it; for "
                + "a link of each: records: \(JobWriting.quoted(list.records ?? "").shown(limit: 200))"
        }
    }
}

extension CatalogLook {
    /// Whether a slug comes of each value that the sample has in a column.
    fileprivate func isSluggable(_ column: String) -> Bool {
        guard let index = columns.firstIndex(of: column) else { return false }
        let slug = SampleFilter("slug")
        return values(of: index).allSatisfy(slug.reads)
    }
}
