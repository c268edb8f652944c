/// A failure of one field before its column's place in the catalog is looked up.
package struct FieldFailure: Error {
    var subject: String
    var slot: SlotChoice?
    var rule: JobPlace?
    var failure: FilterFailure
}

/// Builds the request of one row, checking every rule of the API and reporting all failures together.
///
/// Source of the rules: the payment-links API. Text is counted as the larger of UTF-16 units and Unicode scalars,
/// because the API does not say which it counts.
struct RequestBuilder: ~Copyable {
    private let mapping: LinkMapping
    private let allowed: Set<PolicyRule>
    private let now: Timestamp
    private(set) var failures: [FieldFailure] = []

    init(_ mapping: LinkMapping, allowed: Set<PolicyRule>, now: Timestamp) {
        self.mapping = mapping
        self.allowed = allowed
        self.now = now
    }

    /// The request without its amount; `failures` tells whether it may be sent.
    mutating func build(_ row: borrowing RowView) -> LinkRequest {
        failures.removeAll(keepingCapacity: true)
        var request = LinkRequest()
        request.title = required("title", mapping.title, row)
        checkLength("title", request.title, 3...100, mapping.title)
        request.url = required("url", mapping.url, row)
        checkURL(request.url)
        request.linkType = choice("linkType", mapping.linkType, row) ?? .product
        request.currency = choice("currency", mapping.currency, row) ?? .usdc
        request.description = optional("description", mapping.description, row)
        if let description = request.description {
            checkLength("description", description, 0...500, mapping.description)
        }
        request.coverImage = optional("coverImage", mapping.coverImage, row)
        if let image = request.coverImage { checkImage(image) }
        request.allowQuantityAdjustment =
            flag("allowQuantityAdjustment", mapping.allowQuantityAdjustment, row) ?? true
        request.allowMobilePayment = flag("allowMobilePayment", mapping.allowMobilePayment, row) ?? false
        request.collectTax = flag("collectTax", mapping.collectTax, row) ?? false
        request.collectAddress = flag("collectAddress", mapping.collectAddress, row) ?? false
        request.customerID = uuid("customerId", mapping.customerID, row)
        request.isForAllProduct = flag("isForAllProduct", mapping.isForAllProduct, row)
        request.taxID = uuid("taxId", mapping.taxID, row)
        request.limitPayments = flag("limitPayments", mapping.limitPayments, row)
        request.maxPayments = count("maxPayments", mapping.maxPayments, row)
        request.products = products(row)
        request.customFields = customFields(row)
        request.expiration = expiration(row)
        request.paymentForID = optional("paymentForId", mapping.paymentForID, row)
        checkPairs(request)
        return request
    }

    private mutating func fail(
        _ subject: String, _ template: Template?, expected: String, got: String, hint: String? = nil
    ) {
        failures.append(
            FieldFailure(
                subject: subject, slot: template?.firstSlot, rule: template?.place,
                failure: FilterFailure(expected: expected, got: got, hint: hint)))
    }

    // MARK: Values

    /// The template's text in NFC without outer blanks; `nil` when it is empty or a filter failed.
    private mutating func optional(_ subject: String, _ template: Template?, _ row: borrowing RowView)
        -> [UInt8]?
    {
        guard let template else { return nil }
        var text: [UInt8]
        do throws(FilterFailure) {
            text = try template.text(row)
        } catch {
            failures.append(
                FieldFailure(subject: subject, slot: template.firstSlot, rule: template.place, failure: error)
            )
            return nil
        }
        text.trim()
        text.compose()
        return text.isEmpty ? nil : text
    }

    private mutating func required(_ subject: String, _ template: Template, _ row: borrowing RowView)
        -> [UInt8]
    {
        let before = failures.count
        if let text = optional(subject, template, row) { return text }
        if failures.count == before {
            let slugged = template.source.contains("slug")
            fail(
                subject, template, expected: "some text", got: "nothing",
                hint: slugged ? "a slug keeps Latin letters and digits only; add another column to it" : nil)
        }
        return []
    }

