/// What each run read: with this one night is compared with those before it.
extension LedgerSchema {
    static let version4 = [
        // Of plans of a whole catalog that were let through; modified_at: of the newest file, where there is one.
        """
        CREATE TABLE reading (
            run TEXT PRIMARY KEY REFERENCES run (id),
            rows INTEGER NOT NULL CHECK (rows >= 0),
            files INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            modified_at INTEGER
        ) STRICT, WITHOUT ROWID
        """
    ]
}
