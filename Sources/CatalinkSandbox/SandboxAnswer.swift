import CatalinkCore
import HTTPTypes

/// An answer before it is written to a socket.
struct SandboxAnswer: Sendable {
    var status: Int
    var body: [UInt8]
    var headers: [Header] = []
    var type = "application/json; charset=utf-8"
    /// Whether it carries the API's own headers.
    var isOfTheAPI = true

    typealias Header = (name: HTTPField.Name, value: String)

    init(status: Int, body: JSONValue) {
        self.init(status: status, bytes: body.bytes)
    }

    init(status: Int, bytes: [UInt8]) {
        self.status = status
        body = bytes
    }

    static func error(_ status: Int, _ message: JSONValue, _ error: String?) -> SandboxAnswer {
        var members: [(name: String, value: JSONValue)] = [
            ("statusCode", .integer(status)), ("message", message),
        ]
        if let error { members.append(("error", .string(error))) }
        return SandboxAnswer(status: status, body: .object(members))
    }

    static func error(_ status: Int, _ message: String, _ error: String?) -> SandboxAnswer {
        .error(status, .string(message), error)
    }

    static func notFound(_ method: String, _ path: String) -> SandboxAnswer {
        .error(404, "Cannot \(method) \(path.shown(limit: 200))", "Not Found")
    }

    static let done = SandboxAnswer(status: 200, body: .object([]))
    static let serverError = SandboxAnswer.error(500, "Internal server error", nil)
}

extension HTTPField.Name {
    static let clientKey = name("x-client-key")
    static let clientSecret = name("x-client-secret")
    static let idempotencyKey = name("idempotency-key")
    static let replayed = name("Idempotent-Replayed")
    static let retryAfter = name("Retry-After")
    static let xLimit = name("X-RateLimit-Limit")
    static let xRemaining = name("X-RateLimit-Remaining")
    static let xReset = name("X-RateLimit-Reset")
    static let limit = name("RateLimit-Limit")
    static let remaining = name("RateLimit-Remaining")
    static let reset = name("RateLimit-Reset")
    static let policy = name("RateLimit-Policy")
    static let rateLimit = name("RateLimit")

    private static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("a header's name is a token") }
        return name
    }
}
