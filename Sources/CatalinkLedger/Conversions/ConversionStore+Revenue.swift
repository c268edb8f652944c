package import CatalinkCore
import Foundation
import GRDB

/// Sums of payments. SQLite adds whole numbers in halves that cannot overflow; nothing is ever a float.
extension ConversionStore {
    /// Which payments count.
    package struct Selection: Sendable {
        /// From this moment on.
        package var since: Timestamp?
        /// Of these links alone.
        package var links: [String]?

        package init(since: Timestamp? = nil, links: [String]? = nil) {
            self.since = since
            self.links = links
        }
    }

    /// Each link and currency with what was paid, link by link.
    package func forEachLink(
        _ selection: Selection, _ body: (_ link: String, _ revenue: Revenue) throws -> Void
    ) throws {
        try forEachGroup("link", named: true, selection) { row, revenue in try body(row[0], revenue) }
    }

    /// Each day by UTC and currency with what was paid, in the order of days.
    package func forEachDay(
        _ selection: Selection, _ body: (_ day: Timestamp, _ revenue: Revenue) throws -> Void
    ) throws {
        // Rounded down also before 1970.
        let day = "(paid_at - ((paid_at % 86400000000) + 86400000000) % 86400000000)"
        try forEachGroup(day, named: false, selection) { row, revenue in
            try body(Timestamp(microseconds: row[0]), revenue)
        }
    }

    /// - Parameters:
    ///   - group: by what payments are told apart.
    ///   - isLink: whether groups are links, which are named by their ids.
    private func forEachGroup(
        _ group: String, named isLink: Bool, _ selection: Selection, _ body: (Row, Revenue) throws -> Void
    ) throws {
        try telling {
            try database.read { database in
                let (filter, arguments) = Self.filter(selection)
                // Links are named once for each group, not for each payment.
                let sums = """
                    SELECT \(group) AS name, currency, scale, count(*) AS count, sum(amount >> 32) AS high,
                        sum(amount & 4294967295) AS low, min(paid_at) AS first, max(paid_at) AS last
                    FROM conversion \(filter) GROUP BY 1, currency, scale
                    """
                let named = """
                    SELECT l.link_id AS name, g.currency, g.scale, g.count, g.high, g.low, g.first, g.last
                    FROM (\(sums)) g CROSS JOIN link l ON l.number = g.name ORDER BY g.name, g.currency, g.scale
                    """
                let rows = try Row.fetchCursor(
                    database, sql: isLink ? named : sums + " ORDER BY 1, currency, scale",
                    arguments: arguments)
                var open: (row: Row, revenue: Revenue)?
                while let row = try rows.next() {
                    let revenue = try revenue(row)
                    if let last = open {
                        if last.row["name"] as DatabaseValue == row["name"] as DatabaseValue,
                            last.revenue.currency == revenue.currency
                        {
                            open?.revenue = try last.revenue.added(revenue, at: path)
                            continue
                        }
                        try body(last.row, last.revenue)
                    }
                    open = (row.copy(), revenue)
                }
                if let open { try body(open.row, open.revenue) }
            }
        }
    }

    private static func filter(_ selection: Selection) -> (sql: String, arguments: StatementArguments) {
        var conditions: [String] = []
        var arguments = StatementArguments()
        if let since = selection.since {
            conditions.append("paid_at >= ?")
            arguments += [since.microseconds]
        }
        if let links = selection.links {
            conditions.append(
                "link IN (SELECT number FROM link WHERE link_id IN (SELECT value FROM json_each(?)))")
            arguments += [JSONValue.array(links.map(JSONValue.string)).bytes.text]
        }
        return (conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "), arguments)
    }

    private func revenue(_ row: Row) throws -> Revenue {
        guard let currency = CurrencyCode(row["currency"] as String) else {
            throw LedgerError(
                "\(path): expected currencies that are known, got: \((row["currency"] as String).quoted)")
        }
        let sum = Int128(row["high"] as Int64) << 32 + Int128(row["low"] as Int64)
        return Revenue(
            currency: currency, count: row["count"], sum: FixedDecimal(coefficient: sum, scale: row["scale"]),
            first: Timestamp(microseconds: row["first"]), last: Timestamp(microseconds: row["last"]))
    }
}

extension Revenue {
    /// - Throws: `LedgerError` where the sum leaves 128 bits.
    package func added(_ other: Revenue, at place: String) throws -> Revenue {
        guard let sum = adding(other) else {
            throw LedgerError(
                "\(place): expected amounts that can be added exactly, got: a sum beyond 128 bits")
        }
        return sum
    }
}
