import Foundation
import Testing

/// What a run says of a catalog with many mistakes: causes and counts, on one screen.
@Suite(.timeLimit(.minutes(10)))
struct SummaryTests {
    private static let good = "SKU-{},Row {},9.50,usdc,PRODUCT,40,2030-06-30T00:00:00Z,https://e.com/{}.jpg"

    /// A mistake, and the cause that it is told by.
    private static let mistakes: [(old: String, new: String, cause: String)] = [
        (
            ",9.50,", ",\"9,50\",",
            "price: expected a price in plain notation such as 1299.00 (a decimal comma? say `decimal: comma`)"
        ),
        (",9.50,", ",,", "price: expected a price (`zero: skip` leaves such rows out"),
        (",9.50,", ",0.00,", "price: expected a price above zero (`zero: skip`"),
        (",Row {},", ",R,", "title: expected at least 3 characters"),
        (
            ",Row {},", "," + String(repeating: "long ", count: 30) + ",",
            "title: expected at most 100 characters (`| truncate: 100` cuts it)"
        ),
        ("SKU-{},", ",", "key: expected a key (rows without one can be left out"),
        (
            ",PRODUCT,", ",PRODUKT,",
            "linkType: expected PRODUCT, DONATION, SUBSCRIPTION (did you mean PRODUCT?)"
        ),
        (",usdc,", ",usd,", "currency: expected usdc, eurc (did you mean usdc?)"),
        (",40,", ",many,", "maxPayments: expected a whole number of at least 1"),
        (
            ",2030-06-30T00:00:00Z,", ",30.06.2030,",
            "expiration_date: expected a date such as 2026-12-31T23:59:59Z"
        ),
        (",https://e.com/", ",", "coverImage: expected the URL of an image (write the missing part"),
        (
            ",usdc,", ",usdc,,",
            "row: expected 8 fields as in the header (an unquoted delimiter or a missing one?)"
        ),
    ]

    @Test func twelveCausesOfTwoThousandRowsFitOneScreen() async throws {
        try await CommandLine.withProject { command in
            let rows = (1...2000).map { number -> String in
                var row = Self.good
                if number % 2 == 0 {
                    let mistake = Self.mistakes[number / 2 % Self.mistakes.count]
                    row = row.replacing(mistake.old, with: mistake.new)
                }
                return row.replacing("{}", with: "\(number)")
            }
            let header = "sku,title,price,currency,type,stock,expires,image"
            try command.write(([header] + rows).joined(separator: "\n") + "\n", to: "c.csv")
            try command.write(
                """
                job: job
                source: {path: c.csv, delimiter: ","}
                key: "{{sku}}"
                link:
                  title: "{{title}}"
                  url: "row-{{sku ?? 'none' | slug}}"
                  linkType: "{{type}}"
                  currency: "{{currency}}"
                  limitPayments: true
                  maxPayments: "{{stock}}"
                  expiration_date: "{{expires}}"
                  coverImage: "{{image}}"
                pricing: {price: "{{price}}", zero: problem}
                target: {sandbox: {limit: 100000, window: 1s}}
                """, to: "job.yaml")
            let outcome = try await command.run("run", "job.yaml")
            #expect(outcome.status == 2)
            let lines = outcome.output.split(separator: "\n").map(String.init)
            #expect(lines.count <= 40, "\(outcome.output)")
            for (index, mistake) in Self.mistakes.enumerated() {
                // Rows 2 to 2000 by twos take the mistakes in turn, the second first.
                let count = (1...1000).count { $0 % Self.mistakes.count == index }
                let line = try #require(
                    lines.firstIndex { $0.contains("\(count) × \(mistake.cause)") },
                    "\(mistake.cause)\n\(outcome.output)")
                if !mistake.cause.hasPrefix("row:") { #expect(lines[line].contains("[job.yaml:")) }
                let examples = lines[line + 1].components(separatedBy: "; ")
                #expect(examples.count == 3 || lines[line + 1].count > 80, "\(lines[line + 1])")
                #expect(lines[line + 1].contains("c.csv:"))
            }
            #expect(lines.contains("  invalid    1,000"))
            #expect(lines.contains("  created    1,000"))
        }
    }
}
