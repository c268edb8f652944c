import CatalinkCore
import CatalinkHash
import CatalinkLedger
import CatalinkTestSupport
import Foundation
import GRDB
import Testing

struct ConversionStoreTests {
    private static func rows(_ payments: [(id: String, amount: String)]) throws -> MatchedConversions {
        var rows = MatchedConversions()
        rows.links = [Array("link-1".utf8)]
        for (index, payment) in payments.enumerated() {
            let amount = try #require(FixedDecimal(payment.amount))
            let currency = try #require(CurrencyCode("usdc"))
            let conversion = Conversion(
                id: Array(payment.id.utf8), link: [], amount: amount, currency: currency,
                time: Timestamp(seconds: 1_800_000_000))
            rows.add(conversion, link: 0, file: "p.csv", line: index + 2, record: index + 1)
        }
        return rows
    }

    private static func count(_ path: String) throws -> Int? {
        try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM conversion") }
    }

    private static func withStore(_ body: (ConversionStore, _ path: String) async throws -> Void) async throws
    {
        try await withTemporaryDirectory { directory in
            let path = directory + "/conversions.sqlite"
            try await body(try ConversionStore(path: path, identity: .test), path)
        }
    }

    @Test func aPaymentIsRecordedOnce() async throws {
        try await Self.withStore { store, path in
            let rows = try Self.rows([("b", "1.50"), ("a", "-2"), ("", "3")])
            #expect(try store.add(rows).new == 3)
            let again = try ConversionStore(path: path, identity: .test).add(
                try Self.rows([("a", "-2.00"), ("c", "1")]))
            #expect(again.known == 1)
            #expect(again.new == 1)
            #expect(again.conflicts.isEmpty)
        }
    }

    @Test func ofTwoThatShareAnIDTheFirstCounts() async throws {
        try await Self.withStore { store, _ in
            let rows = try Self.rows([("a", "1"), ("a", "2"), ("a", "1")])
            let added = try store.add(rows)
            #expect(added.new == 1)
            #expect(added.known == 1)
            #expect(added.conflicts.map(\.index) == [1])
            #expect(added.conflicts.first?.recorded == "1.00 usdc at 2027-01-15T08:00:00Z for link-1")
            #expect(try store.unsettled(rows).map(\.row) == [1])
        }
    }

    @Test func equalPaymentsWithoutAnIDAreOne() async throws {
        try await Self.withStore { store, _ in
            let added = try store.add(try Self.rows([("", "1"), ("", "1.0"), ("", "1.01")]))
            #expect(added.new == 2)
            #expect(added.known == 1)
        }
    }

    /// Which of an item's links was the latest depends on what was known when the payment was recorded.
    @Test(arguments: ["a", ""])
    func aPaymentOfASiblingIsNotRecordedAgain(_ id: String) async throws {
        try await Self.withStore { store, _ in
            #expect(try store.add(try Self.rows([(id, "1")])).new == 1)
            var rows = MatchedConversions()
            rows.links = [Array("link-2".utf8), Array("link-1".utf8)]
            rows.siblings = [0: [1]]
            for (index, amount) in ["1", "2"].enumerated() {
                let amount = try #require(FixedDecimal(amount))
                let currency = try #require(CurrencyCode("usdc"))
                let payment = Conversion(
                    id: Array(id.utf8), link: [], amount: amount, currency: currency,
                    time: Timestamp(seconds: 1_800_000_000))
                rows.add(payment, link: 0, hasSiblings: true, file: "p.csv", line: 2, record: index)
            }
            #expect(try store.unsettled(rows).map(\.row) == [1])
            let added = try store.add(rows)
            #expect(added.known == 1)
            #expect(added.conflicts.map(\.index) == (id.isEmpty ? [] : [1]))
            #expect(added.new == (id.isEmpty ? 1 : 0))
        }
    }

    /// Else it waits for half a minute, which whoever ends a process does not.
    @Test func whoIsToEndWaitsForNoOtherForLong() async throws {
        try await Self.withStore { store, path in
            let other = try DatabaseQueue(path: path)
            try await other.writeWithoutTransaction { database in
                try database.execute(sql: "BEGIN IMMEDIATE")
                defer { try? database.execute(sql: "ROLLBACK") }
                let begin = ContinuousClock.now
                // Also who waits already.
                Thread.detachNewThread {
                    Thread.sleep(forTimeInterval: 0.3)
                    store.hurry()
                }
                #expect(throws: LedgerError.self) { try store.add(try Self.rows([("a", "1")])) }
                #expect(ContinuousClock.now - begin < .seconds(20))
            }
            #expect(try store.add(try Self.rows([("a", "1")])).new == 1)
        }
    }

