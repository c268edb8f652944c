import CatalinkCore
import CatalinkHash
import CatalinkLedger
import CatalinkTestSupport
import Foundation
import GRDB
import Synchronization
import Testing

@testable import CatalinkRunner

/// The thread that records deliveries, with real files and a clock that stands still.
@Suite(.timeLimit(.minutes(5)))
struct DeliveryWriterTests {
    private static let identity = Identity(origin: "sandbox", account: "default", job: "test")

    /// A ledger that can be read from a certain try on.
    private final class LateLedger: Sendable {
        let ledger: SQLiteLedger
        private let state: Mutex<(tries: Int, works: Bool)>

        var tries: Int { state.withLock { $0.tries } }

        init(works: Bool) throws {
            ledger = try SQLiteLedger(path: nil, identity: identity)
            state = Mutex((0, works))
        }

        func mend() { state.withLock { $0.works = true } }

        func names() throws -> LinkNames {
            let works = state.withLock { state in
                state.tries += 1
                return state.works
            }
            guard works else { throw LedgerError("expected to read it, got: a lock") }
            return try LinkNames(ledger)
        }
    }

    private struct Bench {
        let clock = JumpingClock()
        let late: LateLedger
        let path: String
        let writer: DeliveryWriter

        /// - Parameter onTrouble: told why nothing is recorded.
        static func with(
            works: Bool = true, onTrouble: @escaping @Sendable (String) -> Void = { _ in },
            _ body: (Bench) async throws -> Void
        ) async throws {
            try await withTemporaryDirectory { directory in
                let bench = try Bench(directory + "/conversions.sqlite", works, onTrouble)
                try await body(bench)
                try await onOwnThread { bench.writer.close() }
            }
        }

        private init(_ path: String, _ works: Bool, _ onTrouble: @escaping @Sendable (String) -> Void) throws
        {
            self.path = path
            let late = try LateLedger(works: works)
            self.late = late
            writer = DeliveryWriter(
                try ConversionStore(path: path, identity: DeliveryWriterTests.identity),
                ConversionMapper(.standard(), now: clock.now()), clock, onTrouble: onTrouble
            ) { try late.names() }
        }

        /// - Returns: whether a delivery without payments was taken.
        func record() async -> Bool {
            let parcel = DeliveryWriter.Parcel(
                id: "d", body: SHA256.digest(of: []).short, payments: [], invalid: 0)
            if case .recorded = await writer.record(parcel) { return true }
            return false
        }

        /// Delivers something so long ago.
        func addDelivery(_ number: UInt8, ago age: Duration) throws {
            try DatabaseQueue(path: path).write { database in
                try database.execute(
                    sql: "INSERT INTO delivery (id, body, received_at) VALUES (?, ?, ?)",
                    arguments: [
                        Data(repeating: number, count: 16), Data(repeating: 0, count: 16),
                        (clock.now() - age).milliseconds,
                    ])
            }
        }

        /// The numbers of deliveries that are remembered.
        func remembered() throws -> [UInt8] {
            try DatabaseQueue(path: path).read { database in
                try Data.fetchAll(database, sql: "SELECT id FROM delivery ORDER BY id").compactMap(\.first)
            }
        }
    }

    @Test func namesThatCouldNotBeReadAreTriedAgainOnceASecond() async throws {
        let troubles = Mutex<[String]>([])
        try await Bench.with(works: false) { message in
            troubles.withLock { $0.append(message) }
        } _: { bench in
            #expect(await !bench.record())
            bench.late.mend()
            bench.clock.advance(by: .milliseconds(999))
            #expect(await !bench.record())
            #expect(bench.late.tries == 1)
            bench.clock.advance(by: .milliseconds(1))
            #expect(await bench.record())
            #expect(await bench.record())
            #expect(bench.late.tries == 2)
        }
        #expect(troubles.withLock { $0 } == ["ledger: expected to read it, got: a lock"])
    }

    @Test func aClockThatIsSetBackHoldsNoTryOff() async throws {
        try await Bench.with(works: false) { bench in
            #expect(await !bench.record())
            bench.late.mend()
            bench.clock.stepWall(by: .seconds(-3600))
            #expect(await bench.record())
        }
    }

    @Test func deliveriesOfLongAgoAreForgottenOnceADay() async throws {
        let hour = Duration.seconds(3600)
        try await Bench.with { bench in
            try bench.addDelivery(1, ago: hour * (31 * 24))
            try bench.addDelivery(2, ago: hour * (29 * 24 + 12))
            #expect(await bench.record())
            #expect(try bench.remembered() == [2])
            bench.clock.advance(by: hour * 23)
            #expect(await bench.record())
            #expect(try bench.remembered() == [2])
            bench.clock.advance(by: hour)
            #expect(await bench.record())
            #expect(try bench.remembered().isEmpty)
        }
    }
}
