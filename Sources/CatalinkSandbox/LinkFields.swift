import CatalinkCore

/// The members of a link, in the order of the documented response.
enum LinkField: Int, CaseIterable, Sendable {
    case id, title, url, description, coverImage, linkType, status, amount, paymentForId, currency
    case allowQuantityAdjustment, allowMobilePayment, collectTax, collectAddress, limitPayments, maxPayments
    case customFields, paymentLinkProducts, isForAllProduct, appId, customerId, taxId
    case expirationDate, createdAt, updatedAt

    var name: String { self == .expirationDate ? "expiration_date" : String(describing: self) }

    static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })
}

/// A request's members by field: found once, as every check and every answer asks for them. Null is absent; of a
/// repeated member the last counts.
struct LinkFields: Sendable {
    private var values: [JSONValue?] = Array(repeating: nil, count: LinkField.allCases.count)

    /// `nil` for what is no object.
    init?(_ request: JSONValue) {
        guard case .object(let members) = request else { return nil }
        for member in members {
            if let field = LinkField.byName[member.name] { self[field] = member.value }
        }
    }

    subscript(field: LinkField) -> JSONValue? {
        get { values[field.rawValue] }
        set { values[field.rawValue] = newValue.flatMap { $0.isNull ? nil : $0 } }
    }
}
