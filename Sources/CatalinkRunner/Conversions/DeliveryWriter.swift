import CatalinkCore
import CatalinkHash
import CatalinkLedger
import CatalinkWebhook
import Foundation
import Synchronization

/// Records deliveries on a thread of its own: those that wait together go into one transaction, and each is answered
/// once it is durable.
final class DeliveryWriter: Sendable {
    /// What a delivery brings, mapped.
    struct Parcel: Sendable {
        var id: String
        var body: ShortDigest
        var payments: [(conversion: Conversion, location: Location)]
        var invalid: Int
    }

    /// What became of it.
    enum Outcome: Sendable {
        /// With the first problems of payments that could not be taken.
        case recorded(ConversionBooks, problems: [String])
        case replaced
        case failed
    }

    private struct Waiting {
        var parcel: Parcel
        var done: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let store: ConversionStore
    private let clock: any WallClock
    private let mapper: ConversionMapper
    private let onTrouble: @Sendable (String) -> Void
    private static let mostProblems = 5
    private static let mostTogether = 512

    /// - Parameters:
    ///   - onTrouble: told why nothing can be recorded, once for each reason.
    ///   - makeNames: called on the thread that records.
    init(
        _ store: ConversionStore, _ mapper: ConversionMapper, _ clock: any WallClock,
        onTrouble: @escaping @Sendable (String) -> Void,
        names makeNames: @escaping @Sendable () throws -> LinkNames
    ) {
        self.store = store
        self.mapper = mapper
        self.onTrouble = onTrouble
        self.clock = clock
        Thread.begin("catalink-record") { [self] in
            let names = Result { try makeNames() }
            work(names)
            ended.signal()
        }
    }

    func record(_ parcel: Parcel) async -> Outcome {
        await withCheckedContinuation { done in
            let isOpen = state.withLock { state in
                if !state.isClosed { state.waiting.append(Waiting(parcel: parcel, done: done)) }
                return !state.isClosed
            }
            if isOpen { signal.signal() } else { done.resume(returning: .failed) }
        }
    }

    /// Records what waits, and ends.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.signal()
        ended.wait()
    }

    // MARK: On the thread

    private func work(_ names: Result<LinkNames, any Error>) {
        var lastRefresh = clock.now()
        var trouble: String?
        while true {
            signal.wait()
            let (parcels, isOver) = state.withLock { state in
                let taken = Array(state.waiting.prefix(Self.mostTogether))
                state.waiting.removeFirst(taken.count)
                return (taken, state.isClosed && state.waiting.isEmpty)
            }
            if !parcels.isEmpty {
                let outcomes: [Outcome]
                do {
                    outcomes = try record(parcels.map(\.parcel), names.get(), &lastRefresh)
                    trouble = nil
                } catch {
                    let message = RunFailure(error).messages.joined(separator: "; ")
                    outcomes = parcels.map { _ in .failed }
                    if message != trouble { onTrouble(message) }
                    trouble = message
                }
                for (waiting, outcome) in zip(parcels, outcomes) { waiting.done.resume(returning: outcome) }
            }
            if isOver { return }
        }
    }

    private func record(
        _ parcels: [Parcel], _ names: LinkNames, _ lastRefresh: inout Timestamp
    ) throws -> [Outcome] {
        try refresh(names, &lastRefresh)
        var rows = MatchedConversions()
        var books: [(counts: ConversionBooks, problems: [String])] = []
        var deliveries: [ReceivedDelivery] = []
        for parcel in parcels {
            var book = ConversionBooks()
            var problems: [String] = []
            book.invalid = parcel.invalid
            let first = rows.count
            try names.looking { find in
                for (payment, location) in parcel.payments {
                    if case .one(let link) = try find(payment) {
                        rows.add(
                            payment, link: link, file: location.file, line: location.line,
                            record: location.record)
                    } else {
                        book.unmatched += 1
                        problems.append(Self.stranger(payment))
                    }
                }
            }
            book.rows = parcel.payments.count + parcel.invalid
            let key = SHA256.digest(of: Array(parcel.id.utf8)).short
            deliveries.append(
                ReceivedDelivery(
                    key: key, body: parcel.body, rows: first..<rows.count,
                    isWhole: book.invalid + book.unmatched == 0))
            books.append((book, problems))
        }
        guard deliveries.contains(where: { !$0.rows.isEmpty }) else {
            return books.map { .recorded($0.counts, problems: Array($0.problems.prefix(Self.mostProblems))) }
        }
        rows.links = names.takeLinks()
        let results = try store.receive(deliveries, rows, at: clock.now())
        return books.indices.map { index in
            guard case .recorded(let added) = results[index] else { return .replaced }
            var (book, problems) = books[index]
            book.new = added.new
            book.known = added.known
            book.invalid += added.conflicts.count
            problems += added.conflicts.map { conflict in
                mapper.conflictProblem(rows, conflict.index, recorded: conflict.recorded).explanation
            }
            return .recorded(book, problems: Array(problems.prefix(Self.mostProblems)))
        }
    }

    private static func stranger(_ conversion: Conversion) -> String {
        "\(conversion.linkName.rawValue): expected a link of this job, got: \(conversion.link.text.quoted)"
    }

    /// Links that were made a moment ago are taken in, at most once a second.
    private func refresh(_ names: LinkNames, _ lastRefresh: inout Timestamp) throws {
        let now = clock.now()
        guard now.since(lastRefresh) >= .seconds(1) || now < lastRefresh else { return }
        try names.refresh()
        lastRefresh = now
    }
}
