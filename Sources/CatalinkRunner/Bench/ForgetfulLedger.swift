import CatalinkCore
import Synchronization

/// The mutant `no-intent`: keeps intents in memory until their outcomes come, and records both then.
///
/// A run that is killed leaves no trace of what was on its way.
final class ForgetfulLedger: PassingLedger {
    fileprivate struct Memory {
        var held: [ItemKey: Intent] = [:]
        /// The ledger's numbers of items that were handed out with a provisional, negative one.
        var numbers: [Int: Int] = [:]
        var lastProvisional = 0
    }

    let ledger: any Ledger
    private let memory = Mutex(Memory())

    init(_ ledger: any Ledger) {
        self.ledger = ledger
    }

    func record(run: String, outcomes: [OutcomeRecord], intents: [Intent]) async throws -> [Int] {
        for outcome in outcomes { try await record(outcome, run) }
        return memory.withLock { memory in intents.map { memory.hold($0) } }
    }

    /// Records an outcome after the intent that was held back for it.
    private func record(_ outcome: OutcomeRecord, _ run: String) async throws {
        var outcome = outcome
        let intent = memory.withLock { $0.held.removeValue(forKey: outcome.work.item) }
        if let intent {
            let number = try await ledger.record(run: run, outcomes: [], intents: [intent]).first
            if let provisional = outcome.work.number, provisional < 0 {
                memory.withLock { $0.numbers[provisional] = number }
            }
            outcome.work.number = number
        }
        _ = try await ledger.record(run: run, outcomes: [outcome], intents: [])
    }
}

extension ForgetfulLedger.Memory {
    /// Holds an intent back.
    ///
    /// - Returns: the item's number, or a negative one in its place.
    fileprivate mutating func hold(_ intent: Intent) -> Int {
        var intent = intent
        if let number = intent.work.number, number < 0 { intent.work.number = numbers[number] }
        held[intent.work.item] = intent
        if let number = intent.work.number { return number }
        lastProvisional -= 1
        return lastProvisional
    }
}

extension RunEnvironment {
    /// The ledger that a dispatch records in: the run's own, unless a mutant is to forget.
    func recorder(_ ledger: any Ledger) -> any Ledger {
        mutant == .noIntent ? ForgetfulLedger(ledger) : ledger
    }
}
