import CatalinkCore
import CatalinkHash
import CatalinkLedger
import CatalinkTestSupport
import GRDB
import Testing

struct ConversionStoreTests {
    private static func rows(_ payments: [(id: String, amount: String)]) throws -> [MatchedConversion] {
        var hasher = ConversionHasher()
        var rows: [MatchedConversion] = []
        for (index, payment) in payments.enumerated() {
            let amount = try #require(FixedDecimal(payment.amount))
            let currency = try #require(CurrencyCode("usdc"))
            let conversion = Conversion(
                id: Array(payment.id.utf8), link: [], amount: amount, currency: currency,
                time: Timestamp(seconds: 1_800_000_000))
            let location = Location(file: "p.csv", line: index + 2, record: index + 1)
            rows.append(hasher.matched(conversion, link: Array("link-1".utf8), location))
        }
        return rows
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
            #expect(try store.conflicts(rows).map(\.index) == [1])
        }
    }

    @Test func equalPaymentsWithoutAnIDAreOne() async throws {
        try await Self.withStore { store, _ in
            let added = try store.add(try Self.rows([("", "1"), ("", "1.0"), ("", "1.01")]))
            #expect(added.new == 2)
            #expect(added.known == 1)
        }
    }

    /// Who has seen a delivery may send it under another name; the delivery of that name is still taken.
    @Test func aReplayDoesNotTakeTheNameOfAnotherDelivery() async throws {
        try await Self.withStore { store, _ in
            let sent: [(UInt64, UInt64, String)] = [(1, 1, "a"), (2, 1, "a"), (2, 2, "b"), (2, 3, "c")]
            let counts = try sent.map { name, body, id -> Int in
                let delivery = ReceivedDelivery(
                    key: ShortDigest(high: 0, low: name), body: ShortDigest(high: 0, low: body),
                    rows: try Self.rows([(id, "1")]), isWhole: true)
                let result = try store.receive([delivery], at: Timestamp(seconds: 1_800_000_000)).first
                guard case .recorded(let added) = result else { return -1 }
                return added.new
            }
            #expect(counts == [1, 0, 1, -1])
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
