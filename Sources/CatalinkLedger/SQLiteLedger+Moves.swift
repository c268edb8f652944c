package import CatalinkCore
import GRDB

/// What the staged plan would move of the amounts that links were made with.
extension SQLiteLedger {
    private static let isMoved = "moved = 1 AND conflict = 0"

    /// - Parameter change: how far the job lets an amount move; `nil` as far as it likes.
    package func priceMoves(beyond change: LargestChange?) throws -> PriceMoves {
        try told { database in
            var moves = PriceMoves()
            moves.cheaper = try Self.side("ratio < 1000000", "ratio", database)
            moves.dearer = try Self.side("ratio >= 1000000", "ratio DESC", database)
            moves.others =
                try Int.fetchOne(
                    database, sql: "SELECT count(*) FROM temp.staged WHERE \(Self.isMoved) AND ratio IS NULL")
                ?? 0
            guard moves.count > 0 else { return moves }
            moves.furthest = try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM temp.staged WHERE \(Self.isMoved) ORDER BY distance DESC, id
                    LIMIT \(PriceMoves.mostExamples)
                    """
            ).compactMap { PriceMoves.Example($0) }
            if let change { moves.beyond = try Self.count(beyond: change, database) }
            return moves
        }
    }

    /// The median is the last of the half that moves furthest.
    private static func side(
        _ condition: String, _ order: String, _ database: Database
    ) throws -> PriceMoves.Side {
        let isOne = "\(isMoved) AND \(condition)"
        let count =
            try Int.fetchOne(database, sql: "SELECT count(*) FROM temp.staged WHERE \(isOne)") ?? 0
        guard count > 0 else { return PriceMoves.Side() }
        let typical = try Int.fetchOne(
            database,
            sql: "SELECT ratio FROM temp.staged WHERE \(isOne) ORDER BY \(order) LIMIT 1 OFFSET ?",
            arguments: [(count - 1) / 2])
        return PriceMoves.Side(count: count, typical: typical)
    }

    private static func count(beyond change: LargestChange, _ database: Database) throws -> Int {
        var count = 0
        let rows = try Row.fetchCursor(
            database, sql: "SELECT * FROM temp.staged WHERE \(isMoved) ORDER BY id")
        while let row = try rows.next() {
            if PriceMoves.Example(row)?.move.isBeyond(change) ?? true { count += 1 }
        }
        return count
    }

    /// Reads on the caller's thread, with errors as `reading` has them.
    func told<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try database.read(body)
        } catch let error as DatabaseError {
            throw LedgerError(error, at: database.path)
        }
    }
}

extension PriceMoves.Example {
    /// `nil` for a row whose amount has not moved.
    init?(_ row: Row) {
        func price(_ amount: String, _ currency: String) -> PriceMove.Price {
            PriceMove.Price(
                amount: (row[amount] as String?).flatMap { FixedDecimal($0) }, currency: row[currency] ?? "")
        }
        guard
            let move = PriceMove(
                from: price("was_amount", "was_currency"), to: price("amount", "currency"))
        else { return nil }
        self.init(
            item: ItemKey(row), location: Location(file: row["file"], line: row["line"], record: row["row"]),
            move: move)
    }
}
