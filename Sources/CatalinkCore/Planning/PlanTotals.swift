package import CatalinkHash

/// What a whole plan comes to.
package struct PlanTotals: Sendable {
    /// Amounts in one currency, exact.
    package struct Money: Sendable, Equatable {
        package var count: Int
        /// `nil` beyond what 128 bits hold.
        package var sum: FixedDecimal?
        package var lowest: FixedDecimal
        package var highest: FixedDecimal

        package init(count: Int, sum: FixedDecimal?, lowest: FixedDecimal, highest: FixedDecimal) {
            self.count = count
            self.sum = sum
            self.lowest = lowest
            self.highest = highest
        }

        package init(_ amount: FixedDecimal) {
            self.init(count: 1, sum: amount, lowest: amount, highest: amount)
        }

        package mutating func add(_ amount: FixedDecimal) {
            add(Money(amount))
        }

        package mutating func add(_ other: Money) {
            count += other.count
            sum = sum.flatMap { sum in other.sum.flatMap { sum.adding($0) } }
            if other.lowest.isLess(than: lowest) ?? false { lowest = other.lowest }
            if highest.isLess(than: other.highest) ?? false { highest = other.highest }
        }
    }

    /// Verdicts of pairs that need no request.
    package var settled: [Verdict: Int] = [:]
    /// Rows to be sent for the first time, and again.
    package var creations = 0
    package var resends = 0
    /// Links to be made in place of others, and links to be updated.
    package var replacements = 0
    package var updates = 0
    /// Rows that wait until it is known what became of an earlier send.
    package var lookUps = 0
    /// Rows of items that the ledger has not seen before.
    package var newItems = 0
    /// Items with a link that carries other contents than today's row.
    package var changedItems = 0
    /// Amounts that are not those that links were made with.
    package var moves = PriceMoves()
    /// Items with a link that no row of today's catalog names.
    package var missing = 0
    /// Items with a link that today's catalog does not want as it is.
    package var stillSelling = 0
    /// Their amounts, by currency.
    package var stillSellingMoney: [String: Money] = [:]
    /// The amounts of the rows to be sent, by currency.
    package var money: [String: Money] = [:]
    /// The first of the rows that stand in each other's way.
    package var duplicates: [Problem] = []
    /// How many items the ledger has.
    package var items = 0
    /// What the latest plan that was let through came to: a run that was cut short is finished by the next without being
    /// asked, and what was missing or wrong then need not be approved every night.
    package var accepted = Accepted()
    /// What approves exactly this plan: a digest of every item that it would touch, with what it would send.
    package var digest: Digest?

    /// Whether the rows were only some of the catalog's.
    package var isPartial = false

    package init() {}

    package var requests: Int { creations + resends + replacements + updates }

    /// Every request that the API counts: a link that is replaced is retired and looked at, one that is updated looked at.
    package var calls: Int { creations + resends + replacements * 3 + updates * 2 }

    /// How many items the ledger is to have when all is sent.
    package var planned: Int { items + newItems }

    package var touched: [Brakes.Cause: Int] {
        [
            .new: max(0, planned - max(items, accepted.planned)),
            .changed: max(0, changedItems - accepted.changed), .missing: max(0, missing - accepted.missing),
            .invalid: max(0, (settled[.invalid] ?? 0) - accepted.invalid), .moved: moves.count,
        ]
    }

    /// What this plan would be accepted as. What only some rows come to says nothing of the others, which the next
    /// whole plan still has.
    package var asAccepted: Accepted {
        if isPartial {
            var accepted = accepted
            accepted.planned = max(accepted.planned, planned)
            return accepted
        }
        return Accepted(
            planned: planned, changed: changedItems, missing: missing, invalid: settled[.invalid] ?? 0)
    }

    /// Counts of a plan that was let through.
    package struct Accepted: Sendable, Equatable {
        package var planned = 0
        package var changed = 0
        package var missing = 0
        package var invalid = 0

        package init() {}

        package init(planned: Int, changed: Int, missing: Int, invalid: Int) {
            self.planned = planned
            self.changed = changed
            self.missing = missing
            self.invalid = invalid
        }
    }
}
