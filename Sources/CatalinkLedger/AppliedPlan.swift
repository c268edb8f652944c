package import CatalinkCore
package import CatalinkHash
import Foundation
import GRDB

/// A plan file as the ledger remembers it once it was applied.
package struct AppliedPlan: Sendable, Equatable {
    package var name: String
    package var digest: Digest
    package var run: String
    package var person: String
    package var at: Timestamp

    package init(name: String, digest: Digest, run: String, person: String, at: Timestamp) {
        self.name = name
        self.digest = digest
        self.run = run
        self.person = person
        self.at = at
    }
}

extension SQLiteLedger {
    /// When and by whom a plan file was applied; `nil` when it was not.
    package func applied(_ name: String) async throws -> AppliedPlan? {
        try await reading { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM applied_plan WHERE plan = ?", arguments: [name]
            ).map { row in
                AppliedPlan(
                    name: row["plan"], digest: row.digest("digest"), run: row["run"], person: row["person"],
                    at: Timestamp(milliseconds: row["applied_at"]))
            }
        }
    }

    static func note(_ plan: AppliedPlan, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO applied_plan (plan, digest, run, person, applied_at) VALUES (?, ?, ?, ?, ?)",
            arguments: [plan.name, Data(plan.digest.bytes), plan.run, plan.person, plan.at.milliseconds])
    }
}
