import CatalinkCore
import CatalinkHash

/// An answer before it is written to a socket.
struct SandboxAnswer: Sendable {
    var status: Int
    var body: JSONValue
    var headers: [(name: String, value: String)] = []

    static func error(_ status: Int, _ message: JSONValue, _ error: String?) -> SandboxAnswer {
        var members: [(name: String, value: JSONValue)] = [
            ("statusCode", .integer(status)), ("message", message),
        ]
        if let error { members.append(("error", .string(error))) }
        return SandboxAnswer(status: status, body: .object(members))
    }
}

struct SandboxCaller: Sendable {
    var key: String?
    var secret: String?
}

struct SandboxCounts: Sendable {
    var requests = 0
    var created = 0
    var replays = 0
    var throttled = 0
    var conflicts = 0
    var rejected = 0
}

/// Everything the sandbox knows: a value that takes the time and a request and gives an answer.
struct SandboxState: Sendable {
    struct Replay: Sendable {
        var account: String
        var key: String
        var bodyDigest: Digest
        var answer: JSONValue
        var storedAt: Timestamp
    }

    /// What one request changed, for the store.
    struct Change: Sendable {
        var link: SandboxLink
        var replay: Replay
    }

    private struct Window {
        var start: Timestamp
        var count: Int
    }

    private struct ReplayKey: Hashable {
        var account: String
        var key: String
    }

    private let settings: SandboxSettings
    private(set) var links: [SandboxLink] = []
    private var slugs: Set<[String]> = []
    private var linkIndexes: [String: Int] = [:]
    private var replays: [ReplayKey: Replay] = [:]
    private var windows: [String: Window] = [:]
    private(set) var windowHistory: [(start: Timestamp, count: Int)] = []
    private(set) var counts = SandboxCounts()
    private static let mostWindows = 10_000

    init(_ settings: SandboxSettings) {
        self.settings = settings
    }

    mutating func restore(_ link: SandboxLink) {
        linkIndexes[link.id] = links.count
        slugs.insert([link.account, link.slug])
        links.append(link)
    }

    mutating func restore(_ replay: Replay) {
        replays[ReplayKey(account: replay.account, key: replay.key)] = replay
    }

    // MARK: Door

    /// Counts a request and lets it in, or says why not; with the rate headers that its answer carries.
    mutating func admit(_ caller: SandboxCaller, at now: Timestamp) -> (
        refusal: SandboxAnswer?, headers: [(String, String)]
    ) {
        counts.requests += 1
        guard let key = caller.key, let secret = caller.secret, settings.keys[key] == secret else {
            return (.error(401, .string("Invalid or missing client key or secret"), "Unauthorized"), [])
        }
        let start = settings.rate.windowStart(at: now)
        if windows[key]?.start != start { windows[key] = Window(start: start, count: 0) }
        let used = windows[key]?.count ?? 0
        let end = start + settings.rate.window
        let reset = (end.microseconds + 999_999) / 1_000_000
        guard used < settings.rate.requests else {
            counts.throttled += 1
            let wait = max(1, (end.since(now).inMicroseconds + 999_999) / 1_000_000)
            var refusal = SandboxAnswer(
                status: 429,
                body: .object([
                    ("statusCode", .integer(429)), ("message", .string("Rate limit exceeded")),
                    ("retryAfter", .integer(Int(wait))),
                ]))
            refusal.headers = [("Retry-After", String(wait))]
            return (refusal, rateHeaders(remaining: 0, reset: reset))
        }
        windows[key]?.count += 1
        countWindow(start)
        return (nil, rateHeaders(remaining: settings.rate.requests - used - 1, reset: reset))
    }

    private func rateHeaders(remaining: Int, reset: Int64) -> [(String, String)] {
        [
            ("X-RateLimit-Limit", String(settings.rate.requests)),
            ("X-RateLimit-Remaining", String(remaining)),
            ("X-RateLimit-Reset", String(reset)),
        ]
    }

