import CatalinkCore

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

    // MARK: The documented response

    /// The members of an answer in their order, with what stands for an absent value.
    private static let members: [(name: String, standard: String)] = [
        ("id", "null"), ("title", "null"), ("url", "null"), ("description", "null"), ("coverImage", "null"),
        ("linkType", "null"), ("status", "null"), ("amount", "null"), ("paymentForId", "null"),
        ("currency", "\"usdc\""), ("allowQuantityAdjustment", "true"), ("allowMobilePayment", "false"),
        ("collectTax", "false"), ("collectAddress", "false"), ("limitPayments", "false"),
        ("maxPayments", "null"),
        ("customFields", "null"), ("paymentLinkProducts", "[]"), ("isForAllProduct", "false"),
        ("appId", "null"),
        ("customerId", "null"), ("taxId", "null"), ("expiration_date", "null"), ("createdAt", "null"),
        ("updatedAt", "null"),
    ]

    /// `,"name":` and the standard value as bytes, and the members' places by name.
    private static let names = members.map { Array(",\"\($0.name)\":".utf8) }
    private static let standards = members.map { Array($0.standard.utf8) }
    private static let places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.name, $0) })

    /// Writes the response; absent values are null or the default, times in milliseconds.
    ///
    /// - Parameter request: what the link is rendered of; its original, for a replay.
    func write(
        _ request: JSONValue, at now: Timestamp, url form: SandboxBehavior.URLForm, appID: String,
        to bytes: inout [UInt8]
    ) {
        guard case .object(let given) = request else { return }
        var values: [JSONValue?] = Array(repeating: nil, count: Self.members.count)
        for member in given {
            if let place = Self.places[member.name], !member.value.isNull { values[place] = member.value }
        }
        values[0] = .string(id)
        values[2] = .string(
            form == .slug || slug.hasPrefix("http") ? slug : "https://checkout.devdraft.ai/\(slug)")
        values[6] = .string(status(at: now))
        values[19] = .string(appID)
        values[22] = expiration.map { .string($0.withMilliseconds) }
        values[23] = .string(createdAt.withMilliseconds)
        values[24] = updatedAt == createdAt ? values[23] : .string(min(updatedAt, now).withMilliseconds)
        bytes.append(UInt8(ascii: "{"))
        for place in values.indices {
            bytes.append(contentsOf: place == 0 ? Self.names[0][1...] : Self.names[place][...])
            if let value = values[place] {
                value.append(to: &bytes)
            } else {
                bytes.append(contentsOf: Self.standards[place])
            }
        }
        bytes.append(UInt8(ascii: "}"))
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
        var text = Array(CivilTime(self).iso8601.utf8.dropLast())
        text.append(UInt8(ascii: "."))
        text.append(Int(milliseconds % 1000), digits: 3)
        text.append(UInt8(ascii: "Z"))
        return text.text
    }

    /// `Sat, 21 Nov 2026 03:15:00 GMT` (RFC 9110, IMF-fixdate)
    var httpDate: String {
        // 1970-01-01 was a Thursday.
        let day = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(seconds / 86_400 % 7)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let civil = CivilTime(self)
        let text = civil.iso8601
        let time = text.dropFirst(11).prefix(8)
        return
            "\(day), \(text.dropFirst(8).prefix(2)) \(months[civil.month - 1]) \(text.prefix(4)) \(time) GMT"
    }
}
