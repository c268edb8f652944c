/// One link as the server's list or a single look-up shows it.
package struct ListedLink: Sendable, Equatable {
    package var id: String
    package var json: JSONValue

    /// `nil` for an element without an id.
    package init?(_ json: JSONValue) {
        guard let id = json["id"]?.identifier else { return nil }
        self.id = id
        self.json = json
    }

    package var url: String? { json["url"]?.string }
    package var slugs: [String] { url.map { LinkContent.slugs(of: $0) } ?? [] }
    package var appID: String? { json["appId"]?.string }
    package var marker: Marker? { (json["paymentForId"]?.string).flatMap(Marker.init) }
    package var title: String? { json["title"]?.string }
    package var amount: FixedDecimal? { json["amount"]?.decimal }
    package var currency: String? { json["currency"]?.string }

    package var createdAt: Timestamp? {
        (json["createdAt"]?.string).flatMap { TimeFormat.iso8601(Array($0.utf8)) }
    }

    /// Whether it can still be paid, as far as the server says.
    package func isLive(at now: Timestamp) -> Bool {
        if let status = json["status"]?.string, status != "ACTIVE" { return false }
        let expiration = (json["expiration_date"]?.string).flatMap { TimeFormat.iso8601(Array($0.utf8)) }
        return expiration.map { $0 > now } ?? true
    }

    /// The links of a page: a bare array, or one in `data`.
    ///
    /// - Returns: `nil` for an answer that is no list of links.
    package static func page(_ body: [UInt8]) -> [ListedLink]? {
        guard let json = try? JSONValue(parsing: body) else { return nil }
        guard let elements = json.elements ?? json["data"]?.elements else { return nil }
        let links = elements.compactMap(ListedLink.init)
        return links.count == elements.count ? links : nil
    }
}

extension JSONValue {
    /// An id as text, whether it is written as a string or as a number.
    package var identifier: String? {
        switch self {
        case .string(let text) where !text.isEmpty: text
        case .number(let text): text
        default: nil
        }
    }
}

extension ListedLink {
    private static let members = [
        "title", "linkType", "allowQuantityAdjustment", "allowMobilePayment", "currency", "collectTax",
        "collectAddress", "description", "coverImage", "amount", "customerId", "paymentLinkProducts",
        "isForAllProduct", "taxId", "limitPayments", "maxPayments", "customFields", "expiration_date",
    ]

    /// The request that would make this link, as far as the API shows it.
    package func request(slug: String) -> [UInt8] {
        var members: [(name: String, value: JSONValue)] = [("url", .string(slug))]
        for name in Self.members {
            guard let value = json[name], !value.isNull, value != .array([]) else { continue }
            members.append((name, value))
        }
        return JSONValue.object(members).bytes
    }
}
