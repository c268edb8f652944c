package import CatalinkCore
import Synchronization

/// Where the sending of a run stands.
package struct DispatchReport: Sendable {
    package var verdicts: [Verdict: Int] = [:]
    /// Attempts of which a byte left.
    package var sent = 0
    package var retried = 0
    package var throttled = 0
    /// Looks at the API's pages: the list, single links, its health.
    package var lookups = 0
    /// Changes of links that are no attempts: retirements.
    package var changes = 0
    package var replayed = 0
    package var mismatches = 0
    package var inFlight = 0
    /// Rows that only a look-up can settle.
    package var awaiting = 0
    package var stopped: StopReason?
    /// What these rows have spent of the latest window.
    package var window: Pacer.WindowUse?
    /// What came in place of the last answer that would have helped; `nil` once one has.
    package var trouble: String?
    /// The first messages of rows that did not end well.
    package var troubles: [Trouble] = []
    package var mostInFlight = 0
    /// What could not be done about links beside the rows of today.
    package var remarks: [String] = []

    package struct Trouble: Sendable {
        package var place: String
        package var verdict: Verdict
        package var message: String
    }

    static let mostTroubles = 50

    package init() {}

    mutating func note(_ verdict: Verdict, at place: String, _ message: String?) {
        verdicts[verdict, default: 0] += 1
        let isFine = [.created, .replaced, .updated].contains(verdict) && message == nil
        if !isFine, troubles.count < Self.mostTroubles {
            troubles.append(Trouble(place: place, verdict: verdict, message: message ?? ""))
        }
    }
}

/// Counts every request where it leaves, whoever sends it: the other side of the books.
package final class CountingTransport: LinkTransport {
    private let transport: any LinkTransport
    private let counts = Mutex((posts: 0, others: 0))

    package init(_ transport: any LinkTransport) {
        self.transport = transport
    }

    /// Requests of which a byte left.
    package var sent: Int { counts.withLock { $0.posts + $0.others } }

    package func send(_ call: LinkCall) async -> CallResult {
        let result = await transport.send(call)
        if result.isSent {
            counts.withLock { counts in
                if call.method == .post { counts.posts += 1 } else { counts.others += 1 }
            }
        }
        return result
    }
}

extension CallResult {
    package var isSent: Bool {
        if case .notSent = self { return false }
        return true
    }

    package var answer: Answer? {
        if case .answered(let answer) = self { return answer }
        return nil
    }

    package var status: Int? { answer?.status }
}
