package import CatalinkCore
import Synchronization

/// A transport without a network: every call is answered by a closure, and kept.
package final class ScriptedTransport: LinkTransport {
    private let answer: @Sendable (LinkCall, Int) async -> CallResult
    private let received = Mutex<[LinkCall]>([])

    /// - Parameter answer: given the call and how many calls with its idempotency key came before.
    package init(_ answer: @escaping @Sendable (LinkCall, Int) async -> CallResult) {
        self.answer = answer
    }

    package var calls: [LinkCall] { received.withLock { $0 } }

    package func send(_ call: LinkCall) async -> CallResult {
        let before = received.withLock { received in
            defer { received.append(call) }
            return received.count { $0.idempotencyKey == call.idempotencyKey }
        }
        return await answer(call, before)
    }

    /// What the API says of a link it has made.
    package static func created(_ call: LinkCall) -> CallResult {
        guard let request = try? JSONValue(parsing: call.body), let slug = request["url"]?.string else {
            return .answered(Answer(status: 400, body: []))
        }
        var members: [(name: String, value: JSONValue)] = [
            ("id", .string("pl_\(slug)")), ("url", .string("https://checkout.example/\(slug)")),
        ]
        if let amount = request["amount"] { members.append(("amount", amount)) }
        return .answered(Answer(status: 201, body: JSONValue.object(members).bytes))
    }

    package static func error(_ status: Int, _ message: String, retryAfter: Duration? = nil) -> CallResult {
        let body = JSONValue.object([("statusCode", .integer(status)), ("message", .string(message))])
        return .answered(Answer(status: status, body: body.bytes, retryAfter: retryAfter))
    }
}
