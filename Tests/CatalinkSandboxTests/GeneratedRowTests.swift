import CatalinkCore
@testable import CatalinkSandbox
import CatalinkTestSupport
import Testing

/// Rows of random values around every limit: what the API would refuse is refused before it is sent, and nothing else.
struct GeneratedRowTests {
    private static let rows = 12_000

    @Test(.timeLimit(.minutes(10)))
    func rowsAreRefusedExactlyWhereTheAPIWouldRefuseThem() async throws {
        let (refused, differences) = try await longCalculation {
            var (refused, differences) = (0, [String]())
            try Self.forEachRow(seed: 2_026) { row, job in
                let said = SandboxValidation.messages(for: try #require(LinkFields(row.request)))
                let problems = try job.problems(row)
                if said.isEmpty != problems.isEmpty {
                    differences.append("\(row.values): \(said) but \(problems)")
                }
                if !said.isEmpty { refused += 1 }
            }
            return (refused, differences)
        }
        #expect(differences == [])
        // Half of the rows would prove little, had they all been refused or all accepted.
        #expect(refused > Self.rows / 5 && refused < Self.rows * 4 / 5, "\(refused)")
    }

    @Test(.timeLimit(.minutes(10)))
    func whatIsSentParsesBackToTheRow() async throws {
        let (sent, differences) = try await longCalculation {
            var (sent, differences) = (0, [String]())
            try Self.forEachRow(seed: 77) { row, job in
                guard let canonical = try job.canonical(row) else { return }
                let parsed = try JSONValue(parsing: canonical)
                for (name, value) in row.members where parsed[name] != value {
                    differences.append("\(name) of \(row.values)")
                }
                sent += 1
            }
            return (sent, differences)
        }
        #expect(differences == [])
        #expect(sent > Self.rows / 5)
    }

    private static func forEachRow(
        seed: UInt64, _ body: (GeneratedRow, GeneratedJob) throws -> Void
    ) throws {
        var random = SplitMix(seed: seed)
        let job = try GeneratedJob()
        for _ in 0..<rows { try body(GeneratedRow(&random), job) }
    }
}

/// Values of one row, and the request that they ask for without any check.
private struct GeneratedRow {
    static let columns = [
        "title", "url", "linkType", "currency", "description", "coverImage", "collectTax", "limitPayments",
        "customerId", "taxId", "maxPayments", "productId", "quantity", "expiration_date", "amount",
    ]

    let values: [String]
    let members: [(String, JSONValue)]

    init(_ random: inout SplitMix) {
        var values: [String] = []
        // Most of a row is right, so that single mistakes are seen.
        for name in Self.columns {
            let isRight = Int.random(in: 0..<100, using: &random) < 94
            let choices = isRight ? Self.right[name] : Self.wrong[name]
            values.append(choices?.randomElement(using: &random) ?? "")
        }
        self.values = values
        var members: [(String, JSONValue)] = []
        for (name, value) in zip(Self.columns, values) where !value.isEmpty {
            switch name {
            case "collectTax", "limitPayments":
                members.append((name, ["true": .bool(true), "false": .bool(false)][value] ?? .string(value)))
            case "maxPayments": members.append((name, Self.whole(value)))
            case "amount":
                members.append((name, FixedDecimal(value) == nil ? .string(value) : .number(value)))
            case "productId":
                let quantity = values[Self.columns.firstIndex(of: "quantity") ?? 0]
                let product = JSONValue.object(
                    [("productId", .string(value))]
                        + (quantity.isEmpty
                            ? [("quantity", .integer(1))] : [("quantity", Self.whole(quantity))]))
                members.append(("paymentLinkProducts", .array([product])))
            case "quantity": break
            default: members.append((name, .string(value)))
            }
        }
        self.members = members
    }

    var request: JSONValue { .object(members) }

    private static func whole(_ text: String) -> JSONValue {
        Int(text).map { .integer($0) } ?? .string(text)
    }

