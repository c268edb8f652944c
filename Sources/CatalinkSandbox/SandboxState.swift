import CatalinkCore
import CatalinkHash

struct SandboxCaller: Sendable {
    var key: String?
    var secret: String?
    var idempotencyKey: String?
    var sendsJSON = false
}

struct SandboxCounts: Sendable {
    var requests = 0
    var created = 0
    var updated = 0
    var replays = 0
    var throttled = 0
    var conflicts = 0
    var rejected = 0
    /// By an outage.
    var unavailable = 0
    var faults: [SandboxFault: Int] = [:]
}

/// Everything the sandbox knows: a value that takes the time and a request and gives an answer.
struct SandboxState: Sendable {
    /// A stored answer to an idempotency key.
    struct Replay: Sendable {
        var clientKey: String
        var key: String
        var bodyDigest: Digest
        var status: Int
        /// `nil` where it is the link's own first answer.
        var body: [UInt8]?
        var linkID: String?
        var storedAt: Timestamp
    }

    struct Window: Sendable {
        var clientKey: String
        var account: String
        var start: Timestamp
        var count: Int
    }

    /// What a request changed, for the store.
    enum Change: Sendable {
        case link(SandboxLink)
        case replay(Replay)
        case window(Window)
        case reset
    }

    struct ReplayKey: Hashable {
        var clientKey: String
        var key: String
    }

    let settings: SandboxSettings
    /// A public id for each account, which does not show what it is made of.
    let appIDs: [String: String]
    var pairs: [String: SandboxKeys.Pair]
    var links: [SandboxLink] = []
    /// The highest number of a link. A store that a kill has cut short may lack lower ones.
    private(set) var lastNumber = 0
    var slugs: [String: Set<String>] = [:]
    /// Answers that are kept, and where each key's lies: a narrow table grows faster than one with the answers in it.
    private(set) var replays: [Replay] = []
    private var replayPlaces: [ReplayKey: Int32] = [:]
    var inProgress: Set<ReplayKey> = []
    var windows: [String: Window] = [:]
    var windowHistory: [Window] = []
    var counts = SandboxCounts()
    var posts = SandboxPosts()
    var outageEnd: Timestamp?
    /// How often each fault line's selector and each request has been seen.
    var lineCounts: [Int]
    var sends: [String: Int] = [:]
    private var changes: [Change] = []
    private let keepsChanges: Bool
    private static let mostWindows = 10_000

    init(_ settings: SandboxSettings) {
        self.settings = settings
        pairs = settings.keys.pairs
        let accounts = Set(settings.keys.pairs.values.map(\.account))
        appIDs = Dictionary(
            uniqueKeysWithValues: accounts.map { account in
                (account, "app_" + SHA256.digest(of: Array(account.utf8)).hexadecimal.prefix(16))
            })
        lineCounts = Array(repeating: 0, count: settings.faults.lines.count)
        keepsChanges = settings.store != nil
    }

    // MARK: Keeping

    mutating func restore(_ link: SandboxLink) {
        slugs[link.account, default: []].insert(link.slug)
        links.append(link)
        lastNumber = max(lastNumber, LinkID.number(in: link.id) ?? 0)
    }

    mutating func restore(_ replay: Replay) {
        replayPlaces[ReplayKey(clientKey: replay.clientKey, key: replay.key)] = Int32(clamping: replays.count)
        replays.append(replay)
    }

    /// The answer kept for a key, while it lives.
    mutating func liveReplay(_ key: ReplayKey, at now: Timestamp) -> Replay? {
        guard let place = replayPlaces[key] else { return nil }
        let known = replays[Int(place)]
        if known.storedAt + settings.keyLifetime <= now {
            replayPlaces[key] = nil
            replays[Int(place)].body = nil
            return nil
        }
        return known
    }

    mutating func restore(_ window: Window) {
        windows[window.clientKey] = window
        windowHistory.append(window)
    }

    mutating func note(_ change: Change) {
        if keepsChanges { changes.append(change) }
    }

    mutating func takeChanges() -> [Change] {
        guard !changes.isEmpty else { return [] }
        defer { changes = [] }
        return changes
    }

    mutating func reset() {
        var fresh = SandboxState(settings)
        fresh.pairs = pairs
        fresh.note(.reset)
        self = fresh
    }

    /// - Returns: whether there is such a key.
    mutating func revoke(_ key: String, status: Int) -> Bool {
        guard pairs[key] != nil else { return false }
        pairs[key]?.revokedStatus = status
        return true
    }

    // MARK: Door

    /// Whether a caller is let in, and the account it comes for.
    func authenticate(_ caller: SandboxCaller, _ scope: SandboxKeys.Scope?) -> Result<
        SandboxKeys.Pair, Refusal
    > {
        guard let key = caller.key, let secret = caller.secret, !key.isEmpty, !secret.isEmpty else {
            return .failure(Refusal(.error(401, "Missing client key or secret", "Unauthorized")))
        }
        guard let pair = pairs[key] else {
            return .failure(Refusal(.error(403, "Client key not found", "Forbidden")))
        }
        guard pair.secret == secret else {
            return .failure(Refusal(.error(401, "Invalid client key or secret", "Unauthorized")))
        }
        if let status = pair.revokedStatus {
            let name = status == 401 ? "Unauthorized" : "Forbidden"
            return .failure(Refusal(.error(status, "Client key has been revoked", name)))
        }
        if let scope, !pair.scopes.contains(scope) {
            return .failure(
                Refusal(.error(403, "Missing scope: payment-links:\(scope.rawValue)", "Forbidden")))
        }
        return .success(pair)
    }

