import CatalinkCore
import CatalinkHash

/// Making, finding and changing links.
extension SandboxState {
    /// A create that has begun: its key is taken until `finish`.
    struct Creation: Sendable {
        var clientKey: String
        var account: String
        var key: String
        var body: [UInt8]
        var bodyDigest: Digest
        /// `nil` for a body that is no object.
        var fields: LinkFields?
    }

    enum Beginning {
        case answer(SandboxAnswer)
        /// Another request with this key has no answer yet.
        case wait
        case proceed(Creation)
    }

    mutating func begin(_ body: [UInt8], clientKey: String, account: String, key: String?, at now: Timestamp)
        -> Beginning
    {
        guard let key, Array(key.utf8).isUUID else {
            return .answer(
                rejected([
                    key == nil ? "idempotency-key header is required" : "idempotency-key must be a UUID"
                ]))
        }
        let replayKey = ReplayKey(clientKey: clientKey, key: key)
        let digest = SHA256.digest(of: body)
        if let known = liveReplay(replayKey, at: now) {
            guard known.bodyDigest == digest else { return .answer(keyConflict()) }
            return .answer(replayed(known))
        }
        if inProgress.contains(replayKey) {
            guard settings.behavior.concurrent == .conflict else { return .wait }
            counts.conflicts += 1
            return .answer(conflict("A request with this idempotency key is in progress"))
        }
        let request: JSONValue
        do throws(JSONError) {
            request = try JSONValue(parsing: body)
        } catch {
            counts.rejected += 1
            return .answer(.error(400, "Unexpected token in JSON at position \(error.offset)", "Bad Request"))
        }
        inProgress.insert(replayKey)
        return .proceed(
            Creation(
                clientKey: clientKey, account: account, key: key, body: body, bodyDigest: digest,
                fields: LinkFields(request)))
    }

    mutating func finish(_ creation: Creation, at now: Timestamp) -> SandboxAnswer {
        inProgress.remove(ReplayKey(clientKey: creation.clientKey, key: creation.key))
        guard let fields = creation.fields else {
            return stored(rejected(["Request body must be an object"]), for: creation, at: now)
        }
        let messages = SandboxValidation.messages(for: fields)
        guard messages.isEmpty else { return stored(rejected(messages), for: creation, at: now) }
        let slug = fields[.url]?.string ?? ""
        if slugs[creation.account]?.contains(slug) == true, let refusal = takenSlug() {
            return stored(refusal, for: creation, at: now)
        }
        let link = SandboxLink(
            id: LinkID.text(of: lastNumber + 1, seed: settings.seed), account: creation.account, slug: slug,
            original: creation.body,
            fields: fields,
            createdAt: now)
        restore(link)
        note(.link(link))
        let replay = Replay(
            clientKey: creation.clientKey, key: creation.key, bodyDigest: creation.bodyDigest, status: 201,
            body: nil,
            linkID: link.id, storedAt: now)
        restore(replay)
        note(.replay(replay))
        counts.created += 1
        return SandboxAnswer(status: 201, bytes: rendered(link, fields, at: now))
    }

    /// A server error that was answered instead of the link's own answer.
    mutating func serverError(for creation: Creation, at now: Timestamp) -> SandboxAnswer {
        inProgress.remove(ReplayKey(clientKey: creation.clientKey, key: creation.key))
        return stored(.serverError, for: creation, at: now)
    }

    /// Keeps a refusal or an error as its key's answer, where the server does so.
    private mutating func stored(_ answer: SandboxAnswer, for creation: Creation, at now: Timestamp)
        -> SandboxAnswer
    {
        let isKept = answer.status >= 500 ? settings.behavior.stores5xx : settings.behavior.stores4xx
        guard isKept else { return answer }
        let replay = Replay(
            clientKey: creation.clientKey, key: creation.key, bodyDigest: creation.bodyDigest,
            status: answer.status,
            body: answer.body, linkID: nil, storedAt: now)
        restore(replay)
        note(.replay(replay))
        return answer
    }

    private mutating func replayed(_ known: Replay) -> SandboxAnswer {
        counts.replays += 1
        var answer: SandboxAnswer
        if let body = known.body {
            answer = SandboxAnswer(status: known.status, bytes: body)
        } else if let index = known.linkID.flatMap({ linkIndex($0) }),
            let request = try? JSONValue(parsing: links[index].original), let fields = LinkFields(request)
        {
            let link = SandboxLink(
                id: links[index].id, account: links[index].account, slug: links[index].slug,
                original: links[index].original, fields: fields, createdAt: links[index].createdAt)
            answer = SandboxAnswer(
                status: settings.behavior.replayStatus, bytes: rendered(link, fields, at: link.createdAt))
        } else {
            answer = .serverError
        }
        if settings.behavior.marksReplays { answer.headers.append((.replayed, "true")) }
        return answer
    }

    // MARK: Refusals

    private mutating func rejected(_ messages: [String]) -> SandboxAnswer {
        counts.rejected += 1
        let text: JSONValue =
            settings.behavior.messages == .array
            ? .array(messages.map(JSONValue.string)) : .string(messages.joined(separator: ", "))
        return .error(400, text, "Bad Request")
    }

    private mutating func keyConflict() -> SandboxAnswer {
        counts.conflicts += 1
        return conflict("Conflict: Idempotency key already used with different request data")
    }

