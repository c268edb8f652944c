package import CatalinkCore
import CatalinkHash
import Foundation
import GRDB
import Synchronization

/// Items whose fate is unknown: finding them, and recording what was found.
extension SQLiteLedger {
    package func sought() async throws -> [SoughtItem] {
        try await reading { [identity] database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT i.number, i.key, i.segment, r.generation, r.try, r.method, r.link_id,
                        (SELECT min(sent_at) FROM attempt WHERE item = i.number AND generation = r.generation) AS first,
                        (SELECT max(sent_at) FROM attempt WHERE item = i.number AND generation = r.generation) AS last,
                        (SELECT message FROM attempt WHERE item = i.number
                            ORDER BY generation DESC, try DESC, n DESC LIMIT 1) AS message,
                        (SELECT server_offset FROM attempt WHERE item = i.number AND generation = r.generation
                            ORDER BY sent_at LIMIT 1) AS first_offset,
                        CASE WHEN r.method = 'update' THEN r.body END AS body,
                        (SELECT count(*) = 1 AND coalesce(sum(status BETWEEN 400 AND 499), 0) = 1 FROM attempt
                            WHERE item = i.number AND generation = r.generation AND outcome = 'unknown') AS was_refused
                    FROM item i JOIN request r ON r.item = i.number
                        AND (r.generation, r.try) = (SELECT generation, try FROM request WHERE item = i.number
                            ORDER BY generation DESC, try DESC LIMIT 1)
                    WHERE i.state = 'open' ORDER BY i.number
                    """)
            return try rows.map { try SoughtItem($0, identity, database) }
        }
    }

    package func postpone(_ rows: [WorkItem]) async throws {
        try await writing { database in
            for row in rows {
                try database.cachedStatement(sql: "UPDATE temp.staged SET waits = 1 WHERE id = ?")
                    .execute(arguments: [row.stage])
            }
        }
    }

    package func settle(run: String, _ results: [LookUpResult], at now: Timestamp) async throws -> Healing {
        guard let planner = planner.withLock({ $0 }) else {
            preconditionFailure("look-ups are settled within a run, which has a plan")
        }
        return try await writing { database in
            var healing = Healing()
            for result in results { try Self.settle(result, run, now, planner, &healing, database) }
            return healing
        }
    }

    private static func settle(
        _ result: LookUpResult, _ run: String, _ now: Timestamp, _ planner: RowPlanner,
        _ healing: inout Healing, _ database: Database
    ) throws {
        let item = result.item
        // What was found out about an item that has moved on meanwhile says nothing.
        guard
            try String.fetchOne(
                database, sql: "SELECT state FROM item WHERE number = ?", arguments: [item.number])
                == ItemState.open.rawValue
        else { return }
        let made = try record(result, run, now, database)
        guard let row = try waitingRow(of: item, database) else { return }
        let stage: Int64 = row["id"]
        func end(_ verdict: Verdict, _ message: String?) throws {
            try note(verdict, stage, message, run, database)
            healing.verdicts[verdict, default: 0] += 1
        }
        if let made, try isWanted(item.number, row.digest("fingerprint"), database) {
            return try end(made, nil)
        }
        switch result.finding {
        case .held(let reason): return try end(.held, reason)
        case .rejected(let reason): return try end(.rejected, reason)
        case .found, .updated, .absent: break
        }
        let step = try SQLitePlanStage.restage(row, item.item, planner, database)
        if let verdict = step { try end(verdict, nil) } else { healing.newWork += 1 }
    }

    /// - Returns: the verdict that the item's own row has where today's row asks for just that.
    private static func record(
        _ result: LookUpResult, _ run: String, _ now: Timestamp, _ database: Database
    ) throws -> Verdict? {
        let item = result.item
        let settled = SettledAttempt(
            number: item.number, generation: item.generation, attempt: item.attempt, send: 0,
            outcome: .unknown, at: now, sent: false)
        switch result.finding {
        case .found(let facts):
            try setFate("made", of: settled, database)
            try keep(facts, of: settled, run, database)
            try move(item.number, to: .created, database)
            return item.generation > 1 ? .replaced : .created
        case .updated(let mismatch):
            try setFate("made", of: settled, database)
            try keep(
                LinkFacts(id: item.linkID ?? "", url: nil, mismatch: mismatch), of: settled, run, database)
            try move(item.number, to: .created, database)
            return .updated
        case .absent: try move(item.number, to: .released, database)
        case .rejected(let reason):
            try setFate("refused", of: settled, database)
            try explain(reason, settled, database)
            try move(item.number, to: .rejected, database)
        case .held(let reason):
            try explain(reason, settled, database)
            try move(item.number, to: .held, database)
        }
        return nil
    }

    private static func explain(_ reason: String, _ settled: SettledAttempt, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE request SET note = ? WHERE item = ? AND generation = ? AND try = ?",
            arguments: [reason, settled.number, settled.generation, settled.attempt])
    }

    private static func waitingRow(of item: SoughtItem, _ database: Database) throws -> Row? {
        try Row.fetchOne(
            database,
            sql:
                "SELECT * FROM temp.staged WHERE key = ? AND segment = ? AND verdict IS NULL AND conflict = 0",
            arguments: [Data(item.item.key), Data(item.item.segment)])
    }

    private static func isWanted(_ number: Int, _ fingerprint: Digest, _ database: Database) throws -> Bool {
        try Data.fetchOne(database, sql: "SELECT fingerprint FROM item WHERE number = ?", arguments: [number])
            == Data(fingerprint.bytes)
    }

    // MARK: Links that are in the way

    package func superseded() async throws -> [SupersededLink] {
        try await reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT l.link_id, i.key, i.segment FROM link n
                    JOIN link l ON l.item = n.item AND l.generation < n.generation AND l.retired_at IS NULL
                    JOIN item i ON i.number = l.item
                    WHERE n.retired_at IS NULL AND n.generation > 1 GROUP BY l.link_id ORDER BY l.item
                    """
            ).map { row in
                SupersededLink(
                    linkID: row[0], item: ItemKey(row))
            }
        }
    }

    package func retired(_ linkID: String, at now: Timestamp) async throws {
        try await writing { database in
            try database.execute(
                sql: "UPDATE link SET retired_at = ? WHERE link_id = ? AND retired_at IS NULL",
                arguments: [now.milliseconds, linkID])
        }
    }

    // MARK: The end of a run

    package func closePlan(run: String) async throws -> [Verdict: Int] {
        try await writing { database in
            try Self.release(database)
            try database.execute(sql: Self.leftRows)
            try database.execute(
                sql: """
                    INSERT INTO verdict (run, row, segment, key, verdict, file, line, error)
                    SELECT ?, s.row, s.segment, s.key, s.left_as, s.file, s.line, (SELECT message FROM attempt a
                        JOIN item i ON i.number = a.item WHERE i.key = s.key AND i.segment = s.segment
                        ORDER BY generation DESC, try DESC, n DESC LIMIT 1)
                    FROM temp.left_row s WHERE s.left_as <> 'notReached'
                    """, arguments: [run])
            try database.execute(
                sql: """
                    UPDATE temp.staged SET verdict = (SELECT left_as FROM temp.left_row l WHERE l.id = staged.id)
                        WHERE id IN (SELECT id FROM temp.left_row);
                    DROP TABLE temp.left_row;
                    """)
            let rows = try Row.fetchAll(
                database,
                sql:
                    "SELECT verdict, count(*) FROM temp.staged WHERE planned = 1 AND conflict = 0 GROUP BY verdict"
            )
            return rows.reduce(into: [:]) { counts, row in
                if let verdict = Verdict(rawValue: row[0]) { counts[verdict] = row[1] }
            }
        }
    }

    /// Rows that were to be sent and have no verdict: sent and unknown, tried and not made, or not reached.
    private static let leftRows = """
        DROP TABLE IF EXISTS temp.left_row;
        CREATE TEMP TABLE left_row AS SELECT s.*, CASE
            WHEN i.state = 'open' THEN 'unknown'
            WHEN i.state = 'held' THEN 'held'
            WHEN EXISTS (SELECT 1 FROM attempt a WHERE a.item = i.number
                AND a.run = (SELECT id FROM run ORDER BY rowid DESC LIMIT 1)
                AND (a.generation, a.try) = (s.generation, s.try)) THEN 'failed'
            ELSE 'notReached' END AS left_as
        FROM temp.staged s LEFT JOIN item i ON i.key = s.key AND i.segment = s.segment
        WHERE s.planned = 1 AND s.conflict = 0 AND s.verdict IS NULL
        """

    package func healed() async throws -> Int {
        try await reading { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM temp.open_at_begin o JOIN item i ON i.number = o.number WHERE i.state <> 'open'
                    """) ?? 0
        }
    }

    package func knows(_ link: ListedLink, by identity: Identity) async throws -> Bool {
        guard let marker = link.marker, marker.job == identity.jobDigest else { return true }
        return try await reading { try Self.knows(link, $0) }
    }

    /// Whether a link with this job's marker is an item's, or that of an answer that was lost.
    static func knows(_ link: ListedLink, _ database: Database) throws -> Bool {
        let isKept = try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM link WHERE link_id = ?1)
                    OR EXISTS (SELECT 1 FROM orphan WHERE link_id = ?1)
                """, arguments: [link.id])
        if isKept ?? false { return true }
        let rows = try Row.fetchCursor(
            database, sql: "SELECT key, segment FROM item WHERE state IN ('open', 'held')")
        while let row = try rows.next() {
            if ItemKey(row).markerDigest == link.marker?.item { return true }
        }
        return false
    }
}

extension SoughtItem {
    fileprivate init(_ row: Row, _ identity: Identity, _ database: Database) throws {
        let (number, generation): (Int, Int) = (row["number"], row["generation"])
        let requests = try Row.fetchAll(
            database,
            sql: """
                SELECT slug, body FROM request WHERE item = ? AND generation = ? AND method = 'create' ORDER BY try
                """, arguments: [number, generation])
        let contents = try requests.map { request in
            Content(slug: request.bytes("slug").text, body: try JSONValue(parsing: request.bytes("body")))
        }
        let item = ItemKey(row)
        let marker = identity.marker(for: item, generation: generation)
        let carriesMarker = contents.contains { $0.body["paymentForId"]?.string == marker.text }
        self.init(
            number: number, item: item, generation: generation, attempt: row["try"],
            marker: carriesMarker ? marker : nil, contents: contents, linkID: row["link_id"],
            firstSentAt: Timestamp(milliseconds: row["first"]),
            lastSentAt: Timestamp(milliseconds: row["last"]), message: row["message"])
        update = try (row["body"] as Data?).map { try JSONValue(parsing: Array($0)) }
        wasRefused = row["was_refused"]
        firstOffset = (row["first_offset"] as Int64?).map { .milliseconds($0) }
    }
}
