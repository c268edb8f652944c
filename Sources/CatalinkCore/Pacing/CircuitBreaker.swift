/// Stops sending when a target is down: after some failures in a row only one probe goes at a time, each after a
/// longer pause, until one succeeds.
///
/// A value: what has happened goes in with its time, what may go comes out.
package struct CircuitBreaker: Sendable, Equatable {
    package enum Cause: String, Sendable, CaseIterable {
        /// No connection, or no answer.
        case network
        /// 5xx, 408, 425: the server is in trouble.
        case server
        /// 403 from something in between.
        case firewall
    }

    package enum Admission: Sendable, Equatable {
        case open
        /// One request at a time, and only if none is on its way.
        case probe
        case closed(until: Timestamp)
    }

    private struct Trip: Sendable, Equatable {
        var cause: Cause
        var since: Timestamp
        var pause: Duration
        var nextProbe: Timestamp
    }

    /// So many failures in a row, of one cause, close it.
    package var threshold = 5
    package var firstPause: Duration = .seconds(1)
    package var longestPause: Duration = .seconds(60)
    private var failures: [Cause: Int] = [:]
    private var trip: Trip?

    package init() {}

    package var isTripped: Bool { trip != nil }

    package func failuresInARow(_ cause: Cause) -> Int { failures[cause] ?? 0 }

    /// What has gone wrong since when, while it lasts.
    package func outage(at now: Timestamp) -> (cause: Cause, lasted: Duration)? {
        trip.map { ($0.cause, now.since($0.since)) }
    }

    package func admission(at now: Timestamp) -> Admission {
        guard let trip else { return .open }
        return now < trip.nextProbe ? .closed(until: trip.nextProbe) : .probe
    }

    package mutating func succeeded() {
        failures = [:]
        trip = nil
    }

    package mutating func failed(_ cause: Cause, at now: Timestamp) {
        failures[cause, default: 0] += 1
        // Another cause in between does not mean that this one is over; a success does.
        guard var trip else {
            if failures[cause, default: 0] >= threshold {
                self.trip = Trip(cause: cause, since: now, pause: firstPause, nextProbe: now + firstPause)
            }
            return
        }
        // Those that were on their way when it closed say nothing new.
        guard now >= trip.nextProbe else { return }
        trip.cause = cause
        trip.pause = min(trip.pause * 2, longestPause)
        trip.nextProbe = now + trip.pause
        self.trip = trip
    }
}

/// How many retries a whole run may spend: a part of what succeeds, and some to begin with. A target that fails at
/// random is retried; one that fails always is not hammered.
package struct RetryBudget: Sendable, Equatable {
    /// In tenths of a retry.
    private var balance: Int
    private let most: Int

    package init(initial: Int = 100) {
        balance = initial * 10
        most = max(initial * 10, 10_000)
    }

    package mutating func succeeded() {
        balance = min(most, balance + 2)
    }

    /// Whether there was one left, which is taken.
    package mutating func take() -> Bool {
        guard balance >= 10 else { return false }
        balance -= 10
        return true
    }
}

/// When too many rows have gone wrong for the run to go on.
package struct ErrorLimit: Sendable, Equatable {
    package enum Bound: Sendable, Equatable {
        case count(Int)
        case share(Brakes.Share)
    }

    package var bound: Bound
    /// Before so many answers a share says nothing.
    package static let fewestAnswers = 20

    package init(_ bound: Bound) {
        self.bound = bound
    }

    /// `50`, `5%`
    package init?(written text: String) {
        if let share = Brakes.Share(written: text) {
            bound = .share(share)
        } else if let count = Int(text), count >= 0 {
            bound = .count(count)
        } else {
            return nil
        }
    }

    /// - Returns: what is said when the limit is exceeded.
    package func excess(errors: Int, answers: Int) -> String? {
        switch bound {
        case .count(let most):
            guard errors > most else { return nil }
            return "maxErrors: expected at most \(most) rows to go wrong, got: \(errors)"
        case .share(let share):
            guard answers >= Self.fewestAnswers, share.isExceeded(by: errors, of: answers) else { return nil }
            return
                "maxErrors: expected at most \(share.text) of \(answers) answers to go wrong, got: \(errors)"
        }
    }
}
