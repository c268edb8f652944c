/// What people let through of a plan: amounts that have moved, and whole plans that were made beforehand.
extension LedgerSchema {
    static let version3 = [
        // Amounts that the latest plan to be let through moved: as long as they stay, nobody is asked again.
        """
        CREATE TABLE accepted_price (
            item INTEGER PRIMARY KEY REFERENCES item (number),
            amount TEXT,
            currency TEXT NOT NULL
        ) STRICT
        """,
        // Plan files that were applied; once.
        """
        CREATE TABLE applied_plan (
            plan TEXT PRIMARY KEY CHECK (length(plan) > 0),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            run TEXT NOT NULL REFERENCES run (id),
            person TEXT NOT NULL,
            applied_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
    ]
}
