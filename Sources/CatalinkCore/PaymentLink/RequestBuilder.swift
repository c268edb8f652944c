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
    let mapping: LinkMapping
    /// What a JSON number carries exactly everywhere (RFC 8259, section 6).
    private static let largestCount = 9_007_199_254_740_991
    let policies: PolicyLevels
    let now: Timestamp
    var failures: [FieldFailure] = []
    var warnings: [FieldFailure] = []

    init(_ mapping: LinkMapping, policies: PolicyLevels, now: Timestamp) {
        self.mapping = mapping
        self.policies = policies
        self.now = now
    }

    /// The request without its amount; `failures` tells whether it may be sent.
    mutating func build(_ row: borrowing RowView) -> LinkRequest {
        failures.removeAll(keepingCapacity: true)
        warnings.removeAll(keepingCapacity: true)
        var request = LinkRequest()
        request.title = required("title", mapping.title, row)
        checkLength("title", request.title, 3...100, mapping.title)
        request.url = required("url", mapping.url, row)
        checkURL(request.url)
        request.linkType = choice("linkType", mapping.linkType, row, among: linkTypes) ?? .product
        checkLinkType(request.linkType)
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
        setExpiration(of: &request, row)
        request.paymentForID = optional("paymentForId", mapping.paymentForID, row)
        checkPolicies(request)
        return request
    }

    mutating func fail(
        _ subject: String, _ template: Template?, expected: String, got: String, hint: String? = nil
    ) {
        failures.append(
            FieldFailure(
                subject: subject, slot: template?.firstSlot, rule: template?.place,
                failure: FilterFailure(expected: expected, got: got, hint: hint)))
    }

    // MARK: Values

    /// The template's text in NFC without outer blanks; `nil` when it is empty or a filter failed.
    mutating func optional(_ subject: String, _ template: Template?, _ row: borrowing RowView)
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
        _ subject: String, _ template: Template?, _ row: borrowing RowView,
        among choices: [Choice] = Array(Choice.allCases)
    ) -> Choice? where Choice.RawValue == String {
        guard let text = optional(subject, template, row) else { return nil }
        if let choice = choices.first(where: { $0.rawValue == text.text }) { return choice }
        let known = choices.map(\.rawValue)
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

    mutating func count(_ subject: String, _ template: Template?, _ row: borrowing RowView) -> Int? {
        guard let text = optional(subject, template, row) else { return nil }
        if text.count <= 16, let number = Int(text.text), number >= 1, number <= Self.largestCount,
            text.allSatisfy(\.isDigit)
        {
            return number
        }
        fail(subject, template, expected: "a whole number of at least 1", got: text.text.quoted)
        return nil
    }

    mutating func uuid(_ subject: String, _ template: Template?, _ row: borrowing RowView) -> [UInt8]? {
        guard let text = optional(subject, template, row) else { return nil }
        if text.isUUID { return text.map(\.asciiLowercased) }
        fail(subject, template, expected: "a UUID", got: text.text.quoted)
        return nil
    }

    private mutating func customFields(_ row: borrowing RowView) -> [(name: [UInt8], value: [UInt8])] {
        var fields: [(name: [UInt8], value: [UInt8])] = []
        for field in mapping.customFields {
            guard let value = optional("customFields.\(field.name.text)", field.value, row) else { continue }
            fields.append((field.name, value))
        }
        return fields
    }

    // MARK: Rules

    private var linkTypes: [LinkType] {
        policies[.linkTypes] == .error ? LinkType.documented : LinkType.allCases
    }

    private mutating func checkLinkType(_ type: LinkType) {
        guard !LinkType.documented.contains(type) else { return }
        object(
            .linkTypes, "linkType", mapping.linkType,
            expected: LinkType.documented.map(\.rawValue).joined(separator: ", "), got: type.rawValue.quoted)
    }

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

    func failed(_ subject: String) -> Bool {
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
