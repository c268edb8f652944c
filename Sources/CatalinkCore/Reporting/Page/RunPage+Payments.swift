/// What links have sold, as the page of a run shows it.
package struct PaymentFigures: Sendable {
    package struct Campaign: Sendable {
        /// Empty for links that name none.
        package var name: String
        package var links: Int
        package var revenue: [Revenue]

        package init(name: String, links: Int, revenue: [Revenue]) {
            self.name = name
            self.links = links
            self.revenue = revenue
        }
    }

    package struct Link: Sendable {
        package var title: String
        package var id: String
        package var revenue: Revenue

        package init(title: String, id: String, revenue: Revenue) {
            self.title = title
            self.id = id
            self.revenue = revenue
        }
    }

    /// By currency, one a day on which something was paid.
    package var days: [(day: Timestamp, revenue: Revenue)]
    package var campaigns: [Campaign]
    package var top: [Link]

    package init(days: [(day: Timestamp, revenue: Revenue)], campaigns: [Campaign], top: [Link]) {
        self.days = days
        self.campaigns = campaigns
        self.top = top
    }
}

extension RunPage {
    private static let mostDays = 120
    private static let mostCampaigns = 100

    /// Nothing where nothing was paid.
    var paid: Markup {
        guard let payments, !payments.days.isEmpty else { return "" }
        var charts = Markup()
        var currencies: [CurrencyCode] = []
        for (_, revenue) in payments.days where !currencies.contains(revenue.currency) {
            currencies.append(revenue.currency)
        }
        for currency in currencies.sorted(by: { $0.name < $1.name }) {
            charts += chart(payments.days.filter { $0.revenue.currency == currency }, currency).markup
        }
        return """
            <section aria-labelledby="paid-name">
            <h2 id="paid-name">Payments</h2>
            <p>As they were recorded when the page was made. Currencies are never added together.</p>
            \(charts)\(campaigns(payments.campaigns))\(top(payments.top))</section>

            """
    }

    /// Whole units of the currency over days, several together where there are many; the table has the sums.
    private func chart(_ days: [(day: Timestamp, revenue: Revenue)], _ currency: CurrencyCode) -> TimeChart {
        let day: Int64 = 86_400
        let first = days.map(\.day.seconds).min() ?? 0
        let count = Int(((days.map(\.day.seconds).max() ?? 0) - first) / day) + 1
        let together = (count + Self.mostDays - 1) / Self.mostDays
        // `nil` beyond 128 bits.
        var sums: [FixedDecimal?] = Array(repeating: .zero, count: (count + together - 1) / together)
        var total: FixedDecimal? = .zero
        for (moment, revenue) in days {
            let index = Int((moment.seconds - first) / day) / together
            sums[index] = sums[index]?.adding(revenue.sum)
            total = total?.adding(revenue.sum)
        }
        func told(_ sum: FixedDecimal?) -> String {
            sum?.text(decimals: currency.minorDigits ?? 2) ?? "beyond 128 bits"
        }
        let columns = sums.indices.map { index in
            TimeChart.Column(
                label: Timestamp(seconds: first + Int64(index * together) * day).day,
                values: [sums[index]?.wholeUnits], told: [told(sums[index])])
        }
        let conversions = days.reduce(0) { $0 + $1.revenue.count }
        let isWhole = columns.allSatisfy { $0.values.allSatisfy { ($0 ?? -1) >= 0 } }
        return TimeChart(
            name: "revenue-\(currency.name)", title: "Revenue in \(currency.name)",
            summary: "\(conversions.grouped) payments, \(told(total)) \(currency.name); "
                + "each column is \(together == 1 ? "a day" : "\(together.grouped) days") by UTC, in whole \(currency.name)."
                + (isWhole ? "" : " What is below zero or too large to draw is in the table alone."),
            unit: currency.name, form: .columns, parts: [.init(name: "revenue", style: "used")],
            columns: columns)
    }

    private func campaigns(_ campaigns: [PaymentFigures.Campaign]) -> Markup {
        let shown = campaigns.prefix(Self.mostCampaigns)
        var markup: Markup = """
            <h3>Campaigns</h3>
            <div class="scroll"><table class="cards"><thead><tr><th scope="col">campaign</th>\
            <th scope="col" class="number">links</th>\(Self.figureHeads)</tr></thead><tbody>

            """
        for campaign in shown {
            for revenue in campaign.revenue {
                markup += """
                    <tr><td class="wide" data-label="campaign">\(campaign.name.isEmpty ? "(none)" : campaign.name)</td>\
                    <td class="number" data-label="links">\(campaign.links.grouped)</td>\(figures(revenue))</tr>

                    """
            }
        }
        markup += "</tbody></table></div>\n"
        if campaigns.count > shown.count {
            markup += """
                <p class="note">The first \(shown.count.grouped) of \(campaigns.count.grouped); \
                <code>catalink analytics \(jobFile) --by campaign</code> prints all.</p>

                """
        }
        return markup
    }

    private func top(_ links: [PaymentFigures.Link]) -> Markup {
        var markup: Markup = """
            <h3>Links that have sold most</h3>
            <div class="scroll"><table class="cards"><thead><tr><th scope="col">title</th><th scope="col">link</th>\
            \(Self.figureHeads)</tr></thead><tbody>

            """
        for link in links {
            markup += """
                <tr><td class="wide" data-label="title">\(link.title)</td>\
                <td class="wide" data-label="link"><code>\(link.id)</code></td>\(figures(link.revenue))</tr>

                """
        }
        markup += "</tbody></table></div>\n"
        return markup
    }

    private static let figureHeads: Markup = """
        <th scope="col" class="number">payments</th><th scope="col" class="number">revenue</th>\
        <th scope="col" class="number">average</th><th scope="col">currency</th>
        """

    private func figures(_ revenue: Revenue) -> Markup {
        """
        <td class="number" data-label="payments">\(revenue.count.grouped)</td>\
        <td class="number" data-label="revenue">\(revenue.sumText)</td>\
        <td class="number" data-label="average">\(revenue.averageText)</td>\
        <td data-label="currency">\(revenue.currency.name)</td>
        """
    }
}

extension FixedDecimal {
    /// Without decimals, away from zero, so that what is paid is seen; `nil` beyond what is drawn.
    fileprivate var wholeUnits: Int? {
        let whole = rounded(to: FixedDecimal(coefficient: 1, scale: 0), .up)
        return (whole?.withoutTrailingZeros.coefficient).flatMap { Int(exactly: $0) }
    }
}