    private static func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    private static let id = "7f1d0c52-6a43-4b0e-9b5e-0d4f8a2c1e01"
    private static let right: [String: [String]] = [
        "title": ["abc", repeated("x", 100), "Ü🎁", repeated("🎁", 50), "Say \"hi\" \\ twice", "日本語"],
        "url": ["a", "summer-hat", "A_b.c/d", "https://shop.example.com/hat?x=1", "http://e.com"],
        "linkType": ["PRODUCT", "DONATION", "SUBSCRIPTION"], "currency": ["usdc", "eurc", ""],
        "description": ["", "short", repeated("d", 500), repeated("🎁", 250), "line\nline\ttab <b>"],
        "coverImage": ["", "https://cdn.example.com/a.jpg", "http://10.0.0.1/x", "https://u:p@e.com/"],
        "collectTax": ["", "true", "false"], "limitPayments": ["", "true", "false"],
        "customerId": ["", id], "taxId": ["", id], "maxPayments": ["", "1", "999999", "4503599627370496"],
        "productId": ["", id], "quantity": ["", "1", "12"],
        "expiration_date": ["", "2020-01-01T00:00:00Z", "2099-12-31T23:59:59Z"],
        "amount": ["0.01", "0.011", "29.99", "100000000", "0.123456"],
    ]
    private static let wrong: [String: [String]] = [
        "title": ["", "ab", "🎁", repeated("x", 101), repeated("🎁", 51)],
        "url": ["", "-a", "a-", "a b", "ä", "https://", "https:///x", "ftp://e.com/", "https://e.com/a b"],
        "linkType": ["", "product", "GIFT", "INVOICE"], "currency": ["usd", "USDC", "btc"],
        "description": [repeated("d", 501), repeated("🎁", 251)],
        "coverImage": ["photo.jpg", "//e.com/a.jpg"],
        "collectTax": ["maybe", "oui"], "limitPayments": ["2", "on"], "customerId": ["7", id + "0"],
        "taxId": ["vat", String(id.dropLast())], "maxPayments": ["0", "-1", "1.5", "many"],
        "productId": ["POT-2L"], "quantity": ["0", "-2", "1.5"],
        "expiration_date": ["2026-13-01", "tomorrow", "31.12.2030"], "amount": ["0.009", "0.001"],
    ]
}

/// A job that maps each column to the field of its name, with every rule off that is not the API's.
private struct GeneratedJob {
    private let mapping: RowMapping

    init() throws {
        var columns = ColumnUses()
        func template(_ name: String) throws -> Template {
            try Template(
                "{{\(name)}}", at: JobPlace(line: 1, column: 1), columns: &columns, hasSegments: false)
        }
        let key = try template("key")
        var link = LinkMapping(title: try template("title"), url: try template("url"))
        // Without one the API's own default would hold, so that an empty cell is told to be none.
        link.linkType = try Template(
            "{{linkType | default: none}}", at: JobPlace(line: 1, column: 1), columns: &columns,
            hasSegments: false)
        link.currency = try template("currency")
        link.description = try template("description")
        link.coverImage = try template("coverImage")
        link.collectTax = try template("collectTax")
        link.limitPayments = try template("limitPayments")
        link.customerID = try template("customerId")
        link.taxID = try template("taxId")
        link.maxPayments = try template("maxPayments")
        link.expiration = try template("expiration_date")
        var pricing = PricingPolicy(price: try template("amount"), place: JobPlace(line: 1, column: 1))
        pricing.decimals = FixedDecimal.largestScale
        link.products = [
            LinkMapping.Product(
                each: try template("productId"), productID: try template("productId"),
                quantity: try template("quantity"))
        ]
        var mapping = RowMapping(columns: columns, key: key, segments: .none, link: link)
        mapping.pricing = pricing
        mapping.policies = PolicyLevels(off: PolicyRule.allCases.filter { $0 != .linkTypes })
        self.mapping = mapping
    }

    private func pairs(_ row: GeneratedRow) throws -> [MappedPair] {
        let batch = makeBatch(columns: ["key"] + GeneratedRow.columns, rows: [["K"] + row.values])
        var mapper = CatalogMapper(mapping, now: Timestamp(seconds: 1_800_000_000))
        return mapper.map(batch, record: 0, slots: try mapping.columns.resolve(in: batch.header).get())
    }

    func problems(_ row: GeneratedRow) throws -> [String] {
        try pairs(row).flatMap { pair -> [String] in
            if case .invalid(_, _, let problems) = pair { return problems.map(\.explanation) }
            return []
        }
    }

    func canonical(_ row: GeneratedRow) throws -> [UInt8]? {
        if case .request(let planned)? = try pairs(row).first { return planned.canonical }
        return nil
    }
}
