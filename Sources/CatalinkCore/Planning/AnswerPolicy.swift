/// What the server says of a link it has made.
package struct LinkFacts: Sendable, Equatable {
    package var id: String
    package var url: String?
    package var appID: String?
    /// How the echo differs from what was asked, by value; `nil` when it does not.
    package var mismatch: String?

    package init(id: String, url: String?, appID: String? = nil, mismatch: String? = nil) {
        self.id = id
        self.url = url
        self.appID = appID
        self.mismatch = mismatch
    }
}

/// What an answer means for its attempt and for the row.
package enum Judgement: Sendable, Equatable {
    case created(LinkFacts)
    /// A definite no: the item is rejected.
    case refused(String)
    /// Nothing was made; the row may go again.
    case notSent(String)
    /// Nothing was made, because the quota is spent; the row goes again when the server says so.
    case throttled(String, retryAfter: Duration?)
    /// Something may have been made; the same key goes again after its rest.
    case unknown(String)
    /// Only a look at the server's list can tell.
    case lookUp(String)
    /// Nothing was made and sending again now would not help.
    case failed(String)
    case stop(StopReason)
}

/// The answer table: what each answer proves, on a first send and after an unknown attempt.
///
/// A later answer never makes an earlier attempt more certain: after an unknown attempt a refusal is looked up,
/// never believed.
package enum AnswerPolicy {
    package static func judge(_ result: CallResult, request: LinkEcho, afterUnknown: Bool) -> Judgement {
        switch result {
        case .notSent(let reason): return .notSent(reason)
        case .lost(let reason): return .unknown(reason)
        case .answered(let answer): return judge(answer, request, afterUnknown)
        }
    }

    private static func judge(_ answer: Answer, _ request: LinkEcho, _ afterUnknown: Bool) -> Judgement {
        let body = try? JSONValue(parsing: answer.body)
        let message = APIMessage.text(status: answer.status, body: body, raw: answer.body)
        switch answer.status {
        case 200...299:
            guard let body, let id = body["id"]?.identifier else {
                return .unknown("\(answer.status) without a link id")
            }
            return .created(
                LinkFacts(
                    id: id, url: body["url"]?.string, appID: body["appId"]?.string,
                    mismatch: request.mismatch(with: body)))
        case 429: return .throttled(message, retryAfter: answer.retryAfter)
        case 401: return .stop(.credentials(message))
        case 403 where body?["statusCode"]?.integer == 403: return .stop(.credentials(message))
        // Without the API's envelope it is something in between that objects to this one request.
        case 403: return .failed(message)
        case 405, 407, 415: return .stop(.target(message))
        case 404 where !APIMessage.speaksOfSomethingMissing(body): return .stop(.target(message))
        case 409: return .lookUp(message)
        case 400...499 where answer.status != 408 && answer.status != 425:
            return afterUnknown || APIMessage.speaksOfTakenSlug(message)
                ? .lookUp(message) : .refused(message)
        default:
            // A server error that names a taken slug is an answer, not an accident.
            return APIMessage.speaksOfTakenSlug(message) ? .lookUp(message) : .unknown(message)
        }
    }
}

/// What of a request its answer should echo.
package struct LinkEcho: Sendable, Equatable {
    package var slug: String
    package var amount: FixedDecimal?
    package var currency: String
    package var expiration: Timestamp?

    /// From the bytes of a request.
    package init(body: [UInt8]) {
        let value = try? JSONValue(parsing: body)
        slug = value?["url"]?.string ?? ""
        amount = value?["amount"]?.decimal
        currency = value?["currency"]?.string ?? ""
        expiration = (value?["expiration_date"]?.string).flatMap { TimeFormat.iso8601(Array($0.utf8)) }
    }

    /// Fields that the server does not echo say nothing.
    func mismatch(with echo: JSONValue) -> String? {
        var differences: [String] = []
        if let url = echo["url"]?.string, url != slug, !url.hasSuffix("/\(slug)") {
            differences.append("url \(url.quoted) for \(slug.quoted)")
        }
        if let echoed = echo["amount"], !echoed.isNull {
            let value = echoed.decimal ?? echoed.string.flatMap { FixedDecimal($0) }
            if value != amount {
                differences.append("amount \(value?.plain ?? "?") for \(amount?.plain ?? "none")")
            }
        }
        if let echoed = echo["currency"]?.string, echoed.lowercased() != currency {
            differences.append("currency \(echoed.quoted) for \(currency)")
        }
        if let echoed = echo["expiration_date"]?.string {
            let moment = TimeFormat.iso8601(Array(echoed.utf8))
            if moment?.seconds != expiration?.seconds {
                differences.append("expiration_date \(echoed.quoted)")
            }
        }
        return differences.isEmpty ? nil : differences.joined(separator: ", ")
    }
}

/// The text of an error answer, in any of the forms that the API and what stands before it use.
package enum APIMessage {
    /// Safe to show; at most some hundred characters.
    package static func text(status: Int, body: JSONValue?, raw: [UInt8]) -> String {
        let said: String
        if let message = body?["message"]?.string {
            said = message
        } else if let messages = body?["message"]?.elements?.compactMap(\.string), !messages.isEmpty {
            said = messages.joined(separator: "; ")
        } else {
            // A page of something in between is told by its first words.
            let text = raw.prefix(2000).map { $0 }.text
            said = text.hasPrefix("<") ? text.withoutTags : text
        }
        return said.isEmpty ? "\(status)" : "\(status): \(said.shown(limit: 300))"
    }

    /// Whether a 404 in the API's envelope is about something that the request names, such as a product, rather than
    /// about the route ("Cannot POST …").
    static func speaksOfSomethingMissing(_ body: JSONValue?) -> Bool {
        guard let body, body["statusCode"]?.integer == 404 else { return false }
        let messages =
            body["message"]?.elements?.compactMap(\.string) ?? [body["message"]?.string].compactMap { $0 }
        return !messages.isEmpty && !messages.contains { $0.hasPrefix("Cannot ") }
    }

    /// Whether a 401 or 403 says what the key may not do, which no look at the health page can refute.
    package static func speaksOfScope(_ message: String) -> Bool {
        message.lowercased().contains("scope")
    }

    static func speaksOfTakenSlug(_ message: String) -> Bool {
        let text = message.lowercased()
        let names = ["url", "slug"]
        let taken = ["taken", "exist", "duplicate", "unique", "already"]
        return names.contains { text.contains($0) } && taken.contains { text.contains($0) }
    }
}

extension String {
    /// Its words, without what stands between angle brackets.
    fileprivate var withoutTags: String {
        var isTag = false
        let kept = map { character -> Character in
            if character == "<" { isTag = true }
            defer { if character == ">" { isTag = false } }
            return isTag ? " " : character
        }
        let words = String(kept).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty ? "a page without text" : words
    }
}
