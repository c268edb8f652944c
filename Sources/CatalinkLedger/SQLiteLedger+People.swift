package import CatalinkCore
package import CatalinkHash
import Foundation
import GRDB

/// What people decide: approvals of plans, retries, and the fate of items that no look-up could settle.
extension SQLiteLedger {
    // MARK: Approvals

    package func isApproved(_ digest: Digest) async throws -> Bool {
        try await reading { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM approval WHERE digest = ?)",
                arguments: [Data(digest.bytes)]) ?? false
        }
    }

    /// Records that a person has approved exactly this plan, for this run.
    package func approve(_ digest: Digest, by person: String, run: String, at now: Timestamp) async throws {
        try await writing { database in
            try database.execute(
                sql: "INSERT INTO approval (digest, run, person, approved_at) VALUES (?, ?, ?, ?)",
                arguments: [Data(digest.bytes), run, person, now.milliseconds])
        }
    }

    /// Records what a plan comes to that may be sent, with the amounts that it moves, and that a plan file is spent.
    ///
    /// - Parameter isPartial: whether it has only some of the catalog's rows; what was accepted of the others stays.
    package func letThrough(
        _ plan: PlanTotals.Accepted, of catalog: CatalogStamp? = nil, isPartial: Bool = false,
        applying file: AppliedPlan? = nil, run: String
    ) async throws {
        try await writing { database in
            try database.execute(
                sql: "UPDATE run SET planned = ?, changed = ?, missing = ?, invalid = ? WHERE id = ?",
                arguments: [plan.planned, plan.changed, plan.missing, plan.invalid, run])
            if !isPartial { try database.execute(sql: "DELETE FROM accepted_price") }
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO accepted_price (item, amount, currency)
                        SELECT number, amount, currency FROM temp.staged WHERE moved > 0 AND conflict = 0
                    """)
            if let file { try Self.note(file, database) }
            if let catalog { try Self.note(catalog, run: run, database) }
        }
    }

    // MARK: Retry

    /// Gives rejected items a new try in the next run.
    ///
    /// - Parameters:
    ///   - key: of one item in all its segments; `nil` for every one.
    ///   - cause: a part of the API's message, in any case.
    /// - Returns: how many.
    package func retry(key: [UInt8]?, cause: String?, by person: String, at now: Timestamp) async throws
        -> Int
    {
        try await writing { database in
            let numbers = try Int.fetchAll(
                database,
                sql: """
                    SELECT i.number FROM item i JOIN request r ON r.item = i.number AND r.fate = 'refused'
                        AND (r.generation, r.try) = (SELECT generation, try FROM request WHERE item = i.number
                            ORDER BY generation DESC, try DESC LIMIT 1)
                    WHERE i.state IN ('rejected', 'created') AND (?1 IS NULL OR i.key = ?1)
                        AND (?2 IS NULL OR instr(lower((SELECT message FROM attempt WHERE item = i.number
                            ORDER BY generation DESC, try DESC, n DESC LIMIT 1)), lower(?2)) > 0)
                    """, arguments: [key.map { Data($0) }, cause])
            for number in numbers {
                try database.execute(
                    sql: "UPDATE item SET state = 'released' WHERE number = ? AND state = 'rejected'",
                    arguments: [number])
                // An item with a link stays created; only the refusal of its newer contents is forgotten.
                try database.execute(
                    sql: "UPDATE request SET fate = 'dropped' WHERE item = ? AND fate = 'refused'",
                    arguments: [number])
                try Self.note("retry", number, person, now, database)
            }
            return numbers.count
        }
    }

    static func note(
        _ decision: String, _ number: Int, _ person: String, _ now: Timestamp, _ database: Database
    ) throws {
        try database.execute(
            sql: "INSERT INTO intervention (item, at, person, decision) VALUES (?, ?, ?, ?)",
            arguments: [number, now.milliseconds, person, decision])
    }

    // MARK: Resolve

    /// The items of a key that are open or held, or whose link is not as it was asked for.
    package func unsettled(key: [UInt8], segment: [UInt8]?) async throws -> [SettlingItem] {
        try await reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT i.number, i.key, i.segment, i.state, r.generation, r.try FROM item i
                    JOIN request r ON r.item = i.number AND (r.generation, r.try) =
                        (SELECT generation, try FROM request WHERE item = i.number
                            ORDER BY generation DESC, try DESC LIMIT 1)
                    WHERE i.key = ?1 AND (?2 IS NULL OR i.segment = ?2) AND (i.state IN ('open', 'held') OR EXISTS
                        (SELECT 1 FROM link WHERE item = i.number AND mismatch IS NOT NULL AND retired_at IS NULL))
                    """, arguments: [Data(key), segment.map { Data($0) }]
            ).map { row in
                SettlingItem(
                    number: row["number"], item: ItemKey(row), generation: row["generation"],
                    attempt: row["try"])
            }
        }
    }

    /// Settles an item as a person has found it: with its link, or as not made.
    ///
    /// - Returns: members in which the link is not as the item's request asked for it.
    package func resolve(
        _ item: SettlingItem, as link: ListedLink?, by person: String, run: String, at now: Timestamp
    ) async throws -> [String] {
        try await writing { database in
            let settled = SettledAttempt(
                number: item.number, generation: item.generation, attempt: item.attempt, send: 0,
                outcome: .unknown, at: now, sent: false)
            try Self.note(
                link.map { "created \($0.id)" } ?? "not created", item.number, person, now, database)
            let state = try String.fetchOne(
                database, sql: "SELECT state FROM item WHERE number = ?", arguments: [item.number])
            if state == ItemState.created.rawValue {
                // The person has seen how the link differs, and lets it be so.
                try database.execute(
                    sql: "UPDATE link SET mismatch = NULL WHERE item = ?", arguments: [item.number])
                return []
            }
            guard let link else {
                try Self.move(item.number, to: .released, database)
                return []
            }
            let owner = try Int.fetchOne(
                database, sql: "SELECT item FROM link WHERE link_id = ?", arguments: [link.id])
            guard owner == nil || owner == item.number else {
                throw LedgerError(
                    "resolve: expected a link of no other item, got: \(link.id.quoted), which another item has"
                )
            }
            try Self.setFate("made", of: settled, database)
            let asked = try SQLitePlanStage.content(of: item.number, generation: item.generation, database)
            let differences = asked.map { LinkContent.differences(of: link.json, from: $0) } ?? []
            let mismatch = differences.isEmpty ? nil : differences.joined(separator: ", ") + " differ"
            try Self.keep(
                LinkFacts(id: link.id, url: link.url, mismatch: mismatch), of: settled, run, database)
            if mismatch != nil {
                // It is what its link carries, so that the next plan sees the row as changed.
                try database.execute(
                    sql: "UPDATE link SET fingerprint = ? WHERE link_id = ?",
                    arguments: [Data(SHA256.digest(of: link.json.bytes).bytes), link.id])
            }
            try Self.carry(item.number, database)
            return differences
        }
    }

    /// Opens a run of a person's own, so that what is recorded belongs to one.
    package func beginByHand(_ run: String, at now: Timestamp) async throws {
        try await writing { database in
            try database.execute(
                sql: "INSERT INTO run (id, started_at) VALUES (?, ?)", arguments: [run, now.milliseconds])
        }
    }

    // MARK: Care

    /// Everything that should be true of a ledger and is not.
    package func check() async throws -> [String] {
        try await reading { database in
            var findings = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            findings += try String.fetchAll(database, sql: "PRAGMA foreign_key_check").map {
                "\($0): a row without its parent"
            }
            let created = try Int.fetchOne(
                database,
                sql:
                    "SELECT count(*) FROM item WHERE state = 'created' AND number NOT IN (SELECT item FROM link)"
            )
            if let created, created > 0 { findings.append("\(created) items are created and have no link") }
            return findings
        }
    }

    /// A copy of the ledger as it is now, whole also while a run writes.
    package func backUp(to path: String) async throws {
        try await database.writeWithoutTransaction { database in
            try database.execute(sql: "VACUUM INTO ?", arguments: [path])
        }
    }
}

/// An item that a person settles.
package struct SettlingItem: Sendable {
    package var number: Int
    package var item: ItemKey
    package var generation: Int
    package var attempt: Int
}
