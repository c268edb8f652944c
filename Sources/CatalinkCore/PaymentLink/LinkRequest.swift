/// The checked contents of one `POST /api/v0/payment-links`.
///
/// Source of fields, limits and defaults: the payment-links API.
package struct LinkRequest: Sendable, Equatable {
    package struct Product: Sendable, Equatable {
        package var productID: [UInt8]
        package var quantity: Int
    }

    package var title: [UInt8] = []
    package var url: [UInt8] = []
    package var linkType = LinkType.product
    package var allowQuantityAdjustment = true
    package var allowMobilePayment = false
    package var currency = Currency.usdc
    package var collectTax = false
    package var collectAddress = false
    package var description: [UInt8]?
    package var coverImage: [UInt8]?
    package var amount: FixedDecimal?
    package var customerID: [UInt8]?
    package var products: [Product] = []
    package var isForAllProduct: Bool?
    package var taxID: [UInt8]?
    package var limitPayments: Bool?
    package var maxPayments: Int?
    /// Sorted by the bytes of the name.
    package var customFields: [(name: [UInt8], value: [UInt8])] = []
    package var expiration: Timestamp?
    /// What the job says in place of a moment, such as `+14d`.
    package var relativeExpiration: [UInt8]?
    package var paymentForID: [UInt8]?

    package init() {}

    package static func == (first: LinkRequest, second: LinkRequest) -> Bool {
        first.canonicalBytes() == second.canonicalBytes()
    }
}

package enum LinkType: String, Sendable, CaseIterable {
    case product = "PRODUCT"
    case donation = "DONATION"
    case subscription = "SUBSCRIPTION"
    case invoice = "INVOICE"
    case collection = "COLLECTION"

    /// Those that every source names.
    package static let documented: [LinkType] = [.product, .donation, .subscription]
}

package enum Currency: String, Sendable, CaseIterable {
    case usdc
    case eurc
}

extension LinkRequest {
    /// The version of `canonicalBytes`, stored beside each fingerprint.
    package static let canonicalForm = 1

    /// JSON in one fixed form: fields in this order, customFields by the bytes of their names, the amount in plain
    /// decimal without trailing zeros, dates in UTC to the second. Equal requests have equal bytes.
    package func canonicalBytes() -> [UInt8] {
        var writer = ObjectWriter(capacity: 320 + title.count + (description?.count ?? 0))
        writer.text("title", title)
        writer.text("url", url)
        writer.text("linkType", Array(linkType.rawValue.utf8))
        writer.flag("allowQuantityAdjustment", allowQuantityAdjustment)
        writer.flag("allowMobilePayment", allowMobilePayment)
        writer.text("currency", Array(currency.rawValue.utf8))
        writer.flag("collectTax", collectTax)
        writer.flag("collectAddress", collectAddress)
        if let description { writer.text("description", description) }
        if let coverImage { writer.text("coverImage", coverImage) }
        if let amount { writer.raw("amount", amount.plain) }
        if let customerID { writer.text("customerId", customerID) }
        if !products.isEmpty { writer.products(products) }
        if let isForAllProduct { writer.flag("isForAllProduct", isForAllProduct) }
        if let taxID { writer.text("taxId", taxID) }
        if let limitPayments { writer.flag("limitPayments", limitPayments) }
        if let maxPayments { writer.raw("maxPayments", String(maxPayments)) }
        if !customFields.isEmpty { writer.customFields(customFields) }
        if let expiration { writer.text("expiration_date", Array(CivilTime(expiration).iso8601.utf8)) }
        if let paymentForID { writer.text("paymentForId", paymentForID) }
        return writer.finished()
    }

    /// What tells whether a request has changed: its canonical bytes, with an expiry that counts from the run as the job
    /// writes it, so that it does not change from night to night.
    package func fingerprintBytes(_ canonical: [UInt8]) -> [UInt8] {
        guard let relativeExpiration else { return canonical }
        var lasting = self
        lasting.expiration = nil
        return lasting.canonicalBytes() + relativeExpiration
    }

    /// Canonical bytes with Catalink's own marker as the last member.
    package static func marked(_ canonical: [UInt8], with marker: Marker) -> [UInt8] {
        precondition(canonical.last == UInt8(ascii: "}"), "canonical bytes are a JSON object")
        var bytes = Array(canonical.dropLast())
        bytes.append(contentsOf: #","paymentForId":"#.utf8)
        bytes.appendJSON(marker.text)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// The slug of a generation: as mapped for the first, with `-2`, `-3` … for those that take its place.
    package static func slug(_ slug: [UInt8], generation: Int) -> [UInt8] {
        generation > 1 ? slug + Array("-\(generation)".utf8) : slug
    }

    /// Canonical bytes with the slug of a generation.
    package static func canonical(_ canonical: [UInt8], slug: [UInt8], generation: Int) -> [UInt8] {
        guard generation > 1 else { return canonical }
        var written = Array(#","url":"#.utf8)
        written.appendJSON(slug)
        // The first: inside a title every quotation mark has a backslash before it.
        guard let range = canonical.firstRange(of: written) else {
            preconditionFailure("canonical bytes hold their slug")
        }
        var replaced = Array(#","url":"#.utf8)
        replaced.appendJSON(self.slug(slug, generation: generation))
        return canonical[..<range.lowerBound] + replaced + canonical[range.upperBound...]
    }
}

private struct ObjectWriter {
    private var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
        bytes.append(UInt8(ascii: "{"))
    }

    private mutating func name(_ name: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: "\(name)".utf8)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func text(_ name: StaticString, _ value: [UInt8]) {
        self.name(name)
        bytes.appendJSON(value)
    }

    mutating func flag(_ name: StaticString, _ value: Bool) {
        raw(name, value ? "true" : "false")
    }

    mutating func raw(_ name: StaticString, _ value: String) {
        self.name(name)
        bytes.append(contentsOf: value.utf8)
    }

    mutating func products(_ products: [LinkRequest.Product]) {
        name("paymentLinkProducts")
        for (index, product) in products.enumerated() {
            bytes.append(contentsOf: (index == 0 ? #"[{"productId":"# : #",{"productId":"#).utf8)
            bytes.appendJSON(product.productID)
            bytes.append(contentsOf: #","quantity":\#(product.quantity)}"#.utf8)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func customFields(_ fields: [(name: [UInt8], value: [UInt8])]) {
        name("customFields")
        for (index, field) in fields.enumerated() {
            bytes.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
            bytes.appendJSON(field.name)
            bytes.append(UInt8(ascii: ":"))
            bytes.appendJSON(field.value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    consuming func finished() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}
