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
        /// With how many of its payments had no id, and the first problems of those that could not be taken.
        case recorded(ConversionBooks, withoutID: Int, problems: [String])
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
    private static let day = Duration.seconds(86_400)
    /// No sender sends a delivery again after so long.
    private static let remembered = day * 30

    /// - Parameters:
    ///   - onTrouble: told why nothing can be recorded, once for each reason.
    ///   - makeNames: called on the thread that records, and again for later deliveries while it fails.
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
            work(LateNames(clock, makeNames))
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

    private func work(_ names: LateNames) {
        var names = names
        var lastRefresh = clock.now()
        var lastForgetting: Timestamp?
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
                    try forget(&lastForgetting)
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

    /// Forgets deliveries of long ago, once a day.
    private func forget(_ last: inout Timestamp?) throws {
        let now = clock.now()
        if let last, !now.isBeyond(Self.day, since: last) { return }
        try store.forgetDeliveries(before: now - Self.remembered)
        last = now
    }

    private func record(
        _ parcels: [Parcel], _ names: LinkNames, _ lastRefresh: inout Timestamp
    ) throws -> [Outcome] {
        try refresh(names, &lastRefresh)
        var rows = MatchedConversions()
        var books: [(counts: ConversionBooks, withoutID: Int, problems: [String])] = []
        var deliveries: [ReceivedDelivery] = []
        for parcel in parcels {
            var book = ConversionBooks()
            var problems: [String] = []
            var withoutID = 0
            book.invalid = parcel.invalid
            let first = rows.count
            try names.looking { find in
                for (payment, location) in parcel.payments {
                    let found = try find(payment)
                    if let link = found.link {
                        rows.add(
                            payment, link: link, hasSiblings: found.hasSiblings, file: location.file,
                            line: location.line, record: location.record)
                        if payment.id.isEmpty { withoutID += 1 }
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
            books.append((book, withoutID, problems))
        }
        names.giveLinks(to: &rows)
        let results = try store.receive(deliveries, rows, at: clock.now())
        return books.indices.map { index in
            guard case .recorded(let added) = results[index] else { return .replaced }
            var (book, withoutID, problems) = books[index]
            book.new = added.new
            book.known = added.known
            book.invalid += added.conflicts.count
            problems += added.conflicts.map { conflict in
                mapper.conflictProblem(rows, conflict.index, recorded: conflict.recorded).explanation
            }
            return .recorded(book, withoutID: withoutID, problems: Array(problems.prefix(Self.mostProblems)))
        }
    }

    private static func stranger(_ conversion: Conversion) -> String {
        "\(conversion.linkName.rawValue): expected a link of this job, got: \(conversion.link.text.quoted)"
    }

    /// Links that were made a moment ago are taken in, at most once a second.
    private func refresh(_ names: LinkNames, _ lastRefresh: inout Timestamp) throws {
        let now = clock.now()
        guard now.isBeyond(.seconds(1), since: lastRefresh) else { return }
        try names.refresh()
        lastRefresh = now
    }
}

/// Names of links that are made again, at most once a second, while they cannot be made: a ledger that was locked or
/// broken may be whole by the next delivery.
private struct LateNames {
    private let clock: any WallClock
    private let make: () throws -> LinkNames
    private var names: Result<LinkNames, any Error>
    private var lastTry: Timestamp

    init(_ clock: any WallClock, _ make: @escaping () throws -> LinkNames) {
        self.clock = clock
        self.make = make
        names = Result { try make() }
        lastTry = clock.now()
    }

    mutating func get() throws -> LinkNames {
        if case .failure = names, clock.now().isBeyond(.seconds(1), since: lastTry) {
            names = Result { try make() }
            // Afterwards: the try itself may have waited for a lock.
            lastTry = clock.now()
        }
        return try names.get()
    }
}

extension Timestamp {
    /// Also where the clock was set back behind the other moment.
    fileprivate func isBeyond(_ duration: Duration, since other: Timestamp) -> Bool {
        since(other) >= duration || self < other
    }
}
