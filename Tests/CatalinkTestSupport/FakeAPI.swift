package import CatalinkCore
import Synchronization

/// The payment-links API in memory, for tests of what is sent: it makes, lists, shows and changes links, and a test
/// decides which of its answers are lost or replaced.
package final class FakeAPI: LinkTransport {
    /// What becomes of one call.
    package enum Turn: Sendable {
        case answer
        /// Nothing is done, and this is said.
        case instead(CallResult)
        /// It is done, and this is said.
        case doneBut(CallResult)
    }

    package struct Link: Sendable {
        package var id: String
        package var key: String
        package var members: JSONValue
        package var createdAt: Timestamp

        package var slug: String { members["url"]?.string ?? "" }
        package var isActive: Bool { members["status"]?.string != "INACTIVE" }
    }

    fileprivate struct State {
        var links: [Link] = []
        var calls: [LinkCall] = []
    }

    private let clock: any WallClock
    private let turn: @Sendable (LinkCall, Int) -> Turn
    private let state = Mutex(State())
    /// How long keys live.
    private let keyLifetime: Duration

    /// - Parameter turn: given the call and how many of its method came before it.
    package init(
        _ clock: any WallClock, keyLifetime: Duration = .seconds(86_400),
        _ turn: @escaping @Sendable (LinkCall, Int) -> Turn = { _, _ in .answer }
    ) {
        self.clock = clock
        self.keyLifetime = keyLifetime
        self.turn = turn
    }

    package var links: [Link] { state.withLock { $0.links } }
    package var calls: [LinkCall] { state.withLock { $0.calls } }

    package func count(_ method: LinkCall.Method) -> Int {
        state.withLock { $0.calls.count { $0.method == method } }
    }

    /// A link that is there already.
    package func add(_ id: String, _ body: String) {
        state.withLock { state in
            let members = (try? JSONValue(parsing: Array(body.utf8))) ?? .null
            state.links.append(Link(id: id, key: "", members: members, createdAt: clock.now()))
        }
    }

    package func send(_ call: LinkCall) async -> CallResult {
        let before = state.withLock { state in
            defer { state.calls.append(call) }
            return state.calls.count { $0.method == call.method }
        }
        switch turn(call, before) {
        case .answer: return .answered(perform(call))
        case .instead(let result): return result
        case .doneBut(let result):
            _ = perform(call)
            return result
        }
    }

    private func perform(_ call: LinkCall) -> Answer {
        let now = clock.now()
        let answer = state.withLock { state in
            switch (call.method, call.path.split(separator: "?")[0].split(separator: "/").last ?? "") {
            case (.post, _): state.create(call, at: now, keyLifetime)
            case (.get, "health"): (200, JSONValue.object([]))
            case (.get, "payment-links"): (200, state.list(call.path))
            case (.get, let id): state.link(String(id)).map { (200, $0.shown) } ?? (404, .gone)
            case (.put, let id): state.update(String(id), call.body)
            }
        }
        return Answer(status: answer.0, body: answer.1.bytes, serverDate: Timestamp(seconds: now.seconds))
    }
}

extension FakeAPI.State {
    fileprivate mutating func create(_ call: LinkCall, at now: Timestamp, _ lifetime: Duration) -> (
        Int, JSONValue
    ) {
        let key = call.idempotencyKey?.uuid ?? ""
        if let known = links.first(where: { $0.key == key && now < $0.createdAt + lifetime }) {
            return (201, known.shown)
        }
        guard let members = try? JSONValue(parsing: call.body), let slug = members["url"]?.string else {
            return (400, .message("no JSON"))
        }
        if links.contains(where: { $0.slug == slug }) {
            return (400, .message("A link with this url already exists"))
        }
        links.append(FakeAPI.Link(id: "pl_\(links.count + 1)", key: key, members: members, createdAt: now))
        return (201, links[links.count - 1].shown)
    }

    fileprivate func list(_ path: String) -> JSONValue {
        let query = path.split(separator: "?").last.map { $0.split(separator: "&") } ?? []
        func number(_ name: String) -> Int? {
            query.first { $0.hasPrefix(name + "=") }.flatMap { Int($0.dropFirst(name.count + 1)) }
        }
        let page = links.reversed().dropFirst(number("skip") ?? 0).prefix(number("take") ?? 10)
        return .array(page.map(\.shown))
    }

    fileprivate func link(_ id: String) -> FakeAPI.Link? {
        links.first { $0.id == id }
    }

    fileprivate mutating func update(_ id: String, _ body: [UInt8]) -> (Int, JSONValue) {
        guard let index = links.firstIndex(where: { $0.id == id }) else { return (404, .gone) }
        guard let changes = try? JSONValue(parsing: body) else { return (400, .message("no JSON")) }
        links[index].members = links[index].members.updated(by: changes)
        return (200, links[index].shown)
    }
}

extension FakeAPI.Link {
    fileprivate var shown: JSONValue {
        let own: JSONValue = .object([
            ("id", .string(id)), ("createdAt", .string(CivilTime(createdAt).iso8601)),
            ("appId", .string("app_1")),
        ])
        guard case .object(let members) = members, case .object(let more) = own else { return own }
        return .object(members + more)
    }
}

extension JSONValue {
    fileprivate static let gone = message("Payment link not found.", status: 404)

    fileprivate static func message(_ text: String, status: Int = 400) -> JSONValue {
        .object([("statusCode", .integer(status)), ("message", .string(text))])
    }
}