    struct Refusal: Error {
        let answer: SandboxAnswer

        init(_ answer: SandboxAnswer) {
            self.answer = answer
        }
    }

    /// Takes a request out of its key's window, or refuses it; with the rate headers that its answer carries.
    mutating func spend(
        _ key: String, account: String, isRead: Bool, at now: Timestamp
    ) -> (refusal: SandboxAnswer?, headers: [SandboxAnswer.Header]) {
        let start = settings.rate.windowStart(at: now)
        var window = windows[key] ?? Window(clientKey: key, account: account, start: start, count: 0)
        if window.start != start { window = Window(clientKey: key, account: account, start: start, count: 0) }
        let isOver = window.count >= settings.rate.requests
        let counts = isOver ? settings.behavior.countsThrottled : !isRead || settings.behavior.countsReads
        if counts { window.count += 1 }
        windows[key] = window
        if counts {
            keepHistory(window)
            note(.window(window))
        }
        let remaining = max(0, settings.rate.requests - window.count)
        let headers = rateHeaders(remaining: remaining, end: start + settings.rate.window, now)
        return (isOver ? throttled(until: start + settings.rate.window, now) : nil, headers)
    }

    /// A 429, in turn or out of it.
    mutating func throttled(until end: Timestamp, _ now: Timestamp) -> SandboxAnswer {
        counts.throttled += 1
        let wait = max(1, (end.since(now).inMicroseconds + 999_999) / 1_000_000)
        var refusal = SandboxAnswer(
            status: 429,
            body: .object([
                ("statusCode", .integer(429)), ("message", .string("Rate limit exceeded")),
                ("retryAfter", .integer(Int(wait))),
            ]))
        let told = settings.behavior.retryAfter == .seconds ? String(wait) : (now + .seconds(wait)).httpDate
        refusal.headers = [(.retryAfter, told)]
        return refusal
    }

    private func rateHeaders(remaining: Int, end: Timestamp, _ now: Timestamp) -> [SandboxAnswer.Header] {
        var headers: [SandboxAnswer.Header] = []
        let limit = String(settings.rate.requests)
        let left = String(max(0, (end.since(now).inMicroseconds + 999_999) / 1_000_000))
        let families = settings.behavior.rateHeaders
        if families.contains(.x) {
            headers.append((.xLimit, limit))
            headers.append((.xRemaining, String(remaining)))
            headers.append((.xReset, String((end.microseconds + 999_999) / 1_000_000)))
        }
        if families.contains(.draft) {
            headers.append((.limit, limit))
            headers.append((.remaining, String(remaining)))
            headers.append((.reset, left))
        }
        if families.contains(.structured) {
            let seconds = settings.rate.window.components.seconds
            headers.append((.policy, "\"default\";q=\(limit);w=\(seconds)"))
            headers.append((.rateLimit, "\"default\";r=\(remaining);t=\(left)"))
        }
        return headers
    }

    private mutating func keepHistory(_ window: Window) {
        // The key's last window is near the end, as all keys' windows begin together.
        let recent = windowHistory.indices.suffix(pairs.count + 1).reversed()
        if let index = recent.first(where: {
            windowHistory[$0].clientKey == window.clientKey && windowHistory[$0].start == window.start
        }) {
            windowHistory[index].count = window.count
        } else {
            if windowHistory.count == Self.mostWindows { windowHistory.removeFirst() }
            windowHistory.append(window)
        }
    }

    // MARK: Faults

    /// What is to go wrong with a request, and how long it takes.
    mutating func drawFault(_ method: String, slug: String?, identity: String) -> (
        fault: SandboxFault?, delay: Duration?
    ) {
        guard !settings.faults.isEmpty else { return (nil, nil) }
        var scripted: SandboxFault?
        for (index, line) in settings.faults.lines.enumerated() where line.selects(method, slug) {
            lineCounts[index] += 1
            if lineCounts[index] == line.nth { scripted = scripted ?? line.fault }
        }
        sends[identity, default: 0] += 1
        let lots = FaultPlan.lots(seed: settings.seed, "\(identity) \(sends[identity, default: 1])")
        let fault = scripted ?? settings.faults.fault(byLot: lots.fault)
        if let fault { counts.faults[fault, default: 0] += 1 }
        return (fault, settings.faults.delay(byLot: lots.latency))
    }
}

extension FaultPlan.Line {
    fileprivate func selects(_ method: String, _ slug: String?) -> Bool {
        switch selector {
        case .any: true
        case .method(let name): name == method
        case .slug(let name): name == slug
        }
    }
}
