package import CatalinkCore
import CatalinkHash
package import CatalinkLedger

/// The books of a job between runs.
package struct JobStatus: Sendable {
    package var job: String
    package var path: String
    package var ledger: LedgerStatus
    /// Who paused it and since when.
    package var pause: String?
    package var keyLifetime: Duration
    package var now: Timestamp
    /// What is open for longer than the job allows.
    package var unsettled: UnsettledItems
    package var unsettledAfter: Duration

    /// - Throws: `RunFailure` where there is no ledger yet.
    package init(of job: Job, variables: [String: String], now: Timestamp) async throws {
        let directory = try StateDirectory(of: job, environment: variables)
        self.job = job.name
        keyLifetime = job.limits.keyLifetime
        path = directory.path
        pause = directory.pauses.lazy.compactMap(\.text).first
        self.now = now
        unsettledAfter = job.unsettledAfter
        let books = try directory.openLedger(of: job)
        ledger = try await books.status()
        unsettled = try await onOwnThread { [after = job.unsettledAfter] in
            try books.unsettled(before: now - after)
        }
    }

    package var json: JSONValue {
        .object([
            ("job", .string(job)), ("path", .string(path)),
            ("items", .object(ItemState.allCases.map { ($0.rawValue, .integer(ledger.counts[$0])) })),
            (
                "runs",
                .array(
                    ledger.runs.map { run in
                        .object([
                            ("run", .string(run.id)), ("exit", run.exit.map(JSONValue.integer) ?? .null),
                            ("created", .integer(run.created)),
                        ])
                    })
            ),
            (
                "approvals",
                .array(
                    ledger.approvals.map { approval in
                        .object([
                            ("digest", .string(approval.digest.hexadecimal)),
                            ("person", .string(approval.person)),
                            ("at", .string(CivilTime(approval.at).iso8601)), ("run", .string(approval.run)),
                            ("planFile", .bool(approval.isFile)),
                        ])
                    })
            ),
            ("paused", .optional(pause)), ("account", .optional(ledger.appID)),
            (
                "held",
                .array(
                    ledger.held.map { held in
                        .object([
                            ("key", .string(held.item.key.text)),
                            ("segment", .string(held.item.segment.text)),
                            ("message", .optional(held.message)),
                            ("first_sent_at", .optional(held.sentAt.map { CivilTime($0).iso8601 })),
                            (
                                "age_seconds",
                                held.sentAt.map { .integer(Int(now.since($0).components.seconds)) } ?? .null
                            ),
                        ])
                    })
            ),
            (
                "mismatched",
                .array(
                    ledger.mismatched.map { held in
                        .object([
                            ("key", .string(held.item.key.text)),
                            ("segment", .string(held.item.segment.text)),
                            ("message", .optional(held.message)),
                        ])
                    })
            ),
            ("superseded", .array(ledger.superseded.map { .string($0.linkID) })),
            ("orphans", .integer(ledger.orphans)), ("overdue", .integer(unsettled.overdue)),
            (
                "unknown",
                .array(
                    ledger.unknown.map { unknown in
                        .object([
                            ("key", .string(unknown.item.key.text)),
                            ("segment", .string(unknown.item.segment.text)),
                            ("first_sent_at", .string(CivilTime(unknown.firstSentAt).iso8601)),
                            (
                                "age_seconds",
                                .integer(Int(now.since(unknown.firstSentAt).components.seconds))
                            ),
                            (
                                "key_dies_at",
                                .string(CivilTime(unknown.firstSentAt + keyLifetime).iso8601)
                            ),
                        ])
                    })
            ),
        ])
    }
}
