import CatalinkCore

/// Something that must not be, and was.
package struct ChaosFinding: Sendable {
    /// Which of the promises it breaks: `a` to `f`, or `-` where a round could not be held.
    package var check: String
    package var text: String

    package var description: String { "(\(check)) \(text)" }
}

/// What a round came to.
package struct ChaosRoundReport: Sendable {
    package var round: Int
    package var plan = ""
    package var rows = 0
    package var kills = 0
    package var runs = 0
    package var requests = 0
    package var links = 0
    package var replays = 0
    package var seconds = 0.0
    package var findings: [ChaosFinding] = []
    /// Items that stayed unknown because the round's switches leave no way to know.
    package var excused: String?

    package var holds: Bool { findings.isEmpty }

    init(round: Int) {
        self.round = round
    }
}

/// A run as it was seen from outside.
struct ChaosRun: Sendable {
    /// The catalog in force.
    var rows: [ChaosRow]
    var start: Timestamp
    var end: Timestamp
    var status: Int32

    var isKilled: Bool { status < 0 }
}

/// A link in the sandbox's own list.
struct ChaosLink: Sendable {
    var id: String
    /// The marker without its generation.
    var item: String
    var title: String
    var amount: FixedDecimal?
    var createdAt: Timestamp
    var updatedAt: Timestamp
    var isLive: Bool

    init?(_ value: JSONValue) {
        guard let id = value["id"]?.string, let marker = value["paymentForId"]?.string,
            let dash = marker.lastIndex(of: "-"),
            let createdAt = value["createdAt"]?.string.flatMap(Self.moment),
            let updatedAt = value["updatedAt"]?.string.flatMap(Self.moment)
        else { return nil }
        self.id = id
        item = String(marker[..<dash])
        title = value["title"]?.string ?? ""
        amount = value["amount"]?.decimal
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        isLive = value["status"]?.string == "ACTIVE"
    }

    /// With its milliseconds, which catalogs' times do not need.
    private static func moment(_ text: String) -> Timestamp? {
        guard let second = TimeFormat.iso8601(Array(text.utf8)), let point = text.firstIndex(of: "."),
            let fraction = Int64(text[text.index(after: point)...].dropLast())
        else { return nil }
        return second + .milliseconds(fraction)
    }

    /// Whether it says what a row of a catalog wants.
    func says(_ row: ChaosRow) -> Bool {
        row.isValid && title == row.title && amount == FixedDecimal(row.price)
    }
}

/// An item in the ledger's own list.
struct ChaosResult: Sendable {
    var sku: String
    var state: String
    var linkID: String?
    var error: String?

    init?(_ value: JSONValue) {
        guard let sku = value["key"]?.string, let state = value["state"]?.string else { return nil }
        self.sku = sku
        self.state = state
        linkID = value["link_id"]?.string
        error = value["error"]?.string
    }
}

extension ChaosRow {
    /// The marker that its link carries, without the generation.
    static func marker(of sku: String) -> String {
        let item = ItemKey(key: Array(sku.utf8), segment: [])
        return String(ChaosSettings.identity.marker(for: item, generation: 1).text.dropLast(2))
    }
}
