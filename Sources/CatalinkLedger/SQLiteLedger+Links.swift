package import CatalinkCore
package import CatalinkHash
import Foundation
import GRDB

/// Links of the API's that the ledger did not make itself, and how all of them stand to it.
extension SQLiteLedger {
    /// Takes in a link that the API has and the ledger does not: recovered by its marker, or adopted by its slug.
    ///
    /// - Parameters:
    ///   - fingerprint: of the contents that the link carries; of today's row where they are equal by value.
    package func takeIn(_ found: FoundLink, by person: String, run: String, at now: Timestamp) async throws
        -> FoundLink.Fate
    {
        try await writing { database in
            let link = found.link
            let owner = try Int.fetchOne(
                database, sql: "SELECT item FROM link WHERE link_id = ?", arguments: [link.id])
            if owner != nil { return .known }
            let known = try SQLitePlanStage.find(found.item, database)
            // What of an adopted item's own sends became of may still show.
            if found.marker == nil, known?.state == .open || known?.state == .created { return .unsettled }
            let number = try known?.number ?? Self.insertItem(found.item, found.fingerprint, database)
            let isDouble = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM link WHERE item = ? AND generation = ?)",
                arguments: [number, found.generation])
            if isDouble ?? false { return .double }
            if let known, known.state == .rejected || known.state == .released {
                try database.execute(
                    sql: "UPDATE item SET state = 'open' WHERE number = ?", arguments: [number])
            }
            let attempt = try Self.insertRequest(of: found, number, database)
            let settled = SettledAttempt(
                number: number, generation: found.generation, attempt: attempt, send: 0, outcome: .unknown,
                at: now, sent: false)
            try Self.setFate("made", of: settled, database)
            try Self.keep(LinkFacts(id: link.id, url: link.url), of: settled, run, database)
            try Self.carry(number, database)
            try database.execute(sql: "DELETE FROM orphan WHERE link_id = ?", arguments: [link.id])
            try Self.note("took in \(link.id)", number, person, now, database)
            return .taken
        }
    }

    /// Lets an item be what its newest link carries.
    static func carry(_ number: Int, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE item SET state = 'created', fingerprint = (SELECT fingerprint FROM link
                    WHERE item = number ORDER BY generation DESC LIMIT 1) WHERE number = ?
                """, arguments: [number])
    }

    /// A request as the link shows it, without attempts, because none that is known of made it.
    private static func insertRequest(of found: FoundLink, _ number: Int, _ database: Database) throws -> Int
    {
        let last = try Int.fetchOne(
            database, sql: "SELECT max(try) FROM request WHERE item = ? AND generation = ?",
            arguments: [number, found.generation])
        let attempt = (last ?? 0) + 1
        let (link, slug) = (found.link, found.link.slugs.last ?? "")
        try database.execute(
            sql: """
                INSERT INTO request (item, generation, try, body, slug, amount, currency, file, line, fingerprint)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                number, found.generation, attempt, Data(link.request(slug: slug)), Data(slug.utf8),
                link.amount?.plain, link.currency ?? "", found.location.file, found.location.line,
                Data(found.fingerprint.bytes),
            ])
        return attempt
    }

    package func noteOrphan(_ link: ListedLink, _ marker: Marker, at now: Timestamp) async throws {
        try await writing { database in
            try database.execute(
                sql: """
                    INSERT INTO orphan (link_id, item_digest, generation, url, found_at) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (link_id) DO NOTHING
                    """, arguments: [link.id, marker.item, marker.generation, link.url, now.milliseconds])
        }
    }

    // MARK: Verifying

    /// What the ledger says of a link of the API's.
    package func verify(_ link: ListedLink) async throws -> LinkVerdict {
        try await reading { [identity] database in
            let known = try Row.fetchOne(
                database, sql: "SELECT item, generation, retired_at FROM link WHERE link_id = ?",
                arguments: [link.id])
            guard let known else {
                guard link.marker?.job == identity.jobDigest else { return .foreign }
                return try Self.knows(link, database) ? .pending : .unknown
            }
            if known["retired_at"] as Int64? != nil { return .retired }
            let content = try SQLitePlanStage.content(
                of: known["item"], generation: known["generation"], database)
            let differences = content.map { LinkContent.differences(of: link.json, from: $0) } ?? []
            return differences.isEmpty ? .same : .edited(differences)
        }
    }

    /// Links that the ledger has and `seen` has not, unless they were retired.
    package func unseen(_ seen: Set<String>) async throws -> [(id: String, item: ItemKey)] {
        try await reading { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT l.link_id, i.key, i.segment FROM link l JOIN item i ON i.number = l.item
                    WHERE l.retired_at IS NULL ORDER BY l.item
                    """)
            var unseen: [(id: String, item: ItemKey)] = []
            while let row = try rows.next() {
                let id: String = row[0]
                if !seen.contains(id) { unseen.append((id, ItemKey(row))) }
            }
            return unseen
        }
    }
}

/// How a link of the API's stands to the ledger.
package enum LinkVerdict: Sendable, Equatable {
    case same
    /// Members that are not as they were asked for.
    case edited([String])
    case retired
    /// The answer that would have told of it was lost; its item is unknown or held, or no catalog has its row.
    case pending
    /// It carries this job's marker, and the ledger does not know it.
    case unknown
    /// Not this job's.
    case foreign
}

/// A link of the API's that belongs to a row of today's catalog.
package struct FoundLink: Sendable {
    package enum Fate: Sendable {
        case taken
        /// The ledger has it already.
        case known
        /// The item has another link of this generation.
        case double
        /// The item has a link, or may have one.
        case unsettled
    }

    package var link: ListedLink
    /// `nil` for a link that was made before Catalink.
    package var marker: Marker?
    package var item: ItemKey
    package var generation: Int
    package var fingerprint: Digest
    package var location: Location

    /// - Parameter pair: the row of today's catalog.
    package init(_ link: ListedLink, _ marker: Marker?, _ pair: PlannedPair) {
        self.link = link
        self.marker = marker
        item = pair.item
        location = pair.location
        generation = marker?.generation ?? 1
        let wanted = LinkRequest.canonical(pair.canonical, slug: pair.slug, generation: generation)
        let isAsWanted =
            (try? JSONValue(parsing: wanted)).map { wanted in
                LinkContent.differences(of: link.json, from: wanted)
                    .allSatisfy { pair.expiresRelatively && $0 == "expiration_date" }
            } ?? false
        fingerprint =
            isAsWanted ? pair.fingerprint : SHA256.digest(of: link.request(slug: link.slugs.last ?? ""))
    }
}
