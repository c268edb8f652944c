/// Text of a notification with `{{name}}` in it.
package struct NotificationTemplate: Sendable {
    private enum Piece: Sendable {
        case literal(String)
        case value(String)
    }

    /// A name that no run has, or a brace pair that does not end.
    package struct Failure: Error, Equatable {
        package var got: String
    }

    /// What may stand in the braces.
    package static let names =
        ["job", "run", "exit", "status", "rows", "requests", "overdue"] + Verdict.allCases.map(\.rawValue)
        + ["message", "summary", "next", "report"]

    private let pieces: [Piece]

    package init(_ source: String) throws(Failure) {
        var pieces: [Piece] = []
        var rest = source[...]
        while let open = rest.firstRange(of: "{{") {
            pieces.append(.literal(String(rest[..<open.lowerBound])))
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}") else { throw Failure(got: "{{" + rest) }
            let name = rest[..<close.lowerBound].filter { $0 != " " }
            guard Self.names.contains(name) else { throw Failure(got: name) }
            pieces.append(.value(name))
            rest = rest[close.upperBound...]
        }
        self.pieces = pieces + [.literal(String(rest))]
    }

    /// A name without a value is empty.
    package func text(_ values: [String: String]) -> String {
        pieces.map { piece in
            switch piece {
            case .literal(let text): text
            case .value(let name): values[name] ?? ""
            }
        }.joined()
    }
}

/// The JSON of a notification, whose texts are templates.
package indirect enum NotificationBody: Sendable {
    case text(NotificationTemplate)
    /// A number, a flag or nothing.
    case value(JSONValue)
    case list([NotificationBody])
    case object([(name: String, value: NotificationBody)])

    package func json(_ values: [String: String]) -> JSONValue {
        switch self {
        case .text(let template): .string(template.text(values))
        case .value(let value): value
        case .list(let elements): .array(elements.map { $0.json(values) })
        case .object(let members): .object(members.map { ($0.name, $0.value.json(values)) })
        }
    }

    /// What Slack and Teams both show; their marks are escaped, so that no value mentions anybody.
    package static func plain(_ message: String) -> JSONValue {
        let text = message.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
            ">", with: "&gt;")
        return .object([("text", .string(text))])
    }
}
