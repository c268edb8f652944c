import CatalinkCore

/// A link as the API keeps and answers it.
struct SandboxLink: Sendable {
    var id: String
    /// The client key it was made with.
    var account: String
    var slug: String
    var request: JSONValue
    var createdAt: Timestamp

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
    var json: JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("id", .string(id)), ("title", request["title"] ?? .null), ("url", .string(checkoutURL)),
        ]
        for name in Self.echoed { members.append((name, value(of: name))) }
        return .object(members)
    }

    private var checkoutURL: String {
        slug.hasPrefix("http") ? slug : "https://checkout.devdraft.ai/\(slug)"
    }

    private func value(of name: String) -> JSONValue {
        switch name {
        case "status": return .string("ACTIVE")
        case "appId": return .string("app_" + account.appDigest)
        case "createdAt", "updatedAt": return .string(createdAt.withMilliseconds)
        case "expiration_date":
            guard let text = request[name]?.string, let moment = TimeFormat.iso8601(Array(text.utf8)) else {
                return .null
            }
            return .string(moment.withMilliseconds)
        default:
            let given = request[name] ?? .null
            return given.isNull ? Self.defaults[name] ?? .null : given
        }
    }
}

extension Timestamp {
    /// `2026-11-21T03:15:00.123Z`
    var withMilliseconds: String {
        let fraction = String(milliseconds % 1000)
        return CivilTime(self).iso8601.dropLast() + "." + String(repeating: "0", count: 3 - fraction.count)
            + fraction + "Z"
    }
}
