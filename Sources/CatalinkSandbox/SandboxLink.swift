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
        id: String, account: String, slug: String, original: [UInt8], fields: LinkFields, createdAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.slug = slug
        self.original = original
        self.createdAt = createdAt
        updatedAt = createdAt
        note(fields)
    }

    /// Takes over what decides whether the link is live, and whose it is.
    mutating func note(_ fields: LinkFields) {
        paymentForID = fields[.paymentForId]?.string
        isInactive = fields[.status]?.string == "INACTIVE"
        expiration = (fields[.expirationDate]?.string).flatMap { TimeFormat.iso8601(Array($0.utf8)) }
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

    /// What stands for an absent value that is not null.
    private static let standards: [LinkField: String] = [
        .currency: "\"usdc\"", .allowQuantityAdjustment: "true", .allowMobilePayment: "false",
        .collectTax: "false", .collectAddress: "false", .limitPayments: "false", .paymentLinkProducts: "[]",
        .isForAllProduct: "false",
    ]

    /// For each member its name and colon, with the mark before it, and what it is when absent.
    private static let pieces: [(name: [UInt8], absent: [UInt8])] = LinkField.allCases.map { field in
        (
            Array("\(field == .id ? "{" : ",")\"\(field.name)\":".utf8),
            Array((standards[field] ?? "null").utf8)
        )
    }

    /// Writes the response; absent values are null or the default, times in milliseconds.
    ///
    /// - Parameter fields: what the link is rendered of; its original, for a replay.
    func write(
        _ fields: LinkFields, at now: Timestamp, url form: SandboxBehavior.URLForm, appID: String,
        to bytes: inout [UInt8]
    ) {
        var fields = fields
        fields[.id] = .string(id)
        fields[.url] = .string(
            form == .slug || slug.hasPrefix("http") ? slug : "https://checkout.devdraft.ai/\(slug)")
        fields[.status] = .string(status(at: now))
        fields[.appId] = .string(appID)
        fields[.expirationDate] = expiration.map { .string($0.withMilliseconds) }
        fields[.createdAt] = .string(createdAt.withMilliseconds)
        fields[.updatedAt] =
            updatedAt == createdAt ? fields[.createdAt] : .string(min(updatedAt, now).withMilliseconds)
        for field in LinkField.allCases {
            let piece = Self.pieces[field.rawValue]
            bytes.append(contentsOf: piece.name)
            if let value = fields[field] {
                value.append(to: &bytes)
            } else {
                bytes.append(contentsOf: piece.absent)
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
