/// What went wrong and why, and what moved of the prices.
extension RunPage {
    private static let mostCauses = 100

    var problems: Markup {
        var markup: Markup = """
            <section aria-labelledby="problems-name">
            <h2 id="problems-name">Problems</h2>

            """
        let (wrong, doubtful) = (groups("problems"), groups("cautions"))
        if wrong.isEmpty, doubtful.isEmpty, troubles.isEmpty { markup += "<p>None.</p>\n" }
        if !wrong.isEmpty { markup += causes(wrong, "Rows that are wrong") }
        if !troubles.isEmpty { markup += answers }
        if !doubtful.isEmpty { markup += causes(doubtful, "Warnings of rows that are good to send") }
        markup += "</section>\n"
        return markup
    }

    /// The most frequent first.
    private func groups(_ name: String) -> [JSONValue] {
        (summary[name]?.elements ?? []).enumerated().sorted { first, second in
            let counts = (first.element["count"]?.integer ?? 0, second.element["count"]?.integer ?? 0)
            return counts.0 == counts.1 ? first.offset < second.offset : counts.0 > counts.1
        }.map(\.element)
    }

    private func causes(_ groups: [JSONValue], _ title: String) -> Markup {
        var markup: Markup = """
            <h3>\(title)</h3>
            <div class="scroll"><table class="cards"><thead><tr><th scope="col" class="number">rows</th>\
            <th scope="col">cause</th><th scope="col">rule</th><th scope="col">examples</th></tr></thead><tbody>

            """
        for group in groups.prefix(Self.mostCauses) {
            markup += """
                <tr><td class="number" data-label="rows">\((group["count"]?.integer ?? 0).grouped)</td>\
                <td class="wide" data-label="cause">\(group["cause"]?.string ?? "")\(hint(group))</td>\
                <td class="wide" data-label="rule">\(rule(group))</td><td class="wide" data-label="examples"><ul>
                """
            let examples = group["examples"]?.elements ?? [group["first"] ?? .null]
            for example in examples {
                markup += "<li>\(place(example)) \(example["got"]?.string ?? "")</li>"
            }
            markup += "</ul></td></tr>\n"
        }
        markup += "</tbody></table></div>\n"
        if groups.count > Self.mostCauses {
            markup += "<p>And \((groups.count - Self.mostCauses).grouped) causes more.</p>\n"
        }
        return markup
    }

    private func hint(_ group: JSONValue) -> Markup {
        guard let hint = group["hint"]?.string else { return "" }
        return " <span class=\"hint\">\(hint)</span>"
    }

    private func rule(_ group: JSONValue) -> Markup {
        guard let rule = group["rule"], let line = rule["line"]?.integer else { return "–" }
        return "<code>\(rule["file"]?.string ?? ""):\(line)</code>"
    }

    /// `catalog.csv:3:28 (price)`
    private func place(_ example: JSONValue) -> Markup {
        let location = Location(
            file: example["file"]?.string ?? "", line: example["line"]?.integer ?? 0,
            column: example["column"]?.integer ?? 0, record: 0, field: example["field"]?.string)
        return "<code>\("\(location)")</code>"
    }

    private var answers: Markup {
        var markup: Markup = """
            <h3>Rows that did not end well</h3>
            <div class="scroll"><table class="cards"><thead><tr><th scope="col" class="number">rows</th>\
            <th scope="col">verdict</th><th scope="col">cause</th><th scope="col">first</th></tr></thead><tbody>

            """
        for trouble in troubles {
            markup += """
                <tr><td class="number" data-label="rows">\(trouble.count.grouped)</td>\
                <td data-label="verdict">\(trouble.verdict)</td><td class="wide" data-label="cause">\(trouble.message)</td>\
                <td class="wide" data-label="first"><code>\(trouble.place)</code></td></tr>

                """
        }
        markup += "</tbody></table></div>\n"
        return markup
    }

    // MARK: Prices

    var prices: Markup {
        let planned = summary["prices"]
        let plannedCount = ["cheaper", "dearer", "others"].reduce(0) {
            $0 + (planned?[$1]?.integer ?? 0)
        }
        var markup: Markup = """
            <section aria-labelledby="prices-name">
            <h2 id="prices-name">Prices</h2>

            """
        if plannedCount + moves.count == 0 { markup += "<p>None has changed.</p>\n" }
        if plannedCount > 0, let planned {
            func count(_ name: String) -> Int { planned[name]?.integer ?? 0 }
            let furthest = (planned["furthest"]?.elements ?? []).map { move in
                (move["item"]?.string ?? "", move["change"]?.string ?? "", move["place"]?.string ?? "")
            }
            markup += changes(
                "What the plan would move", (count("cheaper"), count("dearer"), count("others")), furthest)
        }
        if moves.count > 0 {
            markup += changes(
                "What the run has moved", (moves.cheaper.count, moves.dearer.count, moves.others),
                moves.furthest.map { ($0.item.shown, $0.move.text, "\($0.location)") })
        }
        markup += "</section>\n"
        return markup
    }

    private func changes(
        _ title: String, _ counts: (cheaper: Int, dearer: Int, others: Int),
        _ furthest: [(item: String, change: String, place: String)]
    ) -> Markup {
        var markup: Markup = """
            <h3>\(title)</h3>
            <p>\(counts.cheaper.grouped) cost less, \(counts.dearer.grouped) cost more\
            \(counts.others > 0 ? ", \(counts.others.grouped) cannot be compared" : ""). Those that move furthest:</p>
            <div class="scroll"><table class="cards"><thead><tr><th scope="col">item</th><th scope="col">change</th>\
            <th scope="col">place</th></tr></thead><tbody>

            """
        for example in furthest {
            markup += """
                <tr><td class="wide" data-label="item">\(example.item)</td><td class="wide" data-label="change">\(example.change)</td>\
                <td class="wide" data-label="place"><code>\(example.place)</code></td></tr>

                """
        }
        markup += "</tbody></table></div>\n"
        return markup
    }
}
