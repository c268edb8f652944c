import CatalinkCore
import HTTPTypes
import HummingbirdCore
import NIOCore
import Synchronization

/// Answers requests, or fails them as the fault plan says.
final class SandboxResponder: Sendable {
    /// What becomes of a request: an answer, or something that is none.
    enum Ending {
        case answer(SandboxAnswer)
        case cut
        case stall
    }

    private let settings: SandboxSettings
    private let state: Mutex<SandboxState>
    private let waiting = Mutex<[SandboxState.ReplayKey: [CheckedContinuation<Void, Never>]]>([:])
    private let lastDate = Mutex((second: Int64.min, text: ""))
    private let store: SandboxStore?
    private let clock: @Sendable () -> Timestamp
    private static let largestBody = 1024 * 1024

    init(_ settings: SandboxSettings, clock: @escaping @Sendable () -> Timestamp) throws {
        self.settings = settings
        self.clock = clock
        var state = SandboxState(settings)
        store = try settings.store.map { try SandboxStore(path: $0) }
        try store?.load(into: &state)
        self.state = Mutex(state)
    }

    /// By the server's own clock.
    private func now() -> Timestamp { clock() + settings.behavior.skew }

    func head(_ answer: SandboxAnswer) -> HTTPResponse {
        var headers = HTTPFields()
        headers.reserveCapacity(8)
        // Appended, because setting by name builds an index of the names first.
        headers.append(HTTPField(name: .contentType, value: answer.type))
        headers.append(HTTPField(name: .contentLength, value: String(answer.body.count)))
        headers.append(HTTPField(name: .date, value: date(now())))
        for (name, value) in answer.headers { headers.append(HTTPField(name: name, value: value)) }
        return HTTPResponse(status: .init(code: answer.status), headerFields: headers)
    }

    /// Formatted once a second.
    private func date(_ moment: Timestamp) -> String {
        lastDate.withLock { last in
            if last.second != moment.seconds { last = (moment.seconds, moment.httpDate) }
            return last.text
        }
    }

    func ending(_ request: Request) async throws -> Ending {
        let route = SandboxRoute(request)
        guard route.isAPI else { return .answer(try await own(route, request)) }
        let caller = SandboxCaller(request.headers)
        let admission = state.withLock { $0.admit(caller, route, at: now()) }
        let ending: Ending
        switch admission.result {
        case .failure(let refusal): ending = .answer(refusal.answer)
        case .success(let pair): ending = try await admitted(request, route, caller, pair)
        }
        // Whatever the answer is: the window has moved.
        try await save()
        guard case .answer(var answer) = ending, answer.isOfTheAPI else { return ending }
        answer.headers += admission.headers
        return .answer(answer)
    }

    private func admitted(
        _ request: Request, _ route: SandboxRoute, _ caller: SandboxCaller, _ pair: SandboxKeys.Pair
    ) async throws -> Ending {
        var body: [UInt8] = []
        if route.hasBody {
            guard caller.sendsJSON else { return .answer(.error(415, "Unsupported Media Type", nil)) }
            guard let collected = try await collect(request) else {
                return .answer(.error(413, "request entity too large", nil))
            }
            body = collected
        }
        return try await failing(
            route, request, body, caller.idempotencyKey,
            SandboxOwner(clientKey: caller.key ?? "", account: pair.account))
    }

    /// `nil` for a body that is too large.
    private func collect(_ request: Request) async throws -> [UInt8]? {
        do {
            return Array(try await request.body.collect(upTo: Self.largestBody).readableBytesView)
        } catch is NIOTooManyBytesError {
            return nil
        }
    }

    private func save() async throws {
        guard let store else { return }
        try await store.save(state.withLock { $0.takeChanges() })
    }

    // MARK: Faults

    private func failing(
        _ route: SandboxRoute, _ request: Request, _ body: [UInt8], _ key: String?, _ owner: SandboxOwner
    ) async throws -> Ending {
        let slug =
            settings.faults.isEmpty || route != .create
            ? nil : (try? JSONValue(parsing: body))?["url"]?.string
        let identity = route == .create ? key ?? slug ?? "" : "\(request.method) \(request.uri.string)"
        let (fault, delay) = state.withLock {
            $0.drawFault(request.method.rawValue, slug: slug, identity: identity)
        }
        switch fault {
        case .cutBefore: return .cut
        case .stall: return .stall
        case .errorBefore where route != .create: return .answer(.serverError)
        case .firewall, .html, .redirect, .unavailable, .revoked:
            return .answer(fault?.answerInstead ?? .serverError)
        case .throttle:
            return state.withLock { state in
                let now = now()
                let end = settings.rate.windowStart(at: now) + settings.rate.window
                return .answer(state.throttled(until: end, now))
            }
        default: break
        }
        let answer = try await perform(route, body, key, owner, fault, delay)
        switch fault {
        case .cutAfter: return .cut
        case .stallAfter: return .stall
        case .garbage: return .answer(SandboxAnswer(status: 201, bytes: Array("<html>{\"id\":".utf8)))
        case .errorAfter: return .answer(.serverError)
        case .wrongEcho: return .answer(answer.withOtherAmount)
        default: return .answer(answer)
        }
    }

