import HTTPTypes
import HummingbirdCore

/// What a request asks for.
enum SandboxRoute: Equatable {
    case create
    case list(skip: Int, take: Int)
    case read(String)
    case update(String)
    case health
    case publicHealth
    case statistics
    case links
    /// Keys whose creates came in so often, or oftener.
    case posts(ofAtLeast: Int)
    case reset
    /// `nil` for a time that is none.
    case outage(seconds: Int?)
    case revoke(key: String, status: Int)
    case unknown

    init(_ request: Request) {
        if request.method == .post, request.uri.path == "/api/v0/payment-links" {
            self = .create
            return
        }
        let names = request.uri.path.split(separator: "/").map(String.init)
        let query = request.uri.queryParameters
        func number(_ name: String, _ standard: Int) -> Int {
            query[Substring(name)].flatMap { Int($0) } ?? standard
        }
        switch (request.method, names) {
        case (.get, ["api", "v0", "payment-links"]):
            self = .list(skip: max(0, number("skip", 0)), take: min(max(1, number("take", 10)), 100))
        case (.get, let path) where path.count == 4 && path[..<3] == ["api", "v0", "payment-links"]:
            self = .read(path[3])
        case (.put, let path) where path.count == 4 && path[..<3] == ["api", "v0", "payment-links"]:
            self = .update(path[3])
        case (.get, ["api", "v0", "health"]): self = .health
        case (.get, ["api", "v0", "health", "public"]): self = .publicHealth
        case (.get, ["_sandbox", "stats"]): self = .statistics
        case (.get, ["_sandbox", "links"]): self = .links
        case (.get, ["_sandbox", "posts"]): self = .posts(ofAtLeast: number("least", 1))
        case (.post, ["_sandbox", "reset"]): self = .reset
        case (.post, ["_sandbox", "outage"]):
            let seconds = number("seconds", -1)
            self = .outage(seconds: (0...86_400).contains(seconds) ? seconds : nil)
        case (.post, ["_sandbox", "revoke"]):
            self = .revoke(key: String(query["key"] ?? ""), status: number("status", 401) == 403 ? 403 : 401)
        default: self = .unknown
        }
    }

    /// The scope that a key needs; `nil` where any key will do.
    var scope: SandboxKeys.Scope? {
        switch self {
        case .create: .create
        case .list, .read: .read
        case .update: .update
        default: nil
        }
    }

    var hasBody: Bool {
        switch self {
        case .create, .update: true
        default: false
        }
    }

    /// Whether it is the API's own and not the sandbox's.
    var isAPI: Bool {
        switch self {
        case .create, .list, .read, .update, .health: true
        default: false
        }
    }
}