    private mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ subject: String, _ template: Template?, _ row: borrowing RowView
    ) -> Choice? where Choice.RawValue == String {
        guard let text = optional(subject, template, row) else { return nil }
        if let choice = Choice(rawValue: text.text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        fail(
            subject, template, expected: known.joined(separator: ", "), got: text.text.quoted,
            hint: NearestName.nearest(to: text.text, among: known).map { "did you mean \($0)?" })
        return nil
    }

    private mutating func flag(_ subject: String, _ template: Template?, _ row: borrowing RowView) -> Bool? {
        guard let text = optional(subject, template, row) else { return nil }
        switch text.text.lowercased() {
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        default:
            fail(subject, template, expected: "true or false", got: text.text.quoted)
            return nil
        }
    }

    private mutating func count(_ subject: String, _ template: Template?, _ row: borrowing RowView) -> Int? {
        guard let text = optional(subject, template, row) else { return nil }
        if text.count <= 15, let number = Int(text.text), number >= 1, text.allSatisfy(\.isDigit) {
            return number
        }
        fail(subject, template, expected: "a whole number of at least 1", got: text.text.quoted)
        return nil
    }

    private mutating func uuid(_ subject: String, _ template: Template?, _ row: borrowing RowView) -> [UInt8]?
    {
        guard let text = optional(subject, template, row) else { return nil }
        if text.isUUID { return text.map(\.asciiLowercased) }
        fail(subject, template, expected: "a UUID", got: text.text.quoted)
        return nil
    }

    private mutating func products(_ row: borrowing RowView) -> [LinkRequest.Product] {
        var products: [LinkRequest.Product] = []
        for product in mapping.products {
            guard let id = uuid("paymentLinkProducts", product.productID, row) else { continue }
            let quantity = count("paymentLinkProducts", product.quantity, row) ?? 1
            products.append(LinkRequest.Product(productID: id, quantity: quantity))
        }
        return products
    }

    private mutating func customFields(_ row: borrowing RowView) -> [(name: [UInt8], value: [UInt8])] {
        var fields: [(name: [UInt8], value: [UInt8])] = []
        for field in mapping.customFields {
            guard let value = optional("customFields.\(field.name.text)", field.value, row) else { continue }
            fields.append((field.name, value))
        }
        return fields
    }

    private mutating func expiration(_ row: borrowing RowView) -> Timestamp? {
        guard let text = optional("expiration_date", mapping.expiration, row) else { return nil }
        guard let moment = TimeFormat.iso8601(text) else {
            fail(
                "expiration_date", mapping.expiration, expected: "a date such as 2026-12-31T23:59:59Z",
                got: text.text.quoted, hint: "other forms are read by the filter `date: 'dd.MM.yyyy'`")
            return nil
        }
        if moment <= now, !allowed.contains(.pastExpiry) {
            fail(
                "expiration_date", mapping.expiration, expected: "a moment to come", got: text.text.quoted,
                hint: "`allow: [pastExpiry]` lifts this rule")
        }
        return moment
    }

    // MARK: Rules

    private mutating func checkLength(
        _ subject: String, _ text: [UInt8], _ range: ClosedRange<Int>, _ template: Template?
    ) {
        // As many bytes cannot be more characters, and most texts are short.
        guard !text.isEmpty, text.count > range.upperBound || text.count < range.lowerBound * 4 else {
            return
        }
        let length = text.text.utf16.count
        if length < range.lowerBound {
            fail(
                subject, template, expected: "at least \(range.lowerBound) characters", got: text.text.quoted)
        } else if length > range.upperBound {
            fail(
                subject, template, expected: "at most \(range.upperBound) characters", got: "\(length)",
                hint: "`| truncate: \(range.upperBound)` cuts it")
        }
    }

    private mutating func checkURL(_ url: [UInt8]) {
        guard !url.isEmpty else { return }
        let isAddress = url.starts(with: "https://".utf8) || url.starts(with: "http://".utf8)
        if isAddress ? url.isWebAddress : url.isSlug { return }
        fail(
            "url", mapping.url, expected: "a slug of letters, digits, `-`, `_`, `.` and `/`, or a URL",
            got: url.text.quoted, hint: "the filter `slug` makes one")
    }

    private mutating func checkImage(_ image: [UInt8]) {
        if image.isWebAddress { return }
        fail(
            "coverImage", mapping.coverImage, expected: "the URL of an image", got: image.text.quoted,
            hint: "write the missing part before it: \"https://…/{{image}}\"")
    }

    private mutating func checkPairs(_ request: LinkRequest) {
        if !allowed.contains(.limitPair) {
            if request.limitPayments == true, request.maxPayments == nil, !failed("maxPayments") {
                fail(
                    "maxPayments", mapping.maxPayments ?? mapping.limitPayments,
                    expected: "a number, as limitPayments is true", got: "nothing",
                    hint: "`allow: [limitPair]` lifts this rule")
            }
            if request.maxPayments != nil, request.limitPayments != true, !failed("limitPayments") {
                fail(
                    "limitPayments", mapping.limitPayments ?? mapping.maxPayments,
                    expected: "true, as maxPayments is given",
                    got: request.limitPayments == nil ? "nothing" : "false",
                    hint: "`allow: [limitPair]` lifts this rule")
            }
        }
        let isTaxKnown = !failed("taxId") && !failed("collectTax")
        if !allowed.contains(.taxPair), isTaxKnown, request.collectTax != (request.taxID != nil) {
            fail(
                "taxId", mapping.taxID ?? mapping.collectTax,
                expected: "taxId and collectTax together", got: "only one of them",
                hint: "`allow: [taxPair]` lifts this rule")
        }
    }

    private func failed(_ subject: String) -> Bool {
        failures.contains { $0.subject == subject }
    }
}

extension [UInt8] {
    /// 8-4-4-4-12 hexadecimal digits.
    package var isUUID: Bool {
        guard count == 36 else { return false }
        for (index, byte) in enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return false }
            } else {
                guard byte.isDigit || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66) else { return false }
            }
        }
        return true
    }

    /// Letters, digits, `-`, `_`, `.` and `/`, with a letter or a digit at both ends.
    package var isSlug: Bool {
        func isPlain(_ byte: UInt8) -> Bool { byte.isDigit || byte.isASCIILetter }
        guard let first, let last, isPlain(first), isPlain(last) else { return false }
        return allSatisfy { isPlain($0) || "-_./".utf8.contains($0) }
    }

    /// `http` or `https`, a host, and no blanks, quotation marks or control characters.
    package var isWebAddress: Bool {
        let rest: ArraySlice<UInt8>
        if starts(with: "https://".utf8) {
            rest = dropFirst(8)
        } else if starts(with: "http://".utf8) {
            rest = dropFirst(7)
        } else {
            return false
        }
        let host = rest.prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        let named = host.last { $0 != UInt8(ascii: ".") } != nil && host.first != UInt8(ascii: ".")
        return named && rest.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"\"<>\\^`{|}".utf8.contains($0) }
    }
}
