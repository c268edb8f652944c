import CatalinkCore
import CatalinkRead
import CatalinkTransport

/// The part of a job file that says who is told of its runs.
extension JobFile {
    static let notifyNames = ["on", "webhook", "heartbeat", "command"]
    static let webhookNames = ["url", "body", "headers"]
    static let secretNames = ["env"]
    private static let ways = ["webhook", "heartbeat", "command"]

    static func notifications(_ job: Section, _ diagnostics: JobDiagnostics) -> [Notification] {
        guard let node = job.node("notify") else { return [] }
        guard case .sequence(let entries) = node.content else {
            job.complain(node, "notify", expected: "a list", got: node.shape)
            return []
        }
        return entries.compactMap { entry in
            guard case .mapping = entry.content else {
                job.complain(entry, "notify", expected: "a mapping", got: entry.shape)
                return nil
            }
            return Section(entry, path: "notify", known: notifyNames, diagnostics).flatMap {
                notification($0, diagnostics)
            }
        }
    }

    private static func notification(
        _ section: Section, _ diagnostics: JobDiagnostics
    ) -> Notification? {
        let given = ways.filter { section.node($0) != nil }
        guard given.count == 1 else {
            let got = given.isEmpty ? "none" : given.joined(separator: " and ")
            diagnostics.add(
                section.place, "notify", expected: "one of `webhook:`, `heartbeat:` and `command:`", got: got)
            return nil
        }
        let way: Notification.Way? =
            switch given[0] {
            case "webhook": webhook(section, diagnostics)
            case "heartbeat": address(section, "heartbeat", diagnostics).map { .heartbeat($0) }
            default: command(section)
            }
        let usual: Set<Notification.Occasion> =
            given[0] == "heartbeat" ? Set(Notification.Occasion.allCases) : [.trouble]
        let occasions = occasions(section) ?? usual
        return way.map { Notification(occasions: occasions, way: $0, place: section.place) }
    }

    private static func occasions(_ section: Section) -> Set<Notification.Occasion>? {
        guard let node = section.node("on"), let list = section.list("on") else { return nil }
        let known = Notification.Occasion.allCases.map(\.rawValue)
        var occasions: Set<Notification.Occasion> = []
        for (text, place) in list {
            guard let occasion = Notification.Occasion(rawValue: text) else {
                let word = YAMLNode(content: node.content, place: place)
                section.complain(word, "on", expected: known.joined(separator: ", "), got: text.quoted)
                continue
            }
            occasions.insert(occasion)
        }
        return occasions
    }

    private static func command(_ section: Section) -> Notification.Way? {
        guard let words = section.list("command") else { return nil }
        if let node = section.node("command"), words.isEmpty || words[0].text.isEmpty {
            section.complain(node, "command", expected: "a program and its arguments", got: "none")
            return nil
        }
        return .command(words.map(\.text))
    }

    private static func webhook(_ section: Section, _ diagnostics: JobDiagnostics) -> Notification.Way? {
        if let node = section.node("webhook"), case .scalar = node.content {
            section.complain(node, "webhook", expected: "a mapping with `url:`", got: node.shape)
            return nil
        }
        guard let webhook = section.section("webhook", known: webhookNames),
            webhook.required("url") != nil, let url = address(webhook, "url", diagnostics)
        else { return nil }
        let body = webhook.node("body").map { self.body($0, webhook) }
        return .webhook(url, body, headers: headers(webhook, diagnostics))
    }

    private static func headers(
        _ webhook: Section, _ diagnostics: JobDiagnostics
    ) -> [(name: String, value: SecretText)] {
        guard let node = webhook.node("headers") else { return [] }
        guard case .mapping(let entries) = node.content else {
            webhook.complain(node, "headers", expected: "names and values", got: node.shape)
            return []
        }
        return entries.compactMap { entry in
            guard entry.name.utf8.allSatisfy(\.isHeaderName), !entry.name.isEmpty else {
                webhook.complain(
                    entry.value, "headers", expected: "names of letters, digits and `-`",
                    got: entry.name.quoted)
                return nil
            }
            return secret(entry.value, "notify.webhook.headers", diagnostics).map { (entry.name, $0) }
        }
    }

    // MARK: Secrets

    /// A written address is looked at; what a variable holds is not known yet.
    private static func address(
        _ section: Section, _ name: String, _ diagnostics: JobDiagnostics
    ) -> SecretText? {
        guard let node = section.node(name),
            let address = secret(node, section.subject(name), diagnostics)
        else { return nil }
        guard case .written(let text) = address, WebAddress(text) == nil else { return address }
        // It may hold a secret, so that it is not repeated.
        section.complain(
            node, name, expected: "an address such as https://example.com/…, or `{env: NAME}`",
            got: "another text")
        return nil
    }

    private static func secret(
        _ node: YAMLNode, _ subject: String, _ diagnostics: JobDiagnostics
    ) -> SecretText? {
        if case .scalar(let text, _) = node.content { return .written(text) }
        guard let section = Section(node, path: subject, known: secretNames, diagnostics),
            section.required("env") != nil, let name = section.text("env")
        else { return nil }
        return .variable(name.text)
    }

    // MARK: Body

    private static func body(_ node: YAMLNode, _ webhook: Section) -> NotificationBody {
        switch node.content {
        case .sequence(let nodes): return .list(nodes.map { body($0, webhook) })
        case .mapping(let entries): return .object(entries.map { ($0.name, body($0.value, webhook)) })
        case .scalar(let text, let isPlain):
            if isPlain, let value = JSONValue(plain: text) { return .value(value) }
            do throws(NotificationTemplate.Failure) {
                return .text(try NotificationTemplate(text))
            } catch {
                webhook.complain(
                    node, "body", expected: "one of " + NotificationTemplate.names.joined(separator: ", "),
                    got: error.got.quoted)
                return .value(.null)
            }
        }
    }
}

extension JSONValue {
    /// What YAML without quotation marks means; `nil` for text.
    fileprivate init?(plain text: String) {
        switch text {
        case "true": self = .bool(true)
        case "false": self = .bool(false)
        case "null", "~", "": self = .null
        default:
            guard let number = Int(text), String(number) == text else { return nil }
            self = .integer(number)
        }
    }
}

extension YAMLNode {
    /// What it is, without a word of what it says: that may be a secret.
    fileprivate var shape: String {
        switch content {
        case .scalar: "a text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

extension UInt8 {
    fileprivate var isHeaderName: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
            || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }
}
