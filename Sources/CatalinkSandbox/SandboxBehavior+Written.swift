import CatalinkCore

extension SandboxBehavior {
    /// One switch: its name, what it may be, and what it decides.
    package struct Switch: Sendable {
        package let name: String
        package let values: String
        package let meaning: String
        let set: @Sendable (inout SandboxBehavior, String) -> Bool
    }

    /// Every switch, the default first among its values.
    package static let switches: [Switch] = [
        Switch(name: "replay-status", values: "201, 200", meaning: "status of a replayed answer") {
            behavior, text in
            guard text == "200" || text == "201", let status = Int(text) else { return false }
            behavior.replayStatus = status
            return true
        },
        flag("mark-replays", "false, true", "Idempotent-Replayed: true on a replayed answer", \.marksReplays),
        flag("store-4xx", "false, true", "a refusal is replayed to its key", \.stores4xx),
        flag("store-5xx", "false, true", "a server error is replayed to its key (sticky 500)", \.stores5xx),
        choice(
            "concurrent", "conflict, wait", "a second request with a key whose first has no answer yet",
            \.concurrent),
        choice("conflict-envelope", "plain, named", "a 409 without or with `error`", \.conflictEnvelope),
        choice("duplicate-slug", "400, 409, 500, accept", "what a slug that is taken gets", \.duplicateSlug),
        choice("put-status", "accept, refuse", "what a PUT with `status` gets", \.putStatus),
        choice("list", "bare, data", "a list as an array, or in {\"data\": …}", \.list),
        flag("ignore-skip", "false, true", "the list ignores `skip`", \.ignoresSkip),
        choice("url", "full, slug", "`url` in answers", \.url),
        choice("messages", "array, string", "`message` of a refusal", \.messages),
        flag("count-reads", "true, false", "GETs are taken out of the window", \.countsReads),
        flag("count-throttled", "false, true", "so are requests that get 429", \.countsThrottled),
        Switch(
            name: "rate-headers", values: "x, draft, structured, none, or several joined by +",
            meaning: "X-RateLimit-*, RateLimit-* in seconds from now, RateLimit as a structured field"
        ) { behavior, text in
            let families =
                text == "none" ? [] : text.split(separator: "+").map { RateHeaders(rawValue: String($0)) }
            guard !families.contains(nil), text == "none" || !families.isEmpty else { return false }
            behavior.rateHeaders = Set(families.compactMap { $0 })
            return true
        },
        choice("retry-after", "seconds, date", "form of Retry-After", \.retryAfter),
        Switch(
            name: "skew", values: "0s, or a time such as 3s or -3s",
            meaning: "how far the server's clock is ahead"
        ) {
            behavior, text in
            let isBehind = text.hasPrefix("-")
            guard let skew = Duration(written: isBehind ? String(text.dropFirst()) : text) else {
                return false
            }
            behavior.skew = isBehind ? .zero - skew : skew
            return true
        },
    ]

    /// Sets what one `--behave` says: `NAME=VALUE`.
    package mutating func set(_ text: String) throws(SandboxError) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard let found = Self.switches.first(where: { $0.name == parts.first }) else {
            let hint = NearestName.hint(for: parts.first ?? "", among: Self.switches.map(\.name))
            throw SandboxError(
                message: "--behave: expected NAME=VALUE, got: \(text.quoted)"
                    + (hint.map { " (\($0))" } ?? ""))
        }
        guard parts.count == 2, found.set(&self, parts[1]) else {
            throw SandboxError(
                message: "--behave \(found.name): expected \(found.values), got: \(text.quoted)")
        }
    }

    private static func flag(
        _ name: String, _ values: String, _ meaning: String,
        _ path: any WritableKeyPath<SandboxBehavior, Bool> & Sendable
    ) -> Switch {
        Switch(name: name, values: values, meaning: meaning) { behavior, text in
            guard text == "true" || text == "false" else { return false }
            behavior[keyPath: path] = text == "true"
            return true
        }
    }

    private static func choice<Choice: RawRepresentable & Sendable>(
        _ name: String, _ values: String, _ meaning: String,
        _ path: any WritableKeyPath<SandboxBehavior, Choice> & Sendable
    ) -> Switch where Choice.RawValue == String {
        Switch(name: name, values: values, meaning: meaning) { behavior, text in
            guard let value = Choice(rawValue: text) else { return false }
            behavior[keyPath: path] = value
            return true
        }
    }
}