    private func perform(
        _ route: SandboxRoute, _ body: [UInt8], _ key: String?, _ owner: SandboxOwner, _ fault: SandboxFault?,
        _ delay: Duration?
    ) async throws -> SandboxAnswer {
        guard route == .create else {
            if let delay { try await Task.sleep(for: delay) }
            return state.withLock { $0.answer(route, body, owner, at: now()) }
        }
        while true {
            switch state.withLock({
                $0.begin(body, clientKey: owner.clientKey, account: owner.account, key: key, at: now())
            }) {
            case .answer(let answer): return answer
            case .wait: await wait(for: .init(clientKey: owner.clientKey, key: key ?? ""))
            case .proceed(let creation):
                // What has begun ends in its own time, also when the client has gone or the server is being stopped.
                if let delay { await Self.pass(delay) }
                let answer = state.withLock { state in
                    fault == .errorBefore
                        ? state.serverError(for: creation, at: now()) : state.finish(creation, at: now())
                }
                wake(.init(clientKey: creation.clientKey, key: creation.key))
                return answer
            }
        }
    }

    /// Lets time pass that no cancellation shortens.
    private static func pass(_ delay: Duration) async {
        await Task { try? await Task.sleep(for: delay) }.value
    }

    /// Waits until the request that has the key is answered.
    private func wait(for key: SandboxState.ReplayKey) async {
        await withCheckedContinuation { continuation in
            let isOver = waiting.withLock { waiting in
                // Asked again under this lock, so that a wake in between is not missed.
                guard state.withLock({ $0.inProgress.contains(key) }) else { return true }
                waiting[key, default: []].append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    private func wake(_ key: SandboxState.ReplayKey) {
        let woken = waiting.withLock { $0.removeValue(forKey: key) ?? [] }
        for continuation in woken { continuation.resume() }
    }

    // MARK: The sandbox's own pages

    private func own(_ route: SandboxRoute, _ request: Request) async throws -> SandboxAnswer {
        let moment = now()
        let answer =
            state.withLock { $0.ownPage(route, at: moment) }
            ?? .notFound(request.method.rawValue, request.uri.path)
        try await save()
        return answer
    }
}

/// Whom a request comes from.
struct SandboxOwner: Sendable {
    var clientKey: String
    var account: String
}

extension SandboxState {
    /// Counts a request and lets it in, or says why not.
    mutating func admit(
        _ caller: SandboxCaller, _ route: SandboxRoute, at now: Timestamp
    ) -> (result: Result<SandboxKeys.Pair, Refusal>, headers: [SandboxAnswer.Header]) {
        counts.requests += 1
        if route == .create { posts.note(caller.idempotencyKey) }
        guard !isOut(at: now) else {
            counts.unavailable += 1
            return (.failure(Refusal(.unavailable)), [])
        }
        let result = authenticate(caller, route.scope)
        guard case .success(let pair) = result, let key = caller.key else { return (result, []) }
        let (refusal, headers) = spend(key, account: pair.account, isRead: !route.hasBody, at: now)
        return (refusal.map { .failure(Refusal($0)) } ?? result, headers)
    }

    /// Everything but a create.
    mutating func answer(_ route: SandboxRoute, _ body: [UInt8], _ owner: SandboxOwner, at now: Timestamp)
        -> SandboxAnswer
    {
        switch route {
        case .list(let skip, let take): return list(account: owner.account, skip: skip, take: take, at: now)
        case .read(let id): return link(id, account: owner.account, at: now)
        case .update(let id): return update(id, body, account: owner.account, at: now)
        default:
            return SandboxAnswer(
                status: 200,
                body: .object([
                    ("status", .string("ok")), ("authenticated", .bool(true)),
                    ("database", .string("connected")),
                ]))
        }
    }
}

extension SandboxCaller {
    /// Reads what matters in one pass.
    init(_ headers: HTTPFields) {
        for field in headers {
            switch field.name {
            case .clientKey: key = field.value
            case .clientSecret: secret = field.value
            case .idempotencyKey: idempotencyKey = field.value
            case .contentType: sendsJSON = field.value.lowercased().hasPrefix("application/json")
            default: break
            }
        }
    }
}
