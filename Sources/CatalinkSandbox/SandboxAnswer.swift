import CatalinkCore

/// An answer before it is written to a socket.
struct SandboxAnswer: Sendable {
    var status: Int
    var body: [UInt8]
    var headers: [(name: String, value: String)] = []

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

    static let serverError = SandboxAnswer.error(500, "Internal server error", nil)
}
