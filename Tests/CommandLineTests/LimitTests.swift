import CatalinkCore
import Foundation
import Testing

/// Every field and limit of the API, just inside and just outside, in each kind of catalog.
@Suite(.timeLimit(.minutes(10)))
struct LimitTests {
    private static let id = "7f1d0c52-6a43-4b0e-9b5e-0d4f8a2c1e01"

    /// A field, values that are within its limits, and values that are not.
    private static let limits: [(field: String, inside: [String], outside: [String])] = [
        (
            "title", ["abc", String(repeating: "x", count: 100), String(repeating: "🎁", count: 50)],
            ["ab", String(repeating: "x", count: 101), String(repeating: "🎁", count: 51)]
        ),
        ("url", ["a-1", "https://e.com/x"], ["-a", "https:///x"]),
        ("linkType", ["DONATION"], ["DONATE"]), ("currency", ["eurc"], ["usd"]),
        ("description", [String(repeating: "d", count: 500)], [String(repeating: "d", count: 501)]),
        ("coverImage", ["https://e.com/a.jpg"], ["photo.jpg"]),
        ("allowQuantityAdjustment", ["false"], ["maybe"]), ("allowMobilePayment", ["true"], ["maybe"]),
        ("collectAddress", ["yes"], ["maybe"]), ("isForAllProduct", ["true"], ["maybe"]),
        ("amount", ["0.01", "10000000.99"], ["0", "0.009", "1.234"]),
        ("customerId", [id], [String(id.dropLast())]), ("productId", [id], [id + "0"]),
        ("quantity", ["1"], ["0", "1.5"]), ("maxPayments", ["1"], ["0", "-1"]),
        ("expiration_date", ["2099-12-31T23:59:59Z"], ["2099-13-31", "2020-01-01"]),
    ]

    private static var rows: [(values: [String: String], isInside: Bool)] {
        var rows: [(values: [String: String], isInside: Bool)] = []
        for limit in limits {
            for (values, isInside) in [(limit.inside, true), (limit.outside, false)] {
                for value in values {
                    let number = rows.count
                    var row = ["key": "K\(number)", "title": "Title \(number)", "url": "slug-\(number)"]
                    row["amount"] = "9.99"
                    if limit.field == "quantity" { row["productId"] = id }
                    if limit.field == "maxPayments" { row["limitPayments"] = "true" }
                    row[limit.field] = value
                    rows.append((row, isInside))
                }
            }
        }
        return rows
    }

    private static let columns =
        ["key", "productId", "quantity", "limitPayments"]
        + limits.map(\.field).filter { !["productId", "quantity"].contains($0) }

    private static func job(_ source: String) -> String {
        let fields = columns.filter { !["key", "productId", "quantity", "amount"].contains($0) }
        return """
            job: limits
            source: \(source)
            key: "{{key}}"
            link:
            \(fields.map { "  \($0): \"{{\($0)}}\"" }.joined(separator: "\n"))
              products: [{each: "{{productId}}", productId: "{{each}}", quantity: "{{quantity}}"}]
            pricing: {price: "{{amount}}"}
            target: {sandbox: {limit: 1000, window: 1s}}
            policy: {canary: 0, maxErrors: 100%}

            """
    }

    private static func csv() -> String {
        let lines = rows.map { row in columns.map { row.values[$0] ?? "" }.joined(separator: ",") }
        return ([columns.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
    }

    private static func xml() -> String {
        let records = rows.map { row in
            "<row>" + columns.map { "<\($0)>\(row.values[$0] ?? "")</\($0)>" }.joined() + "</row>"
        }
        return "<rows>\n" + records.joined(separator: "\n") + "\n</rows>\n"
    }

    private static func yaml() -> String {
        rows.map { row in
            columns.enumerated().map { index, column in
                (index == 0 ? "- " : "  ") + "\(column): \"\(row.values[column] ?? "")\""
            }.joined(separator: "\n")
        }.joined(separator: "\n") + "\n"
    }

    @Test(arguments: ["csv", "xml", "yaml"])
    func eachLimitHoldsExactly(_ format: String) async throws {
        try await CommandLine.withProject { command in
            let (text, records) =
                switch format {
                case "xml": (Self.xml(), ", records: /rows/row")
                case "yaml": (Self.yaml(), ", records: /")
                default: (Self.csv(), "")
                }
            try command.write(text, to: "limits.\(format)")
            try command.write(Self.job("{path: limits.\(format)\(records)}"), to: "limits.yaml.job")
            let outcome = try await command.run("run", "limits.yaml.job", "--format", "json")
            #expect(outcome.status == 2, "\(outcome.errors)")
            let (inside, outside) = (Self.rows.count { $0.isInside }, Self.rows.count { !$0.isInside })
            let books = try outcome.json()["books"]
            #expect(books?["created"]?.integer == inside, "\(outcome.output)")
            #expect(books?["invalid"]?.integer == outside, "\(outcome.output)")
            #expect(books?["rejected"]?.integer == 0)
        }
    }
}
