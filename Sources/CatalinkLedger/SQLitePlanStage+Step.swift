import CatalinkCore
import CatalinkHash
import Foundation
import GRDB

extension SQLitePlanStage {
    /// What a decision asks for: a verdict, or what is to be sent.
    struct Step {
        var verdict: Verdict?
        var method = RequestMethod.create
        var generation: Int?
        var attempt: Int?
        var sends = 0
        var waits = false
        /// With the generation's suffix.
        var slug: [UInt8]
        /// A request, or the body of an update.
        var canonical: [UInt8]
        var linkID: String?

        init(
            _ decision: PlanDecision, _ slug: [UInt8], _ canonical: [UInt8], _ number: Int?,
            _ database: Database
        ) throws {
            self.slug = slug
            self.canonical = canonical
            switch decision {
            case .leave(let left): verdict = left
            case .lookUp: waits = true
            case .send(let generation, let attempt): send(generation, attempt)
            case .resend(let past):
                send(past.generation, past.attempt)
                sends = past.sends
            case .update(let generation, let attempt):
                guard let number, let link = try LiveLink(of: number, database),
                    let body = LinkUpdate.body(from: link.body, to: canonical, slugOfLink: link.slug)
                else {
                    // Slug and type cannot change.
                    verdict = .changed
                    return
                }
                method = .update
                (self.generation, self.attempt) = (generation, attempt)
                (self.slug, self.canonical, linkID) = (Array(link.slug.utf8), body, link.id)
            }
        }

        private mutating func send(_ generation: Int, _ attempt: Int) {
            (self.generation, self.attempt) = (generation, attempt)
            canonical = LinkRequest.canonical(canonical, slug: slug, generation: generation)
            slug = LinkRequest.slug(slug, generation: generation)
        }
    }

    /// The link that an item sells by, with what it was made of and changed to.
    private struct LiveLink {
        var id: String
        var slug: String
        var body: [UInt8]

        init?(of number: Int, _ database: Database) throws {
            guard
                let link = try Row.fetchOne(
                    database,
                    sql: """
                        SELECT link_id, generation FROM link WHERE item = ? AND retired_at IS NULL
                        ORDER BY generation DESC LIMIT 1
                        """, arguments: [number])
            else { return nil }
            let generation: Int = link["generation"]
            guard
                let slug = try String.fetchOne(
                    database,
                    sql: """
                        SELECT CAST(slug AS TEXT) FROM request WHERE item = ? AND generation = ? AND fate = 'made'
                            AND method = 'create' ORDER BY try LIMIT 1
                        """, arguments: [number, generation]),
                let contents = try SQLitePlanStage.content(of: number, generation: generation, database)
            else { return nil }
            id = link["link_id"]
            self.slug = slug
            body = contents.bytes
        }
    }

    /// What a link was made of and changed to; `nil` where no request of it is known.
    static func content(of item: Int, generation: Int, _ database: Database) throws -> JSONValue? {
        let made = try Row.fetchAll(
            database,
            sql: """
                SELECT r.body FROM request r WHERE r.item = ?1 AND r.fate = 'made'
                    AND ((r.method = 'create' AND r.generation = ?2)
                        OR r.link_id = (SELECT link_id FROM link WHERE item = ?1 AND generation = ?2))
                    ORDER BY r.generation, r.try
                """, arguments: [item, generation])
        guard let first = made.first else { return nil }
        return try made.dropFirst().reduce(try JSONValue(parsing: first.bytes("body"))) { contents, update in
            contents.updated(by: try JSONValue(parsing: update.bytes("body")))
        }
    }

    static func history(_ number: Int, _ database: Database) throws -> AttemptHistory? {
        let newest = try Row.fetchOne(
            database,
            sql: """
                SELECT generation, try, method, fate, fingerprint,
                    EXISTS (SELECT 1 FROM link l WHERE l.item = r.item AND l.generation = r.generation) AS is_linked
                FROM request r WHERE item = ? ORDER BY generation DESC, try DESC LIMIT 1
                """, arguments: [number])
        guard let newest else { return nil }
        let sends = try Row.fetchAll(
            database,
            sql: """
                SELECT sent_at, client_key FROM attempt WHERE item = ? AND generation = ? AND try = ? ORDER BY n
                """, arguments: [number, newest["generation"] as Int, newest["try"] as Int])
        let times = sends.map { Timestamp(milliseconds: $0["sent_at"]) }
        return AttemptHistory(
            generation: newest["generation"], attempt: newest["try"],
            method: RequestMethod(rawValue: newest["method"]) ?? .create, sends: sends.count,
            firstSentAt: times.min() ?? Timestamp(seconds: 0),
            lastSentAt: times.max() ?? Timestamp(seconds: 0),
            clientKey: sends.last?.digest("client_key") ?? SHA256.digest(of: []),
            isLinked: newest["is_linked"],
            refused: (newest["fate"] as String?) == "refused" ? newest.digest("fingerprint") : nil)
    }

    /// Decides anew about a staged row whose item's fate is known now.
    ///
    /// - Returns: its verdict; `nil` when it can be sent.
    static func restage(_ row: Row, _ item: ItemKey, _ planner: RowPlanner, _ database: Database) throws
        -> Verdict?
    {
        guard let known = try find(item, database) else {
            preconditionFailure("an item that was looked up is in the ledger")
        }
        let decision = try planner.decide(known, fingerprint: row.digest("fingerprint")) {
            () throws -> AttemptHistory? in try history(known.number, database)
        }
        let mapped = row.bytes("mapped")
        let slug = (try JSONValue(parsing: mapped))["url"]?.string ?? ""
        let step = try Step(decision, Array(slug.utf8), mapped, known.number, database)
        if let verdict = step.verdict { return verdict }
        try database.execute(
            sql: """
                UPDATE temp.staged SET number = ?, slug = ?, canonical = ?, method = ?, generation = ?, try = ?,
                    link_id = ?, sends = ?, waits = ? WHERE id = ?
                """,
            arguments: [
                known.number, Data(step.slug), Data(step.canonical), step.method.rawValue, step.generation,
                step.attempt, step.linkID, step.sends, step.waits ? 1 : 0, row["id"] as Int64,
            ])
        return nil
    }

    static func find(_ item: ItemKey, _ database: Database) throws -> KnownItem? {
        let statement = try database.cachedStatement(
            sql: "SELECT number, state, fingerprint FROM item WHERE key = ? AND segment = ?")
        guard let row = try Row.fetchOne(statement, arguments: [Data(item.key), Data(item.segment)]) else {
            return nil
        }
        guard let state = ItemState(rawValue: row[1]) else {
            preconditionFailure("the schema holds the states of items")
        }
        return KnownItem(number: row[0], state: state, fingerprint: row.digest("fingerprint"))
    }
}
