import CatalinkCore

/// The API's checks of a request body, all messages at once.
enum SandboxValidation {
    static func messages(for fields: LinkFields) -> [String] {
        var checks = Checks(fields)
        checks.text(.title, "Title", 3...100)
        checks.url()
        checks.oneOf(.linkType, Checks.linkTypes, isRequired: true)
        checks.optionalFields()
        return checks.messages
    }

    /// Of a partial update: what is given must be right, and what names a link cannot change.
    static func messages(forUpdate changes: LinkFields, of link: LinkFields?) -> [String] {
        var checks = Checks(changes)
        if changes[.title] != nil { checks.text(.title, "Title", 3...100) }
        checks.same(.url, as: link)
        checks.same(.linkType, as: link)
        checks.oneOf(.status, ["ACTIVE", "INACTIVE"], isRequired: false)
        checks.optionalFields()
        return checks.messages
    }
}

private struct Checks {
    static let linkTypes = LinkType.documented.map(\.rawValue)
    private static let currencies = Currency.allCases.map(\.rawValue)
    private static let flags: [LinkField] = [
        .allowQuantityAdjustment, .allowMobilePayment, .collectTax, .collectAddress, .isForAllProduct,
        .limitPayments,
    ]

    private let fields: LinkFields
    private(set) var messages: [String] = []

    init(_ fields: LinkFields) {
        self.fields = fields
    }

    private mutating func require(_ holds: Bool, _ message: @autoclosure () -> String) {
        if !holds { messages.append(message()) }
    }

    mutating func optionalFields() {
        oneOf(.currency, Self.currencies, isRequired: false)
        for field in Self.flags { flag(field) }
        description()
        address(.coverImage)
        amount()
        string(.paymentForId)
        uuid(.customerId)
        uuid(.taxId)
        count(.maxPayments)
        products()
        object(.customFields)
        date(.expirationDate)
    }

    mutating func same(_ field: LinkField, as link: LinkFields?) {
        guard let value = fields[field] else { return }
        require(value == link?[field], "\(field.name) cannot be changed")
    }

    mutating func text(_ field: LinkField, _ shown: String, _ length: ClosedRange<Int>) {
        guard let text = fields[field]?.string else {
            messages.append("\(shown) must be a string")
            return
        }
        require(
            text.utf16.count >= length.lowerBound,
            "\(shown) must be at least \(length.lowerBound) characters long")
        require(
            text.utf16.count <= length.upperBound,
            "\(shown) must be at most \(length.upperBound) characters long")
    }

    mutating func url() {
        let bytes = Array((fields[.url]?.string ?? "").utf8)
        let isAddress = bytes.starts(with: "http://".utf8) || bytes.starts(with: "https://".utf8)
        require(isAddress ? bytes.isWebAddress : bytes.isSlug, "URL must be a valid URL or slug format")
    }

    mutating func oneOf(_ field: LinkField, _ known: [String], isRequired: Bool) {
        guard let value = fields[field] else {
            require(
                !isRequired,
                "\(field.name) must be one of the following values: \(known.joined(separator: ", "))")
            return
        }
        require(
            value.string.map(known.contains) ?? false,
            "\(field.name) must be one of the following values: \(known.joined(separator: ", "))")
    }

    mutating func flag(_ field: LinkField) {
        guard let value = fields[field] else { return }
        if case .bool = value { return }
        messages.append("\(field.name) must be a boolean value")
    }

    mutating func string(_ field: LinkField) {
        guard let value = fields[field] else { return }
        require(value.string != nil, "\(field.name) must be a string")
    }

    mutating func description() {
        guard let value = fields[.description] else { return }
        require((value.string?.utf16.count ?? 501) <= 500, "Description must be at most 500 characters long")
    }

    mutating func address(_ field: LinkField) {
        guard let value = fields[field] else { return }
        require(
            value.string.map { Array($0.utf8).isWebAddress } ?? false, "\(field.name) must be a URL address")
    }

    mutating func amount() {
        guard let value = fields[.amount] else { return }
        guard case .number(let text) = value else {
            messages.append("amount must be a number conforming to the specified constraints")
            return
        }
        // Beside plain notation JSON has exponents, which only a float reader understands; none of ours sends one.
        let isLess =
            FixedDecimal(text)?.isLess(than: FixedDecimal(coefficient: 1, scale: 2)) ?? text.hasPrefix("-")
        require(!isLess, "amount must not be less than 0.01")
    }

    mutating func uuid(_ field: LinkField) {
        guard let value = fields[field] else { return }
        require(value.string.map { Array($0.utf8).isUUID } ?? false, "\(field.name) must be a UUID")
    }

    mutating func count(_ field: LinkField) {
        guard let value = fields[field] else { return }
        require((value.integer ?? 0) >= 1, "\(field.name) must not be less than 1")
    }

    mutating func products() {
        guard let value = fields[.paymentLinkProducts] else { return }
        guard let products = value.elements else {
            messages.append("paymentLinkProducts must be an array")
            return
        }
        for (index, product) in products.enumerated() {
            let id = product["productId"]?.string ?? ""
            require(Array(id.utf8).isUUID, "paymentLinkProducts.\(index).productId must be a UUID")
            if let quantity = product["quantity"] {
                require(
                    (quantity.integer ?? 0) >= 1,
                    "paymentLinkProducts.\(index).quantity must not be less than 1")
            }
        }
    }

    mutating func object(_ field: LinkField) {
        guard let value = fields[field] else { return }
        if case .object = value { return }
        messages.append("\(field.name) must be an object")
    }

    mutating func date(_ field: LinkField) {
        guard let value = fields[field] else { return }
        let isDate = value.string.flatMap { TimeFormat.iso8601(Array($0.utf8)) } != nil
        require(isDate, "\(field.name) must be a valid ISO 8601 date string")
    }
}