    private func conflict(_ message: String) -> SandboxAnswer {
        .error(409, message, settings.behavior.conflictEnvelope == .named ? "Conflict" : nil)
    }

    /// `nil` where the server takes a slug twice.
    private mutating func takenSlug() -> SandboxAnswer? {
        switch settings.behavior.duplicateSlug {
        case .badRequest: return rejected(["A payment link with this url already exists"])
        case .conflict:
            counts.conflicts += 1
            return conflict("A payment link with this url already exists")
        case .serverError:
            return .error(500, "duplicate key value violates unique constraint \"payment_links_url\"", nil)
        case .accepted: return nil
        }
    }

    // MARK: Reading and changing

    /// Newest first.
    func list(account: String, skip: Int, take: Int, at now: Timestamp) -> SandboxAnswer {
        let own = links.reversed().lazy.filter { $0.account == account }
        let page = own.dropFirst(settings.behavior.ignoresSkip ? 0 : skip).prefix(take)
        let links = rendered(Array(page), at: now)
        return SandboxAnswer(
            status: 200,
            bytes: settings.behavior.list == .bare
                ? links : Array("{\"data\":".utf8) + links + Array("}".utf8))
    }

    private func rendered(_ link: SandboxLink, _ fields: LinkFields?, at now: Timestamp) -> [UInt8] {
        guard let fields else { return Array("null".utf8) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(link.original.count + 600)
        link.write(
            fields, at: now, url: settings.behavior.url, appID: appIDs[link.account] ?? "", to: &bytes)
        return bytes
    }

    private func rendered(_ links: [SandboxLink], at now: Timestamp) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for (index, link) in links.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += rendered(link, LinkFields(link.request), at: now)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    func link(_ id: String, account: String, at now: Timestamp) -> SandboxAnswer {
        guard let index = index(of: id, account) else { return Self.noLink }
        return SandboxAnswer(
            status: 200, bytes: rendered(links[index], LinkFields(links[index].request), at: now))
    }

    mutating func update(_ id: String, _ body: [UInt8], account: String, at now: Timestamp) -> SandboxAnswer {
        guard let index = index(of: id, account) else { return Self.noLink }
        guard let changes = try? JSONValue(parsing: body), case .object(let members) = changes,
            let fields = LinkFields(changes)
        else {
            counts.rejected += 1
            return .error(400, "Unexpected token in JSON", "Bad Request")
        }
        if fields[.status] != nil, settings.behavior.putStatus == .refused {
            return rejected(["property status should not exist"])
        }
        let before = links[index].request
        let messages = SandboxValidation.messages(forUpdate: fields, of: LinkFields(before))
        guard messages.isEmpty else { return rejected(messages) }
        guard
            case .object(var updates) =
                (links[index].updates.flatMap { try? JSONValue(parsing: $0) } ?? .object([]))
        else {
            return .serverError
        }
        updates.removeAll { update in members.contains { $0.name == update.name } }
        updates += members
        links[index].updates = JSONValue.object(updates).bytes
        links[index].updatedAt = now
        if let merged = LinkFields(before.merging(members)) { links[index].note(merged) }
        note(.link(links[index]))
        counts.updated += 1
        return link(id, account: account, at: now)
    }

    private func index(of id: String, _ account: String) -> Int? {
        linkIndex(id).flatMap { links[$0].account == account ? $0 : nil }
    }

    private func linkIndex(_ id: String) -> Int? {
        guard let number = LinkID.number(in: id), number <= lastNumber else { return nil }
        if links.indices.contains(number - 1), links[number - 1].id == id { return number - 1 }
        // Links are stored as their answers leave, which is not always in the order of their making.
        return links.firstIndex { $0.id == id }
    }

    private static let noLink = SandboxAnswer.error(404, "Payment link not found.", "Not Found")

    // MARK: The sandbox's own pages

    func statistics(at now: Timestamp) -> JSONValue {
        .object([
            ("requests", .integer(counts.requests)), ("created", .integer(counts.created)),
            ("updated", .integer(counts.updated)), ("replays", .integer(counts.replays)),
            ("throttled", .integer(counts.throttled)), ("conflicts", .integer(counts.conflicts)),
            ("rejected", .integer(counts.rejected)), ("unavailable", .integer(counts.unavailable)),
            ("links", .integer(links.count)),
            ("doubles", .integer(doubles(at: now))),
            (
                "faults",
                .object(
                    SandboxFault.allCases.compactMap { fault in
                        counts.faults[fault].map { (fault.rawValue, .integer($0)) }
                    })
            ),
            (
                "windows",
                .array(
                    windowHistory.map { window in
                        .object([
                            ("account", .string(window.account)),
                            ("start", .string(window.start.withMilliseconds)),
                            ("count", .integer(window.count)),
                        ])
                    })
            ),
        ])
    }

    /// How many values of `paymentForId` have more than one live link.
    private func doubles(at now: Timestamp) -> Int {
        var seen: [String: Int] = [:]
        for link in links where link.isLive(at: now) {
            if let id = link.paymentForID { seen[link.account + "\n" + id, default: 0] += 1 }
        }
        return seen.values.count { $0 > 1 }
    }

    /// In the order of their making.
    func allLinks(at now: Timestamp) -> [UInt8] {
        rendered(links, at: now)
    }
}
