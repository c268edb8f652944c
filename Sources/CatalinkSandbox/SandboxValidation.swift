import CatalinkCore

/// The API's checks of a request body, all messages at once.
enum SandboxValidation {
    static func messages(for body: JSONValue) -> [String] {
        guard case .object = body else { return ["Request body must be an object"] }
        var checks = Checks(body: body)
        checks.text("title", "Title", 3...100)
        checks.url()
        checks.oneOf("linkType", LinkType.allCases.map(\.rawValue), isRequired: true)
        checks.optionalFields()
        return checks.messages
    }

    /// Of a partial update: what is given must be right, and what names a link cannot change.
    static func messages(forUpdate changes: JSONValue, of link: JSONValue) -> [String] {
        var checks = Checks(body: changes)
        if changes["title"] != nil { checks.text("title", "Title", 3...100) }
        checks.same("url", as: link)
        checks.same("linkType", as: link)
        checks.oneOf("status", ["ACTIVE", "INACTIVE"], isRequired: false)
        checks.optionalFields()
        return checks.messages
    }
}

private struct Checks {
    let body: JSONValue
    private(set) var messages: [String] = []

    init(body: JSONValue) {
        self.body = body
    }

    /// The value of a field that is there and not null.
    private func given(_ name: String) -> JSONValue? {
        body[name].flatMap { $0.isNull ? nil : $0 }
    }

    private mutating func require(_ holds: Bool, _ message: String) {
        if !holds { messages.append(message) }
    }

    mutating func optionalFields() {
        oneOf("currency", Currency.allCases.map(\.rawValue), isRequired: false)
        for name in [
            "allowQuantityAdjustment", "allowMobilePayment", "collectTax", "collectAddress",
            "isForAllProduct",
            "limitPayments",
        ] {
            flag(name)
        }
        description()
        address("coverImage")
        amount()
        string("paymentForId")
        uuid("customerId")
        uuid("taxId")
        count("maxPayments")
        products()
        object("customFields")
        date("expiration_date")
    }

    mutating func same(_ name: String, as link: JSONValue) {
        guard let value = given(name) else { return }
        require(value == link[name], "\(name) cannot be changed")
    }

    mutating func text(_ name: String, _ shown: String, _ length: ClosedRange<Int>) {
        guard let text = body[name]?.string else {
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
        let bytes = Array((body["url"]?.string ?? "").utf8)
        let isAddress = bytes.starts(with: "http://".utf8) || bytes.starts(with: "https://".utf8)
        require(isAddress ? bytes.isWebAddress : bytes.isSlug, "URL must be a valid URL or slug format")
    }

    mutating func oneOf(_ name: String, _ known: [String], isRequired: Bool) {
        guard let value = given(name) else {
            require(
                !isRequired, "\(name) must be one of the following values: \(known.joined(separator: ", "))")
            return
        }
        require(
            value.string.map(known.contains) ?? false,
            "\(name) must be one of the following values: \(known.joined(separator: ", "))")
    }

    mutating func flag(_ name: String) {
        guard let value = given(name) else { return }
        if case .bool = value { return }
        messages.append("\(name) must be a boolean value")
    }

    mutating func string(_ name: String) {
        guard let value = given(name) else { return }
        require(value.string != nil, "\(name) must be a string")
    }

    mutating func description() {
        guard let value = given("description") else { return }
        require((value.string?.utf16.count ?? 501) <= 500, "Description must be at most 500 characters long")
    }

    mutating func address(_ name: String) {
        guard let value = given(name) else { return }
        require(value.string.map { Array($0.utf8).isWebAddress } ?? false, "\(name) must be a URL address")
    }

    mutating func amount() {
        guard let value = given("amount") else { return }
        guard case .number(let text) = value else {
            messages.append("amount must be a number conforming to the specified constraints")
            return
        }
        // Beside plain notation JSON has exponents, which only a float reader understands; none of ours sends one.
        let isLess =
            FixedDecimal(text)?.isLess(than: FixedDecimal(coefficient: 1, scale: 2)) ?? text.hasPrefix("-")
        require(!isLess, "amount must not be less than 0.01")
    }

    mutating func uuid(_ name: String) {
        guard let value = given(name) else { return }
        require(value.string.map { Array($0.utf8).isUUID } ?? false, "\(name) must be a UUID")
    }

    mutating func count(_ name: String) {
        guard let value = given(name) else { return }
        require((value.integer ?? 0) >= 1, "\(name) must not be less than 1")
    }

    mutating func products() {
        guard let value = given("paymentLinkProducts") else { return }
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

    mutating func object(_ name: String) {
        guard let value = given(name) else { return }
        if case .object = value { return }
        messages.append("\(name) must be an object")
    }

    mutating func date(_ name: String) {
        guard let value = given(name) else { return }
        let isDate = value.string.flatMap { TimeFormat.iso8601(Array($0.utf8)) } != nil
        require(isDate, "\(name) must be a valid ISO 8601 date string")
    }
}