    @Test func whatIsNotRecordedIsUnsettled() async throws {
        try await Self.withStore { store, _ in
            #expect(try store.add(try Self.rows([("a", "1"), ("", "2")])).new == 2)
            let unsettled = try store.unsettled(
                try Self.rows([("a", "1"), ("", "2"), ("b", "1"), ("", "3"), ("a", "4")]))
            #expect(unsettled.map(\.row) == [2, 3, 4])
            #expect(unsettled.map { $0.recorded == nil } == [true, true, false])
        }
    }

    /// Who has seen a delivery may send it under another name; the delivery of that name is still taken.
    @Test func aReplayDoesNotTakeTheNameOfAnotherDelivery() async throws {
        try await Self.withStore { store, _ in
            let sent: [(UInt64, UInt64, String)] = [(1, 1, "a"), (2, 1, "a"), (2, 2, "b"), (2, 3, "c")]
            let counts = try sent.map { name, body, id -> Int in
                let delivery = ReceivedDelivery(
                    key: ShortDigest(high: 0, low: name), body: ShortDigest(high: 0, low: body), rows: 0..<1,
                    isWhole: true)
                let result = try store.receive(
                    [delivery], try Self.rows([(id, "1")]), at: Timestamp(seconds: 1_800_000_000)
                ).first
                guard case .recorded(let added) = result else { return -1 }
                return added.new
            }
            #expect(counts == [1, 0, 1, -1])
        }
    }

    /// Ids in any order, of any length, some twice and some missing, over several transactions.
    @Test func ofManyEachIsRecordedOnce() async throws {
        try await Self.withStore { store, path in
            var random = SplitMix(seed: 7)
            let ids = (0..<3000).map { _ in
                String("pay_00000000".prefix(Int(random.next() % 13))) + String(random.next() % 1500)
            }
            let payments = ids.enumerated().map { index, id in
                (id: index % 10 == 0 ? "" : id, amount: index % 10 == 0 ? String(index % 300) : "1")
            }
            var (new, known) = (0, 0)
            for start in stride(from: 0, to: 3000, by: 500) {
                let more = try store.add(try Self.rows(Array(payments[start..<(start + 500)])))
                new += more.new
                known += more.known
                #expect(more.conflicts.isEmpty)
            }
            #expect(new == Set(payments.map { $0.id + " " + $0.amount }).count)
            #expect(new + known == 3000)
            #expect(try Self.count(path) == new)
            #expect(try store.add(try Self.rows(payments)).known == 3000)
        }
    }

    @Test func whatAnEarlierVersionRecordedStaysKnown() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/conversions.sqlite"
            let file = try DatabaseQueue(path: path)
            try await file.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                        INSERT INTO grdb_migrations VALUES ('v1'), ('v2');
                        CREATE TABLE binding (one INTEGER PRIMARY KEY, origin TEXT, account TEXT, job TEXT) STRICT;
                        CREATE TABLE link (number INTEGER PRIMARY KEY, link_id TEXT NOT NULL UNIQUE) STRICT;
                        INSERT INTO link VALUES (3, 'link-1');
                        CREATE TABLE conversion (number INTEGER PRIMARY KEY, link INTEGER, amount INTEGER,
                            scale INTEGER, currency TEXT, paid_at INTEGER, id TEXT) STRICT;
                        INSERT INTO conversion VALUES (1, 3, 15, 1, 'USDC', 1800000000000000, 'a'),
                            (2, 3, -2, 0, 'USDC', 1800000000000000, NULL),
                            (3, 3, 7, 0, 'USDC', 1800000000000000, char(0) || 'x');
                        CREATE TABLE identity (id BLOB PRIMARY KEY, content BLOB, conversion INTEGER)
                            STRICT, WITHOUT ROWID;
                        CREATE TABLE delivery (id BLOB PRIMARY KEY, body BLOB, received_at INTEGER)
                            STRICT, WITHOUT ROWID;
                        """)
            }
            try file.close()
            let store = try ConversionStore(path: path, identity: .test)
            let added = try store.add(
                try Self.rows([("a", "1.50"), ("", "-2.0"), ("", "-2.01"), ("a", "2")]))
            #expect(added.known == 2)
            #expect(added.new == 1)
            #expect(added.conflicts.map(\.index) == [3])
            #expect(try Self.count(path) == 4)
        }
    }

    @Test func paymentsOfAnotherJobAreRefused() async throws {
        try await Self.withStore { _, path in
            let other = Identity(origin: "sandbox", account: "default", job: "other")
            #expect(throws: LedgerError.self) { try ConversionStore(path: path, identity: other) }
        }
    }

    @Test func whatIsRecordedSurvivesALossOfPower() async throws {
        try await Self.withStore { store, path in
            #expect(try store.add(try Self.rows([("a", "1")])).new == 1)
            #expect(try store.settings() == ["wal", "2"])
            let file = try DatabaseQueue(path: path)
            #expect(throws: DatabaseError.self) {
                try file.write { try $0.execute(sql: "DELETE FROM conversion") }
            }
        }
    }
}
