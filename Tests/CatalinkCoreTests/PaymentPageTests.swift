import CatalinkCore
import Testing

/// What links have sold, in the report of a run.
struct PaymentPageTests {
    private static func html(_ payments: PaymentFigures?) -> String {
        let now = Timestamp(seconds: 1_800_000_000)
        var page = RunPage(
            job: "spring", jobFile: "spring.yaml", target: "sandbox", run: "r", startedAt: now, endedAt: now,
            madeAt: now, summary: .object([]))
        page.payments = payments
        return page.head.text
    }

    private static func revenue(_ sum: String, _ count: Int, _ currency: String) throws -> Revenue {
        let code = try #require(CurrencyCode(currency))
        let moment = Timestamp(seconds: 0)
        return Revenue(currency: code, count: count, sum: try decimal(sum), first: moment, last: moment)
    }

    @Test func withoutPaymentsThereIsNoSection() {
        #expect(!Self.html(nil).contains("Payments"))
        #expect(!Self.html(PaymentFigures(days: [], campaigns: [], top: [])).contains("Payments"))
    }

    @Test func eachCurrencyHasItsChartAndTextIsText() throws {
        let usdc = try Self.revenue("1234.50", 3, "usdc")
        let refunds = try Self.revenue("-5", 1, "EUR")
        let day = Timestamp(seconds: 86_400 * 20_000)
        let html = Self.html(
            PaymentFigures(
                days: [(day, usdc), (day + .seconds(86_400 * 400), usdc), (day, refunds)],
                campaigns: [.init(name: "<b>", links: 2, revenue: [usdc, refunds])],
                top: [.init(title: "Mug & cup", id: "link-1", revenue: usdc)]))
        #expect(html.contains("6 payments, 2469.00 usdc; each column is 4 days by UTC, in whole usdc."))
        #expect(
            html.contains(
                "1 payments, -5.00 EUR; each column is a day by UTC, in whole EUR. What is below zero or too large to draw is in the table alone."
            ))
        #expect(html.contains("&lt;b&gt;</td>"))
        #expect(html.contains("Mug &amp; cup"))
        #expect(
            html.contains(
                #"data-label="revenue">1234.50</td><td class="number" data-label="average">411.50</td>"#))
    }

    private static func html(_ days: [(day: Int64, sum: String)]) throws -> String {
        let days = try days.map {
            (
                day: Timestamp(seconds: 86_400 * (20_000 + $0.day)),
                revenue: try Self.revenue($0.sum, 1, "usdc")
            )
        }
        return html(PaymentFigures(days: days, campaigns: [], top: []))
    }

    @Test func theTableOfDaysIsExactWhateverIsDrawn() throws {
        let html = try Self.html([(0, "0.40"), (1, "-12.5"), (2, "30.123456")])
        for (day, sum) in [("2024-10-04", "0.40"), ("2024-10-05", "-12.50"), ("2024-10-06", "30.123456")] {
            #expect(
                html.contains(
                    "<tr><th scope=\"row\">\(day)</th><td class=\"number\">\(sum)</td></tr>"), "\(html)")
        }
        // What is paid is seen, and what is not is nowhere.
        #expect(html.ranges(of: "<rect class=\"used\"").count == 2)
    }

    @Test func whatCannotBeDrawnOrAddedIsTold() throws {
        let largest = "9223372036854775807"
        let drawn = try Self.html([(0, largest), (1, "1")])
        #expect(drawn.contains(">\(largest).00</td>"))
        let note = "too large to draw is in the table alone"
        #expect(!drawn.contains(note))
        let beyond = try Self.html([(0, "170141183460469231731687303715884105727"), (1, "1")])
        #expect(beyond.contains(">170141183460469231731687303715884105727.00</td>"))
        #expect(beyond.contains(note))
        #expect(beyond.contains("2 payments, beyond 128 bits usdc; each column is a day"))
        let together = try Self.html([(0, "170141183460469231731687303715884105727"), (1, "1"), (200, "3")])
        #expect(together.contains("<td class=\"number\">beyond 128 bits</td>"))
    }
}
