import CatalinkCore
import CatalinkHash
import CatalinkLedger
import CatalinkTestSupport
import Foundation
import GRDB
import Testing

/// When the disk takes no more, what has happened is kept all the same.
struct EmergencyTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    private func intend(_ ledger: SQLiteLedger, _ run: String) async throws -> [WorkItem] {
        _ = try await ledger.begin(run, at: Self.now)
        let stage = try ledger.stage(RowPlanner(now: Self.now))
        try stage.add((1...3).map { Pairs.request(String($0), row: $0) })
        _ = try stage.finish()
        var sent: [WorkItem] = []
        for work in try await ledger.nextWork(after: 0, limit: 10) {
            let key = Identity.test.idempotencyKey(
                for: work.item, generation: 1, attempt: 1, body: work.canonical)
            let intent = Intent(
                work: work, key: key, body: work.canonical, at: Self.now, clientKey: SHA256.digest(of: []))
            var done = work
            done.number = try await ledger.record(run: run, outcomes: [], intents: [intent]).first
            done.sends = 1
            sent.append(done)
        }
        return sent
    }

    private func created(_ work: WorkItem, message: String? = nil) -> OutcomeRecord {
        OutcomeRecord(
            work: work, outcome: .created, at: Self.now, sent: true, status: 201, message: message,
            link: LinkFacts(id: "pl_\(work.row)", url: "u"), state: .created, verdict: .created)
    }

    @Test func outcomesOnAFullDiskAreReadAtTheNextStart() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let ledger = try SQLiteLedger(path: path, identity: .test)
            let sent = try await intend(ledger, "r1")
            // No page more: SQLite says that the disk is full.
            try await ledger.database.writeWithoutTransaction { database in
                let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
                try database.execute(sql: "PRAGMA max_page_count = \(pages)")
            }
            let long = String(repeating: "x", count: 20_000)
            await #expect(throws: LedgerError.self) {
                _ = try await ledger.record(
                    run: "r1", outcomes: [created(sent[0], message: long)], intents: [])
            }
            // From then on everything goes there at once.
            _ = try await ledger.record(run: "r1", outcomes: [created(sent[1])], intents: [])
            try ledger.database.close()

            let again = try SQLiteLedger(path: path, identity: .test)
            let counts = try await again.begin("r2", at: Self.now)
            #expect(counts.items == [.created: 2, .open: 1])
            #expect(
                try await again.database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM link") } == 2)
            // It is read once.
            #expect(try await again.begin("r3", at: Self.now).items == [.created: 2, .open: 1])
        }
    }

    /// A power failure may cut the last line; its attempt stays unknown, and heals.
    @Test func aCutLineIsNoOutcome() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let ledger = try SQLiteLedger(path: path, identity: .test)
            _ = try await intend(ledger, "r1")
            try ledger.database.close()
            try write(
                #"{"item":1,"generation":1,"try":1,"n":1,"outcome":"created","at":1800000000000,"sent":true,"status":201,"state":"created","link":"pl_1","url":null,"message":null,"mismatch":null}"#
                    + "\n" + #"{"item":2,"generation":1,"tr"#, to: directory + "/emergency.jsonl")
            let again = try SQLiteLedger(path: path, identity: .test)
            #expect(try await again.begin("r2", at: Self.now).items == [.created: 1, .open: 2])
        }
    }

    private static let damages: [(String, String)] = [
        ("not a database at all, but text of some length", "a SQLite ledger that is whole")
    ]

    @Test(arguments: damages)
    func aDamagedLedgerIsToldWithWhatToDo(_ contents: String, _ expected: String) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            try write(String(repeating: contents, count: 100), to: path)
            let error = #expect(throws: LedgerError.self) { try SQLiteLedger(path: path, identity: .test) }
            #expect(error?.message.hasPrefix("\(path): expected \(expected), got: ") == true)
            #expect(error?.message.contains("`catalink ledger recover JOB`") == true)
        }
    }

    @Test func aBackupIsALedgerOfItsOwn() async throws {
        try await withTemporaryDirectory { directory in
            let ledger = try SQLiteLedger(path: directory + "/ledger.sqlite", identity: .test)
            _ = try await intend(ledger, "r1")
            try await ledger.backUp(to: directory + "/copy.sqlite")
            let copy = try SQLiteLedger(path: directory + "/copy.sqlite", identity: .test)
            #expect(try await copy.counts().items == [.open: 3])
        }
    }
}