    private mutating func countWindow(_ start: Timestamp) {
        if windowHistory.last?.start == start {
            windowHistory[windowHistory.count - 1].count += 1
        } else {
            if windowHistory.count == Self.mostWindows { windowHistory.removeFirst() }
            windowHistory.append((start, 1))
        }
    }

    // MARK: Links

    mutating func create(
        _ body: [UInt8], account: String, idempotencyKey: String?, at now: Timestamp
    ) -> (SandboxAnswer, Change?) {
        guard let key = idempotencyKey, Array(key.utf8).isUUID else {
            counts.rejected += 1
            return (.error(400, .array([.string("idempotency-key must be a UUID")]), "Bad Request"), nil)
        }
        let digest = SHA256.digest(of: body)
        if let known = replay(ReplayKey(account: account, key: key), at: now) {
            guard known.bodyDigest == digest else {
                counts.conflicts += 1
                let text = "Conflict: Idempotency key already used with different request data"
                return (.error(409, .string(text), nil), nil)
            }
            counts.replays += 1
            return (SandboxAnswer(status: 201, body: known.answer), nil)
        }
        guard let request = try? JSONValue(parsing: body), case .object = request else {
            counts.rejected += 1
            return (.error(400, .string("Unexpected token in JSON"), "Bad Request"), nil)
        }
        var messages = SandboxValidation.messages(for: request)
        let slug = request["url"]?.string ?? ""
        if messages.isEmpty, slugs.contains([account, slug]) {
            messages = ["A payment link with this url already exists"]
        }
        guard messages.isEmpty else {
            counts.rejected += 1
            return (.error(400, .array(messages.map(JSONValue.string)), "Bad Request"), nil)
        }
        let link = SandboxLink(id: nextID(), account: account, slug: slug, request: request, createdAt: now)
        let made = Replay(account: account, key: key, bodyDigest: digest, answer: link.json, storedAt: now)
        restore(link)
        restore(made)
        counts.created += 1
        return (SandboxAnswer(status: 201, body: made.answer), Change(link: link, replay: made))
    }

    private mutating func replay(_ key: ReplayKey, at now: Timestamp) -> Replay? {
        guard let known = replays[key] else { return nil }
        if known.storedAt + settings.keyLifetime <= now {
            replays[key] = nil
            return nil
        }
        return known
    }

    /// Opaque and never repeated: a digest of the link's number.
    private func nextID() -> String {
        "pl_"
            + SHA256.digest(of: Array("link \(settings.seed) \(links.count + 1)".utf8)).hexadecimal.prefix(24)
    }

    /// Newest first.
    func list(account: String, skip: Int, take: Int) -> SandboxAnswer {
        let own = links.reversed().lazy.filter { $0.account == account }
        return SandboxAnswer(status: 200, body: .array(own.dropFirst(skip).prefix(take).map(\.json)))
    }

    func link(_ id: String, account: String) -> SandboxAnswer {
        guard let index = linkIndexes[id], links[index].account == account else {
            return .error(404, .string("Payment link not found."), "Not Found")
        }
        return SandboxAnswer(status: 200, body: links[index].json)
    }

    // MARK: The sandbox's own pages

    var statistics: JSONValue {
        .object([
            ("requests", .integer(counts.requests)), ("created", .integer(counts.created)),
            ("replays", .integer(counts.replays)), ("throttled", .integer(counts.throttled)),
            ("conflicts", .integer(counts.conflicts)), ("rejected", .integer(counts.rejected)),
            ("links", .integer(links.count)),
            (
                "windows",
                .array(
                    windowHistory.map {
                        .object([
                            ("start", .string($0.start.withMilliseconds)), ("count", .integer($0.count)),
                        ])
                    })
            ),
        ])
    }

    /// In the order of their making.
    var allLinks: JSONValue { .array(links.map(\.json)) }
}

extension String {
    /// A public id of an account that does not show its key.
    var appDigest: String {
        String(SHA256.digest(of: Array(utf8)).hexadecimal.prefix(16))
    }
}
