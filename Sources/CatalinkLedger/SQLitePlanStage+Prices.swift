import CatalinkCore
import Foundation
import GRDB

/// Amounts: what today's rows ask for beside what their links were made with.
extension SQLitePlanStage {
    /// What is staged of a row's amount.
    struct StagedPrice {
        var amount: String?
        /// In millionths; `nil` where that is not exact or too large.
        var micro: Int?
        var old: PriceMove.Price?
        var state = Move.stays
        var ratio: Int?
        var distance: Int?
    }

    /// Values of the column `moved`.
    enum Move: Int {
        case stays
        /// Since the last plan that was let through.
        case moved
        /// That plan moved it as far already.
        case accepted
    }

    static func price(_ pair: PlannedPair, _ known: KnownItem?, _ database: Database) throws -> StagedPrice {
        var price = StagedPrice(amount: pair.amount?.plain, micro: pair.amount?.millionths)
        let new = PriceMove.Price(amount: pair.amount, currency: pair.currency.rawValue)
        guard let known, let old = try linkPrice(of: known, otherwiseIn: new.currency, database) else {
            return price
        }
        price.old = old
        guard let move = PriceMove(from: old, to: new) else { return price }
        let accepted = try database.cachedStatement(
            sql: "SELECT 1 FROM accepted_price WHERE item = ? AND amount IS ? AND currency = ?")
        let isAccepted =
            try Row.fetchOne(accepted, arguments: [known.number, price.amount, new.currency]) != nil
        price.state = isAccepted ? .accepted : .moved
        (price.ratio, price.distance) = (move.ratio, move.distance)
        return price
    }

    /// What the newest link was made with or changed to; of an item whose link may be there, what it was sent with.
    private static func linkPrice(
        of known: KnownItem, otherwiseIn currency: String, _ database: Database
    ) throws -> PriceMove.Price? {
        let link = try database.cachedStatement(
            sql: "SELECT amount, currency FROM link WHERE item = ? ORDER BY generation DESC LIMIT 1")
        let sent = try database.cachedStatement(
            sql: """
                SELECT amount, currency FROM request WHERE item = ? AND fate IS NULL
                ORDER BY generation DESC, try DESC LIMIT 1
                """)
        var row = try Row.fetchOne(link, arguments: [known.number])
        if row == nil, known.state == .open || known.state == .held {
            row = try Row.fetchOne(sent, arguments: [known.number])
        }
        return row.map { row in
            // A recovered link may not tell its currency.
            let told = (row[1] as String?) ?? ""
            return PriceMove.Price(
                amount: (row[0] as String?).flatMap { FixedDecimal($0) },
                currency: told.isEmpty ? currency : told)
        }
    }

    /// Adds up what is to be sent, by currency.
    func countMoney(_ database: Database) throws {
        let isSent = "verdict IS NULL AND conflict = 0 AND waits = 0"
        // Parted, because the sum of a large catalog's millionths leaves 64 bits.
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT currency, count(*), sum(micro / 1000000), sum(micro % 1000000), min(micro), max(micro)
                FROM temp.staged WHERE \(isSent) AND micro IS NOT NULL GROUP BY currency
                """)
        for row in rows {
            let sum = Int128(row[2] as Int) * 1_000_000 + Int128(row[3] as Int)
            totals.money[row[0]] = PlanTotals.Money(
                count: row[1], sum: FixedDecimal(coefficient: sum, scale: 6),
                lowest: FixedDecimal(millionths: row[4]), highest: FixedDecimal(millionths: row[5]))
        }
        let others = try Row.fetchCursor(
            database,
            sql: """
                SELECT currency, amount FROM temp.staged WHERE \(isSent) AND micro IS NULL AND amount IS NOT NULL
                """)
        while let row = try others.next() {
            guard let amount = FixedDecimal(row[1] as String) else { continue }
            totals.money.add(amount, in: row[0])
        }
    }

    /// What stands in links that today's catalog does not want as they are.
    func countStillSelling(_ database: Database) throws {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT i.number, l.amount, l.currency FROM item i JOIN link l ON l.item = i.number
                WHERE i.state = 'created' AND l.retired_at IS NULL
                """)
        while let row = try rows.next() {
            guard !wanted[row[0] as Int], !planner.isPartial || firstLines[row[0] as Int] > 0,
                let currency = row[2] as String?,
                let amount = (row[1] as String?).flatMap({ FixedDecimal($0) })
            else { continue }
            totals.stillSellingMoney.add(amount, in: currency)
        }
    }
}

extension [String: PlanTotals.Money] {
    fileprivate mutating func add(_ amount: FixedDecimal, in currency: String) {
        if self[currency]?.add(amount) == nil { self[currency] = PlanTotals.Money(amount) }
    }
}

extension FixedDecimal {
    init(millionths: Int) {
        self.init(coefficient: Int128(millionths), scale: 6)
    }

    /// As whole millionths; `nil` where that is not exact or too large.
    var millionths: Int? {
        multiplied(by: FixedDecimal(coefficient: 1_000_000, scale: 0)).flatMap { product in
            product.scale == 0 ? Int(exactly: product.coefficient) : Int(product.plain)
        }
    }
}
