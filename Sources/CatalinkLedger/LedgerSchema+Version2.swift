import CatalinkCore

/// Healing: what became of each request, what each link carries, which have been retired, and what people decided.
extension LedgerSchema {
    private static let methods = list(RequestMethod.allCases.map(\.rawValue))

    /// The newest request of an item.
    private static let isNewest = """
        (generation, try) = (SELECT generation, try FROM request r WHERE r.item = request.item
            ORDER BY generation DESC, try DESC LIMIT 1)
        """

    static let version2 = [
        "DROP TRIGGER request_is_never_changed",
        "ALTER TABLE request ADD COLUMN method TEXT NOT NULL DEFAULT 'create' CHECK (method IN (\(methods)))",
        "ALTER TABLE request ADD COLUMN link_id TEXT CHECK ((method = 'update') = (link_id IS NOT NULL))",
        "ALTER TABLE request ADD COLUMN fingerprint BLOB CHECK (fingerprint IS NULL OR length(fingerprint) = 32)",
        // made: it became a link, or a link carries it; refused: the API says no; dropped: it was not made.
        "ALTER TABLE request ADD COLUMN fate TEXT CHECK (fate IN ('made', 'refused', 'dropped'))",
        """
        UPDATE request SET fingerprint = (SELECT fingerprint FROM item WHERE number = request.item)
            WHERE \(isNewest)
        """,
        """
        UPDATE request SET fate = (SELECT CASE state WHEN 'created' THEN 'made' WHEN 'rejected' THEN 'refused' END
            FROM item WHERE number = request.item) WHERE \(isNewest)
        """,
        """
        CREATE TRIGGER request_is_never_changed BEFORE UPDATE OF item, generation, try, body, slug, amount, currency,
            method, link_id, fingerprint ON request
        BEGIN SELECT RAISE(ABORT, 'a request is sent byte-identical for ever'); END
        """,
        """
        CREATE TRIGGER request_was_made_for_good BEFORE UPDATE OF fate ON request
        WHEN OLD.fate = 'made' AND NEW.fate IS NOT 'made'
        BEGIN SELECT RAISE(ABORT, 'what was made cannot be unmade'); END
        """,
        "ALTER TABLE attempt ADD COLUMN server_offset INTEGER",
        "ALTER TABLE link ADD COLUMN fingerprint BLOB CHECK (fingerprint IS NULL OR length(fingerprint) = 32)",
        "ALTER TABLE link ADD COLUMN amount TEXT",
        "ALTER TABLE link ADD COLUMN currency TEXT",
        "ALTER TABLE link ADD COLUMN retired_at INTEGER",
        """
        UPDATE link SET fingerprint = (SELECT fingerprint FROM item WHERE number = link.item),
            (amount, currency) = (SELECT amount, currency FROM request r WHERE r.item = link.item
                AND r.generation = link.generation ORDER BY try DESC LIMIT 1)
        """,
        """
        CREATE TRIGGER link_keeps_its_identity BEFORE UPDATE OF item, generation, link_id ON link
        BEGIN SELECT RAISE(ABORT, 'a link keeps its item'); END
        """,
        """
        CREATE TRIGGER link_is_never_deleted BEFORE DELETE ON link
        BEGIN SELECT RAISE(ABORT, 'a link is never forgotten'); END
        """,
        "CREATE INDEX link_mismatch ON link (item) WHERE mismatch IS NOT NULL AND retired_at IS NULL",
        "CREATE INDEX link_superseded ON link (item) WHERE retired_at IS NULL AND generation > 1",
        // What a plan came to that the brakes let through: items in all, and those changed, missing and invalid.
        "ALTER TABLE run ADD COLUMN planned INTEGER",
        "ALTER TABLE run ADD COLUMN changed INTEGER",
        "ALTER TABLE run ADD COLUMN missing INTEGER",
        "ALTER TABLE run ADD COLUMN invalid INTEGER",
        // Why a look-up left it as it is.
        "ALTER TABLE request ADD COLUMN note TEXT",
        // A plan beyond the brakes, approved by a person; once.
        """
        CREATE TABLE approval (
            digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
            run TEXT NOT NULL REFERENCES run (id),
            person TEXT NOT NULL,
            approved_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        // Links with this job's marker whose row was in no catalog when they were recovered.
        """
        CREATE TABLE orphan (
            link_id TEXT PRIMARY KEY,
            item_digest TEXT NOT NULL,
            generation INTEGER NOT NULL,
            url TEXT,
            found_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX orphan_item ON orphan (item_digest)",
        // What a person decided about an item.
        """
        CREATE TABLE intervention (
            item INTEGER NOT NULL REFERENCES item (number),
            at INTEGER NOT NULL,
            person TEXT NOT NULL,
            decision TEXT NOT NULL
        ) STRICT
        """,
        "DROP TRIGGER item_moves_along_its_arrows",
        """
        CREATE TRIGGER item_moves_along_its_arrows BEFORE UPDATE OF state ON item
        WHEN NEW.state <> OLD.state AND NOT (
            (OLD.state = 'open' AND NEW.state IN ('created', 'rejected', 'held', 'released'))
            OR (OLD.state IN ('released', 'rejected', 'created') AND NEW.state = 'open')
            OR (OLD.state = 'rejected' AND NEW.state = 'released')
            OR (OLD.state = 'held' AND NEW.state IN ('created', 'released')))
        BEGIN SELECT RAISE(ABORT, 'an item cannot go from its state to that one'); END
        """,
    ]
}
