import CatalinkCore
import CatalinkHash
import GRDB

/// What is known only once every row has been staged: slugs that are in each other's way, verdicts, counts.
extension SQLitePlanStage {
    func finish() throws -> PlanTotals {
        try staging { database in
            try findSlugConflicts(database)
            try findSlugsOfNeighbours(database)
            try noteStaged(database)
            try count(database)
        }
        return totals
    }

    /// A slug belongs to the item whose link has it or may have it; else two rows with one slug both wait.
    private func findSlugConflicts(_ database: Database) throws {
        try database.execute(sql: "CREATE INDEX temp.staged_slug ON staged (slug)")
        let owned = """
            SELECT i.key, i.segment FROM request r JOIN item i ON i.number = r.item
            WHERE r.slug = s.slug AND r.fate IS NOT 'refused' AND r.fate IS NOT 'dropped'
                AND i.state IN ('created', 'open', 'held')
            """
        let isMine = "EXISTS (\(owned) AND i.number = s.number)"
        let isOthers = "EXISTS (\(owned) AND i.number IS NOT s.number)"
        let isShared = """
            EXISTS (SELECT 1 FROM temp.staged o WHERE o.slug = s.slug AND o.id <> s.id
                AND (o.verdict IS NULL OR o.verdict = 'changed'))
            """
        try database.execute(
            sql: """
                UPDATE temp.staged AS s SET conflict = 2 WHERE conflict = 0 AND (verdict IS NULL OR verdict = 'changed')
                    AND (\(isOthers) OR (NOT \(isMine) AND \(isShared)))
                """)
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT s.*, o.file AS other_file, o.line AS other_line FROM temp.staged s
                LEFT JOIN temp.staged o ON o.slug = s.slug AND o.id <> s.id WHERE s.conflict = 2 GROUP BY s.id
                ORDER BY s.id
                """)
        while let row = try rows.next() { try noteSlugConflict(row, database) }
    }

    private func noteSlugConflict(_ row: Row, _ database: Database) throws {
        let item = ItemKey(row)
        let location = Location(file: row["file"], line: row["line"], record: row["row"])
        let slug = row.bytes("slug").text.quoted
        let other: String
        if let file = row["other_file"] as String?, let line = row["other_line"] as Int? {
            other = "\(slug), which \(file):\(line) has too"
        } else {
            other = "\(slug), which another item's link has"
        }
        remember(
            Problem(
                subject: "url", location: location, rule: nil, expected: "a slug of its own for each item",
                got: other, hint: "add to `url` what tells them apart, such as the key"))
        try note(.duplicate, item, location, "url: \(other)", database)
    }

    /// Verdicts of staged rows; those in conflict by key take their equal copies with them.
    private func noteStaged(_ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE temp.noted SET verdict = 'duplicate' WHERE verdict = 'merged'
                    AND EXISTS (SELECT 1 FROM temp.staged s WHERE s.key = noted.key AND s.segment = noted.segment
                        AND s.conflict > 0)
                """)
        try database.execute(
            sql: """
                INSERT INTO temp.noted (row, segment, key, verdict, file, line, error)
                SELECT row, segment, key, CASE WHEN conflict = 1 THEN 'duplicate' ELSE verdict END, file, line,
                    CASE WHEN conflict = 1 THEN '\(Self.duplicateKeyMessage)' ELSE error END
                FROM temp.staged WHERE row > 0 AND (conflict = 1 OR (conflict = 0 AND verdict <> 'unchanged'))
                """)
    }

    private func count(_ database: Database) throws {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT CASE WHEN conflict > 0 THEN 'duplicate' ELSE verdict END AS decided, count(*), sum(copies),
                    sum(sends > 0), sum(waits), sum(method = 'update'), sum(waits = 0 AND generation > 1 AND sends = 0
                        AND method = 'create' AND number IS NOT NULL AND EXISTS (SELECT 1 FROM link
                            WHERE item = number))
                FROM temp.staged GROUP BY decided
                """)
        for row in rows {
            let count: Int = row[1]
            let copies: Int = row[2]
            if let verdict = (row[0] as String?).flatMap(Verdict.init) {
                totals.settled[verdict, default: 0] += count
                totals.settled[verdict == .duplicate ? .duplicate : .merged, default: 0] += copies
                if verdict == .unchanged { unchanged += count }
            } else {
                (totals.resends, totals.lookUps) = (row[3], row[4])
                (totals.updates, totals.replacements) = (row[5], row[6])
                totals.creations =
                    count - totals.resends - totals.lookUps - totals.updates - totals.replacements
                totals.settled[.merged, default: 0] += copies
            }
        }
        totals.settled[.unchanged] = unchanged
        let bundled = try Row.fetchAll(
            database, sql: "SELECT verdict, count(*) FROM temp.noted WHERE error = ? GROUP BY verdict",
            arguments: [Self.bundleMessage])
        for row in bundled {
            guard let verdict = Verdict(rawValue: row[0]) else { continue }
            totals.settled[verdict, default: 0] += row[1] as Int
        }
        let counts = try SQLiteLedger.counts(database)
        let created = counts[.created]
        totals.items = counts.total
        let accepted = try Row.fetchOne(
            database,
            sql: """
                SELECT planned, changed, missing, invalid FROM run WHERE planned IS NOT NULL
                ORDER BY started_at DESC, rowid DESC LIMIT 1
                """)
        if let accepted {
            totals.accepted = PlanTotals.Accepted(
                planned: accepted[0], changed: accepted[1], missing: accepted[2], invalid: accepted[3])
        }
        totals.isPartial = planner.isPartial
        totals.missing = planner.isPartial ? 0 : created - createdSeen
        totals.stillSelling = (planner.isPartial ? createdSeen : created) - unchanged
        try countMoney(database)
        if totals.stillSelling > 0 { try countStillSelling(database) }
        try noteMissing(database)
        totals.digest = try digest(database)
    }

    /// Items with a link that no row has named.
    private func noteMissing(_ database: Database) throws {
        guard totals.missing > 0 else { return }
        let insert = try database.cachedStatement(sql: "INSERT INTO temp.missing (number) VALUES (?)")
        let created = try Int.fetchCursor(
            database, sql: "SELECT number FROM item WHERE state = 'created' ORDER BY number")
        while let number = try created.next() {
            if firstLines[number] == 0 { try insert.execute(arguments: [number]) }
        }
    }

    /// Of every item that the plan would touch or that has lost its row, in the order of keys.
    private func digest(_ database: Database) throws -> Digest {
        var hasher = SHA256()
        func add(_ bytes: [UInt8]) {
            hasher.update(Array("\(bytes.count):".utf8))
            hasher.update(bytes)
        }
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT key, segment, fingerprint, \(Self.action) AS action, coalesce(generation, 0) AS generation
                FROM temp.staged ORDER BY key, segment
                """)
        while let row = try rows.next() {
            for column in ["key", "segment", "fingerprint"] { add(row.bytes(column)) }
            add(Array((row["action"] as String).utf8))
            add(Array("\(row["generation"] as Int)".utf8))
        }
        let missing = try Int.fetchCursor(database, sql: "SELECT number FROM temp.missing ORDER BY number")
        while let number = try missing.next() { add(Array("\(number)".utf8)) }
        add(Array("invalid \(totals.settled[.invalid] ?? 0)".utf8))
        return hasher.finish()
    }
}
