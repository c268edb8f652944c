import CatalinkCore
import CatalinkLedger
import CatalinkTestSupport
import Foundation
import GRDB
import Testing

/// How payments' names are found in a ledger's file, while another process writes it.
struct LinkNamesTests {
    private struct Scene {
        let names: LinkNames
        private let file: DatabaseQueue

        static func with(_ body: (Scene) async throws -> Void) async throws {
            try await withTemporaryDirectory { try await body(try Scene($0 + "/ledger.sqlite")) }
        }

        private init(_ path: String) throws {
            names = try LinkNames(try SQLiteLedger(path: path, identity: .test))
            file = try DatabaseQueue(path: path)
        }

        /// - Parameter at: seconds since 1970.
        func make(
            _ link: String, item: Int, generation: Int = 1, reference: String, at: Int64, run: String = "r1"
        )
            throws
        {
            try file.write { database in
                try database.execute(
                    sql: "INSERT OR IGNORE INTO run (id, started_at) VALUES (?, 0)", arguments: [run])
                try database.execute(
                    sql: """
                        INSERT OR IGNORE INTO item (key, segment, number, state, fingerprint, form)
                            VALUES (?, x'', ?, 'open', zeroblob(32), 1)
                        """, arguments: [Data("k\(item)".utf8), item])
                try database.execute(
                    sql: """
                        INSERT INTO request (item, generation, try, body, slug, currency, file, line, fate)
                            VALUES (?, ?, 1, ?, ?, 'usdc', 'c.csv', 2, 'made')
                        """,
                    arguments: [
                        item, generation, Data("{\"paymentForId\":\"\(reference)\"}".utf8),
                        Data("s-\(link)".utf8),
                    ])
                try database.execute(
                    sql:
                        "INSERT INTO link (item, generation, link_id, url, run, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [item, generation, link, "https://pay/\(link)/", run, at * 1000])
            }
        }

        /// The ids that names stand for, by one asking; `+` where it is the latest of several.
        func found(_ wanted: (LinkName, String)..., at seconds: Int64 = 0) throws -> [String] {
            let found = try names.looking { find in
                try wanted.map { name, text in try find(Self.payment(name, text, at: seconds)) }
            }
            var rows = MatchedConversions()
            names.giveLinks(to: &rows)
            return found.map { found in
                found.link.map { rows.links[$0].text + (found.hasSiblings ? "+" : "") } ?? "\(found)"
            }
        }

        static func payment(_ name: LinkName, _ text: String, at seconds: Int64 = 0) -> Conversion {
            Conversion(
                linkName: name, link: Array(text.utf8), amount: .zero, currency: .none,
                time: Timestamp(seconds: seconds))
        }
    }

    @Test func aLinkIsFoundByEachOfItsNames() async throws {
        try await Scene.with { scene in
            try scene.make("a", item: 1, reference: "o-1", at: 100)
            let found = try scene.found(
                (.id, "a"), (.url, "https://pay/a"), (.slug, "s-a"), (.reference, "o-1"), (.id, "b"),
                (.slug, "a"))
            #expect(found == ["a", "a", "a", "a", "none", "none"])
            // Remembered, under numbers of another taking.
            #expect(try scene.found((.reference, "o-1"), (.id, "a")) == ["a", "a"])
        }
    }

    @Test func aNameOfLinksOfSeveralItemsIsNoneOfTheirs() async throws {
        try await Scene.with { scene in
            try scene.make("a", item: 1, reference: "o-1", at: 100)
            try scene.make("b", item: 2, reference: "o-1", at: 200)
            #expect(try scene.found((.reference, "o-1")) == ["several"])
        }
    }

    /// Links of an item follow one another by their generation: clocks may be set back between them.
    @Test func ofAnItemsLinksTheLatestCounts() async throws {
        try await Scene.with { scene in
            try scene.make("a", item: 1, reference: "o-1", at: 100)
            try scene.make("b", item: 1, generation: 2, reference: "o-1", at: 200)
            try scene.make("c", item: 2, reference: "o-2", at: 200)
            try scene.make("d", item: 2, generation: 2, reference: "o-2", at: 100)
            #expect(try scene.found((.reference, "o-1"), at: 99) == ["a+"])
            #expect(try scene.found((.reference, "o-1"), at: 199) == ["a+"])
            #expect(try scene.found((.reference, "o-1"), at: 200) == ["b+"])
            #expect(try scene.found((.reference, "o-2"), at: 300) == ["d+"])
            #expect(try scene.found((.id, "a"), (.slug, "s-a"), (.id, "a"), at: 300) == ["a+", "a+", "a+"])
        }
    }

    @Test func whatRunsMakeIsTakenInWhateverTheirClockSays() async throws {
        try await Scene.with { scene in
            try scene.make("a", item: 1, reference: "o-1", at: 1000)
            #expect(try scene.found((.reference, "o-1"), (.url, "https://pay/a")) == ["a", "a"])
            try scene.make("b", item: 2, reference: "o-2", at: 100)
            try scene.make("c", item: 3, reference: "o-3", at: 100, run: "r2")
            try scene.names.refresh()
            #expect(
                try scene.found((.reference, "o-2"), (.url, "https://pay/b"), (.reference, "o-3")) == [
                    "b", "b", "c",
                ])
        }
    }

    /// Who only reads waits for nobody that writes, with a log of writes and without.
    @Test(arguments: [true, false])
    func aLedgerIsOpenedWhileAnotherWrites(_ keepsLog: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let first = try SQLiteLedger(path: path, identity: .test)
            try first.database.writeWithoutTransaction { database in
                if !keepsLog { try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
                try database.execute(sql: "BEGIN IMMEDIATE")
                defer { try? database.execute(sql: "ROLLBACK") }
                let begin = ContinuousClock.now
                let ledger = try SQLiteLedger(path: path, identity: .test)
                let names = try LinkNames(ledger)
                #expect(try names.looking { try $0(Scene.payment(.slug, "s")) } == .none)
                let stage = try ledger.stage(RowPlanner(now: Timestamp(seconds: 0), onChange: .report))
                try stage.add([.filtered(reason: 0)])
                #expect(try stage.finish().settled[.filtered] == 1)
                // Whoever waits does so for ten seconds.
                #expect(ContinuousClock.now - begin < .seconds(9))
            }
        }
    }

    @Test func manyBeginALedgerAtOnce() async throws {
        try await withTemporaryDirectory { directory in
            for round in 0..<5 {
                let path = directory + "/\(round).sqlite"
                try Data().write(to: URL(filePath: path))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<6 {
                        group.addTask { _ = try SQLiteLedger(path: path, identity: .test) }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    /// What was made in a transaction that failed is made again.
    @Test func aLookThatFailsIsNoLastOne() async throws {
        struct Failure: Error {}
        try await Scene.with { scene in
            try scene.make("a", item: 1, reference: "o-1", at: 100)
            #expect(throws: Failure.self) {
                try scene.names.looking { find in
                    _ = try find(Scene.payment(.reference, "o-1"))
                    throw Failure()
                }
            }
            #expect(try scene.found((.reference, "o-1")) == ["a"])
            try scene.make("b", item: 2, reference: "o-2", at: 100)
            try scene.names.refresh()
            #expect(try scene.found((.reference, "o-2")) == ["b"])
        }
    }
}
