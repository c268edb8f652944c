import CatalinkCore
import Foundation
import Testing

/// A whole catalog with mistakes, corrected.
@Suite(.timeLimit(.minutes(10)))
struct FixCatalogTests {
    /// Twelve ways to get a row wrong; `{}` is its number.
    private static let mistakes: [(wrong: String, right: String)] = [
        (",Row {},9.50,", ",Row {},\"9,5x\","), (",Row {},", ",,"), (",9.50,", ",,"), (",9.50,", ",0.00,"),
        (",9.50,", ",-1.00,"), ("SKU-{},", ","), (",PRODUCT,", ",PRODUKT,"), (",usdc,", ",usd,"),
        (",2030-06-30T00:00:00Z", ",2030-13-45"), (",40,", ",many,"), (",Row {},", ",Row, {},"),
        (",usdc,PRODUCT,40,2030-06-30T00:00:00Z", ""),
    ].map { (wrong: $0.1, right: $0.0) }

    @Test func twoThousandRowsWithTwelveKindsOfMistakesAreAllCreatedOnce() async throws {
        try await FixWorkshop.with { shop in
            let header = "sku,title,price,currency,type,stock,expires"
            func row(_ number: Int) -> String {
                "SKU-\(number),Row \(number),9.50,usdc,PRODUCT,40,2030-06-30T00:00:00Z"
            }
            // Every second row is wrong.
            let rows = (1...2000).map { number -> String in
                guard number % 2 == 0 else { return row(number) }
                let mistake = Self.mistakes[number / 2 % Self.mistakes.count]
                return row(number).replacing(
                    mistake.right.replacing("{}", with: "\(number)"),
                    with: mistake.wrong.replacing("{}", with: "\(number)"))
            }
            try shop.command.write(([header] + rows).joined(separator: "\n") + "\n", to: "c.csv")
            try shop.command.write(
                """
                job: job
                source: {path: c.csv, delimiter: ","}
                key: "{{sku}}"
                link:
                  title: "{{title}}"
                  url: "row-{{sku | slug}}"
                  linkType: "{{type}}"
                  currency: "{{currency}}"
                  limitPayments: true
                  maxPayments: "{{stock}}"
                  expiration_date: "{{expires}}"
                pricing: {price: "{{price}}", zero: problem}
                target: \(shop.target)
                """, to: "job.yaml")
            let first = try await shop.run(2)
            #expect(first.count("created") == 1000)
            #expect(first.count("invalid") == 1000)
            let fix = try shop.fix("csv")
            let lines = fix.split(separator: "\n")
            #expect(lines.count == 1001)
            // As a script would: each row is written anew by its number, what was added stays behind it.
            let corrected = lines.dropFirst().enumerated().map { index, line in
                guard
                    let place = line.firstMatch(
                        of: /,(SKU-\d+)?,("(?:[^"]|"")*",[^,]*(?:"[^"]*")?,c\.csv:[0-9:]+)/)
                else { return String(line) }
                return row((index + 1) * 2) + "," + (place.output.1 ?? "") + "," + place.output.2
            }
            let text = ([String(lines[0])] + corrected).joined(separator: "\n") + "\n"
            try shop.command.write(text.replacing(",7 of 7 fields,", with: ",,"), to: "fix.csv")
            let second = try await shop.run(0, "--fix", "fix.csv")
            #expect(second.count("created") == 1000)
            #expect(second["ledger"]?["after"]?.integer == 2000)
            let keys = try await shop.created()
            #expect(Set(keys) == Set((1...2000).map { "SKU-\($0)" }))
            #expect(keys.count == 2000)
        }
    }
}
