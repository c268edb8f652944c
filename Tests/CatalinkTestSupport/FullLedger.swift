package import CatalinkCore
import Synchronization

/// A ledger whose disk is full after so many records.
package final class FullLedger: PassingLedger {
    package struct Full: Error {}

    package let ledger: any Ledger
    private let counts: Mutex<(left: Int, intents: Int)>

    package init(_ ledger: any Ledger, after records: Int) {
        self.ledger = ledger
        counts = Mutex((records, 0))
    }

    /// How many intents were recorded.
    package var intents: Int { counts.withLock { $0.intents } }

    package func record(run: String, outcomes: [OutcomeRecord], intents: [Intent]) async throws -> [Int] {
        let isFull = counts.withLock { counts in
            counts.left -= 1
            if counts.left >= 0 { counts.intents += intents.count }
            return counts.left < 0
        }
        if isFull { throw Full() }
        return try await ledger.record(run: run, outcomes: outcomes, intents: intents)
    }
}
