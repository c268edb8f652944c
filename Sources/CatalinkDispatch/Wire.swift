package import CatalinkCore
import CatalinkHash
import Synchronization

/// The way to the API, for one after another: every call takes a token, and a stopping run makes no new one.
package struct Wire: Sendable {
    let transport: CountingTransport
    let budget: any RateBudget
    let clock: any WallClock
    let line: StopLine
    private let random: @Sendable () -> Double
    private let trouble = LastTrouble()

    /// Between two looks at a budget whose holder is another process.
    static let patience: Duration = .milliseconds(50)
    private static let mostTries = 6

    package init(
        transport: CountingTransport, budget: any RateBudget, clock: any WallClock, line: StopLine,
        random: @escaping @Sendable () -> Double
    ) {
        self.transport = transport
        self.budget = budget
        self.clock = clock
        self.line = line
        self.random = random
    }

    static func otherAccount(expected: String, got: String) -> String {
        "account: expected the API's \(expected.shown()) that this ledger belongs to, got: \(got.shown()) (another "
            + "merchant's key? a ledger of its own comes with another `target.credentials` name)"
    }

    /// One call under the budget.
    ///
    /// - Returns: `nil` when the run is stopping; nothing has been sent then.
    func send(_ call: LinkCall) async throws -> CallResult? {
        guard let token = try await grant() else { return nil }
        return try await send(call, token)
    }

    func send(_ call: LinkCall, _ token: Pacer.Token) async throws -> CallResult {
        let result = await transport.send(call)
        let settlement = Pacer.Settlement(token, result, receivedAt: clock.moment())
        _ = try await budget.turn([settlement], wanted: 0, at: clock.moment())
        return result
    }

    /// The API's word on itself and on the key, asked for once.
    ///
    /// - Returns: `nil` when the run is stopping.
    package func health() async throws -> CallResult? { try await send(.health) }

    /// Waits for a token; `nil` when the run is stopping.
    func grant() async throws -> Pacer.Token? {
        while line.reason == nil {
            let turn = try await budget.turn([], wanted: 1, at: clock.moment())
            if let token = turn.tokens.first { return token }
            switch turn.next {
            case .exhausted(let reason): line.stop(.quota(reason))
            case .wait(let moment): _ = await line.wait(until: moment, clock)
            case .room, .waitForAnswer:
                _ = await line.wait(until: clock.moment().steady + Self.patience, clock)
            }
        }
        return nil
    }

    /// What was said instead of the last answer that did not come.
    var lastTrouble: String { trouble.text ?? "no answer" }

    /// A call that may be repeated, until it has an answer that says something.
    ///
    /// - Returns: `nil` when the run is stopping or the API gives no such answer.
    func ask(_ call: LinkCall, _ policy: RetryPolicy, count: () -> Void) async throws -> Answer? {
        for attempt in 1...Self.mostTries {
            guard let result = try await send(call) else { return nil }
            if result.isSent { count() }
            if let answer = result.answer, !answer.isTransient {
                if answer.isAboutTheKey {
                    line.stop(.credentials(answer.said))
                    return nil
                }
                return answer
            }
            trouble.note(result.answer?.said ?? result.reason)
            let delay = policy.delay(afterSend: attempt, random: random())
            guard attempt < Self.mostTries, await line.wait(until: clock.moment().steady + delay, clock)
            else {
                return nil
            }
        }
        return nil
    }
}

private final class LastTrouble: Sendable {
    private let state = Mutex<String?>(nil)

    var text: String? { state.withLock { $0 } }

    func note(_ text: String?) {
        state.withLock { $0 = text ?? $0 }
    }
}

extension Answer {
    /// Whether the same call may have another answer soon.
    package var isTransient: Bool {
        status >= 500 || [408, 425, 429].contains(status) || (300...399).contains(status)
    }

    /// A 401, or a 403 of the API's own.
    package var isAboutTheKey: Bool {
        guard status == 401 || status == 403, let json = try? JSONValue(parsing: body) else { return false }
        return json["statusCode"]?.integer == status
    }

    package var isSuccess: Bool { (200...299).contains(status) }

    package var said: String {
        APIMessage.text(status: status, body: try? JSONValue(parsing: body), raw: body)
    }
}

extension LinkCall {
    static let health = LinkCall(method: .get, path: "/api/v0/health")

    static func link(_ id: String) -> LinkCall {
        LinkCall(method: .get, path: "/api/v0/payment-links/\(id.inPath)")
    }

    static func update(_ id: String, _ body: [UInt8]) -> LinkCall {
        LinkCall(method: .put, path: "/api/v0/payment-links/\(id.inPath)", body: body)
    }
}

extension String {
    /// An id is the server's, and opaque: nothing in it may change the path.
    fileprivate var inPath: String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~".utf8)
        return utf8.map { byte in
            plain.contains(byte) ? String(UnicodeScalar(byte)) : "%" + [byte].hexadecimal.uppercased()
        }.joined()
    }
}
