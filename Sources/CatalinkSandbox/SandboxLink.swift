import CatalinkCore
import CatalinkHash

/// A link as the API keeps and answers it.
struct SandboxLink: Sendable {
    var id: String
    var account: String
    var slug: String
    /// The body that made it; kept as bytes, which are a tenth of its tree.
    var original: [UInt8]
    /// The members that later updates have set.
    var updates: [UInt8]?
    var createdAt: Timestamp
    var updatedAt: Timestamp
    var paymentForID: String?
    var isInactive = false
    var expiration: Timestamp?

    init(
        id: String, account: String, slug: String, original: [UInt8], request: JSONValue, createdAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.slug = slug
        self.original = original
        self.createdAt = createdAt
        updatedAt = createdAt
        note(request)
    }

    /// Takes over what decides whether the link is live, and whose it is.
    mutating func note(_ request: JSONValue) {
        paymentForID = request["paymentForId"]?.string
        isInactive = request["status"]?.string == "INACTIVE"
        expiration = (request["expiration_date"]?.string).flatMap { TimeFormat.iso8601(Array($0.utf8)) }
    }

    /// `ACTIVE`, `INACTIVE` or `EXPIRED`
    func status(at now: Timestamp) -> String {
        if let expiration, expiration <= now { return "EXPIRED" }
        return isInactive ? "INACTIVE" : "ACTIVE"
    }

    func isLive(at now: Timestamp) -> Bool { status(at: now) == "ACTIVE" }

    /// The request as updates have left it.
    var request: JSONValue {
        let made = (try? JSONValue(parsing: original)) ?? .object([])
        guard let updates, case .object(let changes) = try? JSONValue(parsing: updates) else { return made }
        return made.merging(changes)
    }

    private static let echoed = [
        "description", "coverImage", "linkType", "status", "amount", "paymentForId", "currency",
        "allowQuantityAdjustment", "allowMobilePayment", "collectTax", "collectAddress", "limitPayments",
        "maxPayments", "customFields", "paymentLinkProducts", "isForAllProduct", "appId", "customerId",
        "taxId",
        "expiration_date", "createdAt", "updatedAt",
    ]

    private static let defaults: [String: JSONValue] = [
        "currency": .string("usdc"), "allowQuantityAdjustment": .bool(true),
        "allowMobilePayment": .bool(false),
        "collectTax": .bool(false), "collectAddress": .bool(false), "limitPayments": .bool(false),
        "isForAllProduct": .bool(false), "paymentLinkProducts": .array([]),
    ]

    /// The documented response: absent values are null, times in milliseconds.
    ///
    /// - Parameter request: what the link is rendered of; its original, for a replay.
    func json(_ request: JSONValue, at now: Timestamp, url form: SandboxBehavior.URLForm) -> JSONValue {
        guard case .object(let given) = request else { return .null }
        let values = Dictionary(given.map { ($0.name, $0.value) }) { $1 }
        var members: [(name: String, value: JSONValue)] = [
            ("id", .string(id)), ("title", values["title"] ?? .null), ("url", .string(url(form))),
        ]
        members.reserveCapacity(25)
        for name in Self.echoed { members.append((name, value(of: name, values, now))) }
        return .object(members)
    }

    private func url(_ form: SandboxBehavior.URLForm) -> String {
        form == .slug || slug.hasPrefix("http") ? slug : "https://checkout.devdraft.ai/\(slug)"
    }

    private func value(of name: String, _ values: [String: JSONValue], _ now: Timestamp) -> JSONValue {
        switch name {
        case "status": return .string(status(at: now))
        case "appId": return .string("app_" + account.digested)
        case "createdAt": return .string(createdAt.withMilliseconds)
        case "updatedAt": return .string(min(updatedAt, now).withMilliseconds)
        case "expiration_date": return .optional(expiration?.withMilliseconds)
        default:
            let given = values[name] ?? .null
            return given.isNull ? Self.defaults[name] ?? .null : given
        }
    }
}

extension JSONValue {
    /// An object with members set or added.
    func merging(_ changes: [(name: String, value: JSONValue)]) -> JSONValue {
        guard case .object(var members) = self else { return self }
        for change in changes {
            members.removeAll { $0.name == change.name }
            members.append(change)
        }
        return .object(members)
    }
}

extension Timestamp {
    /// `2026-11-21T03:15:00.123Z`
    var withMilliseconds: String {
        let fraction = String(milliseconds % 1000)
        return CivilTime(self).iso8601.dropLast() + "." + String(repeating: "0", count: 3 - fraction.count)
            + fraction + "Z"
    }

    /// `Sat, 21 Nov 2026 03:15:00 GMT` (RFC 9110, IMF-fixdate)
    var httpDate: String {
        let civil = CivilTime(self)
        // 1970-01-01 was a Thursday.
        let day = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(seconds / 86_400 % 7)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let text = civil.iso8601
        let time = text.dropFirst(11).prefix(8)
        return
            "\(day), \(text.dropFirst(8).prefix(2)) \(months[civil.month - 1]) \(text.prefix(4)) \(time) GMT"
    }
}

extension String {
    /// A public name that does not show what it is made of.
    fileprivate var digested: String {
        String(SHA256.digest(of: Array(utf8)).hexadecimal.prefix(16))
    }
}
