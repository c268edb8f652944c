/// Numbers over time as inline SVG, and as a table for those who cannot see it.
struct TimeChart {
    enum Form {
        /// Parts upon each other.
        case columns
        case lines
    }

    struct Part {
        var name: String
        /// Of the style sheet.
        var style: String
    }

    struct Column {
        var label: String
        /// One a part; `nil` where there is nothing to show. What is below zero is not drawn in columns.
        var values: [Int?]
        /// What the values may come to.
        var limit: Int?
        /// One a part, where the table says it more exactly than it is drawn.
        var told: [String]?
    }

    /// Unique in the page.
    var name: String
    var title: String
    /// What the chart shows, in a sentence.
    var summary: String
    var unit: String
    var form: Form
    var parts: [Part]
    var columns: [Column]

    private static let width = 1000
    private static let height = 200

    var markup: Markup {
        """
        <figure>
        <figcaption><h3>\(title)</h3><p>\(summary)</p>\(legend)</figcaption>
        <div class="chart"><p class="scale" aria-hidden="true">\(top.grouped) \(unit)</p>
        <svg role="img" aria-labelledby="\(name)-title \(name)-text" viewBox="0 0 \(Self.width) \(Self.height)" \
        preserveAspectRatio="none"><title id="\(name)-title">\(title)</title>\
        <desc id="\(name)-text">\(summary) The same is in the table below.</desc>
        \(shapes)</svg>
        <p class="axis" aria-hidden="true"><span>\(columns.first?.label ?? "")</span>\
        <span>\(columns.count > 1 ? columns.last?.label ?? "" : "")</span></p></div>
        \(table)
        </figure>

        """
    }

    private var legend: Markup {
        var markup: Markup = "<ul class=\"legend\">"
        for part in parts {
            markup += "<li><i class=\"\(part.style)\" aria-hidden=\"true\"></i>\(part.name)</li>"
        }
        markup += "</ul>"
        return markup
    }

    /// What the full height stands for. A limit far above all values would hide these, and is left out.
    private var top: Int {
        let largest =
            columns.map { column in
                let values = column.values.compactMap(\.self)
                return form == .columns ? values.reduce(0, +) : values.max() ?? 0
            }.max() ?? 0
        let limit = columns.compactMap(\.limit).max() ?? 0
        let isFar = Int128(limit) > Int128(largest) * 4
        return max(1, isFar ? largest : max(limit, largest))
    }

    private var shapes: Markup {
        var markup = Markup()
        switch form {
        case .columns: for index in columns.indices { markup += bar(index) }
        case .lines: for index in parts.indices { markup += line(index) }
        }
        return markup
    }

    private func left(_ column: Int) -> Int { column * Self.width / columns.count }

    private func bar(_ index: Int) -> Markup {
        let (x, next) = (left(index), left(index + 1))
        let width = max(1, next - x > 4 ? next - x - 1 : next - x)
        var markup = Markup()
        if let limit = columns[index].limit, limit <= top {
            let height = scaled(limit)
            markup += rectangle("limit", x, width, from: 0, height)
        }
        var base = 0
        for (part, value) in zip(parts, columns[index].values) {
            guard let value, value > 0 else { continue }
            // What is there can be seen.
            let height = min(max(2, scaled(value)), Self.height - base)
            markup += rectangle(part.style, x, width, from: base, height)
            base += height
        }
        return markup
    }

    private func scaled(_ value: Int) -> Int {
        Int(Int128(value) * Int128(Self.height) / Int128(top))
    }

    private func rectangle(_ style: String, _ x: Int, _ width: Int, from base: Int, _ height: Int) -> Markup {
        """
        <rect class="\(style)" x="\(x)" y="\(Self.height - base - height)" width="\(width)" height="\(height)"/>

        """
    }

    /// Broken where there is nothing; a point by itself is a short dash.
    private func line(_ part: Int) -> Markup {
        var steps = Markup()
        var isDown = false
        for (index, column) in columns.enumerated() {
            guard let value = column.values[part] else {
                isDown = false
                continue
            }
            let (x, y) = ((left(index) + left(index + 1)) / 2, Self.height - scaled(value))
            steps += isDown ? "L\(x) \(y)" : "M\(x - 3) \(y)L\(x) \(y)"
            isDown = true
        }
        return """
            <path class="\(parts[part].style)" d="\(steps)" vector-effect="non-scaling-stroke"/>

            """
    }

    // MARK: Table

    private var table: Markup {
        let hasLimit = columns.contains { $0.limit != nil }
        var markup: Markup = """
            <details><summary>\(title) as a table</summary><div class="scroll"><table><thead><tr>\
            <th scope="col">from</th>
            """
        for part in parts { markup += "<th scope=\"col\" class=\"number\">\(part.name)</th>" }
        if hasLimit { markup += "<th scope=\"col\" class=\"number\">limit</th>" }
        markup += "</tr></thead><tbody>\n"
        for column in columns {
            markup += "<tr><th scope=\"row\">\(column.label)</th>"
            for text in column.told ?? column.values.map({ $0?.grouped ?? "–" }) {
                markup += "<td class=\"number\">\(text)</td>"
            }
            if hasLimit { markup += "<td class=\"number\">\(column.limit?.grouped ?? "–")</td>" }
            markup += "</tr>\n"
        }
        markup += "</tbody></table></div></details>"
        return markup
    }
}
