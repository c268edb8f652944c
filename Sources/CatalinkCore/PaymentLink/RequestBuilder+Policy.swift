/// The rules that a job may lift, and what is said of a row that breaks one.
extension RequestBuilder {
    /// An error or a warning, as the job takes the rule.
    mutating func object(
        _ rule: PolicyRule, _ subject: String, _ template: Template?, expected: String, got: String,
        hint: String? = nil
    ) {
        let lift = "`policy.rules: {\(rule.rawValue): off}` lifts this rule"
        let failure = FieldFailure(
            subject: subject, slot: template?.firstSlot, rule: template?.place,
            failure: FilterFailure(
                expected: expected, got: got, hint: hint.map { "\($0); \(lift)" } ?? lift))
        switch policies[rule] {
        case .error: failures.append(failure)
        case .warning: warnings.append(failure)
        case .off: break
        }
    }

    mutating func checkPolicies(_ request: LinkRequest) {
        checkLimitPair(request)
        checkTaxPair(request)
        if request.isForAllProduct == true, !request.products.isEmpty {
            object(
                .productPair, "isForAllProduct", mapping.isForAllProduct,
                expected: "either all products or those that are listed", got: "both")
        }
        if policies[.slugForm] != .off || policies[.slugLength] != .off { checkSlug(request.url) }
        if let image = request.coverImage, image.isWebAddress { checkImageAddress(image) }
        if policies[.markdown] != .off, let description = request.description { checkMarkdown(description) }
    }

    /// Once the amount is known.
    mutating func checkAmount(_ request: LinkRequest) {
        guard let amount = request.amount else {
            guard request.linkType == .product || request.linkType == .subscription, request.products.isEmpty,
                request.isForAllProduct != true
            else { return }
            return object(
                .amountPair, "amount", nil,
                expected: "an amount or products, as linkType is \(request.linkType.rawValue)",
                got: "neither", hint: "the payer chooses what to pay")
        }
        if amount.significantScale > 2 {
            object(.decimals, "amount", nil, expected: "at most 2 decimals", got: amount.plain)
        }
    }

    private mutating func checkLimitPair(_ request: LinkRequest) {
        if request.limitPayments == true, request.maxPayments == nil, !failed("maxPayments") {
            object(
                .limitPair, "maxPayments", mapping.maxPayments ?? mapping.limitPayments,
                expected: "a number, as limitPayments is true", got: "nothing")
        }
        if request.maxPayments != nil, request.limitPayments != true, !failed("limitPayments") {
            object(
                .limitPair, "limitPayments", mapping.limitPayments ?? mapping.maxPayments,
                expected: "true, as maxPayments is given",
                got: request.limitPayments == nil ? "nothing" : "false")
        }
    }

    private mutating func checkTaxPair(_ request: LinkRequest) {
        guard !failed("taxId"), !failed("collectTax"), request.collectTax != (request.taxID != nil) else {
            return
        }
        object(
            .taxPair, "taxId", mapping.taxID ?? mapping.collectTax,
            expected: "taxId and collectTax together", got: "only one of them")
    }

    // MARK: Slugs

    private mutating func checkSlug(_ url: [UInt8]) {
        guard url.isSlug else { return }
        let isPlain = url.allSatisfy { $0.isDigit || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-") }
        let isSingle = url.firstRange(of: Array("--".utf8)) == nil
        if !isPlain || !isSingle {
            object(
                .slugForm, "url", mapping.url,
                expected: "a slug of lower-case letters, digits and single hyphens", got: url.text.quoted,
                hint: "the filter `slug` makes one")
        }
        if url.count > 60 {
            object(
                .slugLength, "url", mapping.url, expected: "a slug of at most 60 characters",
                got: "\(url.count)", hint: "`| truncate: 60` cuts it, before what must stay unique")
        }
    }

    // MARK: Images

    private mutating func checkImageAddress(_ image: [UInt8]) {
        let address = WebAddress(image)
        if let flaw = address.flaw {
            object(
                .imageAddress, "coverImage", mapping.coverImage,
                expected: "an address that anybody can open, by https", got: flaw,
                hint: flaw == "http" ? "`| replace: 'http://', 'https://'` where the host serves both" : nil)
        }
        if policies[.imageForm] != .off, !address.endsAsImage {
            object(
                .imageForm, "coverImage", mapping.coverImage,
                expected: "the name of an image: .jpg, .jpeg, .png, .gif, .webp, .avif or .svg",
                got: image.text.quoted)
        }
    }

    // MARK: Markdown

    private mutating func checkMarkdown(_ text: [UInt8]) {
        guard let flaw = MarkdownFlaw.first(in: text) else { return }
        object(
            .markdown, "description", mapping.description, expected: "markdown", got: flaw,
            hint: "the filter `text` makes plain text of HTML")
    }
}
